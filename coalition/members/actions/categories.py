"""Categories are opened, amended, held and released; their tiers come and close; what they give begins and ends on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access.errors import Refused, not_gone_by, reason_given, require
from coalition.access.locking import lock
from coalition.access.viewer import Viewer
from coalition.activity.actions import Entry, record
from coalition.members.actions.organisations import batched, end_today, follow_standing_of, tell_offices
from coalition.members.capabilities import MEMBERS_MAY, in_words, roles_in_words
from coalition.members.models import CapabilityRule, Category, CategoryHold, Organisation, Seat, Term, Tier
from coalition.members.permissions import can_keep_register
from coalition.members.references import free_slug


@transaction.atomic
def open_category(
    *, name: str, summary: str, kind: str, opens_on: date, like: Category | None = None, is_public: bool = True, reason: str, by: Viewer
) -> Category:
    """Open a category to applicants from a day on, saying why. It gives from that day what the one it begins `like` gives then; without one, nothing.

    Raises NotAllowed, and Refused for a name that is taken, for a day gone by, or for what no category can be.
    """
    require(can_keep_register(by))
    reason, name = reason_given(reason), _free_name(name)
    if kind not in set(Category.Kind.values) - {Category.Kind.COALITION}:
        raise Refused(_("Choose what its applicants are asked."), field="kind")
    is_member = kind != Category.Kind.PARTNER
    if like and like.is_member != is_member:
        raise Refused(_("Members and partners cannot begin alike: choose another, or none."), field="like")
    not_gone_by(opens_on, "opens_on")
    slugs = set(Category.objects.values_list("slug", flat=True))
    last = Category.objects.exclude(kind=Category.Kind.COALITION).aggregate(last=Max("order"))["last"] or 0
    category = Category.objects.create(
        kind=kind, slug=free_slug(name, slugs), name=name, summary=summary.strip(), is_member=is_member, is_public=is_public, order=last + 1,
        opens_on=opens_on,
    )  # fmt: skip
    if is_member:
        # What any membership needs to be kept in order, whatever it gives besides.
        CapabilityRule.objects.bulk_create(
            CapabilityRule(category=category, role=role, capability="see_dues", without_standing=True, valid_from=timezone.localdate())
            for role in Seat.OF_FINANCE
        )
    if like:
        rules = like.capability_rules.filter(tier=None, team=None, capability__in=MEMBERS_MAY).in_force(opens_on)
        CapabilityRule.objects.bulk_create(
            CapabilityRule(
                category=category, role=rule.role, capability=rule.capability, without_standing=rule.without_standing,
                valid_from=opens_on, valid_to=rule.valid_to,
            )
            for rule in rules
        )  # fmt: skip
    _say("category.opened", category, by=by, day=opens_on.isoformat(), reason=reason[:300])
    return category


@transaction.atomic
def amend_category(category: Category, *, name: str, summary: str, is_public: bool, by: Viewer) -> Category:
    """Say otherwise what a category is called, what it is, and whether the public page shows it. Raises NotAllowed, and Refused for a taken name."""
    require(can_keep_register(by))
    category = lock(category)
    before = category.name
    shown = _("shown to the public") if is_public else _("not shown to the public: nobody can apply")
    category.name, category.summary, category.is_public = _free_name(name, but=category), summary.strip(), is_public
    category.save(update_fields=["name", "summary", "is_public"])
    _say("category.amended", category, by=by, before=before, shown=shown)
    return category


def _free_name(name: str, *, but: Category | None = None) -> str:
    return _free(name, Category.objects.all(), but, _("There is a category of that name."))


@transaction.atomic
def add_tier(category: Category, *, name: str, seats: int | None, by: Viewer) -> Tier:
    """Add a tier to a category; what it costs is a rate that the treasury sets. Raises NotAllowed, and Refused for a taken name."""
    require(can_keep_register(by))
    category = lock(category)
    name = _free_tier_name(name, category)
    slug = free_slug(f"{category.slug} {name}", set(Tier.objects.values_list("slug", flat=True)))
    order = (category.tiers.aggregate(last=Max("order"))["last"] or 0) + 1
    tier = Tier.objects.create(category=category, slug=slug, name=name, seats=seats, order=order)
    _say("tier.added", category, by=by, tier=name, seats=_seats(seats))
    return tier


@transaction.atomic
def amend_tier(tier: Tier, *, name: str, seats: int | None, reason: str, by: Viewer) -> Tier:
    """Give a tier another name or number of seats, saying why. A smaller number ends no seat; it only lets nobody in until there is room again.

    Raises NotAllowed, and Refused for a taken name. Every organisation on the tier is told of another number.
    """
    require(can_keep_register(by))
    reason = reason_given(reason)
    tier = lock(tier)
    before, was = tier.name, tier.seats
    tier.name, tier.seats = _free_tier_name(name, tier.category, but=tier), seats
    tier.save(update_fields=["name", "seats"])
    said = {"tier": tier.name, "before": before, "seats": _seats(seats), "were": _seats(was), "reason": reason[:300]}
    _say("tier.amended", tier.category, by=by, told=_on_tier(tier) if seats != was else (), **said)
    return tier


@transaction.atomic
def close_tier(tier: Tier, *, closes_on: date, reason: str, by: Viewer) -> Tier:
    """Offer a tier to nobody new from a day on; whoever has it keeps it and renews it. Raises NotAllowed, and Refused for a day gone by."""
    require(can_keep_register(by))
    reason = reason_given(reason)
    tier = lock(tier)
    not_gone_by(closes_on, "closes_on")
    if not tier.is_offered_on(timezone.localdate()):
        raise Refused(_("%(name)s is closed already.") % {"name": tier})
    tier.closes_on = closes_on
    tier.save(update_fields=["closes_on"])
    _say("tier.closed", tier.category, by=by, tier=tier.name, day=closes_on.isoformat(), reason=reason[:300])
    return tier


@transaction.atomic
def reopen_tier(tier: Tier, *, reason: str, by: Viewer) -> Tier:
    """Offer a tier again from now on, or take back that it was to close. Raises NotAllowed, and Refused where it is offered anyway."""
    require(can_keep_register(by))
    reason = reason_given(reason)
    tier = lock(tier)
    if tier.closes_on is None:
        raise Refused(_("%(name)s is offered.") % {"name": tier})
    tier.closes_on = None
    tier.save(update_fields=["closes_on"])
    _say("tier.reopened", tier.category, by=by, tier=tier.name, reason=reason[:300])
    return tier


def _free_tier_name(name: str, category: Category, *, but: Tier | None = None) -> str:
    return _free(name, category.tiers.all(), but, _("%(category)s has a tier of that name.") % {"category": category})


def _free(name: str, among: QuerySet, but: Category | Tier | None, taken: str) -> str:
    """A name that none of those has but the one that bears it. Raises Refused with what is said where it is `taken`."""
    name = " ".join(name.split())
    if not name:
        raise Refused(_("Give it a name."), field="name")
    if among.filter(name__iexact=name).exclude(pk=but.pk if but else None).exists():
        raise Refused(taken, field="name")
    return name


def _seats(number: int | None) -> str:
    return _("any number") if number is None else str(number)


@transaction.atomic
def give_capability(
    category: Category, *, capability: str, roles: Iterable[str], tier: Tier | None = None, valid_from: date, reason: str, by: Viewer
) -> list[CapabilityRule]:
    """Give a capability to some roles of a category, or of one tier of it, from a day on; saying why. An empty role is everybody with a seat.

    Raises NotAllowed, and Refused for a capability that is not for members to have, a day gone by, or a role that has it then already.
    """
    require(can_keep_register(by))
    reason, roles = reason_given(reason), list(dict.fromkeys(roles))
    # Everybody is everybody, whoever is named besides.
    roles = [""] if "" in roles else roles
    category = lock(category)
    if capability not in MEMBERS_MAY:
        raise Refused(_("Choose what it may."), field="capability")
    if category.kind == Category.Kind.COALITION:
        raise Refused(_("What the coalition’s own staff may do is not given here."))
    if not roles or not set(roles) <= {"", *Seat.Role.values}:
        raise Refused(_("Choose whose it is."), field="roles")
    if tier and tier.category_id != category.pk:
        raise Refused(_("Choose a tier of its own category."), field="tier")
    not_gone_by(valid_from, "valid_from")
    there = _rules(category, capability, tier).filter(Q(valid_to=None) | Q(valid_to__gt=valid_from)).exclude(valid_to=F("valid_from"))
    # Everybody overlaps with anybody.
    there = there if "" in roles else there.filter(role__in=["", *roles])
    if taken := set(there.values_list("role", flat=True)):
        said = _("%(who)s have it then already, or will: end that first, or choose others.") % {"who": roles_in_words(taken)}
        raise Refused(said, field="roles")
    rules = CapabilityRule.objects.bulk_create(
        CapabilityRule(category=category, tier=tier, role=role, capability=capability, valid_from=valid_from) for role in roles
    )
    _capability_follows("category.gives", category, tier, capability, roles, valid_from, reason, by=by)
    return rules


@transaction.atomic
def end_capability(
    category: Category, *, capability: str, roles: Iterable[str], tier: Tier | None = None, valid_to: date, reason: str, by: Viewer
) -> list[CapabilityRule]:
    """End what a category, or one tier of it, gives some roles, from a day on; saying why. What was to begin on that day or later never does.

    Who could do what before that day stays as it was. Raises NotAllowed, and Refused for a day gone by, or where they do not have it.
    """
    require(can_keep_register(by))
    reason, roles = reason_given(reason), list(dict.fromkeys(roles))
    category = lock(category)
    if capability not in MEMBERS_MAY or category.kind == Category.Kind.COALITION:
        raise Refused(_("What the coalition’s own staff may do, and what every membership needs, is not ended here."))
    not_gone_by(valid_to, "valid_to")
    there = _rules(category, capability, tier).filter(Q(valid_to=None) | Q(valid_to__gt=valid_to), role__in=roles)
    ended = list(there.exclude(valid_to=F("valid_from")).select_for_update())
    if not ended:
        raise Refused(_("They do not have it on that day."))
    for rule in ended:
        rule.valid_to = max(valid_to, rule.valid_from)
    CapabilityRule.objects.bulk_update(ended, ["valid_to"])
    _capability_follows("category.gives_no_more", category, tier, capability, {rule.role for rule in ended}, valid_to, reason, by=by)
    return ended


def _rules(category: Category, capability: str, tier: Tier | None):
    return category.capability_rules.filter(capability=capability, tier=tier, team=None)


def _capability_follows(verb: str, category: Category, tier: Tier | None, capability: str, roles, day: date, reason: str, *, by: Viewer) -> None:
    who = roles_in_words(roles)
    if tier:
        who = _("%(who)s on the tier %(tier)s") % {"who": who, "tier": tier}
    said = {"what": in_words(capability), "who": who, "day": day.isoformat(), "reason": reason[:300]}
    _say(verb, category, by=by, told=_on_tier(tier) if tier else _of(category), **said)


def _of(category: Category) -> list[Organisation]:
    """Its members, now or once: an applicant is not told what was never theirs."""
    return list(Organisation.objects.known().filter(category=category).order_by("pk"))


def _on_tier(tier: Tier) -> list[Organisation]:
    today = timezone.localdate()
    running = Term.objects.counting(today).filter(tier=tier, ends_on__gt=today)
    return list(Organisation.objects.filter(pk__in=running.values("organisation")).order_by("pk"))


def _say(verb: str, category: Category, *, by: Viewer, told: Iterable[Organisation] = (), **data) -> None:
    """Record what was done to a category, for the staff, and in the office of each organisation that is told."""
    said = {"name": category.name, **data}
    record(verb, category, by=by, space=by.desk_id, **said)
    tell_offices([Entry(verb, organisation, said) for organisation in told], by=by)


@transaction.atomic
def hold_category(category: Category, *, effect: str, starts_on: date, reason: str, by: Viewer) -> CategoryHold:
    """Close a category to new members, or suspend it with everybody in it, from a day on; saying why.

    It may come before a hold that is announced: closing lasts until an announced suspension, any other takes the announced one's place.
    Raises NotAllowed, and Refused for a day gone by, and where the category is held on that day as much already.
    """
    require(can_keep_register(by))
    reason = reason_given(reason)
    category = lock(category)
    if effect not in CategoryHold.Effect.values:
        raise Refused(_("Choose what the hold does."), field="effect")
    if category.kind == Category.Kind.COALITION:
        raise Refused(_("The coalition itself cannot be put on hold."))
    not_gone_by(starts_on, "starts_on")
    closed, suspended = CategoryHold.Effect.CLOSED, CategoryHold.Effect.SUSPENDED
    on_it = list(category.holds.select_for_update())
    running = next((hold for hold in on_it if hold.covers(starts_on)), None)
    announced = next((hold for hold in on_it if hold.ends_on is None and hold.starts_on > starts_on), None)
    if running and not (running.effect == closed and effect == suspended):
        raise Refused(_("%(name)s is on hold already.") % {"name": category.name})
    if running:
        # Closed before, it is suspended now: the one hold gives way to the other on its day.
        running.ends_on = starts_on
        running.save(update_fields=["ends_on"])
    ends_on = None
    if announced and effect == closed and announced.effect == suspended:
        # Closed until it is suspended, as was announced.
        ends_on = announced.starts_on
    elif announced:
        # What was announced comes sooner, or more than it: the announced hold never begins.
        end_today(announced)
    for other in on_it:
        # A closing that was to come before the announced suspension is within this one.
        if other.starts_on > starts_on and other.ends_on and other.ends_on > other.starts_on and other not in (running, announced):
            end_today(other)
    hold = CategoryHold.objects.create(category=category, effect=effect, starts_on=starts_on, ends_on=ends_on, reason=reason)
    _category_follows(hold, "category.held", by=by, reason=reason, day=starts_on.isoformat())
    return hold


@transaction.atomic
def release_category(category: Category, *, reason: str, hold: int | None = None, by: Viewer) -> list[CategoryHold]:
    """End a hold today, or take back one that is announced, saying why; all that is on the category or announced where none is named.

    Where a suspension was to take the place of a closing, the closing goes on without it. Raises NotAllowed, and Refused where there is none.
    """
    require(can_keep_register(by))
    reason = reason_given(reason)
    category = lock(category)
    today = timezone.localdate()
    there = list(category.holds.select_for_update().filter(Q(ends_on=None) | Q(ends_on__gt=today)).order_by("starts_on"))
    ended = [one for one in there if hold in (None, one.pk)]
    if not ended:
        raise Refused(_("%(name)s is not on hold.") % {"name": category.name})
    taking_over = {one.starts_on for one in ended if one.starts_on > today}
    for one in ended:
        end_today(one)
    for one in there:
        if one not in ended and one.ends_on in taking_over:
            one.ends_on = None
            one.save(update_fields=["ends_on"])
    for one in ended:
        _category_follows(one, "category.released", by=by, reason=reason)
    return ended


def _category_follows(hold: CategoryHold, verb: str, *, by: Viewer, reason: str, **more) -> None:
    if hold.effect == CategoryHold.Effect.SUSPENDED:
        for few in batched(list(Organisation.objects.filter(category=hold.category).order_by("pk").values_list("pk", flat=True)), 200):
            follow_standing_of(few)
    _say(verb, hold.category, by=by, told=_of(hold.category), effect=str(hold.get_effect_display()), reason=reason[:300], **more)
