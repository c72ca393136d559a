"""A ballot as one viewer sees it, and what waits for their vote."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.ballots import rules
from coalition.ballots.actions import voting_until
from coalition.ballots.forms import OpenForm
from coalition.ballots.models import Ballot, Delegation, Elector
from coalition.ballots.permissions import can_hold_ballots, can_name_voter, can_withdraw, casts, votes_for
from coalition.dates import long_day, midnight
from coalition.members.models import Organisation


def in_words(option: str) -> str:
    return str({rules.FOR: _("for"), rules.AGAINST: _("against")}.get(option, option))


class BallotPage:
    def __init__(self, ballot: Ballot, viewer):
        self.ballot, self.viewer = ballot, viewer

    @cached_property
    def electors(self) -> list[Elector]:
        related = ("organisation", "voter__person", "alternate__person", "proxy__organisation", "proxy__voter", "proxy__alternate", "ballot")
        return list(self.ballot.electors.select_related(*related))

    @cached_property
    def mine(self) -> Elector | None:
        """One's own organisation among the electors; how it votes is its people's business, not its agents'."""
        if self.viewer.is_agent:
            return None
        return next((elector for elector in self.electors if elector.organisation_id == self.viewer.organisation_id), None)

    @cached_property
    def to_vote(self) -> list[Elector]:
        """The electors whose vote this seat casts now: its own, and those it holds the proxy of."""
        return [elector for elector in self.electors if casts(self.viewer, elector) and elector.organisation_id in self.listed]

    @property
    def named(self) -> str:
        """Who votes for one's own organisation in this ballot; other members' people are none of one's business."""
        seats = [seat for seat in (self.mine.voter, self.mine.alternate) if seat] if self.mine else []
        return ", ".join(seat.person.name for seat in seats)

    @property
    def why_not(self) -> str:
        """Why this seat casts no vote while the ballot is open; empty where it casts one, has cast it, or nothing is to be said."""
        if not self.ballot.is_open or self.to_vote or not self.viewer.seat_id or can_hold_ballots(self.viewer):
            return ""
        if self.viewer.is_agent:
            return _("You act for %(who)s under a mandate, and none gives its vote.") % {"who": self.viewer.organisation_name}
        if self.mine is None:
            return _("%(who)s had no vote when this ballot opened: its category or tier does not give one, or it was not in good standing.") % {
                "who": self.viewer.organisation_name
            }
        if self.mine.voted_at or self.mine.recused_because or self.mine.proxy:
            return ""
        return _("Your organisation has one vote, and it is cast by whom its owner named: %(who)s.") % {"who": self.named or _("its owner")}

    @property
    def proxy_cannot_vote(self) -> bool:
        """Whether one's proxy lies with a member that is not in good standing today."""
        return bool(self.mine and self.mine.proxy and self.mine.proxy.organisation_id not in self.listed)

    @property
    def is_voter(self) -> bool:
        return self.mine is not None and self.ballot.is_open and votes_for(self.viewer, self.mine) and self.is_to_decide

    @property
    def is_to_decide(self) -> bool:
        return self.mine is not None and not (self.mine.voted_at or self.mine.recused_because)

    @property
    def others(self) -> list[Elector]:
        """Whom one's proxy can be given, as far as everybody may know: who gave theirs away, or holds others', is not said by leaving them out."""
        if not self.mine:
            return []
        return [one for one in self.electors if one.pk != self.mine.pk and one.organisation_id in self.listed and not one.recused_because]

    @cached_property
    def listed(self) -> set[int]:
        """The electors' organisations that are members in good standing today."""
        found = Organisation.objects.listed().filter(pk__in=[one.organisation_id for one in self.electors])
        return set(found.values_list("pk", flat=True))

    @cached_property
    def proxies(self) -> set[int]:
        """The electors whose proxy this viewer may read of: between the two alone, and whoever holds the ballot."""
        holds = can_hold_ballots(self.viewer)
        own = self.mine.pk if self.mine else None
        return {elector.pk for elector in self.electors if elector.proxy_id and (holds or own in (elector.pk, elector.proxy_id))}

    @cached_property
    def voted(self) -> int:
        return sum(elector.voted_at is not None for elector in self.electors)

    @property
    def options(self) -> list[tuple[str, str]]:
        return [(option, in_words(option)) for option in self.ballot.options]

    @cached_property
    def outcome(self) -> dict | None:
        """The frozen result, in words; None before the ballot is closed, for everybody."""
        result = self.ballot.result
        if not result:
            return None
        rows = [
            {"words": in_words(option), "n": n, "won": option in result["winners"], "tied": option in result["tied"]}
            for option, n in result["by_option"].items()
        ]
        votes = [(name, ", ".join(map(in_words, chosen)) or _("abstained")) for name, chosen in result.get("votes", [])]
        if not result["has_quorum"]:
            said = _("No decision: %(cast)d voted, %(quorum)d were needed.") % result
        elif self.ballot.kind == rules.MOTION:
            said = _("Carried.") if result["winners"] else _("Not carried.")
        else:
            said = _("Elected: %(who)s.") % {"who": ", ".join(result["winners"]) or _("nobody")}
        return result | {"rows": rows, "votes": votes, "said": said}

    @property
    def can_open(self) -> bool:
        return can_hold_ballots(self.viewer) and self.ballot.state == "draft"

    @property
    def open_form(self) -> OpenForm | None:
        """To open a draft as it is read here."""
        if not self.can_open:
            return None
        return OpenForm(initial={"closes_on": timezone.localdate(voting_until()), "seen": self.ballot.wording})

    @property
    def can_withdraw(self) -> bool:
        return can_withdraw(self.viewer, self.ballot)


def waiting(viewer) -> list[dict]:
    """For the home page: ballots that wait for this seat's vote."""
    if not viewer.seat_id:
        return []
    mine = Elector.objects.visible_to(viewer).filter(ballot__closed_at=None, ballot__withdrawn_at=None, voted_at=None, recused_because="")
    mine = mine.filter(organisation__in=Organisation.objects.listed().values("pk"))
    seat = viewer.seat_id
    own = mine.filter(Q(proxy=None, voter_id=seat) | Q(proxy=None, alternate_id=seat) | Q(proxy__voter_id=seat) | Q(proxy__alternate_id=seat))
    return [
        {"title": elector.ballot.title, "detail": _("vote for %(who)s") % {"who": elector.organisation}, "address": elector.ballot.get_absolute_url(),
         "due_at": elector.ballot.closes_at}
        for elector in own.select_related("ballot", "organisation").order_by("ballot__closes_at")[:8]
    ]  # fmt: skip


def own_panel(organisation, viewer) -> dict | None:
    """Who votes, on *Our organisation*; for its owner."""
    if not can_name_voter(viewer, organisation) or not viewer.may("vote"):
        return None
    named = Delegation.objects.visible_to(viewer).select_related("voter__person", "alternate__person").filter(organisation=organisation).first()
    # Whoever has left votes no more; the alternate does, and without one the owner.
    voter, alternate = [seat if seat and seat.ends_at is None else None for seat in ((named.voter, named.alternate) if named else (None, None))]
    rows = [
        (_("Votes"), voter.person.name if voter else alternate.person.name if alternate else _("its owner")),
        (_("Alternate"), alternate.person.name if voter and alternate else "–"),
    ]
    if named and voter is None:
        rows.append((_("Named before"), _("%(who)s, who has left: name who votes.") % {"who": named.voter.person.name}))
    return {"title": _("In ballots"), "rows": rows, "address": reverse("ballots:voter"), "more": _("Name who votes")}


def comes_of_leaving(organisation: Organisation, day: date, viewer) -> list[tuple]:
    """What becomes of an organisation's votes in ballots that close after it has gone. The name of a member who stands is an option's text."""
    rows = []
    electors = Elector.objects.filter(ballot__in=Ballot.objects.open().filter(closes_at__gt=midnight(day)))
    for elector in electors.filter(organisation=organisation, recused_because="", voted_at=None).select_related("ballot").order_by("pk"):
        closes = long_day(timezone.localdate(elector.ballot.closes_at))
        rows.append((_("Ballot"), _("It has not voted in %(what)s, which closes on %(day)s.") % {"what": elector.ballot, "day": closes}))
    for elector in electors.filter(proxy__organisation=organisation, voted_at=None).select_related("ballot", "organisation").order_by("pk"):
        rows.append((_("Proxy"), _("It votes no more for %(who)s in %(what)s.") % {"who": elector.organisation, "what": elector.ballot}))
    for ballot in Ballot.objects.open().filter(kind=rules.ELECTION, options__icontains=organisation.name):
        rows.append((_("Candidacy"), _("It stands in %(what)s, and the votes for it still count.") % {"what": ballot}))
    return rows
