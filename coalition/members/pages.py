from datetime import date, timedelta
from functools import cached_property

from django.db import connection
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.access.models import Audience, AudienceMember
from coalition.access.viewer import as_system
from coalition.dates import long_day, midnight
from coalition.members.capabilities import in_words
from coalition.members.countries import NAMES
from coalition.members.models import CapabilityRule, Category, Handover, Invitation, Mandate, Organisation, Policy, Resignation, Seat
from coalition.members.permissions import can_give, can_keep_register, can_manage_seats
from coalition.members.registry import card_rows, comes_of_leaving, own_panels
from coalition.members.standing import facts_of, good_spells, standing, to_accept


class OrganisationPage:
    def __init__(self, organisation, viewer):
        self.organisation, self.viewer = organisation, viewer

    @property
    def is_own(self) -> bool:
        """Whether its people read it; its agents act for it and read of it what other members read."""
        return self.organisation.pk == self.viewer.organisation_id and not self.viewer.is_agent

    @property
    def can_manage(self) -> bool:
        return can_manage_seats(self.viewer, self.organisation)

    @cached_property
    def is_shown(self) -> bool:
        """Whether this viewer reads what it says of itself: others read it of those in the directory; of whoever has left, the name alone."""
        return self.is_own or can_keep_register(self.viewer) or Organisation.objects.listed().filter(pk=self.organisation.pk).exists()

    @property
    def country(self) -> str:
        return NAMES.get(self.organisation.country, self.organisation.country)

    @cached_property
    def card(self) -> list[tuple]:
        """What it says of itself in the directory."""
        return [row for say in card_rows for row in say(self.organisation)]

    @cached_property
    def seats(self):
        """People are their own organisation's business; the opt-in directory of people shows others."""
        return (
            list(Seat.objects.filter(organisation=self.organisation, ends_at=None).select_related("person", "mandate__agent")) if self.is_own else []
        )

    @cached_property
    def standing(self):
        """For those who keep the register; other members read only that it is a member."""
        return standing(facts_of(self.organisation), timezone.localdate()) if can_keep_register(self.viewer) else None

    @property
    def suspension(self):
        """The suspension that holds or is announced."""
        return self.organisation.suspensions.filter(ends_on=None).first()

    @cached_property
    def lacks_owner(self) -> bool:
        """Whether nobody there can invite its people, for who keeps the register."""
        with as_system("ask whether an organisation has an owner, for who keeps the register"):
            return self.organisation.category.is_member and not Seat.objects.owners().filter(organisation=self.organisation).exists()

    @cached_property
    def invited(self) -> int:
        """How many are asked to a seat and have not answered; who, is the organisation's own."""
        with as_system("count the open invitations of an organisation for who keeps the register"):
            return Invitation.objects.open().filter(organisation=self.organisation).count()

    @cached_property
    def member_until(self):
        """For itself and for those who keep the register: rivals read only that it is a member."""
        return self.organisation.membership_ends() if self.is_own or can_keep_register(self.viewer) else None

    @cached_property
    def leaving(self):
        """Its resignation and why: for those who keep the register."""
        return self.organisation.leaving() if can_keep_register(self.viewer) else None


class OwnPage:
    """*Our organisation*, for its own people: its standing and why, its seats, what it gives and what must be accepted."""

    @property
    def roles(self):
        """The roles this seat may give."""
        return [choice for choice in Seat.Role.choices if can_give(self.viewer, self.organisation, choice[0])]

    def __init__(self, organisation: Organisation, viewer):
        self.organisation, self.viewer = organisation, viewer

    @cached_property
    def facts(self):
        return facts_of(self.organisation)

    @cached_property
    def standing(self):
        return standing(self.facts, timezone.localdate())

    @cached_property
    def term(self):
        return self.organisation.term_on(timezone.localdate())

    @cached_property
    def good_until(self):
        """The day on which its good standing ends sooner than its term, as things stand: a suspension announced, say."""
        spells = good_spells(self.facts, timezone.localdate())
        ends = spells[0].ends_on if spells and spells[0].starts_on <= timezone.localdate() else None
        return ends if ends and self.term and ends < self.term.until else None

    @property
    def ends_because(self) -> str:
        return standing(self.facts, self.good_until).because if self.good_until else ""

    @cached_property
    def next_term(self):
        """The term that was given ahead."""
        return self.organisation.terms.counting().filter(starts_on__gt=timezone.localdate()).order_by("starts_on").first()

    @cached_property
    def leaving(self):
        return self.organisation.leaving()

    @property
    def taken(self) -> int:
        """Seats that count against the tier's: those of its agents' people do not."""
        return sum(seat.mandate_id is None for seat in self.seats)

    @property
    def cap(self) -> int | None:
        return self.term.tier.seats if self.term and self.term.tier else None

    @cached_property
    def seats(self):
        return list(self.organisation.seats.filter(ends_at=None).select_related("person", "mandate__agent"))

    @cached_property
    def invitations(self):
        return list(Invitation.objects.visible_to(self.viewer).open().filter(organisation=self.organisation).order_by("-pk"))

    @cached_property
    def policies_to_accept(self):
        """Each with the day by which this member accepts it; whoever has left is asked for nothing."""
        if self.leaving and self.leaving.takes_effect_on <= timezone.localdate():
            return []
        return to_accept(self.organisation)

    @cached_property
    def offer(self):
        """The ownership on offer here, for those it is between."""
        offers = Handover.objects.visible_to(self.viewer).filter(organisation=self.organisation, taken_at=None, refused_at=None)
        found = offers.filter(expires_at__gt=timezone.now()).select_related("giver__person", "taker__person").first()
        return found if found and self.viewer.seat_id in (found.giver_id, found.taker_id) else None

    @property
    def can_manage(self) -> bool:
        return can_manage_seats(self.viewer, self.organisation)

    @property
    def can_let_in(self) -> bool:
        """Who has no live access puts the membership in order, and lets nobody in before."""
        return self.can_manage and self.viewer.in_standing

    @property
    def can_accept(self) -> bool:
        return self.viewer.may("own_organisation")

    @property
    def own_role(self):
        return Seat.Role(self.viewer.role).label

    @cached_property
    def panels(self) -> list[dict]:
        return [panel for make in own_panels if (panel := make(self.organisation, self.viewer))]

    @cached_property
    def capabilities(self) -> list[dict]:
        return explain(self.viewer, self.organisation.category)


class AgentPage:
    """The organisation an agent acts for: under which mandate, who else does, and what its seat may do. The rest is its own people's business."""

    def __init__(self, organisation: Organisation, viewer):
        self.organisation, self.viewer = organisation, viewer

    @cached_property
    def mandate(self) -> Mandate:
        return Mandate.objects.select_related("agent").get(seats=self.viewer.seat_id)

    @cached_property
    def seats(self):
        return list(self.organisation.seats.filter(ends_at=None, mandate=self.mandate).select_related("person"))

    @property
    def own_role(self):
        return Seat.Role(self.viewer.role).label

    @cached_property
    def capabilities(self) -> list[dict]:
        return explain(self.viewer, self.organisation.category)


class ResigningPage:
    """What comes of an organisation's leaving with effect from a day."""

    def __init__(self, organisation: Organisation, leaving: Resignation | None, day: date, viewer):
        self.organisation, self.leaving, self.day, self.viewer = organisation, leaving, day, viewer

    @property
    def can_stay(self) -> bool:
        return self.leaving is not None and self.leaving.takes_effect_on > timezone.localdate()

    @property
    def is_at_once(self) -> bool:
        return self.day <= timezone.localdate()

    @cached_property
    def comes(self) -> list[tuple]:
        """Each thing by its name, and what becomes of it, in a sentence."""
        with as_system("say what comes of an organisation’s leaving"):
            return [*_seats_end(self.organisation), *(row for rows in comes_of_leaving for row in rows(self.organisation, self.day, self.viewer))]


def _seats_end(organisation: Organisation) -> list[tuple]:
    """What the membership itself gave: seats, invitations, agents."""
    seats = organisation.seats.filter(ends_at=None, mandate=None).count()
    rows = [
        (_("Seats"), ngettext("Its one person reads nothing and does nothing here from that day. What they wrote and shared stays.",
                              "Its %(n)d people read nothing and do nothing here from that day. What they wrote and shared stays.",
                              seats) % {"n": seats})
    ]  # fmt: skip
    if n := Invitation.objects.open().filter(organisation=organisation).count():
        rows.append((_("Invitations"), ngettext("One opens nothing from that day.", "%(n)d open nothing from that day.", n) % {"n": n}))
    runs = Mandate.objects.in_force(timezone.localdate()).select_related("agent", "principal")
    for mandate in runs.filter(principal=organisation):
        rows.append((_("Agent"), _("%(who)s acts for it no more.") % {"who": mandate.agent}))
    for mandate in runs.filter(agent=organisation):
        rows.append((_("Mandate"), _("It acts for %(who)s no more, who is not told by this: end the mandate first.") % {"who": mandate.principal}))
    return rows


# How long a new member is shown its first steps.
NEW_FOR = timedelta(days=60)


def waiting(viewer) -> list[dict]:
    """For the home page: the ownership that is offered, policies to accept, and an owner's first steps."""
    if not viewer.organisation_id or viewer.is_agent:
        return []
    offers = Handover.objects.visible_to(viewer).filter(taker=viewer.seat_id, taken_at=None, refused_at=None, expires_at__gt=timezone.now())
    here = reverse("members:own")
    rows = [
        {"title": _("Take over the membership"), "detail": _("%(who)s offers it.") % {"who": offer.giver.person}, "address": here,
         "due_at": offer.expires_at}
        for offer in offers.select_related("giver__person")
    ]  # fmt: skip
    if not viewer.may("own_organisation"):
        return rows
    organisation = Organisation.objects.select_related("category").get(pk=viewer.organisation_id)
    if (leaving := organisation.leaving()) and leaving.takes_effect_on > timezone.localdate():
        rows.append({
            "title": _("The membership ends"), "detail": _("Resigned with effect from %(day)s.") % {"day": long_day(leaving.takes_effect_on)},
            "address": reverse("members:resign"), "due_at": midnight(leaving.takes_effect_on),
        })  # fmt: skip
    rows += [
        {"title": _("Accept the %(name)s") % {"name": policy.title}, "detail": _("version %(n)d") % {"n": policy.version}, "address": here,
         "due_at": midnight(day)}
        for policy, day in to_accept(organisation)
    ]  # fmt: skip
    return rows + (_first_steps(organisation, viewer) if timezone.localdate() - organisation.joined_on < NEW_FOR else [])


def _first_steps(organisation: Organisation, viewer) -> list[dict]:
    """What a new member has not done yet; each goes when it is done."""
    steps = []
    here = reverse("members:own")
    is_alone = organisation.seats.filter(ends_at=None).count() == 1
    if is_alone and not Invitation.objects.visible_to(viewer).open().filter(organisation=organisation).exists():
        steps.append({"title": _("Invite your colleagues"), "detail": _("You hold the only seat."), "address": here})
    if not [row for say in card_rows for row in say(organisation)]:
        address = reverse("directory:organisation_card")
        steps.append({"title": _("Say who you are in the directory"), "detail": _("Others find nothing about you yet."), "address": address})
    return steps


class RegisterPage:
    """What the membership is made of: categories with their holds, teams and policies."""

    @cached_property
    def categories(self) -> list[dict]:
        """Each category with how many organisations it has and the holds that are on it or announced."""
        shown = Category.objects.exclude(kind=Category.Kind.COALITION)
        today = timezone.localdate()
        sizes = dict(Organisation.objects.known().filter(category__in=shown).order_by().values_list("category").annotate(Count("pk")))
        return [
            {
                "category": category, "size": sizes.get(category.pk, 0), "opens": category.opens_after(today),
                "holds": [hold for hold in reversed(category.holds.all()) if hold.ends_on is None or hold.ends_on > today],
            }
            for category in shown.prefetch_related("holds")
        ]  # fmt: skip

    @cached_property
    def teams(self) -> list[dict]:
        """The coalition's teams, each with the seats on it now."""
        teams = list(Audience.objects.filter(kind=Audience.Kind.TEAM).order_by("label"))
        places = AudienceMember.objects.filter(audience__in=teams).filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))
        on_it: dict[int, set[int]] = {}
        for team, member in places.values_list("audience", "member"):
            on_it.setdefault(team, set()).add(member)
        members = {member for found in on_it.values() for member in found}
        seats = list(Seat.objects.filter(ends_at=None, audience__in=members).select_related("person", "organisation").order_by("pk"))
        return [{"team": team, "seats": [seat for seat in seats if seat.audience_id in on_it.get(team.pk, set())]} for team in teams]

    @cached_property
    def policies(self):
        known = Q(acceptances__organisation__terms__isnull=False) | Q(acceptances__organisation__category__is_member=False)
        counted = known & ~Q(acceptances__organisation__category__kind=Category.Kind.COALITION)
        return list(Policy.objects.annotate(accepted=Count("acceptances__organisation", distinct=True, filter=counted)))


def explain(viewer, category: Category) -> list[dict]:
    """What this seat may do and why, and what it may not and why not, from the dated rows themselves: by the reason, what is given first."""
    today = timezone.localdate()
    rules = CapabilityRule.objects.in_force(today).select_related("category", "team", "tier")
    term = Organisation.objects.get(pk=viewer.organisation_id).term_on(today)
    tier_id = term.tier_id if term else None
    by_name: dict[str, list[CapabilityRule]] = {}
    for rule in rules:
        by_name.setdefault(rule.capability, []).append(rule)
    found: dict[tuple[bool, str], list[str]] = {}
    for name, givers in sorted(by_name.items()):
        ours = [rule for rule in givers if rule.category_id in (None, category.pk) and rule.team_id is None]
        teams = [rule for rule in givers if rule.team_id in viewer.audience_ids]
        here = [rule for rule in ours if rule.tier_id in (None, tier_id)]
        if viewer.may(name):
            role = Seat.Role(viewer.role).label
            fit = [rule for rule in here if rule.role in ("", viewer.role)]
            if teams:
                because = _("as one of %(team)s") % {"team": teams[0].team}
            elif fit and all(rule.tier_id for rule in fit):
                because = _("%(category)s on the tier %(tier)s, as %(role)s") % {"category": category.name, "tier": fit[0].tier, "role": role}
            else:
                because = _("%(category)s, as %(role)s") % {"category": category.name, "role": role}
        elif not ours:
            continue
        elif not viewer.in_standing:
            because = _("the membership is not in good standing")
        elif viewer.is_agent:
            because = (
                _("the mandate does not give it") if name in Mandate.SCOPE else _("no mandate can give it: it is for the organisation’s own people")
            )
        elif not here:
            because = _("needs the tier %(tiers)s") % {"tiers": ", ".join(sorted({str(rule.tier) for rule in ours}))}
        else:
            roles = sorted({str(Seat.Role(rule.role).label) for rule in here if rule.role})
            because = _("needs the role %(roles)s") % {"roles": ", ".join(roles)}
        found.setdefault((viewer.may(name), str(because)), []).append(in_words(name))
    return [{"may": may, "because": because, "words": words} for (may, because), words in sorted(found.items(), key=lambda row: not row[0][0])]


class WhoCanSeePage:
    """Each live grant, with how many people it lets in and whether it is what lets this viewer in."""

    def __init__(self, space, grants, viewer):
        self.space, self.viewer = space, viewer
        self.grants = grants

    @cached_property
    def rows(self):
        return [
            {"grant": grant, "people": self.people.get(grant.audience_id, 0), "is_mine": grant.audience_id in self.viewer.audience_ids}
            for grant in self.grants
        ]

    @cached_property
    def people(self) -> dict[int, int]:
        wanted = [grant.audience_id for grant in self.grants]
        with connection.cursor() as cursor:
            cursor.execute("SELECT a, (SELECT count(*) FROM access_seats_of(array[a])) FROM unnest(%s::bigint[]) AS a", [wanted])
            return dict(cursor.fetchall())
