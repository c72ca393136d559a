"""Who can be found: organisations by what they say, people field by field, and nobody who does not want to be."""

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from coalition.access.errors import Refused
from coalition.access.viewer import as_system, as_viewer
from coalition.activity import letters
from coalition.activity.actions import deliver_batch
from coalition.directory import actions
from coalition.directory.models import Card, Contact, Level
from coalition.members import actions as members
from coalition.members.models import Organisation, Seat
from tests.conftest import who

pytestmark = pytest.mark.django_db


def seat_of(viewer):
    return Seat.objects.select_related("organisation", "person", "audience").get(pk=viewer.seat_id)


def keep(viewer, **levels):
    values = {
        "name": f"{viewer.person_name}, tester",
        "email": viewer.person_name.split()[0] + "@secret.example",
        "phone": "+33 1 23",
        "expertise": "watches",
    }
    with as_viewer(viewer):
        actions.keep_card(
            seat_of(viewer),
            values=values,
            levels={"name": "members", "email": "nobody", "phone": "contacts", "expertise": "public"} | levels,
            by=viewer,
        )


def post():
    while deliver_batch():
        pass
    letters.send_owed()
    return list(mail.outbox)


def test_nobody_is_in_the_directory_before_they_say_so(northpeak, kestrel, browse):
    with as_system("look"):
        assert not Card.objects.filter(seat_id=kestrel.seat_id).exists()
    assert browse(northpeak).get(f"/members/people/{kestrel.seat_id}/").status_code == 404
    assert kestrel.person_name not in browse(northpeak).get("/members/people/").content.decode()


def test_each_field_is_seen_by_those_it_is_for(kestrel, northpeak, officer, browse):
    keep(kestrel)
    address = f"/members/people/{kestrel.seat_id}/"
    page = browse(northpeak).get(address).content.decode()
    assert "watches" in page
    assert "secret.example" not in page
    assert "+33 1 23" not in page
    # The officer's service is no member, the public no viewer of a name that is for members.
    assert browse(officer).get(address).status_code == 404
    assert Client().get(address).status_code == 404
    own = browse(kestrel).get(address).content.decode()
    assert "Bo@secret.example" in own
    keep(kestrel, name="public")
    page = Client().get(address).content.decode()
    assert ("watches" in page, "secret.example" in page) == (True, False)


def test_what_is_shown_to_fewer_is_gone_for_the_others_at_once(kestrel, northpeak, browse):
    keep(kestrel, email="members")
    assert "secret.example" in browse(northpeak).get(f"/members/people/{kestrel.seat_id}/").content.decode()
    assert "Bo Lindqvist" in browse(northpeak).get("/search/?q=Lindqvist").content.decode()
    keep(kestrel, email="contacts")
    assert "secret.example" not in browse(northpeak).get(f"/members/people/{kestrel.seat_id}/").content.decode()
    keep(kestrel, name="nobody")
    assert browse(northpeak).get(f"/members/people/{kestrel.seat_id}/").status_code == 404
    for address in ("/members/people/?q=Lindqvist", "/search/?q=Lindqvist"):
        assert f"/members/people/{kestrel.seat_id}/" not in browse(northpeak).get(address).content.decode()


def test_contacts_see_what_is_for_contacts_until_one_ends_it(kestrel, northpeak, browse):
    keep(kestrel)
    keep(northpeak)
    client, other = browse(northpeak), browse(kestrel)
    sent = client.post(f"/members/people/{kestrel.seat_id}/write/", {"body": "Shall we talk about that seller?"})
    assert sent.status_code == 302
    letter = next(letter for letter in post() if letter.to == ["owner@kestrel.example"])
    assert "Sam Whitfield" in letter.body
    assert "@northpeak" not in letter.body
    assert "Shall we talk" in other.get(sent.url).content.decode()
    assert "+33 1 23" not in client.get(f"/members/people/{kestrel.seat_id}/").content.decode()
    assert client.post(f"{sent.url}accept/").status_code == 403
    assert other.post(f"{sent.url}accept/").status_code == 302
    assert "+33 1 23" in client.get(f"/members/people/{kestrel.seat_id}/").content.decode()
    assert other.post(sent.url, {"body": "Yes, on Monday."}).status_code == 302
    assert client.post(f"{sent.url}end/").status_code == 302
    assert "+33 1 23" not in client.get(f"/members/people/{kestrel.seat_id}/").content.decode()
    assert other.post(sent.url, {"body": "Still there?"}).status_code == 422


def test_nobody_else_reads_what_two_people_write(kestrel, northpeak, aurelia, browse):
    keep(kestrel)
    with as_viewer(northpeak):
        contact = actions.get_in_touch(seat_of(kestrel), body="For your eyes.", by=northpeak)
    assert browse(aurelia).get(contact.get_absolute_url()).status_code == 404
    assert browse(who("member@aurelia.example")).get(contact.get_absolute_url()).status_code == 404
    with as_viewer(aurelia):
        assert not Contact.objects.filter(pk=contact.pk).exists()


def test_writing_to_whoever_cannot_be_found_is_writing_to_nobody(kestrel, northpeak, browse):
    assert browse(northpeak).post(f"/members/people/{kestrel.seat_id}/write/", {"body": "Hello?"}).status_code == 404
    with as_viewer(northpeak), pytest.raises(Refused, match="nobody to write to"):
        actions.get_in_touch(seat_of(kestrel), body="Hello?", by=northpeak)


def test_up_to_twenty_new_people_a_day(kestrel, northpeak, monkeypatch):
    monkeypatch.setattr(actions, "MOST_ASKED_A_DAY", 1)
    keep(kestrel)
    keep(who("owner@lumiere.example"))
    with as_viewer(northpeak):
        actions.get_in_touch(seat_of(kestrel), body="One.", by=northpeak)
        actions.get_in_touch(seat_of(kestrel), body="The same again is no new one.", by=northpeak)
        with pytest.raises(Refused, match="Up to 1"):
            actions.get_in_touch(seat_of(who("owner@lumiere.example")), body="Two.", by=northpeak)


def test_one_s_own_card_as_others_see_it(kestrel, browse):
    client = browse(kestrel)
    values = {
        "email": "bo@kestrel.example",
        "phone": "+44 1",
        "about": "Lawyer",
        "name_level": "members",
        "email_level": "contacts",
        "phone_level": "nobody",
        "languages_level": "members",
        "expertise_level": "members",
        "about_level": "public",
    }
    assert client.post("/profile/card/", values).status_code == 302
    seen = {
        level: client.get(f"/profile/card/?as={level}").content.decode().split("As others see it")[1] for level in ("members", "contacts", "public")
    }
    assert [("bo@kestrel" in seen[level], "+44 1" in seen[level], "Lawyer" in seen[level]) for level in ("public", "members", "contacts")] == [
        (False, False, False), (False, False, True), (True, False, True),
    ]  # fmt: skip
    # As it is: who cannot read the name finds nobody.
    assert browse(None).get(f"/members/people/{kestrel.seat_id}/").status_code == 404
    values["name_level"] = "public"
    client.post("/profile/card/", values)
    assert "Lawyer" in client.get("/profile/card/?as=public").content.decode().split("As others see it")[1]
    assert "Lawyer" in browse(None).get(f"/members/people/{kestrel.seat_id}/").content.decode()
    assert client.post("/profile/card/take-down/").status_code == 302
    with as_system("look"):
        assert not Card.objects.filter(seat_id=kestrel.seat_id).exists()


def test_whoever_s_seat_ends_leaves_the_directory(aurelia, northpeak, browse):
    member = who("member@aurelia.example")
    keep(member)
    with as_viewer(aurelia):
        members.end_seat(seat_of(member), by=aurelia)
    post()
    assert browse(northpeak).get(f"/members/people/{member.seat_id}/").status_code == 404
    with as_system("look"):
        assert not Card.objects.filter(seat_id=member.seat_id).exists()


def test_nobody_writes_another_s_card(aurelia, kestrel):
    from coalition.access.errors import NotAllowed

    with as_viewer(aurelia), pytest.raises(NotAllowed):
        actions.keep_card(seat_of(kestrel), values={"name": "X"}, levels={"name": Level.PUBLIC}, by=aurelia)
    with as_viewer(aurelia), pytest.raises(Refused, match="no field"):
        actions.keep_card(seat_of(aurelia), values={"salary": "X"}, levels={"salary": Level.PUBLIC}, by=aurelia)


def test_a_deputy_gets_the_work_and_nothing_personal(aurelia, northpeak, browse):
    member = who("member@aurelia.example")
    keep(member)
    keep(northpeak)
    with as_viewer(member):
        contact = actions.get_in_touch(seat_of(northpeak), body="Between us.", by=member)
    with as_viewer(northpeak):
        actions.accept_contact(contact, by=northpeak)
    with as_viewer(aurelia):
        members.hand_over(seat_of(member), seat_of(aurelia), ends=False, by=aurelia)
    deputy = browse(aurelia)
    assert "+33 1 23" not in deputy.get(f"/members/people/{northpeak.seat_id}/").content.decode()
    assert deputy.get(contact.get_absolute_url()).status_code == 404
    assert browse(member).get(f"/who-can-see/{contact.space_id}/").status_code == 404


def test_enough_is_enough(kestrel, northpeak):
    keep(kestrel)
    with as_viewer(northpeak):
        contact = actions.get_in_touch(seat_of(kestrel), body="One.", by=northpeak)
        for body in ("Two.", "Three."):
            actions.write(contact, body=body, by=northpeak)
        with pytest.raises(Refused, match="wait for an answer"):
            actions.write(contact, body="Four.", by=northpeak)
    with as_viewer(kestrel):
        actions.end_contact(contact, by=kestrel)
    with as_viewer(northpeak), pytest.raises(Refused, match="nobody to write to"):
        actions.get_in_touch(seat_of(kestrel), body="Five.", by=northpeak)


def test_out_of_standing_one_sees_what_the_public_sees(kestrel, northpeak, admin, browse):
    keep(kestrel, name="public", phone="members")
    client = browse(northpeak)
    assert "+33 1 23" in client.get(f"/members/people/{kestrel.seat_id}/").content.decode()
    with as_viewer(admin):
        members.suspend(Organisation.objects.get(slug="northpeak"), starts_on=timezone.localdate(), reason="For this test.", by=admin)
    assert "+33 1 23" not in client.get(f"/members/people/{kestrel.seat_id}/").content.decode()
    assert client.get("/profile/card/").status_code == 403
    assert client.get("/organisation/").status_code == 200


def test_organisations_are_found_by_what_they_say(aurelia, northpeak, browse):
    values = {
        "about": "Watches.",
        "website": "",
        "sectors": "Watches, Leather goods",
        "jurisdictions": ["FR", "CN"],
        "marketplaces": "Bazaar，Kiosk",
        "expertise": "test purchases",
    }
    assert browse(aurelia).post("/organisation/card/", values).status_code == 302
    client = browse(northpeak)
    for query in ("sectors=Watches", "jurisdiction=CN", "marketplaces=Kiosk", "expertise=test+purchases", "category=brand&q=aur", "jurisdiction=FR"):
        assert "/members/aurelia/" in client.get(f"/members/?{query}").content.decode(), query
    for query in ("sectors=Toys", "jurisdiction=JP", "marketplaces=Nowhere"):
        assert "/members/aurelia/" not in client.get(f"/members/?{query}").content.decode(), query
    assert browse(who("finance@aurelia.example")).get("/organisation/card/").status_code == 403


def test_the_directory_shows_members_in_good_standing_alone(aurelia, browse):
    page = browse(aurelia).get("/members/").content.decode()
    assert "/members/northpeak/" in page
    for slug in ("payline", "old-harbour", "quillon"):
        assert f"/members/{slug}/" not in page, slug
    assert Organisation.objects.get(slug="payline") in Organisation.objects.known()


def test_a_list_by_name_goes_on_where_it_stopped(aurelia, browse, monkeypatch):
    monkeypatch.setattr("coalition.directory.pages.ROWS", 4)
    client, seen, address = browse(aurelia), [], "/members/"
    import html
    import re

    for _page in range(10):
        page = client.get(address).content.decode()
        seen += re.findall(r'main-cell"><a href="/members/([a-z-]+)/"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if not following:
            break
        address = "/members/" + html.unescape(following.group(1))
    assert len(seen) == len(set(seen)) == Organisation.objects.listed().count()


@pytest.mark.django_db
def test_of_whoever_has_left_others_read_the_name_alone(admin, northpeak, browse):
    address = Organisation.objects.get(slug="aurelia").get_absolute_url()
    assert "Country" in browse(northpeak).get(address).content.decode()
    with as_viewer(admin):
        members.suspend(Organisation.objects.get(slug="aurelia"), starts_on=timezone.localdate(), reason="For this test.", by=admin)
    page = browse(northpeak).get(address).content.decode()
    assert "not in the directory now" in page
    assert "Country" not in page
    assert "For this test." in browse(admin).get(address).content.decode()


@pytest.mark.django_db
def test_the_search_finds_nobody_of_whoever_has_left(admin, aurelia, northpeak, browse):
    keep(northpeak)
    find = lambda: browse(aurelia).get(f"/search/?q={northpeak.person_name.split()[0]}&kind=person").content.decode()  # noqa: E731
    assert f"{northpeak.person_name}, tester" in find()
    with as_viewer(admin):
        members.suspend(Organisation.objects.get(slug="northpeak"), starts_on=timezone.localdate(), reason="For this test.", by=admin)
    assert f"{northpeak.person_name}, tester" not in find()


@pytest.mark.django_db
def test_people_are_narrowed_by_the_category_and_the_countries_of_their_organisation(aurelia, northpeak, browse):
    for viewer in (aurelia, northpeak):
        keep(viewer)
    client, name = browse(aurelia), f"{northpeak.person_name}, tester"
    country = Organisation.objects.get(slug="northpeak").country
    for query, is_there in (("category=brand", True), ("category=platform", False), (f"jurisdiction={country}", True), ("jurisdiction=KE", False)):
        assert (name in client.get(f"/members/people/?{query}").content.decode()) == is_there, query


@pytest.mark.django_db
def test_the_public_page_says_what_each_tier_costs_by_band():
    page = Client().get("/membership/").content.decode()
    table = page.split("Dues of each tier")[1].split("</table>")[0]
    for amount in ("2,500 EUR", "24,000 EUR", "40,000 EUR"):
        assert amount in table
    assert "under 10 million US dollars" in table
