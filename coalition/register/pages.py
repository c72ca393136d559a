"""The staff's figures of the membership, its list, and what a membership was worth to one organisation."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Exists, Max, OuterRef, Q, Sum, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.viewer import Viewer, as_system
from coalition.activity.models import Event
from coalition.dues.models import Account, OpenItem, TermCharge
from coalition.dues.permissions import can_keep_accounts
from coalition.lists import ROWS, Named
from coalition.members.capabilities import MEMBERS_MAY, in_words, roles_given
from coalition.members.models import Category, Organisation, Resignation, Seat, Term, in_good_standing
from coalition.members.registry import uses
from coalition.members.standing import facts_of_all, standing
from coalition.register.filters import QUIET, RegisterFilter
from coalition.register.months import Month, Move, Movements
from coalition.register.rules import median_of_others

MONTHS = 13


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


def in_full(rows: list[Organisation], viewer: Viewer) -> None:
    """Give each besides what the file of the whole register says: owners, policies, how it left or is held; its account and what is open for
    those who keep accounts as well.
    """
    judged(rows)
    keeps_accounts = can_keep_accounts(viewer)
    with as_system("take the register out in full for who keeps it"):
        billed = Account.objects.select_related("band").filter(organisation__in=rows) if keeps_accounts else Account.objects.none()
        open_items = OpenItem.objects.filter(organisation__in=rows) if keeps_accounts else OpenItem.objects.none()
        accounts = {account.organisation_id: account for account in billed}
        owners: dict[int, list[Seat]] = {}
        for seat in Seat.objects.owners().select_related("person").filter(organisation__in=rows).order_by("pk"):
            owners.setdefault(seat.organisation_id, []).append(seat)
        open_dues: dict[int, dict[str, Decimal]] = {}
        for item in open_items:
            sums = open_dues.setdefault(item.organisation_id, {})
            sums[item.currency] = sums.get(item.currency, Decimal(0)) + item.amount
        prefetch_related_objects(rows, "acceptances__policy", "suspensions")
        last_words = {word.organisation_id: word for word in Resignation.objects.standing().filter(organisation__in=rows).order_by("given_at")}
        resigned = set(Organisation.objects.resigned().filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    for row in rows:
        row.billed, row.owners, row.open_dues = accounts.get(row.pk), owners.get(row.pk, []), open_dues.get(row.pk, {})  # type: ignore[attr-defined]
        row.accepted = sorted(str(acceptance.policy) for acceptance in row.acceptances.all())  # type: ignore[attr-defined]
        row.last_word = last_words.get(row.pk) if row.pk in resigned else None  # type: ignore[attr-defined]
        row.held = next((one for one in row.suspensions.all() if one.ends_on is None), None)  # type: ignore[attr-defined]


class ListPage:
    def __init__(self, query):
        self.query = query
        with as_system("narrow the register to what the staff ask for"):
            # What is filtered by may lie on accounts and desks; only organisations come out of it.
            self.filter = RegisterFilter(query, organisations())
            # A filter that was not understood narrows to nobody: a letter to all of the list must not go to everybody.
            shown = self.filter.qs if self.filter.is_valid() else organisations().none()
            self.ids = shown.order_by("name", "pk").values("pk")
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
        good = dict(counted.filter(in_good_standing(self.now)).order_by().values_list("category").annotate(Count("pk")))
        known = dict(counted.order_by().values_list("category").annotate(Count("pk")))
        return [{"category": one, "good": good.get(one.pk, 0), "not": known.get(one.pk, 0) - good.get(one.pk, 0)} for one in categories]

    @cached_property
    def months(self) -> list[dict]:
        """The last months, each compared with the one before: members at its end, who joined and came back, who fell out and left."""
        movements, months = Movements(self.chosen), [Month(self.today.replace(day=1))]
        while len(months) < MONTHS:
            months.append(months[-1].before)
        good = {month: len(movements.good(month)) for month in months}
        most = max(good.values()) or 1
        rows = []
        for month in reversed(months):
            moved = movements.moved(month)
            counts = {move.value: len(moved[move]) for move in Move}
            rows.append({"month": month, "members": good[month], "share": round(100 * good[month] / most), **counts})
        return rows

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
        running = Term.objects.covering(self.today).filter(tier__seats__isnull=False)
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
            counted = self._members().filter(in_good_standing(self.now)).annotate(acted=acted)
            rows = dict(counted.order_by().values_list("acted").annotate(Count("pk")))
        return {"days": QUIET, "yes": rows.get(True, 0), "no": rows.get(False, 0)}


class ValuePage:
    """What a membership gave one organisation in its term and what it used, against the median of its tier where they are enough."""

    def __init__(self, organisation: Organisation, viewer: Viewer):
        self.organisation, self.viewer = organisation, viewer

    @cached_property
    def given(self) -> list[str]:
        """What its category and tier give its seats today, in words."""
        given = roles_given(self.organisation, timezone.localdate())
        return [in_words(name) for name in MEMBERS_MAY if name in given]

    @cached_property
    def cost(self) -> list[tuple]:
        """What the term was charged with, less what was credited, before tax, by currency: for whoever reads its dues."""
        charges = (
            TermCharge.objects.visible_to(self.viewer).filter(term=self.term).select_related("invoice").prefetch_related("invoice__credit_notes")
        )
        sums: dict[str, Decimal] = {}
        for charge in charges if self.term else ():
            left = charge.invoice.net - sum(note.net for note in charge.invoice.credit_notes.all())
            sums[charge.invoice.currency] = sums.get(charge.invoice.currency, Decimal(0)) + left
        return [(amount, currency) for currency, amount in sums.items()]

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
        same = Term.objects.covering(timezone.localdate()).filter(tier_id=self.term.tier_id).values("organisation")
        found = Organisation.objects.filter(pk__in=same).filter(in_good_standing(timezone.now()))
        return sorted({self.organisation.pk, *found.values_list("pk", flat=True)[:3000]})

    @cached_property
    def rows(self) -> list[dict]:
        rows, kind = [], self.organisation.category.kind
        with as_system("count what members of a tier used, to show one of them its own and a median"):
            counts = [(use.words, use.counted(self.peers, self.since, self.until)) for use in uses if use.concerns(kind)]
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
    if not viewer.may("own_organisation") or not viewer.in_standing or not organisation.category.is_member:
        return None
    return {
        "title": _("What it was worth"),
        "rows": [],
        "address": reverse("register:own_value"),
        "more": _("The last twelve months, beside others of your tier"),
    }
