"""What a published set of figures breaks down into: the notices that the coalition passed on, by platform and by ground; and what platforms said they
did. What would tell a member of another is told together with others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import Count, Q

from enforcement.shapes.models import Ground
from enforcement.statistics.disclosure import told
from enforcement.statistics.metrics import Cohort, items_of
from enforcement.statistics.models import PublishedCount
from enforcement.storefronts.models import Act

What = PublishedCount.What


def counted(cohort: Cohort) -> list[PublishedCount]:
    """The parts of a cohort over all members, each with whether it is said by itself: notices that were vetted and had reached their platform by
    then, each once.
    """
    # What its sender took out of it before it was sent never reached the platform.
    items = items_of(cohort).filter(reported=True, notice__vetted_at__isnull=False).exclude(is_withdrawn=True, was=None)
    notices = items.order_by().values_list("notice__platform__name", "notice__ground", "notice__principal").annotate(Count("notice", distinct=True))
    rows = list(notices)
    grounds = {code: str(words) for code, words in Ground.choices}
    by_platform = _parts(What.PLATFORMS, ((platform, platform, member, n) for platform, _ground, member, n in rows))
    by_ground = _parts(What.GROUNDS, ((ground, grounds.get(ground, ground), member, n) for _platform, ground, member, n in rows))
    return [*by_platform, *by_ground, *_acts(cohort)]


def _parts(what: str, rows: Iterable[tuple[str, str, int, int]]) -> list[PublishedCount]:
    parts: dict[str, Counter[int]] = defaultdict(Counter)
    words: dict[str, str] = {}
    for part, in_words, member, n in rows:
        parts[part][member] += n
        words[part] = in_words
    why = told(parts)
    return [
        PublishedCount(what=what, part=part, words=words[part], n=of.total(), members=len(of), withheld=why[part])
        for part, of in sorted(parts.items())
    ]


def _acts(cohort: Cohort) -> list[PublishedCount]:
    """What platforms said they did in the days, and had not taken back by then: every member reads the record, so each may be said."""
    acts = Act.objects.on_record().filter(on__gte=cohort.first, on__lte=cohort.last, noted_at__lte=cohort.as_of)
    standing = acts.filter(Q(reversed_on=None) | Q(reversed_on__gt=cohort.as_of.date()))
    kinds = {code: str(words) for code, words in Act.Kind.choices}
    rows = standing.order_by().values_list("platform__name", "kind").annotate(Count("pk"))
    return [
        PublishedCount(what=What.ACTS, part=f"{platform}, {kinds[kind]}", words=f"{platform}: {kinds[kind]}", n=n)
        for platform, kind, n in sorted(rows)
    ]
