"""What a published set of figures breaks down into: notices and items by platform, by ground, by what came of them. A cell that would tell a
member of another is kept and not said, and with it another of its row and column, so that no sum gives it away.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import Count, Value
from django.db.models.functions import Coalesce

from enforcement.statistics.disclosure import complemented, withheld
from enforcement.statistics.metrics import Cohort, items_of
from enforcement.statistics.models import PublishedCount
from enforcement.storefronts.models import Act

PENDING = "pending"
Key = tuple[str, str]


def counted(cohort: Cohort) -> list[PublishedCount]:
    """The cells of a cohort over all members, each with whether it may be said. Of notices that were sent to a platform, each counts once; of
    their items, each once, by what the platform had answered by then.
    """
    items = items_of(cohort).filter(reported=True)
    by_ground = items.order_by().values_list("notice__platform__name", "notice__ground", "notice__principal").annotate(Count("notice", distinct=True))
    answer = Coalesce("was", Value(PENDING))
    by_answer = items.order_by().values_list("notice__platform__name", answer, "notice__principal").annotate(Count("pk"))
    return [*_cells(PublishedCount.What.NOTICES, by_ground), *_cells(PublishedCount.What.ITEMS, by_answer), *_acts(cohort)]


def _cells(what: str, rows: Iterable[tuple]) -> list[PublishedCount]:
    """The cells of a table, and its sums: of a platform (part ""), of a part (platform ""), and of all."""
    shares: dict[Key, Counter[int]] = defaultdict(Counter)
    for platform, part, member, n in rows:
        for key in ((platform, part), (platform, ""), ("", part), ("", "")):
            shares[key][member] += n
    why = {key: withheld(of.values()) for key, of in shares.items()}
    why |= complemented({key: (of.total(), why[key]) for key, of in shares.items() if all(key)})
    return [
        PublishedCount(what=what, platform=platform, part=part, n=of.total(), members=len(of), withheld=why[platform, part])
        for (platform, part), of in sorted(shares.items())
    ]


def _acts(cohort: Cohort) -> list[PublishedCount]:
    """What platforms said they did in the days, and had not taken back by then: every member reads the record, so each cell may be said."""
    acts = Act.objects.on_record().filter(on__gte=cohort.first, on__lte=cohort.last, noted_at__lte=cohort.as_of)
    standing = acts.exclude(reversed_on__lte=cohort.as_of.date())
    rows = standing.order_by().values_list("platform__name", "kind").annotate(Count("pk"))
    return [PublishedCount(what=PublishedCount.What.ACTS, platform=platform, part=kind, n=n) for platform, kind, n in sorted(rows)]
