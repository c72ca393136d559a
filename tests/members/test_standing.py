"""Standing follows from dated facts alone, and access from standing, with nothing to run on the day."""

import itertools
import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from hypothesis import given
from hypothesis import strategies as st

from coalition.access.errors import NotAllowed, Refused
from coalition.access.models import Audience, AudienceMember
from coalition.access.viewer import as_system, as_viewer
from coalition.accounts.actions import make_person
from coalition.activity.actions import deliver_batch
from coalition.activity.models import InboxItem, OutsideLetter
from coalition.api.actions import make_token
from coalition.dates import long_day
from coalition.members import actions
from coalition.members.models import Category, Organisation, Resignation
from coalition.members.standing import Facts, Span, facts_of, good_spells, standing
from demo.times import ago
from tests.conftest import who

DAY = date(2026, 1, 1)
days = st.integers(0, 400).map(lambda n: DAY + timedelta(days=n))
spans = st.builds(lambda start, length: Span(start, start + timedelta(days=length) if length else None, "so"), days, st.integers(0, 300))
facts = st.builds(
    Facts,
    terms=st.lists(spans, max_size=4),
    suspensions=st.lists(spans, max_size=3),
    category_suspensions=st.lists(spans, max_size=2),
    resigned=st.lists(days, max_size=2),
)


@given(facts, days, days)
def test_the_spells_are_the_days_at_which_standing_is_good(known, since, day):
    spells = good_spells(known, since)
    if day >= since:
        assert any(spell.covers(day) for spell in spells) == standing(known, day).is_good
    for one, other in itertools.pairwise(spells):
        assert one.ends_on is not None
        assert one.ends_on < other.starts_on


@given(facts, days)
def test_nobody_is_in_good_standing_outside_a_term(known, day):
    if standing(known, day).is_good:
        assert any(term.covers(day) for term in known.terms)
        assert not any(span.covers(day) for span in [*known.suspensions, *known.category_suspensions])


def spells_of(organisation):
    rows = AudienceMember.objects.filter(audience=Audience.members(), member=organisation.audience).order_by("starts_at")
    return [(row.starts_at.date(), row.ends_at and row.ends_at.date()) for row in rows]


@pytest.mark.django_db
def test_a_suspension_shuts_every_door_at_once_and_keeps_everything(admin, northpeak, browse, client):
    today = timezone.localdate()
    with as_viewer(northpeak):
        _token, secret = make_token(name="script", days=30, by=northpeak)
    inside = browse(northpeak)
    assert inside.get("/enforcement/cases/").status_code == 200
    organisation = Organisation.objects.get(slug="northpeak")
    before = spells_of(organisation)
    with as_viewer(admin):
        actions.suspend(organisation, starts_on=today, reason="Notices without rights.", by=admin)
    for address in ("/enforcement/cases/", "/home/", "/inbox/", "/groups/", "/search/?q=a", "/files/1/"):
        page = inside.get(address)
        assert (page.status_code, b"not in good standing" in page.content) == (403, True), address
    assert client.get("/api/v1/cases/", headers={"Authorization": f"Bearer {secret}"}).status_code == 403
    own = inside.get("/organisation/").content.decode()
    assert "Notices without rights." in own
    assert inside.get("/statistics/").status_code == 200
    with as_viewer(admin):
        actions.reinstate(organisation, reason="It has mended its ways.", by=admin)
    assert inside.get("/enforcement/cases/").status_code == 200
    # What was, stays: the days before are as they were, and the gap is on record.
    assert spells_of(organisation)[0][0] == before[0][0]
    assert len(spells_of(organisation)) == 2


@pytest.mark.django_db
def test_a_resignation_takes_effect_on_its_day_without_anything_that_runs(northpeak, browse):
    today = timezone.localdate()
    organisation = Organisation.objects.get(slug="northpeak")
    with as_viewer(northpeak):
        actions.resign(organisation, takes_effect_on=today + timedelta(days=3), reason="The new category.", by=northpeak)
        with pytest.raises(Refused, match="already"):
            actions.resign(organisation, takes_effect_on=today + timedelta(days=9), reason="The new category.", by=northpeak)
    assert browse(northpeak).get("/home/").status_code == 200
    assert spells_of(organisation)[-1][1] == today + timedelta(days=3)


@pytest.mark.django_db
def test_a_category_suspended_and_released_keeps_its_history(admin, bazaar, browse):
    today = timezone.localdate()
    category = Category.objects.get(kind="platform")
    with as_viewer(admin):
        actions.hold_category(category, effect="suspended", starts_on=today, reason="Members resigned over it.", by=admin)
        with pytest.raises(Refused, match="already"):
            actions.hold_category(category, effect="closed", starts_on=today, reason="Members resigned over it.", by=admin)
    assert browse(bazaar).get("/home/").status_code == 403
    assert "category is suspended" in browse(bazaar).get("/organisation/").content.decode()
    with as_viewer(admin):
        actions.release_category(category, reason="The board has decided.", by=admin)
    assert browse(bazaar).get("/home/").status_code == 200


@pytest.mark.django_db
def test_a_hold_comes_before_one_that_is_announced(admin):
    """Closed today until the announced suspension; suspended today, what was announced never begins."""
    today, category = timezone.localdate(), Category.objects.get(kind="platform")
    later = today + timedelta(days=30)
    held = lambda: [  # noqa: E731
        (hold.effect, hold.starts_on, hold.ends_on) for hold in category.holds.order_by("starts_on", "pk") if hold.ends_on != hold.starts_on
    ]
    with as_viewer(admin):
        actions.hold_category(category, effect="suspended", starts_on=later, reason="From the new year.", by=admin)
        actions.hold_category(category, effect="closed", starts_on=today, reason="Until then nobody new.", by=admin)
        assert held() == [("closed", today, later), ("suspended", later, None)]
        with pytest.raises(Refused, match="already"):
            actions.hold_category(category, effect="closed", starts_on=today, reason="Once more.", by=admin)
        actions.hold_category(category, effect="suspended", starts_on=today, reason="At once.", by=admin)
        assert held() == [("suspended", today, None)]
        actions.release_category(category, reason="Enough.", by=admin)
    assert not category.holds.on(today).exists()
    assert not category.holds.on(later).exists()


@pytest.mark.django_db
def test_whoever_has_no_live_access_is_shown_nothing_that_is_closed(admin, aurelia, browse):
    organisation = Organisation.objects.get(slug="aurelia")
    inside = browse(aurelia)
    assert "Invite somebody to a seat" in inside.get("/organisation/").content.decode()
    with as_viewer(admin):
        actions.suspend(organisation, starts_on=timezone.localdate(), reason="Notices without rights.", by=admin)
    page = inside.get("/organisation/").content.decode()
    assert "Invite somebody to a seat" not in page
    for address in ("/organisation/card/", "/organisation/agents/", "/organisation/domains/", "/organisation/value/"):
        assert address not in page, address
    # Its agent reads that the mandate gives nothing now.
    agent = who("agent@hartley.example", "hartley")
    assert "rests: Aurelia has no live access" in browse(agent).get("/organisation/agents/").content.decode()


@pytest.mark.django_db
def test_what_was_is_not_rewritten(admin):
    organisation = Organisation.objects.get(slug="northpeak")
    with as_viewer(admin):
        for act in (
            lambda: actions.suspend(organisation, starts_on=timezone.localdate() - timedelta(days=1), reason="Long ago.", by=admin),
            lambda: actions.resign(organisation, takes_effect_on=timezone.localdate() - timedelta(days=1), reason="Long ago.", by=admin),
        ):
            with pytest.raises(Refused, match="stays as it was"):
                act()


@pytest.mark.django_db
def test_only_the_coalition_keeps_the_register(northpeak, analyst):
    organisation = Organisation.objects.get(slug="aurelia")
    today = timezone.localdate()
    for viewer in (northpeak, analyst):
        for act in (
            lambda by: actions.suspend(organisation, starts_on=today, reason="A rival.", by=by),
            lambda by: actions.admit(organisation, starts_on=today, ends_on=today + timedelta(days=9), by=by),
            lambda by: actions.resign(organisation, takes_effect_on=today, reason="A rival.", by=by),
            lambda by: actions.hold_category(organisation.category, effect="closed", starts_on=today, reason="A rival.", by=by),
        ):
            with as_viewer(viewer), pytest.raises(NotAllowed):
                act(viewer)


@pytest.mark.django_db
def test_the_demo_s_lapsed_and_suspended_members_are_so():
    with as_system("look"):
        found = {
            slug: standing(facts_of(Organisation.objects.get(slug=slug)), timezone.localdate()).words
            for slug in ("old-harbour", "quillon", "aurelia")
        }
    assert found == {"old-harbour": "lapsed", "quillon": "suspended", "aurelia": "in good standing"}
    with ago(days=100):
        assert standing(facts_of(Organisation.objects.get(slug="old-harbour")), timezone.localdate()).is_good
    assert who("officer@customs.example").in_standing


@pytest.mark.django_db
def test_who_resigned_comes_back_with_a_new_term(admin, northpeak, browse):
    today = timezone.localdate()
    organisation = Organisation.objects.get(slug="northpeak")
    with as_viewer(northpeak):
        actions.resign(organisation, takes_effect_on=today, reason="The new category.", by=northpeak)
    assert browse(northpeak).get("/home/").status_code == 403
    with as_system("the coalition takes it in again"):
        actions.admit(organisation, starts_on=today, ends_on=today + timedelta(days=365), by=None)
    assert browse(northpeak).get("/home/").status_code == 200


@pytest.mark.django_db
def test_every_resignation_keeps_its_days_whatever_came_after():
    """Left, came back, left again: the gap stays a gap."""
    house = Organisation.objects.get(slug="old-harbour")
    with as_system("write an older history"):
        house.terms.all().delete()

        def instant(day):
            return timezone.make_aware(datetime.combine(day, time()))

        for starts, ends in ((date(2020, 1, 1), date(2021, 1, 1)), (date(2021, 6, 1), date(2022, 6, 1))):
            house.terms.create(starts_on=starts, ends_on=ends, given_at=instant(starts))
        judged = []
        for left in (None, date(2020, 3, 1), date(2022, 1, 1)):
            if left:
                Resignation.objects.create(organisation=house, takes_effect_on=left, reason="So it was.", given_at=instant(left))
            facts = replace(facts_of(house), unaccepted=[])
            judged.append([standing(facts, day).words for day in (date(2020, 2, 1), date(2020, 8, 1), date(2021, 8, 1), date(2022, 3, 1))])
    good, gone = "in good standing", "resigned"
    assert judged == [[good, good, good, good], [good, gone, good, good], [good, gone, good, gone]]


@pytest.mark.django_db
def test_a_closed_category_can_be_suspended(admin):
    category = Category.objects.get(kind="platform")
    with as_viewer(admin):
        actions.hold_category(category, effect="closed", starts_on=timezone.localdate(), reason="Members resigned over it.", by=admin)
        actions.hold_category(category, effect="suspended", starts_on=timezone.localdate(), reason="The board has decided.", by=admin)
        assert category.holds.filter(ends_on=None).get().effect == "suspended"


@pytest.mark.django_db
def test_staff_seat_the_committee(admin, outsider, browse):
    team = Audience.objects.get(label="Membership committee")
    client = browse(admin)
    assert client.post(f"/staff/register/teams/{team.pk}/join/", {"email": "owner@tessella.example"}).status_code == 302
    assert who("owner@tessella.example").may("decide_applications")
    assert "Mads Bech" in client.get("/staff/register/").content.decode()
    client.post(f"/staff/register/teams/{team.pk}/leave/", {"seat": outsider.seat_id})
    assert not who("owner@tessella.example").may("decide_applications")
    assert client.post(f"/staff/register/teams/{team.pk}/join/", {"email": "nobody@x.example"}).status_code == 422


@pytest.mark.django_db
def test_somebody_without_a_seat_reads_what_the_public_reads(northpeak, browse):
    from coalition.members.models import Seat

    client = browse(northpeak)
    with as_system("end the seat"):
        actions.end_seat(Seat.objects.get(audience_id=northpeak.audience_id), by=None)
    assert client.get("/home/").status_code == 403
    assert client.get("/statistics/").status_code == 200
    assert client.get("/membership/").status_code == 200


@pytest.mark.django_db
def test_a_form_s_address_opened_by_itself_leads_to_its_page(aurelia, browse):
    client = browse(aurelia)
    for address, page in (
        ("/organisation/seats/1/role/", "/organisation/"),
        ("/inbox/read/", "/inbox/"),
        ("/enforcement/cases/add-listings/", "/enforcement/cases/"),
    ):
        assert client.get(address).url == page


@pytest.mark.django_db
def test_staff_renew_a_member_that_lapsed(admin, browse):
    today = timezone.localdate()
    organisation = Organisation.objects.get(slug="old-harbour")
    client, address = browse(admin), "/staff/members/old-harbour/term/"
    tier = organisation.category.tiers.first()
    term = {"tier": tier.pk, "starts_on": str(today), "ends_on": str(today + timedelta(days=365)), "is_free": "on"}
    assert client.post(address, term).status_code == 422
    term["reason"] = "Honorary for a year, by the board."
    assert client.post(address, {**term, "starts_on": str(today - timedelta(days=30))}).status_code == 422
    assert client.post(address, term).status_code == 302
    assert standing(facts_of(Organisation.objects.get(slug="old-harbour")), today).is_good
    # The form says the last day; the spell ends with it.
    assert spells_of(organisation)[-1] == (today, today + timedelta(days=366))
    assert client.post(address, term).status_code == 422
    assert "in good standing" in client.get("/members/old-harbour/").content.decode()


@pytest.mark.django_db
def test_staff_enter_a_resignation_that_came_in_writing(admin, northpeak, browse):
    client, address = browse(admin), "/staff/register/kestrel/resign/"
    day = timezone.localdate() + timedelta(days=3)
    sent = {"takes_effect_on": str(day), "reason": "By its letter of today.", "sure": "1"}
    assert browse(northpeak).post(address, sent).status_code == 403
    wrong = client.post(address, sent | {"takes_effect_on": "2020-01-01"})
    assert (wrong.status_code, "What was, stays as it was" in wrong.content.decode()) == (422, True)
    # First what comes of it is shown, and nothing is done.
    shown = client.post(address, {key: value for key, value in sent.items() if key != "sure"})
    assert f"Resign with effect from {date_format(day, 'j F Y')}" in shown.content.decode()
    assert Organisation.objects.get(slug="kestrel").leaving() is None
    assert client.post(address, sent).url == "/members/kestrel/"
    facts = facts_of(Organisation.objects.get(slug="kestrel"))
    assert (standing(facts, day - timedelta(days=1)).words, standing(facts, day).words) == ("in good standing", "resigned")
    again = client.post(address, sent)
    assert "has resigned already" in again.content.decode()


@pytest.mark.django_db
def test_everybody_whom_a_resignation_concerns_is_told_and_it_is_taken_back_until_its_day(admin, northpeak, aurelia, browse):
    today, owner = timezone.localdate(), browse(northpeak)
    organisation = Organisation.objects.get(slug="northpeak")
    before = spells_of(organisation)
    day = today + timedelta(days=3)
    owner.post("/organisation/resign/", {"takes_effect_on": str(day), "reason": "The new category.", "sure": "1"})
    while deliver_batch():
        pass
    with as_system("look"):
        told = set(InboxItem.objects.filter(event__verb="register.resigned").values_list("audience__seat__organisation__slug", flat=True))
        addresses = set(OutsideLetter.objects.filter(event__verb="organisation.resigned").values_list("address", flat=True))
    assert (told, addresses) == ({"coalition"}, {"owner@northpeak.example"})
    words = date_format(day, "j F Y")
    assert words in owner.get("/home/").content.decode()
    assert words in owner.get("/organisation/").content.decode()
    assert words not in browse(aurelia).get("/members/northpeak/").content.decode()
    assert browse(aurelia).post("/organisation/stay/", {"reason": "Not mine to take back."}).status_code == 422
    assert owner.post("/organisation/stay/", {"reason": "The board has talked."}).url == "/organisation/"
    assert owner.post("/organisation/stay/", {"reason": "The board has talked."}).status_code == 422
    assert (organisation.leaving(), spells_of(organisation)) == (None, before)
    assert organisation not in Organisation.objects.resigned()
    # It is not turned on and off: each time posts documents. The coalition enters what is written to it.
    again = {"takes_effect_on": str(today), "reason": "The new category.", "sure": "1"}
    assert "give another tomorrow" in owner.post("/organisation/resign/", again).content.decode()
    browse(admin).post("/staff/register/northpeak/resign/", again)
    # Once its day has come, it is not taken back any more.
    late = browse(admin).post("/staff/register/northpeak/stay/", {"reason": "They asked us to."})
    assert (late.status_code, "a new term brings it back" in late.content.decode()) == (422, True)


@pytest.mark.django_db
def test_an_invitation_opens_nothing_once_its_organisation_has_left(northpeak):
    organisation = Organisation.objects.get(slug="northpeak")
    with as_viewer(northpeak):
        invitation = actions.invite(organisation, email="late@northpeak.example", role="member", by=northpeak)
        actions.resign(organisation, takes_effect_on=timezone.localdate(), reason="The new category.", by=northpeak)
    person = make_person(email="late@northpeak.example", name="Lars Late", password="a long enough one 4")
    with pytest.raises(Refused, match="no member any more"):
        actions.accept_invitation(invitation, person)


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_outside_our_time_is_a_slip_of_the_hand(admin, browse, day):
    client = browse(admin)
    tier = Organisation.objects.get(slug="old-harbour").category.tiers.first()
    term = {"tier": tier.pk, "starts_on": str(timezone.localdate()), "ends_on": day, "reason": "By the board."}
    assert client.post("/staff/members/old-harbour/term/", term).status_code == 422
    assert client.post("/staff/register/kestrel/suspend/", {"starts_on": day, "reason": "Under inquiry."}).status_code == 422
    assert client.post("/staff/register/kestrel/resign/", {"takes_effect_on": day, "reason": "It wrote so.", "sure": "1"}).status_code == 422


@pytest.mark.django_db
def test_an_agent_reads_of_its_principal_what_other_members_read(aurelia, agent, browse):
    """Standing, resignation and seats are the office's, whichever page tells them."""
    day = timezone.localdate() + timedelta(days=40)
    browse(aurelia).post("/organisation/resign/", {"takes_effect_on": str(day), "reason": "zyxboard dispute", "sure": "1"})
    colleague = "finance@aurelia.example"
    own = browse(aurelia).get("/organisation/").content.decode()
    assert ("zyxboard" in own, colleague in own, date_format(day) in own) == (True, True, True)
    for address in ("/organisation/", "/members/aurelia/", "/home/", "/inbox/"):
        page = browse(agent).get(address).content.decode()
        words = ("zyxboard", colleague, date_format(day), long_day(day - timedelta(days=1)))
        # "5 January" is no part of "25 January".
        assert [bool(re.search(rf"\b{re.escape(word)}", page)) for word in words] == [False] * 4, address
    assert "/organisation/agents/" in browse(agent).get("/organisation/").content.decode()


@pytest.mark.django_db
def test_what_comes_of_leaving_names_no_sums_to_who_does_not_read_the_dues(admin, treasurer, browse):
    page = browse(admin).get("/staff/register/aurelia/resign/").content.decode()
    assert "Dues of terms that never begin are credited" in page
    assert ("EUR" in page.partition("<main")[2], "invoice 20" in page.lower()) == (False, False)
