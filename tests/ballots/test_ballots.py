"""One organisation, one vote; the electorate as it stood at the opening; nothing said before the close; how, never."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.viewer import as_system, as_viewer
from coalition.activity.actions import deliver_batch
from coalition.activity.models import Event, InboxItem
from coalition.ballots import actions, rules
from coalition.ballots.models import Ballot, Elector, Vote
from coalition.clocks import actions as clocks
from coalition.clocks.models import Clock
from coalition.members import actions as members
from coalition.members.models import Organisation, Seat
from demo.times import ago
from tests.conftest import who

OPTIONS = ["a", "b", "c", "d"]
choices = st.lists(st.lists(st.sampled_from(OPTIONS), unique=True, max_size=2), max_size=30)


@given(choices, st.integers(0, 40), st.integers(0, 100))
def test_an_election_gives_places_to_those_with_most_and_to_nobody_on_a_tie(cast, more, percent):
    outcome = rules.count(cast, options=OPTIONS, entitled=len(cast) + more, percent=percent, kind="election", majority="simple", places=2)
    votes = outcome.by_option
    assert sum(votes.values()) == sum(map(len, cast))
    assert len(outcome.winners) <= 2
    assert set(outcome.winners).isdisjoint(outcome.tied)
    for winner in outcome.winners:
        assert all(votes[winner] > votes[other] for other in OPTIONS if other not in outcome.winners)
        assert sum(votes[other] > votes[winner] for other in OPTIONS) < 2
    if not outcome.has_quorum:
        assert (outcome.winners, outcome.tied) == ([], [])


motions = st.lists(st.sampled_from([["for"], ["against"], []]), max_size=40)


@given(motions, st.integers(0, 40), st.integers(0, 100), st.sampled_from(["simple", "two_thirds"]))
def test_a_motion_needs_its_majority_of_the_votes_for_and_against(cast, more, percent, majority):
    entitled = len(cast) + more
    outcome = rules.count(cast, options=["for", "against"], entitled=entitled, percent=percent, kind="motion", majority=majority, places=1)
    said_for, against = cast.count(["for"]), cast.count(["against"])
    enough = said_for > against if majority == "simple" else said_for > 0 and said_for >= 2 * against
    assert (outcome.winners == ["for"]) == (outcome.has_quorum and enough)
    assert outcome.has_quorum == (entitled > 0 and len(cast) >= max(1, -(-entitled * percent // 100)))


def draft(admin, **more):
    values = {
        "title": "A motion",
        "text": "We decide.",
        "kind": "motion",
        "options": [],
        "places": 1,
        "majority": "simple",
        "quorum_percent": 30,
        "is_secret": False,
    }
    with as_viewer(admin):
        return actions.draft(by=admin, **values | more)


def opened(admin, **more):
    ballot = draft(admin, **more)
    with as_viewer(admin):
        return actions.open_ballot(ballot, by=admin)


def elector(ballot, slug):
    with as_system("find"):
        return Elector.objects.select_related("ballot", "organisation", "proxy").get(ballot=ballot, organisation__slug=slug)


def vote(ballot, viewer, *chosen, slug=None):
    with as_viewer(viewer):
        return actions.vote(elector(ballot, slug or viewer.organisation_slug), chosen=list(chosen), by=viewer)


def close(ballot):
    with ago(days=-15):
        clocks.sweep()
    with as_system("look"):
        return Ballot.objects.get(pk=ballot.pk)


@pytest.mark.django_db
def test_a_ballot_s_page_asks_as_many_queries_for_many_electors_as_for_few(admin, aurelia, kestrel, browse):
    ballot = opened(admin)

    def asked(viewer):
        client = browse(viewer)
        client.get(ballot.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(ballot.get_absolute_url()).status_code == 200
        return len(queries)

    with as_viewer(kestrel):
        actions.give_proxy(elector(ballot, "kestrel"), elector(ballot, "aurelia"), by=kestrel)
    few = [asked(viewer) for viewer in (admin, aurelia)]
    with as_system("let everybody else vote too"):
        others = Organisation.objects.exclude(pk__in=Elector.objects.filter(ballot=ballot).values("organisation"))
        voters = {seat.organisation_id: seat for seat in Seat.objects.filter(ends_at=None)}
        Elector.objects.bulk_create(
            Elector(space_id=ballot.space_id, ballot=ballot, organisation=one, voter=voters.get(one.pk), alternate=voters.get(one.pk))
            for one in others
        )
        assert others.count() > 3
        one = Elector.objects.get(ballot=ballot, organisation__slug="aurelia")
        Elector.objects.filter(ballot=ballot, organisation__in=Organisation.objects.exclude(slug="aurelia")).update(proxy=one)
    assert [asked(viewer) for viewer in (admin, aurelia)] == few


@pytest.mark.django_db
def test_the_electorate_is_frozen_when_it_opens(admin, northpeak, outsider):
    ballot = opened(admin)
    with as_system("look"):
        slugs = set(ballot.electors.values_list("organisation__slug", flat=True))
    # General Members do not vote; who is not in good standing does not; partners and the coalition do not.
    assert slugs == {"aurelia", "northpeak", "kestrel", "lumiere", "tessella", "hartley", "retailguild"}
    with as_viewer(admin):
        members.suspend(Organisation.objects.get(slug="northpeak"), starts_on=timezone.localdate(), reason="For this test.", by=admin)
    with as_system("look"):
        assert ballot.electors.filter(organisation__slug="northpeak").exists()
    late = opened(admin)
    with as_system("look"):
        assert not late.electors.filter(organisation__slug="northpeak").exists()


@pytest.mark.django_db
def test_a_general_member_reads_and_does_not_vote(admin, bazaar, browse):
    ballot = opened(admin)
    page = browse(bazaar).get(ballot.get_absolute_url()).content.decode()
    assert "Who may vote" in page
    assert "Cast the vote" not in page
    with as_viewer(bazaar), pytest.raises(NotAllowed):
        actions.vote(elector(ballot, "aurelia"), chosen=["for"], by=bazaar)


@pytest.mark.django_db
def test_an_organisation_votes_once_by_its_named_voter_or_alternate(admin, aurelia, browse):
    member, finance = who("member@aurelia.example"), who("finance@aurelia.example")
    seats = {viewer: Seat.objects.select_related("organisation", "person").get(pk=viewer.seat_id) for viewer in (member, finance)}
    with as_viewer(aurelia):
        seats[finance] = members.change_role(seats[finance], role="manager", by=aurelia)
        actions.name_voter(Organisation.objects.get(slug="aurelia"), voter=seats[member], alternate=seats[finance], by=aurelia)
    finance = who("finance@aurelia.example")
    ballot = opened(admin)
    with as_viewer(aurelia), pytest.raises(NotAllowed):
        actions.vote(elector(ballot, "aurelia"), chosen=["for"], by=aurelia)
    vote(ballot, finance, "for")
    with pytest.raises(Conflict):
        vote(ballot, member, "against")


@pytest.mark.django_db
def test_a_proxy_votes_for_whoever_gave_it(admin, aurelia, northpeak, kestrel, outsider):
    ballot = opened(admin)
    with as_viewer(kestrel):
        actions.give_proxy(elector(ballot, "kestrel"), elector(ballot, "aurelia"), by=kestrel)
        with pytest.raises(NotAllowed):
            actions.vote(elector(ballot, "kestrel"), chosen=["for"], by=kestrel)
    with as_viewer(aurelia), pytest.raises(Refused, match="holds a proxy gives none"):
        actions.give_proxy(elector(ballot, "aurelia"), elector(ballot, "northpeak"), by=aurelia)
    with as_viewer(northpeak), pytest.raises(Refused, match="cannot take your proxy"):
        actions.give_proxy(elector(ballot, "northpeak"), elector(ballot, "kestrel"), by=northpeak)
    with as_viewer(outsider):
        actions.give_proxy(elector(ballot, "tessella"), elector(ballot, "aurelia"), by=outsider)
    with as_viewer(northpeak), pytest.raises(Refused, match="cannot take your proxy"):
        actions.give_proxy(elector(ballot, "northpeak"), elector(ballot, "aurelia"), by=northpeak)
    vote(ballot, aurelia, "for")
    vote(ballot, aurelia, "against", slug="kestrel")
    with as_viewer(outsider):
        actions.give_proxy(elector(ballot, "tessella"), None, by=outsider)
    vote(ballot, outsider, "for")
    assert close(ballot).result["votes"] == [["Aurelia", ["for"]], ["Kestrel Audio", ["against"]], ["Tessella Toys", ["for"]]]


@pytest.mark.django_db
def test_who_stands_aside_says_why_and_is_no_part_of_the_quorum(admin, aurelia, kestrel):
    ballot = opened(admin, quorum_percent=100)
    with as_viewer(aurelia):
        with pytest.raises(Refused, match="never optional"):
            actions.recuse(elector(ballot, "aurelia"), reason="", by=aurelia)
        actions.recuse(elector(ballot, "aurelia"), reason="It is about our own case.", by=aurelia)
        with pytest.raises(NotAllowed):
            actions.vote(elector(ballot, "aurelia"), chosen=["for"], by=aurelia)
    result = close(ballot).result
    assert (result["electors"], result["entitled"], result["quorum"], result["recused"]) == (7, 6, 6, 1)


@pytest.mark.django_db
def test_who_stands_aside_votes_for_nobody(admin, aurelia, kestrel, northpeak):
    ballot = opened(admin)
    with as_viewer(kestrel):
        actions.give_proxy(elector(ballot, "kestrel"), elector(ballot, "northpeak"), by=kestrel)
    with as_viewer(northpeak):
        actions.recuse(elector(ballot, "northpeak"), reason="I am a candidate.", by=northpeak)
        with pytest.raises(NotAllowed):
            actions.vote(elector(ballot, "kestrel"), chosen=["for"], by=northpeak)
    with as_viewer(aurelia), pytest.raises(Refused, match="stands aside"):
        actions.give_proxy(elector(ballot, "aurelia"), elector(ballot, "northpeak"), by=aurelia)
    vote(ballot, kestrel, "for")
    with as_viewer(northpeak), pytest.raises(Conflict, match="aside already"):
        actions.recuse(elector(ballot, "northpeak"), reason="Another reason.", by=northpeak)


@pytest.mark.django_db
def test_what_an_elector_does_is_told_to_those_concerned_alone(admin, aurelia, northpeak, kestrel, outsider, browse):
    ballot = opened(admin)
    with as_viewer(kestrel):
        actions.give_proxy(elector(ballot, "kestrel"), elector(ballot, "northpeak"), by=kestrel)
    vote(ballot, outsider, "for")
    with as_viewer(northpeak):
        actions.recuse(elector(ballot, "northpeak"), reason="We make the goods in question.", by=northpeak)

    def read_by(viewer):
        with as_viewer(viewer):
            return set(Event.objects.visible_to(viewer).filter(verb__startswith="ballot.", subject_id=ballot.pk).values_list("verb", flat=True))

    assert read_by(aurelia) == {"ballot.drafted", "ballot.opened"}
    assert read_by(kestrel) - read_by(aurelia) == {"ballot.proxy_given", "ballot.proxy_returned"}
    assert read_by(northpeak) - read_by(aurelia) == {"ballot.proxy_entrusted", "ballot.recused"}
    assert read_by(outsider) - read_by(aurelia) == {"ballot.voted"}
    while deliver_batch():
        pass
    with as_viewer(kestrel):
        assert InboxItem.objects.of(kestrel).filter(event__verb="ballot.proxy_returned").exists()
    # Who stands aside is read on the ballot, and why.
    assert "We make the goods in question." in browse(aurelia).get(ballot.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_proxy_is_between_two(admin, aurelia, northpeak, kestrel, browse):
    ballot = opened(admin)
    with as_viewer(kestrel):
        actions.give_proxy(elector(ballot, "kestrel"), elector(ballot, "northpeak"), by=kestrel)
    said = [">proxy: Northpeak" in browse(viewer).get(ballot.get_absolute_url()).content.decode() for viewer in (kestrel, northpeak, admin, aurelia)]
    assert said == [True, True, True, False]


@pytest.mark.django_db
def test_a_secret_ballot_of_two_tells_only_what_was_decided(admin, aurelia):
    ballot = opened(admin, is_secret=True, quorum_percent=0)
    vote(ballot, aurelia, "for")
    result = close(ballot).result
    assert (result["by_option"], result["abstained"], result["winners"]) == ({}, None, ["for"])


@pytest.mark.django_db
def test_nothing_is_said_before_the_close_not_even_to_those_who_hold_it(admin, aurelia, analyst, browse):
    ballot = opened(admin)
    vote(ballot, aurelia, "against")
    for viewer in (admin, aurelia, analyst):
        page = browse(viewer).get(ballot.get_absolute_url()).content.decode()
        assert "Not carried" not in page
        assert "against</td>" not in page
        with as_viewer(viewer):
            assert not Vote.objects.exists()
            assert Ballot.objects.get(pk=ballot.pk).result is None
    closed = close(ballot)
    assert browse(aurelia).get(closed.get_absolute_url()).status_code == 200


@pytest.mark.django_db
def test_a_secret_ballot_tells_who_voted_and_never_how(admin, aurelia, northpeak, kestrel, browse, monkeypatch):
    # Three votes are enough here to be counted in figures.
    monkeypatch.setattr(actions, "FEWEST_OTHERS", 2)
    ballot = opened(admin, is_secret=True)
    for viewer, choice in ((aurelia, "for"), (northpeak, "against"), (kestrel, "for")):
        vote(ballot, viewer, choice)
    with as_system("read the rows as a thief would"):
        assert not Vote.objects.filter(ballot=ballot).exclude(elector=None).exists()
        before = set(Vote.objects.filter(ballot=ballot).values_list("pk", flat=True))
        for event in Event.objects.filter(verb="ballot.voted", subject_id=ballot.pk):
            assert not {"for", "against"} & set(event.data.values())
    closed = close(ballot)
    assert closed.result["by_option"] == {"for": 2, "against": 1}
    assert "votes" not in closed.result
    with as_system("read the rows as a thief would"):
        assert before.isdisjoint(Vote.objects.filter(ballot=ballot).values_list("pk", flat=True))
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT xmin::text) FROM ballots_vote WHERE ballot_id = %s", [ballot.pk])
            assert cursor.fetchone()[0] == 1
    page = browse(aurelia).get(closed.get_absolute_url()).content.decode()
    assert "Carried." in page
    assert "Who voted how" not in page
    assert page.count("has voted") == 3


@pytest.mark.django_db
def test_nobody_reads_a_draft_and_a_closed_ballot_takes_no_vote(admin, aurelia, browse):
    ballot = draft(admin)
    assert browse(aurelia).get(ballot.get_absolute_url()).status_code == 404
    with as_viewer(admin):
        actions.open_ballot(ballot, by=admin)
        with pytest.raises(Conflict):
            actions.open_ballot(ballot, by=admin)
    close(ballot)
    with pytest.raises(NotAllowed):
        vote(ballot, aurelia, "for")


@pytest.mark.django_db
def test_a_withdrawn_ballot_is_never_counted(admin, aurelia, browse):
    ballot = opened(admin)
    vote(ballot, aurelia, "for")
    assert browse(admin).post(f"/ballots/{ballot.reference}/withdraw/", {"reason": "The text was the wrong one."}).status_code == 302
    assert close(ballot).result is None


@pytest.mark.django_db
def test_ballots_that_cannot_be_are_refused_at_their_field(admin, browse):
    client = browse(admin)
    values = {
        "title": "Board",
        "text": "Two seats.",
        "kind": "election",
        "options": "Ann, Aurelia\nBob, Northpeak",
        "places": 2,
        "majority": "simple",
        "quorum_percent": 50,
    }
    assert "fewer places than options" in client.post("/ballots/new/", values).content.decode()
    assert "two options or more" in client.post("/ballots/new/", values | {"options": "Ann\nAnn"}).content.decode()
    made = client.post("/ballots/new/", values | {"options": "Ann, Aurelia\nBob, Northpeak\nCem, Kestrel Audio"})
    assert made.status_code == 302
    # A General Member does not stand for the board, and nobody stands for no member.
    for last, said in (("Li, Bazaar", "may not stand for the board"), ("Cem", "write the member they come from")):
        refused = client.post("/ballots/new/", values | {"options": f"Ann, Aurelia\n{last}"})
        assert (refused.status_code, said in refused.content.decode()) == (422, True)
    read = shown(client, made.url)
    soon = client.post(f"{made.url}open/", read | {"closes_on": str(timezone.localdate() + timedelta(days=1))})
    assert (soon.status_code, "Members vote until" in soon.content.decode()) == (422, True)
    later = timezone.localdate() + timedelta(days=40)
    assert client.post(f"{made.url}open/", read | {"closes_on": str(later)}).status_code == 302
    assert timezone.localdate(Ballot.objects.get(title="Board").closes_at) == later


def shown(client, address):
    """What the page of a draft says it shows."""
    return dict(re.findall(r'name="(seen|closes_on)" value="([^"]+)"', client.get(address).content.decode()))


@pytest.mark.django_db
def test_a_draft_is_amended_and_opened_as_it_was_read(admin, browse):
    client, address = browse(admin), draft(admin, kind="election", options=["Ann, Aurelia", "Bob, Northpeak"]).get_absolute_url()
    read = shown(client, address)
    assert "Bob, Northpeak" in client.get(f"{address}amend/").content.decode()
    values = {
        "title": "The board", "text": "One of three.", "kind": "election", "options": "Ann, Aurelia\nBob, Northpeak\nCem, Kestrel Audio", "places": 1,
        "majority": "simple", "quorum_percent": 40, "seen": read["seen"],
    }  # fmt: skip
    assert client.post(f"{address}amend/", values).status_code == 302
    # Two who amend it do not overwrite each other, and nobody opens what they have not read.
    for path, said in (("amend/", values | {"title": "Mine"}), ("open/", read)):
        late = client.post(f"{address}{path}", said)
        assert (late.status_code, "amended" in late.content.decode()) == (422, True)
    assert client.post(f"{address}open/", shown(client, address)).status_code == 302
    assert client.post(f"{address}amend/", values).status_code == 422
    assert Ballot.objects.get(title="The board").options == ["Ann, Aurelia", "Bob, Northpeak", "Cem, Kestrel Audio"]


@pytest.mark.django_db
def test_it_closes_as_soon_as_all_have_voted_or_stand_aside(admin, aurelia):
    ballot = opened(admin, quorum_percent=0)
    with as_system("leave two electors"):
        ballot.electors.exclude(organisation__slug__in=("aurelia", "kestrel")).delete()
    with as_viewer(kestrel := who("owner@kestrel.example")):
        actions.recuse(elector(ballot, "kestrel"), reason="We are party to it.", by=kestrel)
    with as_viewer(admin):
        ballot.refresh_from_db()
    assert ballot.state == "open"
    vote(ballot, aurelia, "for")
    with as_viewer(admin):
        ballot.refresh_from_db()
        assert (ballot.state, ballot.result["winners"]) == ("closed", ["for"])
        assert not Clock.objects.running().filter(subject_type="ballots.ballot", subject_id=ballot.pk).exists()


@pytest.mark.django_db
def test_a_choice_that_is_none_is_refused(admin, aurelia):
    ballot = opened(admin, kind="election", options=["Ann, Aurelia", "Bob, Northpeak", "Cem, Kestrel Audio"], places=2)
    ann, bob, cem = ballot.options
    for chosen in ([ann, bob, cem], ["Dan"], [ann, ann]):
        with pytest.raises(Refused, match="Choose up to 2"):
            vote(ballot, aurelia, *chosen)
    vote(ballot, aurelia)
    assert close(ballot).result["abstained"] == 1


@pytest.mark.django_db
def test_only_the_coalition_holds_ballots(analyst, aurelia, treasurer):
    for viewer in (analyst, aurelia, treasurer):
        with as_viewer(viewer), pytest.raises(NotAllowed):
            draft(viewer)


@pytest.mark.django_db
def test_the_page_casts_the_vote(admin, aurelia, browse):
    ballot, client = opened(admin), browse(aurelia)
    assert f"/ballots/{ballot.reference}/" in client.get("/home/").content.decode()
    page = client.get(ballot.get_absolute_url()).content.decode()
    number = re.search(r'name="elector" value="(\d+)"', page).group(1)
    assert client.post(f"/ballots/{ballot.reference}/vote/", {"elector": number, "chosen": "for"}).status_code == 302
    assert client.post(f"/ballots/{ballot.reference}/vote/", {"elector": number, "chosen": "for"}).status_code == 409
    assert "Cast the vote" not in client.get(ballot.get_absolute_url()).content.decode()


def test_two_windows_cast_one_vote(own_database):
    admin = who("admin@coalition.example")
    ballot, aurelia = opened(admin), who("owner@aurelia.example")
    together, got, lost = threading.Barrier(2), [], []

    def cast(choice):
        viewer = who("owner@aurelia.example")
        together.wait()
        try:
            got.append(vote(ballot, viewer, choice))
        except Conflict as conflict:
            lost.append(conflict)
        connection.close()

    threads = [threading.Thread(target=cast, args=(choice,)) for choice in ("for", "against")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(got), len(lost)) == (1, 1)
    with as_system("count"):
        assert Vote.objects.filter(ballot=ballot).count() == 1
    assert aurelia.organisation_slug == "aurelia"
    assert timedelta(days=13) < ballot.closes_at - timezone.now() < timedelta(days=15)


@pytest.mark.django_db
def test_who_holds_whose_proxy_is_not_to_be_read_off_whom_one_s_own_can_be_given_to(admin, northpeak, kestrel, outsider, browse):
    ballot = opened(admin)
    with as_viewer(kestrel):
        actions.give_proxy(elector(ballot, "kestrel"), elector(ballot, "tessella"), by=kestrel)
    page = browse(northpeak).get(ballot.get_absolute_url()).content.decode()
    assert f'<option value="{elector(ballot, "kestrel").pk}" >' in page
    assert f'<option value="{elector(ballot, "tessella").pk}" >' in page


@pytest.mark.django_db
def test_no_proxy_goes_to_a_member_who_has_left(admin, northpeak, outsider, browse):
    ballot = opened(admin)
    with as_viewer(admin):
        house = Organisation.objects.get(slug="tessella")
        members.resign(house, takes_effect_on=timezone.localdate(), reason="Its board decided so.", by=admin)
    with as_viewer(northpeak), pytest.raises(Refused, match="not a member in good standing"):
        actions.give_proxy(elector(ballot, "northpeak"), elector(ballot, "tessella"), by=northpeak)
    assert f'<option value="{elector(ballot, "tessella").pk}"' not in browse(northpeak).get(ballot.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_secret_result_is_withheld_where_one_hand_could_take_its_own_votes_away(admin, aurelia, kestrel, northpeak):
    ballot = opened(admin, is_secret=True)
    with as_viewer(kestrel):
        actions.give_proxy(elector(ballot, "kestrel"), elector(ballot, "aurelia"), by=kestrel)
    vote(ballot, aurelia, "for")
    vote(ballot, aurelia, "for", slug="kestrel")
    vote(ballot, northpeak, "against")
    result = close(ballot).result
    assert (result["is_withheld"], result["by_option"]) == (True, {})


@pytest.mark.django_db
def test_whoever_stands_aside_is_offered_nothing_more(admin, northpeak, browse):
    ballot = opened(admin)
    with as_viewer(northpeak):
        actions.recuse(elector(ballot, "northpeak"), reason="We are the case.", by=northpeak)
    assert "stand aside" not in browse(northpeak).get(ballot.get_absolute_url()).content.decode().split("<aside>")[0]


@pytest.mark.django_db
def test_no_proxy_votes_for_a_member_who_has_left(admin, aurelia, kestrel, browse):
    ballot = opened(admin)
    with as_viewer(kestrel):
        actions.give_proxy(elector(ballot, "kestrel"), elector(ballot, "aurelia"), by=kestrel)
    address = ballot.get_absolute_url()
    assert "Kestrel" in browse(aurelia).get("/home/").content.decode()
    with as_viewer(admin):
        members.resign(Organisation.objects.get(slug="kestrel"), takes_effect_on=timezone.localdate(), reason="They wrote so.", by=admin)
    with pytest.raises(NotAllowed):
        vote(ballot, aurelia, "for", slug="kestrel")
    assert f'value="{elector(ballot, "kestrel").pk}"' not in browse(aurelia).get(address).content.decode()
    assert "vote for Kestrel" not in browse(aurelia).get("/home/").content.decode()


@pytest.mark.django_db
def test_how_an_elector_votes_is_not_its_agent_s(admin, aurelia, kestrel, agent, browse):
    ballot = opened(admin)
    with as_viewer(kestrel):
        actions.give_proxy(elector(ballot, "kestrel"), elector(ballot, "aurelia"), by=kestrel)
    pages = [browse(viewer).get(ballot.get_absolute_url()).content.decode().partition("<main")[2] for viewer in (aurelia, agent)]
    assert ["Named to vote for you" in page for page in pages] == [True, False]
    assert ["proxy: Aurelia" in " ".join(page.split()) for page in pages] == [True, False]


@pytest.mark.django_db
def test_whose_role_gives_no_vote_is_not_named_to_vote(aurelia, browse):
    client, finance = browse(aurelia), who("finance@aurelia.example")
    page = client.get("/ballots/").content.decode()
    assert f'value="{finance.seat_id}"' not in page
    with as_viewer(aurelia), pytest.raises(Refused, match="gives a vote to no such seat"):
        seats = Seat.objects.select_related("organisation", "person")
        actions.name_voter(Organisation.objects.get(slug="aurelia"), voter=seats.get(pk=finance.seat_id), alternate=None, by=aurelia)
