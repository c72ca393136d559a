"""Notices are handed in, vetted, returned and passed on to the platform."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.access import actions as access
from coalition.access.errors import Conflict, Refused, reason_given, require
from coalition.access.many import one_by_one
from coalition.access.models import Grant, Space
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.clocks import actions as clocks
from coalition.members.actions import hold_still
from coalition.members.models import Organisation
from enforcement.notices import rules
from enforcement.notices.actions.common import ANSWER, VETTING, index_notice, locked
from enforcement.notices.judging import claim_of, keep, valid_where
from enforcement.notices.models import Judgement, Notice, Return, Translation, TwoPeople
from enforcement.notices.permissions import (
    can_countersign,
    can_edit,
    can_set_two_people,
    can_take_back,
    can_translate,
    can_vet,
    is_principal,
    wants_two,
)
from enforcement.programmes.models import Programme, programme_for
from enforcement.shapes.rules import LANGUAGES, written_in


@transaction.atomic
def submit(notice: Notice, *, by: Viewer) -> Notice:
    """Hand a notice in: to a colleague where its organisation wants two people behind it, to the programme's analysts where a lane leads to this
    platform, else straight to the platform.

    Raises NotAllowed, and Refused with what the ground's checklist misses. Submitting twice is submitting once.
    """
    notice = locked(notice)
    if notice.state in (Notice.State.VETTING, Notice.State.SENT) and notice.submitted_by_id == by.audience_id:
        return notice
    if notice.state == Notice.State.APPROVAL and notice.asked_by_id == by.audience_id:
        return notice
    require(can_edit(by, notice))
    checks = _complete(notice, by.audience_id)
    notice.form_at = timezone.now()
    notice.asked_by_id = notice.asked_at = notice.countersigned_by_id = notice.countersigned_at = None
    if not wants_two(notice.principal_id):
        return _hand_in(notice, checks, submitter=by.audience_id, by=by)
    notice.state, notice.asked_by_id, notice.asked_at, notice.return_reason = Notice.State.APPROVAL, by.audience_id, timezone.now(), ""
    notice.save()
    record("notice.approval_asked", notice, by=by, space=by.desk_id, notice=notice.reference, people=notice.principal.people_id)
    return notice


@transaction.atomic
def countersign(notice: Notice, *, by: Viewer) -> Notice:
    """As the second of two people: approve that a colleague's notice is handed in; it is judged on this day.

    Raises NotAllowed, also for whoever asked, Conflict when a colleague was first, and Refused with what the checklist misses.
    """
    notice = locked(notice)
    _require_asked(notice, by)
    require(can_countersign(by, notice), _("Another of your people approves it than who asked; an agent does not."))
    checks = _complete(notice, notice.asked_by_id)
    notice.countersigned_by_id, notice.countersigned_at = by.audience_id, timezone.now()
    record("notice.countersigned", notice, by=by, space=by.desk_id, notice=notice.reference, asked=notice.asked_by_id)
    return _hand_in(notice, checks, submitter=notice.asked_by_id, by=by)


@transaction.atomic
def send_back(notice: Notice, *, reason: str, by: Viewer) -> Notice:
    """As the second of two people: do not approve a colleague's notice, saying why; or as who asked, take it back. It is a draft again."""
    notice = locked(notice)
    _require_asked(notice, by)
    require(can_countersign(by, notice) or can_take_back(by, notice))
    reason = reason_given(reason)
    if can_take_back(by, notice):
        notice.state, notice.form_at = Notice.State.DRAFT, None
        notice.save(update_fields=["state", "form_at"])
        record("notice.taken_back", notice, by=by, space=by.desk_id, notice=notice.reference, reason=reason[:300])
        return notice
    notice.state, notice.return_reason, notice.form_at = Notice.State.RETURNED, reason, None
    notice.save(update_fields=["state", "return_reason", "form_at"])
    record("notice.not_countersigned", notice, by=by, space=by.desk_id, notice=notice.reference, reason=reason[:300], asked=notice.asked_by_id)
    return notice


def _require_asked(notice: Notice, by: Viewer) -> None:
    if notice.state != Notice.State.APPROVAL and is_principal(by, notice):
        raise Conflict(_("This notice is %(state)s already.") % {"state": notice.get_state_display()})


@transaction.atomic
def set_two_people(organisation: Organisation, *, wants: bool, by: Viewer) -> TwoPeople | None:
    """As its owner: want two of one's people behind each notice from now on, or no more. What waits for a colleague goes on waiting."""
    require(by.organisation_id == organisation.pk and can_set_two_people(by))
    hold_still(organisation)
    running = TwoPeople.objects.filter(organisation=organisation, until=None).first()
    if wants and running is None:
        running = TwoPeople.objects.create(space_id=by.desk_id, organisation=organisation, set_by_id=by.audience_id)
        record("notice.two_people", running, by=by, space=by.desk_id)
    elif running and not wants:
        running.until, running.ended_by_id = timezone.now(), by.audience_id
        running.save(update_fields=["until", "ended_by"])
        record("notice.one_person", running, by=by, space=by.desk_id)
    return running


def _complete(notice: Notice, sender: int | None) -> list[rules.Check]:
    """The checklist, with nothing missing. Raises Refused with what is, at its fields."""
    checks = rules.checklist(claim_of(notice, sender))
    if missing := [check for check in checks if check.is_missing]:
        said = _("Still missing: %(what)s.") % {"what": "; ".join(check.text for check in missing)}
        raise Refused(said, problems=[at for check in missing for at in _at(check)])
    return checks


def _at(check: rules.Check) -> list[tuple[str | None, str]]:
    """Where on the form it is said, and what."""
    return [*check.problems] or [(check.field, _("still missing: %(what)s") % {"what": check.text})]


def _hand_in(notice: Notice, checks: list[rules.Check], *, submitter: int | None, by: Viewer) -> Notice:
    # The cohort an item is counted in is that of its first submission, however often it comes back.
    notice.submitted_at, notice.submitted_by_id = notice.submitted_at or timezone.now(), submitter
    notice.return_reason = ""
    if notice.vetting_space is None:
        # The lane is that of the day it is handed in.
        notice.programme = programme_for(notice.principal_id, notice.platform, timezone.localdate())
    notice.right_countries = valid_where(notice)[0]
    if notice.programme is None:
        keep(notice, checks, Judgement.Occasion.SUBMISSION, by=by)
        _send(notice, by=by)
        record("notice.sent", notice, by=by)
        return notice
    if notice.vetting_space is None:
        owner, label = notice.principal.audience, _("Vetting of %(ref)s") % {"ref": notice.reference}
        notice.vetting_space = access.open_space(Space.Kind.NOTICE, by=by, owner=owner, label=label, mark=Tlp.AMBER)
    for space in (notice.space, notice.vetting_space):
        access.grant(space, notice.programme.team, Grant.Role.CONTRIBUTE, by=by, reason=_("vets it for %(p)s") % {"p": notice.programme})
    keep(notice, checks, Judgement.Occasion.SUBMISSION, by=by)
    notice.state = Notice.State.VETTING
    label = _("Vet %(ref)s of %(who)s") % {"ref": notice.reference, "who": notice.principal}
    clock = clocks.start(VETTING, notice, owed_by_id=notice.programme.team_id, label=label, scope=notice.programme.slug)
    notice.due_at = clock.due_at
    notice.save()
    index_notice(notice)
    record("notice.submitted", notice, by=by, space=notice.vetting_space, team=notice.programme.team_id)
    return notice


def _send(notice: Notice, *, by: Viewer) -> None:
    """Let the platform in and start its clock. From here on nothing about the notice changes but its answers."""
    organisation = notice.platform.organisation
    if organisation is None:
        raise Refused(_("%(name)s takes no notices here yet: it is not a member.") % {"name": notice.platform})
    # The analyst who passes it on does not lead it; that the addressee may then read it is the notice's own rule.
    with as_system("let the platform into a notice that was sent to it"):
        access.grant(notice.space, organisation.audience, Grant.Role.CONTRIBUTE, by=by, reason=_("the notice is addressed to it"))
    notice.state, notice.sent_at = Notice.State.SENT, timezone.now()
    notice.recipient, notice.recipient_country = organisation.name[:160], organisation.country
    label = _("Answer %(ref)s of %(who)s") % {"ref": notice.reference, "who": notice.principal}
    clock = clocks.start(ANSWER, notice, owed_by_id=organisation.audience_id, label=label, scope=notice.platform.slug)
    notice.due_at = clock.due_at
    notice.save()
    index_notice(notice)


@transaction.atomic
def approve(notice: Notice, *, by: Viewer) -> Notice:
    """As the programme's analyst: pass it on to the platform.

    What the sender's checklist was judged on is judged again on this day: a right may have lapsed meanwhile, a case may hold still, a seller may
    have come on the allow list. Raises Refused with what holds no longer, and Conflict when a colleague was first.
    """
    notice = locked(notice)
    _require_vetting(notice, by)
    with as_system("judge a notice again on the day it is sent, on what its sender alone may read"):
        checks = rules.checklist(claim_of(notice))
        notice.right_countries = valid_where(notice)[0]
        keep(notice, checks, Judgement.Occasion.SENDING, by=by)
    if missing := [check for check in checks if check.is_missing]:
        raise Refused(_("It cannot be sent as things stand now; give it back: %(what)s.") % {"what": "; ".join(check.text for check in missing)})
    notice.vetted_at, notice.vetted_by_id = timezone.now(), by.audience_id
    clocks.stop(VETTING, notice)
    _send(notice, by=by)
    record("notice.approved", notice, by=by)
    return notice


@transaction.atomic
def vet_all(found: Sequence[Notice], *, approves: bool, reason: str, by: Viewer) -> tuple[list[Notice], list[str]]:
    """As an analyst: pass several notices on, or return them for one reason, each by itself. Returns those it was done to, and why not the others.

    Raises NotAllowed for one that is not this analyst's to vet, and Refused for a return without a reason.
    """
    if not approves and len(reason.strip()) < 5:
        raise Refused(_("Say what is missing or wrong."), field="reason")
    done, refused = one_by_one(found, lambda one: approve(one, by=by) if approves else give_back(one, reason=reason, by=by))
    return [one for one, _sent in done], [f"{one.reference}: {why}" for one, why in refused]


@transaction.atomic
def translate(notice: Notice, *, language: str, text: str, by: Viewer) -> Translation:
    """As its sender, or as the programme's analyst: say what it says in another language. Said anew, the newer one is read.

    Raises NotAllowed, and Refused for an unknown language or no text.
    """
    notice = locked(notice)
    require(can_translate(by, notice))
    if language not in LANGUAGES:
        raise Refused(_("Choose a language."), field="language")
    if not text.strip():
        raise Refused(_("Write the translation."), field="text")
    if language == written_in(notice.statement):
        raise Refused(_("It is written in that language: its sender alone says what it says."), field="language")
    made = Translation.objects.create(
        space_id=notice.space_id, notice=notice, language=language, text=text.strip()[:20_000], of=notice.statement_digest, made_by_id=by.audience_id
    )
    where = notice.vetting_space or by.desk_id
    record("notice.translated", notice, by=by, space=where, language=LANGUAGES[language])
    return made


@transaction.atomic
def give_back(notice: Notice, *, reason: str, by: Viewer, items: dict[int, str] | None = None) -> Notice:
    """As the programme's analyst: return it to the sender, saying why, of the whole or of single items by their ids.

    Raises NotAllowed, and Refused without any reason, or for an item that is none of the notice's.
    """
    notice = locked(notice)
    _require_vetting(notice, by)
    asked = {pk: text.strip()[:1000] for pk, text in (items or {}).items() if text.strip()}
    if len(reason.strip()) < 5 and not asked:
        raise Refused(_("Say what is missing or wrong."), field="reason")
    if notice.items.filter(pk__in=asked).count() != len(asked):
        raise Refused(_("Choose items of this notice."), field="items")
    reason = reason.strip() or ngettext("See what is asked of one item.", "See what is asked of %(n)d items.", len(asked)) % {"n": len(asked)}
    Return.objects.create(
        space=notice.vetting_space, notice=notice, reason=reason, items={str(pk): text for pk, text in asked.items()}, returned_by_id=by.audience_id
    )
    clocks.stop(VETTING, notice)
    notice.state, notice.return_reason, notice.due_at, notice.form_at = Notice.State.RETURNED, reason, None, None
    notice.save()
    record("notice.returned", notice, by=by, space=notice.vetting_space, reason=reason[:300])
    # A draft is its sender's own again; handing it in once more lets the analysts in once more.
    with as_system("let the analysts out of a notice they returned"):
        Grant.objects.filter(space_id=notice.space_id, audience_id__in=Programme.objects.filter(pk=notice.programme_id).values("team_id")).update(
            expires_at=timezone.now()
        )
    by.forget_spaces()
    return notice


def _require_vetting(notice: Notice, by: Viewer) -> None:
    if notice.state != Notice.State.VETTING and notice.programme and notice.programme.team_id in by.audience_ids:
        raise Conflict(_("This notice is %(state)s already.") % {"state": notice.get_state_display()})
    require(can_vet(by, notice))
