"""In plain words: the coalition puts questions; the named voter of an elector votes, or its alternate, or the voter of whom it gave its proxy."""

from coalition.access.viewer import Viewer
from coalition.ballots.models import Ballot, Elector
from coalition.members.models import Organisation


def can_hold_ballots(viewer: Viewer) -> bool:
    return viewer.may("hold_ballot")


def can_name_voter(viewer: Viewer, organisation: Organisation) -> bool:
    return viewer.organisation_id == organisation.pk and viewer.may("own_organisation")


def votes_for(viewer: Viewer, elector: Elector) -> bool:
    """Whether this seat is the elector's own named voter or alternate; an owner, where nobody who was named has a seat any more."""
    if viewer.seat_id and viewer.seat_id in (elector.voter_id, elector.alternate_id):
        return True
    named = [seat for seat in (elector.voter, elector.alternate) if seat and seat.ends_at is None]
    return not named and viewer.organisation_id == elector.organisation_id and viewer.may("own_organisation")


def casts(viewer: Viewer, elector: Elector) -> bool:
    """Whether it is this seat that casts the vote, while it is not cast: the elector's own voter, or its proxy's where it gave one."""
    if not elector.ballot.is_open or elector.voted_at or elector.recused_because:
        return False
    if elector.proxy:
        # Who stands aside in a question casts nobody's vote in it.
        return not elector.proxy.recused_because and votes_for(viewer, elector.proxy)
    return votes_for(viewer, elector)


def can_vote(viewer: Viewer, elector: Elector) -> bool:
    """Who casts it may, for an elector in good standing on the day: who is no member any more votes no more, by whomever."""
    return casts(viewer, elector) and Organisation.objects.listed().filter(pk=elector.organisation_id).exists()


def can_withdraw(viewer: Viewer, ballot: Ballot) -> bool:
    return can_hold_ballots(viewer) and ballot.state in ("draft", "open")
