"""Sharing groups: many let in at once, each of them named first; who joins later comes into nothing that was shared before."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.access.errors import NotAllowed, Refused
from coalition.access.models import Audience, Grant
from coalition.access.viewer import as_viewer
from enforcement.cases import actions as cases
from enforcement.cases.models import SideRoom
from enforcement.sharing import actions
from enforcement.sharing.models import SharingGroup
from tests.conftest import CAST, who

pytestmark = pytest.mark.django_db
PEOPLE = [*CAST.values(), "member@aurelia.example", "owner@lumiere.example"]


def org(viewer):
    return Audience.objects.get(pk=viewer.organisation_audience_id)


@pytest.fixture
def group(aurelia, northpeak, kestrel):
    with as_viewer(aurelia):
        return actions.gather(name="zyxgroup", purpose="zyxpurpose", who=[org(northpeak), org(kestrel)], by=aurelia)


@pytest.fixture
def case(aurelia, group):
    aurelia = who(CAST["aurelia"])
    with as_viewer(aurelia):
        case = cases.open_case(title="zyxgathered", by=aurelia)
        cases.share(case, group.current().audience, role="contribute", by=aurelia)
    return case


def reads(email, thing):
    viewer = who(email)
    with as_viewer(viewer):
        return type(thing).objects.visible_to(viewer).filter(pk=thing.pk).exists()


def readers(thing):
    return {email for email in PEOPLE if reads(email, thing)}


def test_a_group_is_read_by_who_is_in_it(group):
    inside = {CAST["aurelia"], CAST["northpeak"], CAST["kestrel"], "member@aurelia.example", "finance@aurelia.example"} & set(PEOPLE)
    assert readers(group) == inside


def test_a_case_is_shared_with_all_of_a_group(case, group):
    assert readers(case) == readers(group)


def test_who_joins_later_comes_in_only_when_a_case_lets_them(aurelia, outsider, group, case, browse):
    client = browse(aurelia)
    page = client.post(f"{group.get_absolute_url()}widen/", {"who": [org(outsider).pk]}).content.decode()
    assert "<strong>Tessella Toys</strong> will read this page" in page
    assert not reads(CAST["outsider"], group)
    client.post(f"{group.get_absolute_url()}widen/", {"who": [org(outsider).pk], "step": "confirm"})
    assert reads(CAST["outsider"], group)
    assert not reads(CAST["outsider"], case)
    page = client.get(f"{case.get_absolute_url()}share/").content.decode()
    assert "Not in here, for they joined the group later: Tessella Toys" in page
    newest = group.current().audience_id
    preview = client.post(f"{case.get_absolute_url()}share/", {"audience": newest, "role": "contribute"}).content.decode()
    assert "Everybody in <strong>zyxgroup</strong> (Aurelia, Kestrel Audio, Northpeak, Tessella Toys)" in preview
    assert not reads(CAST["outsider"], case)
    client.post(f"{case.get_absolute_url()}share/", {"audience": newest, "role": "contribute", "step": "confirm"})
    assert readers(case) == readers(group)
    assert Grant.objects.live().filter(space=case.space_id, audience__kind="sharing_group").count() == 1


def test_a_preview_of_an_older_list_lets_nobody_else_in(aurelia, outsider, group, case, browse):
    """The list was widened between the two steps: who was not on the list that was read does not come in."""
    client = browse(aurelia)
    with as_viewer(aurelia):
        other = cases.open_case(title="zyxanother", by=aurelia)
        old = group.current().audience_id
        actions.widen(group, [org(outsider)], by=aurelia)
    answer = client.post(f"{other.get_absolute_url()}share/", {"audience": old, "role": "read", "step": "confirm"})
    assert answer.status_code == 422
    assert not reads(CAST["outsider"], other)


def test_whoever_is_taken_out_reads_nothing_by_it(aurelia, kestrel, northpeak, group, case, browse):
    browse(aurelia).post(f"{group.get_absolute_url()}take-out/", {"audience": org(kestrel).pk})
    assert not reads(CAST["kestrel"], group)
    assert not reads(CAST["kestrel"], case)
    assert reads(CAST["northpeak"], case)
    with as_viewer(aurelia):
        actions.widen(group, [org(kestrel)], by=aurelia)
    # Back in the group, and not in what was shared before.
    assert reads(CAST["kestrel"], group)
    assert not reads(CAST["kestrel"], case)


def test_leaving_and_ending(aurelia, northpeak, kestrel, group, case, browse):
    client = browse(northpeak)
    with as_viewer(northpeak), pytest.raises(Refused, match="in by a group"):
        cases.leave(case, by=northpeak)
    assert client.post(f"{group.get_absolute_url()}leave/").status_code == 302
    assert not reads(CAST["northpeak"], case)
    with as_viewer(aurelia), pytest.raises(NotAllowed):
        actions.leave(group, by=aurelia)
    browse(aurelia).post(f"{group.get_absolute_url()}end/")
    assert not reads(CAST["kestrel"], case)
    assert reads(CAST["kestrel"], group)
    assert reads(CAST["aurelia"], case)
    assert browse(aurelia).post(f"{group.get_absolute_url()}widen/", {"who": [org(northpeak).pk], "step": "confirm"}).status_code == 403


def test_only_who_gathered_it_says_who_is_in_it(northpeak, agent, outsider, group, browse):
    client = browse(northpeak)
    for act, data in (
        ("widen", {"who": [org(outsider).pk], "step": "confirm"}),
        ("take-out", {"audience": org(northpeak).pk}),
        ("end", {}),
        ("describe", {"name": "x"}),
    ):
        assert client.post(f"{group.get_absolute_url()}{act}/", data).status_code == 403
    assert browse(agent).post(f"{group.get_absolute_url()}end/").status_code == 403
    assert browse(outsider).get(group.get_absolute_url()).status_code == 404


def test_what_cannot_be_gathered_is_told_at_its_field(aurelia, officer, kestrel, group, browse):
    client = browse(aurelia)
    answer = client.post("/enforcement/cases/sharing-groups/new/", {"name": "ZYXGROUP", "who": [org(kestrel).pk]})
    assert answer.status_code == 422
    assert "has a sharing group of this name" in answer.content.decode()
    assert client.post("/enforcement/cases/sharing-groups/new/", {"name": "zyxlaw", "who": [org(officer).pk]}).status_code == 422
    assert client.post("/enforcement/cases/sharing-groups/new/", {"name": "zyxnobody"}).status_code == 422
    answer = client.post("/enforcement/cases/sharing-groups/new/", {"name": "kestrel audio", "who": [org(kestrel).pk]})
    assert "must not look like one" in answer.content.decode()
    with as_viewer(aurelia), pytest.raises(Refused, match="person by person"):
        actions.gather(name="zyxlaw", who=[org(officer)], by=aurelia)
    with as_viewer(aurelia):
        assert not SharingGroup.objects.filter(name__startswith="zyx").exclude(pk=group.pk).exists()


def test_a_mark_that_is_too_strict_keeps_groups_out(aurelia, group):
    aurelia = who(CAST["aurelia"])
    with as_viewer(aurelia):
        case = cases.open_case(title="zyxstrict", tlp="AMBER+STRICT", by=aurelia)
        with pytest.raises(Refused, match="Lower the mark first"):
            cases.share(case, group.current().audience, role="read", by=aurelia)


def test_everybody_in_a_case_reads_who_is_behind_the_name_of_a_group(aurelia, outsider, case, browse):
    with as_viewer(aurelia):
        cases.share(case, org(outsider), role="read", by=aurelia)
    client = browse(outsider)
    assert "zyxgroup (3 organisations)" in client.get(case.get_absolute_url()).content.decode()
    page = client.get(f"/who-can-see/{case.space_id}/").content.decode()
    assert "a sharing group: Aurelia, Kestrel Audio, Northpeak" in page


def test_an_organisation_that_is_in_by_a_group_has_a_side_room_of_its_own(kestrel, case):
    kestrel = who(CAST["kestrel"])
    with as_viewer(kestrel):
        assert cases.open_side_room(case, by=kestrel).party_id == kestrel.organisation_audience_id
        assert SideRoom.objects.visible_to(kestrel).filter(case=case).count() == 1


STEPS = st.lists(
    st.tuples(st.sampled_from(["share", "share", "share", "widen", "narrow", "unshare", "mark"]), st.integers(0, 40), st.integers(0, 2)),
    min_size=3,
    max_size=9,
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_whatever_is_edited_nobody_comes_in_whom_the_confirmation_did_not_name(request, steps):
    """Random edits of an audience and of the groups in it, through the pages: whoever reads afterwards and did not before was named."""
    browse = request.getfixturevalue("browse")
    people = {email: who(email) for email in PEOPLE}
    # What somebody is called: themselves, their organisation, a team they are in; never a group.
    called = Audience.objects.filter(kind__in=["seat", "organisation", "team"])
    names = {email: list(called.filter(pk__in=viewer.audience_ids).values_list("label", flat=True)) for email, viewer in people.items()}
    aurelia = people[CAST["aurelia"]]
    client = browse(aurelia)
    with as_viewer(aurelia):
        number = SharingGroup.objects.count()
        group = actions.gather(name=f"zyx{number}", who=[org(people[CAST["kestrel"]])], by=aurelia)
        case = cases.open_case(title="zyxproperty", by=aurelia)
    bodies = [org(people[email]) for email in (CAST["northpeak"], CAST["kestrel"], CAST["outsider"], CAST["bazaar"], "owner@lumiere.example")]
    for step, n, m in steps:
        before, said = readers(case), ""
        if step == "share":
            audience = _choice(client, case, n)
            data = {"audience": audience.pk, "role": ("read", "contribute", "lead")[m]}
            said = _named(client.post(f"{case.get_absolute_url()}share/", data))
            client.post(f"{case.get_absolute_url()}share/", {**data, "step": "confirm"})
        elif step == "widen":
            client.post(f"{group.get_absolute_url()}widen/", {"who": [bodies[n % 5].pk], "step": "confirm"})
        elif step == "narrow":
            client.post(f"{group.get_absolute_url()}take-out/", {"audience": bodies[n % 5].pk})
        elif step == "unshare":
            client.post(f"{case.get_absolute_url()}unshare/", {"audience": bodies[n % 5].pk})
        else:
            client.post(f"{case.get_absolute_url()}mark/", {"tlp": ("GREEN", "AMBER", "AMBER+STRICT")[m], "step": "confirm"})
        for email in readers(case) - before:
            assert any(name in said for name in names[email]), (step, email, said)


def _choice(client, case, n):
    """One of those that the form offers."""
    form = client.get(f"{case.get_absolute_url()}share/").context["form"]
    offered = list(form.fields["audience"].queryset.order_by("kind", "label"))
    # Groups first, for they are what this is about.
    offered.sort(key=lambda audience: audience.kind not in ("sharing_group", "group"))
    return offered[n % len(offered)]


def _named(answer):
    """What the confirmation says, of the whole page."""
    page = answer.content.decode()
    return page.partition("<h2>What changes</h2>")[2].partition("</section>")[0]


def test_a_group_leads_nothing(aurelia, group, browse):
    """It can end, and lose everybody who is in it: a case that it alone led would be lost."""
    with as_viewer(aurelia):
        case = cases.open_case(title="zyxled", by=aurelia)
        newest = group.current().audience_id
    answer = browse(aurelia).post(f"{case.get_absolute_url()}share/", {"audience": newest, "role": "lead", "step": "confirm"})
    assert answer.status_code == 422
    assert "an organisation or a person leads" in answer.content.decode()
    aurelia = who(CAST["aurelia"])
    with as_viewer(aurelia):
        cases.share(case, group.current().audience, role="contribute", by=aurelia)
        with pytest.raises(Refused, match="Let somebody else lead"):
            cases.leave(case, by=aurelia)


def test_an_ended_group_stands_nowhere_and_keeps_no_officer_out(aurelia, group, case, browse):
    client = browse(aurelia)
    client.post(f"{group.get_absolute_url()}end/")
    client.get("/home/")
    assert "zyxgroup" not in client.get(f"{case.get_absolute_url()}share/").content.decode()
    with as_viewer(aurelia):
        assert cases.silent(case, aurelia) == []


@pytest.mark.parametrize("name", ["Northpeak", "NORTHPEAK", "Ｎorthpeak", "North\u200bpeak", "\u200b", "\u202egroup", "Coalition analysts"])
def test_a_group_cannot_be_called_what_others_are(aurelia, group, browse, name):
    answer = browse(aurelia).post(f"{group.get_absolute_url()}describe/", {"name": name})
    assert answer.status_code == 422
    with as_viewer(aurelia):
        group.refresh_from_db()
    assert group.name == "zyxgroup"
