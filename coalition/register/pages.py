"""The staff's figures of the membership, its list, and what a membership was worth to one organisation."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property

from django.db import connection
from django.db.models import Count, Exists, Max, OuterRef, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.viewer import as_system
from coalition.activity.models import Event
from coalition.lists import ROWS, Named
from coalition.members.models import Category, Organisation, Seat, Term
from coalition.members.registry import uses
from coalition.members.standing import facts_of_all, standing
from coalition.register.filters import QUIET, RegisterFilter, live
from coalition.register.rules import median_of_others

MONTHS = 13
# For months given by their first day and the next one's: members in good standing at the end, who joined, who fell out of good standing and
# did not leave, who left.
BY_MONTH = """
WITH ours AS (
  SELECT o.id, o.audience_id, o.joined_on FROM members_organisation o JOIN members_category c ON c.id = o.category_id
  WHERE c.is_member AND c.kind <> 'coalition' AND (%(category)s = '' OR c.slug = %(category)s)
), spells AS (
  SELECT s.member_id, s.starts_at, s.ends_at, lead(s.starts_at) OVER (PARTITION BY s.member_id ORDER BY s.starts_at) AS again_at
  FROM access_audiencemember s
  JOIN access_audience a ON a.id = s.audience_id AND a.kind = 'members' JOIN ours o ON o.audience_id = s.member_id
), terms AS (
  SELECT t.organisation_id, t.starts_on, least(t.ends_on, min(r.takes_effect_on)) AS until
  FROM members_term t JOIN ours o ON o.id = t.organisation_id
  LEFT JOIN members_resignation r ON r.organisation_id = t.organisation_id AND r.given_at >= t.given_at AND r.taken_back_at IS NULL
  GROUP BY t.id
), gone AS (
  SELECT o.audience_id, max(t.until) AS left_on FROM terms t JOIN ours o ON o.id = t.organisation_id
  WHERE t.until > t.starts_on GROUP BY o.audience_id
)
SELECT m.first,
  (SELECT count(DISTINCT s.member_id) FROM spells s
   WHERE s.starts_at < least(m.following, now()) AND (s.ends_at IS NULL OR s.ends_at >= least(m.following, now()))),
  (SELECT count(*) FROM ours o
   WHERE o.joined_on >= m.first AND o.joined_on < m.following AND EXISTS (SELECT FROM members_term t WHERE t.organisation_id = o.id)),
  (SELECT count(DISTINCT s.member_id) FROM spells s LEFT JOIN gone g ON g.audience_id = s.member_id
   WHERE s.ends_at >= m.first AND s.ends_at < least(m.following, now()) AND (s.again_at IS NULL OR s.again_at >= least(m.following, now()))
     AND (g.left_on IS NULL OR g.left_on < m.first OR g.left_on >= m.following OR g.left_on > %(today)s)),
  (SELECT count(*) FROM gone g WHERE g.left_on >= m.first AND g.left_on < m.following AND g.left_on <= %(today)s)
FROM unnest(%(firsts)s::date[], %(nexts)s::date[]) AS m(first, following)
"""


def organisations():
    """Everybody the register knows: whoever is or was a member, and partners; the coalition itself is none of them."""
    return Organisation.objects.known().exclude(category__kind=Category.Kind.COALITION).select_related("category")


def judged(rows: list[Organisation]) -> None:
    """Give each its standing today, its term and how many of its seats are taken: a number of queries that does not grow with them."""
    today, facts = timezone.localdate(), facts_of_all(rows)
    terms: dict[int, Term] = {}
    ends: dict[int, date] = {}
    for term in Term.objects.counting().select_related("tier").filter(organisation__in=rows).order_by("starts_on"):
        if term.starts_on <= today or term.organisation_id not in terms:
            terms[term.organisation_id] = term
        ends[term.organisation_id] = max(term.until, ends.get(term.organisation_id, term.until))
    taken = dict(Seat.objects.filter(organisation__in=rows, ends_at=None, mandate=None).order_by().values_list("organisation").annotate(Count("pk")))
    for row in rows:
        row.judged = standing(facts[row.pk], today)  # type: ignore[attr-defined]
        row.last_term, row.seats_taken = terms.get(row.pk), taken.get(row.pk, 0)  # type: ignore[attr-defined]
        row.member_until = ends.get(row.pk)  # type: ignore[attr-defined]


class ListPage:
    def __init__(self, query):
        self.query = query
        with as_system("narrow the register to what the staff ask for"):
            # What is filtered by may lie on accounts and desks; only organisations come out of it.
            self.filter = RegisterFilter(query, organisations())
            self.ids = self.filter.qs.order_by("name", "pk").values("pk")
            self.found = Organisation.objects.filter(pk__in=list(self.ids.values_list("pk", flat=True))).select_related("category")

    @cached_property
    def rows(self) -> Named:
        page = Named(self.found, self.query, "name", ROWS)
        judged(list(page))
        return page

    @cached_property
    def count(self) -> int:
        return self.found.count()


class DashboardPage:
    """Every figure is a link to the organisations it counts. The months are those of one category where one is chosen."""

    def __init__(self, query):
        self.now = timezone.now()
        self.today = timezone.localdate()
        chosen = query.get("category", "")
        self.chosen = chosen if any(row["category"].slug == chosen for row in self.by_category) else ""

    @cached_property
    def by_category(self) -> list[dict]:
        categories = Category.objects.filter(is_member=True).exclude(kind=Category.Kind.COALITION)
        counted = self._members()
        good = dict(counted.filter(live(self.now)).order_by().values_list("category").annotate(Count("pk")))
        known = dict(counted.order_by().values_list("category").annotate(Count("pk")))
        return [{"category": one, "good": good.get(one.pk, 0), "not": known.get(one.pk, 0) - good.get(one.pk, 0)} for one in categories]

    @cached_property
    def months(self) -> list[dict]:
        """For each of the last months: members in good standing at its end, who joined, who fell out of it, who left."""
        ends, first = [], self.today.replace(day=1)
        for _n in range(MONTHS):
            following = (first + timedelta(days=32)).replace(day=1)
            ends.append((first, following))
            first = (first - timedelta(days=1)).replace(day=1)
        ends.reverse()
        with connection.cursor() as cursor:
            asked = {"firsts": [row[0] for row in ends], "nexts": [row[1] for row in ends], "category": self.chosen, "today": self.today}
            cursor.execute(BY_MONTH, asked)
            rows = cursor.fetchall()
        most = max((row[1] for row in rows), default=1) or 1
        return [{"month": first, "key": f"{first:%Y-%m}", "members": n, "joined": joined, "fell": fell, "left": left, "share": round(100 * n / most)}
                for first, n, joined, fell, left in sorted(rows)]  # fmt: skip

    @cached_property
    def renewals(self) -> list[dict]:
        """Memberships that end soon: by the last term there is, so that whoever is renewed already is not among them."""
        members = Term.objects.counting().filter(ends_on__gte=self.today, organisation__in=self._members().values("pk"))
        ends = members.order_by().values("organisation").annotate(last=Max("until")).filter(last__gte=self.today)
        days = [(last - self.today).days for last in ends.filter(last__lte=self.today + timedelta(days=90)).values_list("last", flat=True)]
        return [{"days": most, "n": sum(left <= most for left in days)} for most in (30, 60, 90)]

    @cached_property
    def seats(self) -> dict:
        """Seats taken of those that tiers give, counted like everywhere: an agent's people take none."""
        running = Term.objects.counting(self.today).filter(starts_on__lte=self.today, ends_on__gt=self.today, tier__seats__isnull=False)
        running = running.filter(organisation__in=self._members().values("pk"))
        given = running.aggregate(all=Sum("tier__seats"))["all"] or 0
        taken = Seat.objects.filter(ends_at=None, mandate=None, organisation__in=running.values("organisation")).count()
        return {
            "taken": taken,
            "given": given,
            "some": self._count(seats="some"),
            "full": self._count(seats="full"),
            "none": self._count(seats="none", standing="good"),
        }

    def _members(self):
        return organisations().filter(category__is_member=True)

    def _count(self, **query) -> int:
        """How many the list would show: the same filter counts."""
        return RegisterFilter(query, organisations()).qs.count()

    @cached_property
    def engagement(self) -> dict:
        """How many members did anything in the last days: counted from events by named system work, which tells nobody what."""
        since = self.now - timedelta(days=QUIET)
        with as_system("count how many members were active"):
            acted = Exists(Event.objects.filter(organisation=OuterRef("audience"), at__gte=since))
            counted = self._members().filter(live(self.now)).annotate(acted=acted)
            rows = dict(counted.order_by().values_list("acted").annotate(Count("pk")))
        return {"days": QUIET, "yes": rows.get(True, 0), "no": rows.get(False, 0)}


class ValuePage:
    """What a membership gave one organisation in its term, against the median of its tier where they are enough."""

    def __init__(self, organisation: Organisation):
        self.organisation = organisation

    @cached_property
    def term(self) -> Term | None:
        today = timezone.localdate()
        covering = self.organisation.terms.counting().select_related("tier__category").filter(starts_on__lte=today).order_by("-starts_on")
        return covering.first()

    @cached_property
    def since(self) -> date:
        """The twelve months that end with the term, or today while it runs."""
        return self.until - timedelta(days=365)

    @cached_property
    def until(self) -> date:
        today = timezone.localdate() + timedelta(days=1)
        return min(today, self.term.until) if self.term else today

    @cached_property
    def peers(self) -> list[int]:
        """The organisations of its tier in good standing, itself among them."""
        if self.term is None:
            return [self.organisation.pk]
        today = timezone.localdate()
        same = Term.objects.filter(tier_id=self.term.tier_id, starts_on__lte=today, ends_on__gt=today).values("organisation")
        found = Organisation.objects.filter(pk__in=same).filter(live(timezone.now()))
        return sorted({self.organisation.pk, *found.values_list("pk", flat=True)[:3000]})

    @cached_property
    def rows(self) -> list[dict]:
        rows = []
        with as_system("count what members of a tier used, to show one of them its own and a median"):
            counts = [(use.words, use.counted(self.peers, self.since, self.until)) for use in uses]
        for words, counted in counts:
            own = counted.get(self.organisation.pk, 0)
            rows.append({"words": words, "own": own, "median": median_of_others(own, [counted.get(pk, 0) for pk in self.peers])})
        return rows

    @cached_property
    def seats(self) -> tuple[int, int | None]:
        taken = self.organisation.seats.filter(Q(ends_at=None), mandate=None).count()
        return taken, self.term.tier.seats if self.term and self.term.tier else None

    @property
    def is_suppressed(self) -> bool:
        return all(row["median"] is None for row in self.rows)


def own_panel(organisation, viewer) -> dict | None:
    """On *Our organisation*: where to read what the membership gave."""
    if not viewer.may("own_organisation") or not organisation.category.is_member:
        return None
    return {
        "title": _("What it was worth"),
        "rows": [],
        "address": reverse("register:own_value"),
        "more": _("The last twelve months, beside others of your tier"),
    }
