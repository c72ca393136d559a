"""A ballot is drafted, opened with its electorate frozen, voted in, and closed by its clock."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.access import actions as access
from coalition.access.errors import Conflict, Refused, reason_given, require
from coalition.access.locking import lock
from coalition.access.models import Audience, Grant, Space
from coalition.access.tlp import Tlp
from coalition.access.viewer import Viewer, as_system
from coalition.activity.actions import record
from coalition.ballots import rules
from coalition.ballots.models import Ballot, Delegation, Elector, Vote
from coalition.ballots.permissions import can_hold_ballots, can_name_voter, can_vote, can_withdraw, votes_for
from coalition.clocks import actions as clocks
from coalition.clocks.models import ClockPolicy
from coalition.dates import long_day
from coalition.members.capabilities import given_to, roles_given
from coalition.members.models import Category, Organisation, Seat
from coalition.members.references import next_reference

VOTING = "ballot"
# Of one organisation; more would let a few decide for many.
MOST_PROXIES = 2
# Of a secret ballot only the decision is told where fewer votes than this would be left to whoever takes away those they cast themselves
# (DOMAIN 6: cells under five are suppressed).
FEWEST_OTHERS = 5
# By how much a ballot may be open longer than the rule says.
LONGEST = timedelta(days=92)


@transaction.atomic
def draft(
    *,
    title: str,
    text: str,
    kind: str,
    options: list[str],
    places: int,
    majority: str,
    quorum_percent: int,
    is_secret: bool,
    by: Viewer,
    capability: str = "vote",
) -> Ballot:
    """Write a question down. Nobody votes before it is opened, and it can be amended until then.

    Raises NotAllowed, and Refused, at its field, for too few options or more places than options.
    """
    require(can_hold_ballots(by))
    options, places = _choices(kind, options, places)
    house = Organisation.objects.select_related("audience").get(category__kind=Category.Kind.COALITION)
    reference = next_reference(house.pk, "B")
    with as_system("open the rooms of a ballot"):
        room = access.open_space(Space.Kind.BALLOT, by=None, owner=house.audience, label=reference, mark=Tlp.GREEN)
        # Nobody is let in: not the coalition either.
        urn = Space.objects.create(kind=Space.Kind.BALLOT, label=f"urn of {reference}", tlp=Tlp.RED, owner=house.audience)
        ballot = Ballot.objects.create(
            space=room, urn=urn, reference=reference, title=title.strip(), text=text.strip(), kind=kind, options=options, places=places,
            majority=majority,
            quorum_percent=quorum_percent, is_secret=is_secret, capability=capability, drafted_by_id=by.audience_id,
        )  # fmt: skip
        record("ballot.drafted", ballot, by=by, title=ballot.title)
    by.forget_spaces()
    return ballot


@transaction.atomic
def amend(
    ballot: Ballot, *, title: str, text: str, kind: str, options: list[str], places: int, majority: str, quorum_percent: int, is_secret: bool,
    seen: str, by: Viewer,
) -> Ballot:  # fmt: skip
    """Write a question anew that is not open yet; `seen` is its `wording` as it was read.

    Raises NotAllowed, Conflict when it is open or was amended since, and Refused as `draft` does.
    """
    require(can_hold_ballots(by))
    ballot = lock(ballot)
    if ballot.state != "draft":
        raise Conflict(_("This ballot is %(state)s.") % {"state": ballot.state_words})
    if seen != ballot.wording:
        raise Conflict(_("Somebody amended it while you wrote. Read theirs first; what you wrote stands here."))
    ballot.options, ballot.places = _choices(kind, options, places)
    ballot.title, ballot.text, ballot.kind, ballot.majority = title.strip(), text.strip(), kind, majority
    ballot.quorum_percent, ballot.is_secret = quorum_percent, is_secret
    ballot.save(update_fields=["title", "text", "kind", "options", "places", "majority", "quorum_percent", "is_secret"])
    record("ballot.amended", ballot, by=by, title=ballot.title)
    return ballot


def _choices(kind: str, options: list[str], places: int) -> tuple[list[str], int]:
    """What can be chosen, and how many of it. Raises Refused, at its field, for too few options or more places than options."""
    options = [rules.FOR, rules.AGAINST] if kind == rules.MOTION else [" ".join(option.split())[:120] for option in options if option.strip()]
    if len(set(options)) != len(options) or len(options) < 2:
        raise Refused(_("Name two options or more, each once."), field="options")
    if kind == rules.ELECTION:
        _require_may_stand(options)
    places = 1 if kind == rules.MOTION else places
    if not 1 <= places < len(options):
        raise Refused(_("There are fewer places than options, and one at least."), field="places")
    return options, places


def _require_may_stand(candidates: list[str]) -> None:
    """Each candidate is of a member in good standing whose category or tier lets it stand. Raises Refused, saying whose is not."""
    may = Organisation.objects.listed().filter(given_to("stand_for_board", timezone.localdate()), category__is_member=True)
    for candidate in candidates:
        member = Organisation.objects.listed().called(candidate.rpartition(",")[2])
        if member is None:
            raise Refused(_("“%(who)s”: after a comma, write the member they come from.") % {"who": candidate}, field="options")
        if not may.filter(pk=member.pk).exists():
            said = _("%(member)s may not stand for the board: its category, %(category)s, does not give it.")
            raise Refused(said % {"member": member, "category": member.category}, field="options")


def electorate(capability: str) -> list[Organisation]:
    """The organisations that may vote today: members in good standing whose category or tier gives it to any of their seats."""
    found = Organisation.objects.listed().filter(category__is_member=True).exclude(category__kind=Category.Kind.COALITION)
    return list(found.filter(given_to(capability, timezone.localdate())))


@transaction.atomic
def open_ballot(ballot: Ballot, *, closes_on: date | None = None, seen: str | None = None, by: Viewer) -> Ballot:
    """Open it to the vote: who may vote, and by whom, is frozen at this moment. Every member reads it; its clock closes it, at the end of the
    day that the coalition's rule gives or of a later one.

    Raises Conflict when it is open already or was amended since it was `seen`, Refused when nobody could vote, and for a day too soon or too far.
    """
    require(can_hold_ballots(by))
    ballot = lock(ballot)
    if ballot.state != "draft":
        raise Conflict(_("This ballot is %(state)s.") % {"state": ballot.state_words})
    if seen not in (None, ballot.wording):
        raise Conflict(_("It was amended since you read it: read it again before you open it."))
    due_at = voting_until(closes_on)
    if ballot.kind == rules.ELECTION:
        _require_may_stand(ballot.options)
    found = electorate(ballot.capability)
    if not found:
        raise Refused(_("No organisation may vote on this today."))
    with as_system("freeze the electorate of a ballot"):
        now = timezone.now()
        named = {row.organisation_id: row for row in Delegation.objects.filter(organisation__in=found).select_related("voter", "alternate")}
        owners: dict[int, Seat] = {}
        for seat in Seat.objects.owners().filter(organisation__in=found).order_by("-pk"):
            owners[seat.organisation_id] = seat
        rows = []
        for organisation in found:
            delegation = named.get(organisation.pk)
            voter = delegation.voter if delegation and delegation.voter.ends_at is None else owners.get(organisation.pk)
            alternate = delegation.alternate if delegation and delegation.alternate and delegation.alternate.ends_at is None else None
            rows.append(Elector(space_id=ballot.space_id, ballot=ballot, organisation=organisation, voter=voter, alternate=alternate))
        Elector.objects.bulk_create(rows)
        access.grant(ballot.space, Audience.members(), Grant.Role.READ, by=None, reason=_("members read what is decided"))
        label = _("Close %(what)s") % {"what": ballot.reference}
        clock = clocks.start(VOTING, ballot, owed_by_id=ballot.space.owner_id, label=label, due_at=due_at)
        ballot.opened_at, ballot.closes_at = now, clock.due_at
        ballot.save(update_fields=["opened_at", "closes_at"])
        record(
            "ballot.opened", ballot, by=by, title=ballot.title, electors=len(rows), day=clock.due_at.date().isoformat(), members=Audience.members().pk
        )
    return ballot


def _held(elector: Elector) -> Elector:
    """An elector as it is once its ballot is held: whatever electors do is done one after the other, and before the count or not at all."""
    lock(elector.ballot)
    return Elector.objects.select_related("ballot", "proxy__organisation", "organisation").get(pk=elector.pk)


def _tell(told: Organisation, verb: str, ballot: Ballot, /, *, by: Viewer, **data) -> None:
    """Record in an organisation's own office what concerns it in a ballot, and nobody else."""
    record(verb, ballot, by=by, space=told.office_id, **data)


@transaction.atomic
def vote(elector: Elector, *, chosen: list[str], by: Viewer) -> Elector:
    """Cast an organisation's one vote; nothing chosen is abstaining. It is cast once and not changed.

    Raises NotAllowed, Conflict when it was cast already, and Refused for a choice that is none of the ballot's.
    """
    with as_system("put a vote into the urn"):
        elector = _held(elector)
        ballot, own = elector.ballot, elector.organisation
        # Who voted is told to nobody who does not vote for them.
        require(votes_for(by, elector.proxy or elector), _("You do not vote for this organisation in this ballot, or it is not open."))
        if elector.voted_at:
            raise Conflict(_("%(who)s has voted already.") % {"who": elector.organisation})
        require(can_vote(by, elector), _("You do not vote for this organisation in this ballot, or it is not open."))
        if not rules.valid_choice(chosen, ballot.options, ballot.places):
            raise Refused(_("Choose up to %(n)d of the options.") % {"n": ballot.places}, field="chosen")
        Vote.objects.create(space_id=ballot.urn_id, ballot=ballot, elector=None if ballot.is_secret else elector, chosen=chosen)
        elector.voted_at, elector.voted_by_id = timezone.now(), by.seat_id
        elector.save(update_fields=["voted_at", "voted_by"])
        _tell(own, "ballot.voted", ballot, by=by, organisation=own.name, told=own.audience_id if elector.proxy_id else None)
        _close_when_nobody_is_left(ballot)
    return elector


@transaction.atomic
def give_proxy(elector: Elector, to: Elector | None, *, by: Viewer) -> Elector:
    """Let another elector's voter cast one's vote, or take that back, while it is not cast. Raises Refused for more proxies than one may hold."""
    with as_system("give or take back a proxy"):
        elector = _held(elector)
        require(elector.ballot.is_open and votes_for(by, elector), _("Only who votes for an organisation gives its proxy."))
        if elector.voted_at or elector.recused_because:
            raise Conflict(_("%(who)s has voted, or stands aside.") % {"who": elector.organisation})
        if to is not None:
            to = Elector.objects.select_related("organisation").get(pk=to.pk)
            if to.recused_because:
                raise Refused(_("%(who)s stands aside in this.") % {"who": to.organisation}, field="proxy")
            if not Organisation.objects.listed().filter(pk=to.organisation_id).exists():
                raise Refused(_("%(who)s is not a member in good standing today.") % {"who": to.organisation}, field="proxy")
            if not Seat.objects.filter(organisation=to.organisation_id, ends_at=None).exists():
                raise Refused(_("%(who)s has nobody who could vote: choose another.") % {"who": to.organisation}, field="proxy")
            # One sentence for all of these: who holds whose proxy is between the two.
            is_full = to.holds_proxy_of.exclude(pk=elector.pk).count() >= MOST_PROXIES
            if to.ballot_id != elector.ballot_id or to.pk == elector.pk or to.proxy_id or is_full:
                raise Refused(_("%(who)s cannot take your proxy: choose another.") % {"who": to.organisation}, field="proxy")
            if elector.holds_proxy_of.exists():
                raise Refused(_("Who holds a proxy gives none."), field="proxy")
        if to == (before := elector.proxy):
            return elector
        elector.proxy = to
        elector.save(update_fields=["proxy"])
        own = elector.organisation
        _tell(own, "ballot.proxy_given", elector.ballot, by=by, organisation=own.name, to=to.organisation.name if to else _("nobody"))
        # Between these two alone: what others are told of it nobody but they decides.
        for verb, holder in (("ballot.proxy_ended", before), ("ballot.proxy_entrusted", to)):
            if holder:
                _tell(holder.organisation, verb, elector.ballot, by=by, organisation=own.name, told=holder.organisation.audience_id)
    return elector


@transaction.atomic
def recuse(elector: Elector, *, reason: str, by: Viewer) -> Elector:
    """Stand aside for a conflict of interest, saying which: every member reads it on the ballot. Who stands aside is no part of the quorum.

    Raises NotAllowed, and Conflict for whoever has voted or stands aside already.
    """
    reason = reason_given(reason)
    with as_system("note that an elector stands aside"):
        elector = _held(elector)
        require(elector.ballot.is_open and votes_for(by, elector), _("Only who votes for an organisation says that it stands aside."))
        if elector.voted_at:
            raise Conflict(_("%(who)s has voted already.") % {"who": elector.organisation})
        if elector.recused_because:
            raise Conflict(_("%(who)s stands aside already.") % {"who": elector.organisation})
        elector.recused_because, elector.proxy = reason, None
        elector.save(update_fields=["recused_because", "proxy"])
        # Those who had given it their proxy vote themselves again.
        for giver in elector.holds_proxy_of.filter(voted_at=None).select_related("organisation"):
            giver.proxy = None
            giver.save(update_fields=["proxy"])
            back = giver.organisation
            _tell(back, "ballot.proxy_returned", elector.ballot, by=by, organisation=back.name, told=back.audience_id)
        own = elector.organisation
        _tell(own, "ballot.recused", elector.ballot, by=by, organisation=own.name, reason=reason[:300])
        _close_when_nobody_is_left(elector.ballot)
    return elector


@transaction.atomic
def close(ballot: Ballot) -> Ballot:
    """Count and close. Called by the clock, or by the last elector's vote: nobody chooses the moment."""
    ballot = lock(ballot)
    if ballot.state != "open":
        return ballot
    electors = list(ballot.electors.select_related("organisation", "voted_by"))
    votes = list(ballot.votes.select_related("elector__organisation"))
    entitled = sum(not elector.recused_because for elector in electors)
    outcome = rules.count(
        [vote.chosen for vote in votes], options=ballot.options, entitled=entitled, percent=ballot.quorum_percent, kind=ballot.kind,
        majority=ballot.majority,
        places=ballot.places,
    )  # fmt: skip
    result = asdict(outcome) | {"electors": len(electors), "recused": len(electors) - entitled}
    if ballot.is_secret:
        _lay_down_anew(ballot, votes)
        if outcome.cast - _most_of_one_hand(electors) < FEWEST_OTHERS:
            # So few that the figures would tell how others voted.
            result |= {"by_option": {}, "abstained": None, "tied": [], "is_withheld": True}
    else:
        result["votes"] = sorted(([vote.elector.organisation.name, vote.chosen] for vote in votes if vote.elector), key=lambda row: row[0].casefold())
    ballot.closed_at, ballot.result = timezone.now(), result
    ballot.save(update_fields=["closed_at", "result"])
    record("ballot.closed", ballot, by=None, title=ballot.title, cast=outcome.cast, electors=len(electors), members=Audience.members().pk)
    return ballot


def _close_when_nobody_is_left(ballot: Ballot) -> None:
    """A vote is not changed: once all have voted or stand aside there is nothing to wait for."""
    if not ballot.electors.filter(voted_at=None, recused_because="").exists():
        clocks.stop(VOTING, ballot)
        close(ballot)


def voting_until(closes_on: date | None = None) -> datetime:
    """The last instant of a ballot that is opened now, by the coalition's rule of voting or on a later day.

    Raises Refused for a day sooner than the rule gives, or far from it.
    """
    now = timezone.now()
    policy = ClockPolicy.objects.in_force(VOTING, now)
    if policy is None:
        raise Refused(_("No rule says how long members vote: add one first."))
    due = policy.due(now, policy.amount)
    soonest = timezone.localdate(due)
    longer = (closes_on or soonest) - soonest
    if not timedelta(0) <= longer <= LONGEST:
        said = _("Members vote until %(day)s at least, and not for more than three months longer.")
        raise Refused(said % {"day": long_day(soonest)}, field="closes_on")
    return due + longer


def _most_of_one_hand(electors: list[Elector]) -> int:
    """How many votes the one who cast most cast: its own, and those it held the proxy of."""
    return max(Counter(elector.voted_by.organisation_id for elector in electors if elector.voted_by).values(), default=0)


def _lay_down_anew(ballot: Ballot, votes: list[Vote]) -> None:
    """The votes of a secret ballot in a random order and under new keys: neither place nor transaction tells any more who cast which."""
    chosen = [vote.chosen for vote in votes]
    random.SystemRandom().shuffle(chosen)
    ballot.votes.all().delete()
    Vote.objects.bulk_create(Vote(space_id=ballot.urn_id, ballot=ballot, chosen=one) for one in chosen)


@transaction.atomic
def withdraw(ballot: Ballot, *, reason: str, by: Viewer) -> Ballot:
    """Take a question back before it closes, saying why. What was voted is never counted."""
    require(can_hold_ballots(by))
    ballot = lock(ballot)
    require(can_withdraw(by, ballot))
    ballot.withdrawn_at, ballot.withdrawn_because = timezone.now(), reason_given(reason)
    ballot.save(update_fields=["withdrawn_at", "withdrawn_because"])
    clocks.stop(VOTING, ballot)
    record("ballot.withdrawn", ballot, by=by, reason=reason[:300], members=Audience.members().pk if ballot.opened_at else None)
    return ballot


def voting_roles(organisation: Organisation) -> set[str]:
    """The roles whose seats may be named to vote for an organisation, by its category and tier today."""
    given = roles_given(organisation, timezone.localdate()).get("vote", set())
    return set(Seat.Role.values) if "" in given else given


@transaction.atomic
def name_voter(organisation: Organisation, *, voter: Seat, alternate: Seat | None, by: Viewer) -> Delegation:
    """Say who votes for one's organisation in the ballots that open from now on. Ballots that are open keep who was named when they opened."""
    require(can_name_voter(by, organisation))
    for seat in filter(None, (voter, alternate)):
        if seat.organisation_id != organisation.pk or seat.ends_at is not None or seat.mandate_id:
            raise Refused(_("Choose a colleague with a seat here."), field="voter")
        if seat.role not in voting_roles(organisation):
            said = _("%(who)s has the role %(role)s, and your membership gives a vote to no such seat.")
            raise Refused(said % {"who": seat.person, "role": seat.get_role_display()}, field="alternate" if seat == alternate else "voter")
    if alternate and alternate.pk == voter.pk:
        raise Refused(_("The alternate is somebody else."), field="alternate")
    delegation, _created = Delegation.objects.update_or_create(
        organisation=organisation, defaults={"space_id": organisation.office_id, "voter": voter, "alternate": alternate}
    )
    record("ballot.voter_named", delegation, by=by, who=voter.person.name, other=alternate.person.name if alternate else "–", told=voter.audience_id)
    return delegation
