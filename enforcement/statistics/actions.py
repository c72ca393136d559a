"""Publish figures, and check that what was published can still be reproduced."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.locks import one_at_a_time
from enforcement.market.models import Platform
from enforcement.statistics.breakdown import counted
from enforcement.statistics.disclosure import SMALL, withheld
from enforcement.statistics.metrics import METRICS, Cohort, figures_by_member, query_hash
from enforcement.statistics.models import OwnMeasures, PublishedCount, PublishedFigure, Snapshot
from enforcement.storefronts.permissions import can_note


@transaction.atomic
def publish(*, first: date, last: date, note: str, by: Viewer, restates: Snapshot | None = None, procedures: str = "") -> Snapshot:
    """Publish the figures of a cohort as of now. Raises Refused, at its field, for days to come, for days of which some were published and are not
    restated, and for a restatement of other days or without a reason.
    """
    require(by.may("publish_statistics"))
    if last < first:
        raise Refused(_("The last day lies before the first."), field="last")
    if last > timezone.localdate():
        raise Refused(_("That day is still to come."), field="last")
    one_at_a_time("published figures")
    stands = Snapshot.objects.filter(restated_by=None).exclude(pk=restates.pk if restates else None)
    if other := stands.filter(first__lte=last, last__gte=first).first():
        # What two sets of overlapping days differ by would be few, and somebody's.
        raise Refused(
            _("Figures of some of these days stand already, those of %(of)s: restate them, or choose other days.") % {"of": other}, field="first"
        )
    if restates is not None and (restates.first, restates.last) != (first, last):
        raise Refused(_("A restatement is of the same days: %(of)s.") % {"of": restates}, field="restates")
    if restates is not None and not note.strip():
        raise Refused(_("Say why the earlier figures are restated."), field="note")
    cohort = Cohort(first, last, timezone.now())
    snapshot = Snapshot.objects.create(
        first=first, last=last, as_of=cohort.as_of, published_by_id=by.audience_id, note=note, restates=restates,
        query_hash=query_hash(cohort), procedures=procedures.strip(),
    )  # fmt: skip
    found = to_publish(cohort)
    for figure in found:
        figure.snapshot = snapshot
    PublishedFigure.objects.bulk_create(found)
    with as_system("count what published figures break down into"):
        cells = counted(cohort)
    for cell in cells:
        cell.snapshot = snapshot
    PublishedCount.objects.bulk_create(cells)
    record("statistics.published", snapshot, by=by, space=by.desk_id, cohort=f"{first} to {last}")
    return snapshot


def to_publish(cohort: Cohort) -> list[PublishedFigure]:
    """The figures of a cohort over all members, each with whether it may be said: as they would be published."""
    with as_system("count for publication"):
        by_member = figures_by_member(cohort)
    found = []
    for metric in METRICS.values():
        if not metric.is_public:
            continue
        theirs = [figures[metric.code] for figures in by_member.values()]
        shares = [[figure.counts[part] for figure in theirs] for part in ("denominator", "numerator")]
        found.append(PublishedFigure(
            code=metric.code, version=metric.version, definition=metric.definition,
            counts={part: sum(figure.counts[part] for figure in theirs) for part in metric.parts},
            members=sum(n > 0 for n in shares[0]),
            # Of few that were removed, how many were refused is nobody's secret; whose the items are would be.
            withheld=withheld(shares[0]) or (withheld(shares[1]) if sum(shares[1]) >= SMALL else ""),
            unsaid=[part for part in metric.parts if part not in ("numerator", "denominator")
                    and any(figure.counts[part] for figure in theirs) and withheld(figure.counts[part] for figure in theirs)],
        ))  # fmt: skip
    return found


@transaction.atomic
def say_own_measures(
    platform: Platform, *, first: date, last: date, by_itself: int, after_notices: int, source: str, by: Viewer, replaces: OwnMeasures | None = None
) -> OwnMeasures:
    """As a platform: say how much it removed in some days by its own measures, and how much after notices of anybody.

    Raises NotAllowed, and Refused, at its field, for days that are none or to come, nothing removed, no source, or one in the place of another
    platform's or of one that was replaced already.
    """
    require(can_note(by, platform))
    platform = lock(platform)
    if last < first:
        raise Refused(_("The last day lies before the first."), field="last")
    if last > timezone.localdate():
        raise Refused(_("That day is still to come."), field="last")
    if min(by_itself, after_notices) < 0 or by_itself + after_notices == 0:
        raise Refused(_("Say how many were removed."), field="by_itself")
    said = OwnMeasures.objects.filter(platform=platform, replaced_by=None).exclude(pk=replaces.pk if replaces else None)
    if other := said.filter(first__lte=last, last__gte=first).first():
        raise Refused(_("You have said it of some of these days already, of %(of)s: say it in its place.") % {"of": other}, field="replaces")
    if not source.strip():
        raise Refused(_("Say where you have published it, or how it was counted."), field="source")
    if replaces is not None and (replaces.platform_id != platform.pk or OwnMeasures.objects.filter(replaces=replaces).exists()):
        raise Refused(_("Choose one of yours that stands."), field="replaces")
    made = OwnMeasures.objects.create(
        platform=platform, first=first, last=last, by_itself=by_itself, after_notices=after_notices, source=source.strip()[:300],
        said_by_id=by.audience_id, replaces=replaces,
    )  # fmt: skip
    record("statistics.own_measures", made, by=by, space=by.desk_id, platform=platform.name, days=f"{first} to {last}")
    return made


def latest() -> Snapshot | None:
    """What is published of the latest days, and was not restated."""
    snapshots = Snapshot.objects.filter(restated_by=None).prefetch_related("figures").select_related("restates")
    return snapshots.order_by("-last", "-as_of").first()


def headline() -> str | None:
    """The published take-down rate in a sentence, with its n and its day, and beside it what standing behind adds; None of too few."""
    snapshot = latest()
    by_code = {figure.code: figure for figure in snapshot.figures.all()} if snapshot else {}
    m1, m2, m3 = (by_code.get(code) for code in ("M1", "M2", "M3"))
    if snapshot is None or m1 is None or m1.withheld:
        return None
    said = _("Platforms removed %(p)s %% of the %(n)d items they decided, as of %(day)s.") % {
        "p": m1.percent, "n": m1.denominator, "day": date_format(snapshot.as_of, "j F Y"),
    }  # fmt: skip
    if m2 and m3 and not m2.withheld and not m3.withheld:
        beside = _("When rights holders stood behind a claim, as for %(q)s %% of %(m)d disputed items, %(p)s %% of %(n)d stayed down.")
        said += " " + beside % {
            "q": m2.percent, "m": m2.denominator, "p": m3.percent, "n": m3.denominator,
        }  # fmt: skip
    return said


def differences() -> list[str]:
    """Published figures of the present definitions that a count from scratch, as of their instant, does not give again."""
    found = []
    with as_system("recount published figures"):
        for snapshot in Snapshot.objects.prefetch_related("figures"):
            cohort = Cohort(snapshot.first, snapshot.last, snapshot.as_of)
            figures = {now.code: now for now in to_publish(cohort)}
            for published in snapshot.figures.all():
                now = figures.get(published.code)
                if now and published.version == now.version and published.counts != now.counts:
                    found.append(f"{published} of {snapshot} is {now.counts} now, was {published.counts}.")
            # What platforms say they did they may say later, of days gone by: it is not recounted.
            kept = {(cell.what, cell.part): (cell.n, cell.withheld) for cell in snapshot.cells.all() if cell.what != PublishedCount.What.ACTS}
            again = {(cell.what, cell.part): (cell.n, cell.withheld) for cell in counted(cohort) if cell.what != PublishedCount.What.ACTS}
            if kept and kept != again:
                wrong = {key for key in kept.keys() | again.keys() if kept.get(key) != again.get(key)}
                found += [
                    f"{what} {part} of {snapshot} is {again.get((what, part))} now, was {kept.get((what, part))}." for what, part in sorted(wrong)
                ]
    return found
