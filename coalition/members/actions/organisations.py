"""Organisations come into being, are members for terms, are suspended; teams are staffed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Refused, not_gone_by, reason_given, require
from coalition.access.models import Audience, AudienceMember, Space
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import Entry, record, record_all
from coalition.dates import last_day, long_day, midnight
from coalition.members.models import Category, CategoryHold, Organisation, Seat, Suspension, Term, Tier
from coalition.members.standing import facts_of_all, good_spells


@transaction.atomic
def found_organisation(
    *, slug: str, name: str, prefix: str, category: Category, country: str, by: Viewer | None, about: str = "", sectors: str = ""
) -> Organisation:
    """Bring an organisation into being with its audiences, its desk and its office. `by` is None for set-up work and for approved applicants."""
    require(by is None or by.may("keep_register"))
    audience = Audience.objects.create(kind=Audience.Kind.ORGANISATION, label=name)
    desk = access.open_space(Space.Kind.DESK, by=None, owner=audience, label=(_("%(name)s’s desk") % {"name": name})[:120], mark=Tlp.AMBER_STRICT)
    people = Audience.objects.create(kind=Audience.Kind.OFFICE, label=(_("%(name)s: its own people") % {"name": name})[:200])
    label = (_("%(name)s’s office") % {"name": name})[:120]
    office = access.open_space(Space.Kind.OFFICE, by=None, owner=people, label=label, mark=Tlp.AMBER_STRICT)
    organisation = Organisation.objects.create(
        slug=slug, name=name, prefix=prefix, category=category, country=country, about=about, sectors=sectors,
        audience=audience, desk=desk, people=people, office=office,
        finance=Audience.objects.create(kind=Audience.Kind.OFFICE, label=(_("%(name)s: owner and finance") % {"name": name})[:200]),
    )  # fmt: skip
    record("organisation.founded", organisation, by=by, space=office)
    return organisation


@transaction.atomic
def admit(organisation: Organisation, *, starts_on: date, ends_on: date, by: Viewer | None, tier: Tier | None = None, tells: bool = True) -> Term:
    """Give a membership term: for its days the organisation is one of all members in good standing. A renewal is the next one. Without `tells`
    the verb of which this is a part says it.

    Raises NotAllowed, and Refused for days that another term covers, for a tier of another category, or for days gone by: what
    was, stays as it was.
    """
    require(by is None or by.may("keep_register"))
    hold_still(organisation)
    if ends_on <= starts_on:
        raise Refused(_("The last day lies before the first."), field="ends_on")
    not_gone_by(starts_on, "starts_on")
    running = organisation.terms.counting(starts_on).filter(starts_on__lt=ends_on, ends_on__gt=starts_on)
    # Whoever resigned has no term that still counts, and comes back with this one.
    leaving = organisation.leaving()
    if leaving and starts_on < leaving.takes_effect_on:
        raise Refused(_("It leaves on %(day)s: a new term begins then, or later.") % {"day": long_day(leaving.takes_effect_on)}, field="starts_on")
    if (other := running.first()) and not leaving:
        said = _("These days are in its term of %(first)s to %(last)s.") % {
            "first": long_day(other.starts_on), "last": long_day(last_day(other.ends_on))
        }  # fmt: skip
        raise Refused(said, field="starts_on")
    if tier and tier.category_id != organisation.category_id:
        raise Refused(_("Choose a tier of its own category."), field="tier")
    if by is not None:
        # An applicant who was invited to pay for a tier gets it, though it closed since.
        require_offered(tier, organisation, starts_on)
    return give_terms([Term(organisation=organisation, starts_on=starts_on, ends_on=ends_on, tier=tier)], by=by, tells=tells)[0]


def require_offered(tier: Tier | None, organisation: Organisation, on: date) -> None:
    """A closed tier is kept by whoever has it and taken by nobody else. Raises Refused."""
    if tier and not tier.is_offered_on(on) and not organisation.terms.filter(tier=tier).exists():
        raise Refused(_("The tier %(tier)s is closed: only who has it keeps it.") % {"tier": tier}, field="tier")


def give_terms(terms: list[Term], *, by: Viewer | None, tells: bool = True) -> list[Term]:
    """Give terms that were judged, to organisations that hold still; a part of verbs, which ask permission."""
    Term.objects.bulk_create(terms)
    follow_standing_of([term.organisation_id for term in terms])
    if tells:
        tell_offices([Entry("organisation.admitted", term.organisation, {"until": last_day(term.ends_on).isoformat()}) for term in terms], by=by)
    return terms


def hold_still(organisation: Organisation | int) -> None:
    """Those who change an organisation's facts, money or seats wait for each other: each judges what the other left."""
    hold_all_still([organisation if isinstance(organisation, int) else organisation.pk])


def hold_all_still(ids: list[int]) -> list[Organisation]:
    """The same of many, in one order whoever asks, so that nobody waits for ever. Returns them as they are then."""
    held = Organisation.objects.select_for_update(of=("self",)).select_related("category", "audience")
    return list(held.filter(pk__in=ids).order_by("pk"))


def batched(things: list, size: int) -> Iterator[list]:
    """In parts of so many. (itertools has it from Python 3.12 on.)"""
    for start in range(0, len(things), size):
        yield things[start : start + size]


def follow_standing(organisation: Organisation) -> None:
    """Make the organisation one of all members for exactly the days from today on at which its standing is good.

    The one door between facts and access: called in the transaction of whatever changes a fact. The days before today stay as
    they were, and nothing needs to run on the day when standing begins or ends.
    """
    follow_standing_of([organisation.pk])


def follow_standing_of(ids: list[int]) -> None:
    """The same of many at once, in a number of queries that grows with what changes alone. Whoever comes at the same time waits: facts are
    read under the locks of the organisations, so the last one judges what all have left.
    """
    held = [organisation for organisation in hold_all_still(ids) if organisation.category.is_member]
    facts, now, today = facts_of_all(held), timezone.now(), timezone.localdate()
    everybody = Audience.members()
    rows: dict[int, list[AudienceMember]] = {}
    for row in AudienceMember.objects.filter(audience=everybody, member__in=[organisation.audience_id for organisation in held]).filter(
        Q(ends_at=None) | Q(ends_at__gt=now)
    ):
        rows.setdefault(row.member_id, []).append(row)
    made, changed, gone = [], [], []
    for organisation in held:
        spells = good_spells(facts[organisation.pk], today)
        ours = rows.get(organisation.audience_id, [])
        gone += [row.pk for row in ours if row.starts_at > now]
        if live := next((row for row in ours if row.starts_at <= now), None):
            goes_on = bool(spells) and spells[0].starts_on <= today
            ends_at = _until(spells.pop(0).ends_on) if goes_on else now
            if live.ends_at != ends_at:
                live.ends_at = ends_at
                changed.append(live)
        for spell in spells:
            begins = now if spell.starts_on <= today else midnight(spell.starts_on)
            made.append(AudienceMember(audience=everybody, member_id=organisation.audience_id, starts_at=begins, ends_at=_until(spell.ends_on)))
    if gone:
        AudienceMember.objects.filter(pk__in=gone).delete()
    AudienceMember.objects.bulk_update(changed, ["ends_at"])
    AudienceMember.objects.bulk_create(made)


def _until(day: date | None) -> datetime | None:
    return midnight(day) if day else None


@transaction.atomic
def suspend(organisation: Organisation, *, starts_on: date, reason: str, by: Viewer) -> Suspension:
    """Suspend an organisation from a day on, saying why. Raises Refused for a day gone by, or while it is suspended already."""
    require(by.may("keep_register"))
    reason = reason_given(reason)
    hold_still(organisation)
    not_gone_by(starts_on, "starts_on")
    if organisation.suspensions.filter(ends_on=None).exists():
        raise Refused(_("%(who)s is suspended already.") % {"who": organisation})
    suspension = Suspension.objects.create(organisation=organisation, starts_on=starts_on, reason=reason)
    follow_standing(organisation)
    tell_office("organisation.suspended", organisation, by=by, day=starts_on.isoformat(), reason=reason[:300])
    return suspension


@transaction.atomic
def reinstate(organisation: Organisation, *, reason: str, by: Viewer) -> Suspension:
    """End a suspension today, saying why."""
    require(by.may("keep_register"))
    reason = reason_given(reason)
    hold_still(organisation)
    suspension = organisation.suspensions.select_for_update().filter(ends_on=None).first()
    if suspension is None:
        raise Refused(_("%(who)s is not suspended.") % {"who": organisation})
    end_today(suspension)
    follow_standing(organisation)
    tell_office("organisation.reinstated", organisation, by=by, reason=reason[:300])
    return suspension


def end_today(span: CategoryHold | Suspension) -> None:
    """End a hold or a suspension: what has begun ends; what was only announced covers no day, and its announcement stands in the history."""
    span.ends_on = timezone.localdate()
    span.starts_on = min(span.starts_on, span.ends_on)
    span.save(update_fields=["starts_on", "ends_on"])


@transaction.atomic
def join_team(team: Audience, seat: Seat, *, by: Viewer) -> None:
    """Put a seat on a team of the coalition's: its committee, its analysts. Once, however often it is asked."""
    require(by.may("keep_register"))
    if team.kind != Audience.Kind.TEAM:
        raise Refused(_("Choose a team."))
    if seat.ends_at is not None:
        raise Refused(_("%(who)s has no seat any more.") % {"who": seat.person})
    _row, created = AudienceMember.objects.get_or_create(audience=team, member=seat.audience, ends_at=None)
    if created:
        tell_office("team.joined", seat.organisation, by=by, who=seat.person.name, team=team.label)


@transaction.atomic
def leave_team(team: Audience, seat: Seat, *, by: Viewer) -> None:
    """Take a seat off a team, from now on; what it decided there stays."""
    require(by.may("keep_register"))
    if AudienceMember.objects.filter(audience=team, member=seat.audience, ends_at=None).update(ends_at=timezone.now()):
        tell_office("team.left", seat.organisation, by=by, who=seat.person.name, team=team.label)


def tell_office(verb: str, organisation: Organisation, *, by: Viewer | None, **data) -> None:
    """Record in the organisation's own office what the coalition did, though its staff cannot enter there."""
    tell_offices([Entry(verb, organisation, data)], by=by)


def tell_offices(entries: list[Entry], *, by: Viewer | None) -> None:
    """The same in the offices of many organisations, each the subject of its entry."""
    with as_system("record in an organisation’s office what was done to its membership"):
        record_all([replace(one, space=one.subject.office_id, data={**one.data, "members": one.subject.audience_id}) for one in entries], by=by)
