"""Whoever's notices fall short is warned, mends it inside a clock, or is suspended."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Conflict, Refused, reason_given, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.clocks import actions as clocks
from coalition.clocks.models import Clock
from coalition.members.models import Organisation
from enforcement.programmes import registry, rules
from enforcement.programmes.actions.taking_part import GOOD_FAITH, close
from enforcement.programmes.models import Enrolment, Programme, Warning
from enforcement.programmes.permissions import can_run


def judged(programme: Programme) -> dict[int, list[rules.Finding]]:
    """By organisation that takes part today, how its notices of the months of the rule stand to good faith; nothing without a rule."""
    today = timezone.localdate()
    rule = programme.good_faith_on(today)
    if rule is None:
        return {}
    with as_system("judge the good faith of those who take part in a programme"):
        measured = registry.measured(programme, rule.first_day(today), today)
        taking_part = programme.enrolments.on(today).values_list("organisation", flat=True)
        return {who: rules.judge(rule.bounds, measured.get(who, {})) for who in taking_part}


def _broken(findings: list[rules.Finding]) -> list[rules.Finding]:
    return [finding for finding in findings if not finding.holds]


def _kept(findings: list[rules.Finding]) -> list[dict]:
    return [
        {"ground": finding.ground, "ground_words": finding.ground_words, "what": finding.what, "count": finding.count, "of": finding.of,
         "bound": str(finding.bound)}
        for finding in findings
    ]  # fmt: skip


@transaction.atomic
def warn(enrolment: Enrolment, *, by: Viewer | None, reason: str = "") -> Warning:
    """Warn an organisation whose notices fall short of good faith; its clock to mend it starts. `by` is None for the nightly watch.

    Raises NotAllowed, Conflict where it is warned already or takes part no more, Refused where nothing falls short and no reason is given.
    """
    if by:
        require(can_run(by))
    enrolment = lock(enrolment, "programme", "organisation__audience")
    if enrolment.until is not None:
        raise Conflict(_("It takes part no more."))
    if enrolment.warnings.filter(outcome="").exists():
        raise Conflict(_("It is warned already."))
    broken = _broken(judged(enrolment.programme).get(enrolment.organisation_id, []))
    if not broken:
        reason = reason_given(reason)
    warning = Warning.objects.create(
        space_id=enrolment.space_id, enrolment=enrolment, given_by_id=by.audience_id if by else None, reason=reason.strip()[:1000],
        findings=_kept(broken), due_at=timezone.now(),
    )  # fmt: skip
    label = _("Good faith in %(programme)s: mend what the warning found") % {"programme": enrolment.programme}
    clock = clocks.start(GOOD_FAITH, warning, owed_by_id=enrolment.organisation.audience_id, label=label, scope=enrolment.programme.slug)
    warning.due_at = clock.due_at
    warning.save(update_fields=["due_at"])
    record("programme.warned", warning, by=by, programme=enrolment.programme.name, who=enrolment.organisation.audience_id)
    return warning


def _held(warning: Warning) -> Warning:
    warning = lock(warning, "enrolment__programme", "enrolment__organisation__audience")
    if warning.outcome:
        raise Conflict(_("It is over: %(how)s.") % {"how": warning.get_outcome_display()})
    return warning


def _over(warning: Warning, outcome: str, why: str = "") -> Warning:
    warning.outcome, warning.ended_at, warning.why_ended = outcome, timezone.now(), why[:1000]
    warning.save(update_fields=["outcome", "ended_at", "why_ended"])
    return warning


@transaction.atomic
def lift(warning: Warning, *, reason: str, by: Viewer) -> Warning:
    """Take a warning back, saying why."""
    require(can_run(by))
    reason = reason_given(reason)
    warning = _over(_held(warning), Warning.Outcome.LIFTED, reason)
    clocks.stop(GOOD_FAITH, warning, outcome=Clock.Outcome.CANCELLED)
    enrolment = warning.enrolment
    record(
        "programme.warning_lifted", warning, by=by, programme=enrolment.programme.name, reason=reason[:300], who=enrolment.organisation.audience_id
    )
    return warning


@transaction.atomic
def suspend(enrolment: Enrolment, *, reason: str, by: Viewer | None) -> Enrolment:
    """Suspend an organisation that was warned and did not mend it: its notices go by the ordinary way until it is let in again.

    Raises NotAllowed, and Refused where it was never warned: a suspension follows a warning. `by` is None where the clock ran out.
    """
    if by:
        require(can_run(by))
    reason = reason_given(reason)
    if not enrolment.warnings.exclude(outcome=Warning.Outcome.LIFTED).exists():
        raise Refused(_("It was not warned yet: a suspension follows a warning."))
    enrolment = close(enrolment, Enrolment.Ending.SUSPENDED, reason)
    record("programme.suspended", enrolment, by=by, programme=enrolment.programme.name, reason=reason[:300], who=enrolment.organisation.audience_id)
    return enrolment


@transaction.atomic
def ran_out(warning: Warning) -> None:
    """The clock of a warning ran out: judged on that day, it is mended, or whoever was warned is suspended. A warning that was given for another
    reason than its figures is for people to judge: they are told. Called by the sweep alone.
    """
    warning = _held(warning)
    enrolment = warning.enrolment
    if not warning.findings:
        house = Organisation.objects.house().audience_id
        record("programme.warning_ran_out", warning, by=None, programme=enrolment.programme.name, who=enrolment.organisation.name, house=house)
    elif not _mend(warning):
        suspend(enrolment, reason=_("The warning ran out, and it was not mended."), by=None)


def _mend(warning: Warning) -> bool:
    """End a warning whose bounds all hold again; whether they do."""
    enrolment = warning.enrolment
    if not warning.findings or _broken(judged(enrolment.programme).get(enrolment.organisation_id, [])):
        return False
    _over(warning, Warning.Outcome.MENDED)
    clocks.stop(GOOD_FAITH, warning)
    record("programme.mended", warning, by=None, programme=enrolment.programme.name, who=enrolment.organisation.audience_id)
    return True


def watch() -> int:
    """Warn whoever fell short since, and end the warnings of whoever mended it; returns how many were warned. Run again it does no harm."""
    count = 0
    for programme in Programme.objects.all():
        found = judged(programme)
        with as_system("watch the good faith of those who take part in a programme"):
            for enrolment in programme.enrolments.on(timezone.localdate()).filter(until=None):
                warning = enrolment.warnings.filter(outcome="").first()
                if warning:
                    _mend(_held(warning))
                elif _broken(found.get(enrolment.organisation_id, [])):
                    warn(enrolment, by=None)
                    count += 1
    return count
