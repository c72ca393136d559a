"""Publish figures, and check that what was published can still be reproduced."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, require
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from enforcement.statistics.disclosure import SMALL, withheld
from enforcement.statistics.metrics import METRICS, Cohort, figures_by_member, query_hash
from enforcement.statistics.models import PublishedFigure, Snapshot


@transaction.atomic
def publish(*, first: date, last: date, note: str, by: Viewer, restates: Snapshot | None = None) -> Snapshot:
    """Publish the figures of a cohort as of now. Raises Refused for a restatement of other days, or without a reason."""
    require(by.may("publish_statistics"))
    if last < first:
        raise Refused(_("The last day lies before the first."), field="last")
    if restates is not None and (restates.first, restates.last) != (first, last):
        raise Refused(_("A restatement is of the same days: %(of)s.") % {"of": restates}, field="restates")
    if restates is not None and not note.strip():
        raise Refused(_("Say why the earlier figures are restated."), field="note")
    cohort = Cohort(first, last, timezone.now())
    snapshot = Snapshot.objects.create(
        first=first, last=last, as_of=cohort.as_of, published_by_id=by.audience_id, note=note, restates=restates,
        query_hash=query_hash(cohort),
    )  # fmt: skip
    found = to_publish(cohort)
    for figure in found:
        figure.snapshot = snapshot
    PublishedFigure.objects.bulk_create(found)
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
        ))  # fmt: skip
    return found


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
            counted = {now.code: now for now in to_publish(Cohort(snapshot.first, snapshot.last, snapshot.as_of))}
            for published in snapshot.figures.all():
                now = counted.get(published.code)
                if now and published.version == now.version and published.counts != now.counts:
                    found.append(f"{published} of {snapshot} is {now.counts} now, was {published.counts}.")
    return found
