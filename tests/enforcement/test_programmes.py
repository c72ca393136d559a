"""Who takes part in a fast lane, how they come in and out, and what good faith costs whoever has none."""

from datetime import timedelta
from decimal import Decimal

import pytest
from dateutil.relativedelta import relativedelta
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.viewer import as_system, as_viewer
from coalition.clocks import actions as clocks
from demo.times import ago
from enforcement.notices.models import Notice
from enforcement.programmes import actions, rules
from enforcement.programmes.models import Asking, Enrolment, Programme, Warning, programme_for
from tests.conftest import who
from tests.enforcement.test_notices import decide, sent

PATH = "/enforcement/programmes/marketlane/"


@pytest.fixture
def lane(db):
    return Programme.objects.get(slug="marketlane")


@pytest.fixture
def lumiere(db):
    return who("owner@lumiere.example")


@pytest.fixture
def tessella(db):
    return who("owner@tessella.example")


def part_of(programme, viewer):
    with as_system("look at a part"):
        return Enrolment.objects.filter(programme=programme, organisation=viewer.organisation_id).order_by("-pk").first()


def asking_of(programme, viewer):
    with as_system("look at a wish"):
        return Asking.objects.filter(programme=programme, organisation=viewer.organisation_id).order_by("-pk").first()


def asks(programme, viewer):
    with as_viewer(viewer):
        return actions.ask(programme, rights=["TESSELLA, Trademark 1 (EM)"], signatory="Mads Bech", by=viewer)


@pytest.mark.django_db
def test_one_asks_the_board_votes_and_its_notices_take_the_lane(lane, tessella, admin, analyst, browse):
    client = browse(tessella)
    assert "Ask to take part" in client.get(PATH).content.decode()
    assert client.post(f"{PATH}ask/", {"signatory": "Mads Bech", "promises": "on"}).status_code == 422
    asks(lane, tessella)
    assert "the board decides" in client.get(PATH).content.decode()
    with as_viewer(tessella), pytest.raises(Conflict):
        actions.ask(lane, rights=["x"], signatory="y", by=tessella)
    staff, asking = browse(admin), asking_of(lane, tessella)
    seen = staff.get(f"{PATH}members/").content.decode()
    assert "TESSELLA, Trademark 1 (EM)" in seen
    accept = f"/enforcement/programmes/askings/{asking.pk}/accept/"
    refused = staff.post(accept, {"votes_for": 5, "votes_against": 1})
    assert (refused.status_code, "of one mind" in refused.content.decode()) == (422, True)
    assert browse(analyst).post(accept, {"votes_for": 5, "votes_against": 0}).status_code == 403
    assert client.post(accept, {"votes_for": 5, "votes_against": 0}).status_code == 403
    assert staff.post(accept, {"votes_for": 5, "votes_against": 0}).status_code == 302
    with as_viewer(admin), pytest.raises(Conflict):
        actions.decline(asking, reason="Too late for that.", by=admin)
    with as_viewer(tessella):
        platform = lane.platforms.first()
        assert programme_for(tessella.organisation_id, platform, timezone.localdate()) == lane


@pytest.mark.django_db
def test_a_rival_reads_nobody_s_part_and_cannot_touch_it(lane, tessella, northpeak, bazaar, agent, browse):
    asks(lane, tessella)
    asking, part = asking_of(lane, tessella), part_of(lane, who("owner@aurelia.example"))
    for rival in (northpeak, bazaar, who("member@aurelia.example")):
        client = browse(rival)
        assert client.get(f"{PATH}members/").status_code == 403
        assert client.get(f"{PATH}manage/").status_code == 403
        for address in (f"askings/{asking.pk}/accept/", f"askings/{asking.pk}/decline/", f"enrolments/{part.pk}/end/", f"enrolments/{part.pk}/warn/"):
            assert client.post(f"/enforcement/programmes/{address}", {"reason": "intruder", "votes_for": 9, "votes_against": 0}).status_code == 403
        page = client.get(PATH).content.decode()
        assert "Tessella" not in page
    for kind in (Asking, Enrolment, Warning):
        with as_viewer(northpeak):
            assert (
                not kind.objects.exclude(space__owner=northpeak.organisation_audience_id)
                .filter(**{"enrolment__organisation" if kind is Warning else "organisation": tessella.organisation_id})
                .exists()
            )
    with as_viewer(northpeak), pytest.raises((NotAllowed, Conflict)):
        actions.leave(part, reason="They want to leave.", by=northpeak)


@pytest.mark.django_db
def test_nobody_asks_out_of_a_window_but_who_took_part_and_rested(lane, tessella, admin, aurelia):
    with ago(days=-60), as_viewer(tessella), pytest.raises(Refused, match="no window is open"):
        actions.ask(lane, rights=["x"], signatory="y", by=tessella)
    with as_viewer(aurelia):
        left = actions.leave(part_of(lane, aurelia), reason="We have our own people for it.", by=aurelia)
        assert left.rests_until == timezone.localdate() + relativedelta(months=3)
        assert programme_for(aurelia.organisation_id, lane.platforms.first(), timezone.localdate()) is None
        with pytest.raises(Refused, match="may ask again from"):
            actions.ask(lane, rights=["x"], signatory="y", by=aurelia)
    with ago(days=-100), as_viewer(aurelia):
        assert actions.ask(lane, rights=["x"], signatory="y", by=aurelia).state == "asked"


@pytest.mark.django_db
def test_it_holds_as_many_as_it_holds(lane, tessella, lumiere, admin):
    with as_viewer(admin):
        actions.amend(lane, summary=lane.summary, capacity=3, is_unanimous=False, by=admin)
        with pytest.raises(Refused, match="full"):
            actions.accept(asking_of(lane, lumiere), votes_for=3, votes_against=1, by=admin)
        actions.amend(lane, summary=lane.summary, capacity=4, is_unanimous=False, by=admin)
        assert actions.accept(asking_of(lane, lumiere), votes_for=3, votes_against=1, by=admin).until is None
        with pytest.raises(Refused, match="did not let it in"):
            asks(lane, tessella)
            actions.accept(asking_of(lane, tessella), votes_for=2, votes_against=2, by=admin)


def strict(lane, **values):
    """From today good faith asks for much, of few items."""
    with as_system("set what good faith is"):
        return actions.set_good_faith(
            lane, valid_from=timezone.localdate(), rest_months=3, source="For this test.", by=None,
            **{"months": 1, "least_accuracy": Decimal(90), "most_countered": Decimal(5), "by_ground": True, "least_items": 3, **values},
        )  # fmt: skip


def let_all_off():
    with as_system("let the demo’s warnings be over"):
        Warning.objects.filter(outcome="").update(outcome="lifted", ended_at=timezone.now())


@pytest.mark.django_db
def test_whoever_falls_short_is_warned_once_and_suspended_by_the_clock(lane, aurelia, analyst, bazaar, admin, browse):
    let_all_off()
    strict(lane)
    notice = sent(aurelia, analyst)
    decide(bazaar, notice, "rejected", reason="No mark is shown.")
    actions.watch()
    actions.watch()
    part = part_of(lane, aurelia)
    with as_viewer(aurelia):
        (warning,) = part.warnings.filter(outcome="")
        assert {finding["what"] for finding in warning.findings} == {"accuracy"}
        assert warning.due_at > timezone.now() + timedelta(days=10)
    assert "Your organisation is warned" in browse(aurelia).get(PATH).content.decode()
    assert "warned" in browse(admin).get(f"{PATH}members/").content.decode()
    with as_viewer(admin), pytest.raises(Conflict):
        actions.warn(part, by=admin)
    with ago(days=-20):
        clocks.sweep()
        assert part_of(lane, aurelia).ending == "suspended"
        with as_viewer(aurelia):
            assert programme_for(aurelia.organisation_id, lane.platforms.first(), timezone.localdate()) is None
    with as_viewer(aurelia):
        warning.refresh_from_db()
        assert warning.outcome == "suspended"


@pytest.mark.django_db
def test_whoever_mends_it_keeps_the_lane(lane, aurelia, analyst, bazaar):
    let_all_off()
    strict(lane, least_accuracy=Decimal(40), least_items=3)
    with as_system("let no older notice count"):
        Notice.objects.filter(principal=aurelia.organisation_id, submitted_at__isnull=False).update(submitted_at=timezone.now() - timedelta(days=400))
    notice = sent(aurelia, analyst)
    decide(bazaar, notice, "rejected", reason="No mark is shown.")
    actions.watch()
    with as_viewer(aurelia):
        (warning,) = Warning.objects.filter(enrolment__organisation=aurelia.organisation_id, outcome="")
    # The platform looked again.
    decide(bazaar, notice, "removed", seen=1)
    actions.watch()
    with as_viewer(aurelia):
        warning.refresh_from_db()
        assert warning.outcome == "mended"
    assert part_of(lane, aurelia).until is None


@pytest.mark.django_db
def test_a_suspension_follows_a_warning_and_a_warning_by_hand_is_judged_by_people(lane, aurelia, admin):
    let_all_off()
    strict(lane, least_items=10_000)
    part = part_of(lane, aurelia)
    with as_viewer(admin):
        with pytest.raises(Refused, match="follows a warning"):
            actions.suspend(part, reason="Forged certificate.", by=admin)
        with pytest.raises(Refused, match="Say why"):
            actions.warn(part, reason="", by=admin)
        warning = actions.warn(part, reason="A certificate that was sent is forged.", by=admin)
    with ago(days=-20):
        clocks.sweep()
    assert part_of(lane, aurelia).until is None
    with as_viewer(admin):
        warning.refresh_from_db()
        assert warning.outcome == ""
        assert actions.suspend(part, reason="It is forged indeed.", by=admin).ending == "suspended"


@pytest.mark.django_db
def test_one_s_own_accuracy_is_counted_and_opens_its_rows(lane, aurelia, northpeak, bazaar, analyst, browse):
    strict(lane)
    notice = sent(aurelia, analyst)
    decide(bazaar, notice, "rejected", reason="No mark is shown.")
    client = browse(aurelia)
    answer = client.get("/enforcement/statistics/accuracy/")
    page = answer.context["page"]
    ground, _words, figures = page.by_ground[0]
    assert ground == ""
    for code, part in (("M4", "numerator"), ("M4", "denominator"), ("M8", "lapsed"), ("M6", "numerator")):
        rows = client.get(f"/enforcement/statistics/{code}/{part}/?{page.period}").context["rows"]
        assert rows.count == figures[code].counts[part], (code, part)
    assert "costs you the fast lane" in answer.content.decode()
    assert notice.reference not in browse(northpeak).get("/enforcement/statistics/accuracy/").content.decode()
    assert browse(bazaar).get("/enforcement/statistics/accuracy/").status_code == 403


@pytest.mark.django_db
def test_a_figure_is_narrowed_and_its_rows_are_as_many(aurelia, browse):
    client = browse(aurelia)
    for narrowed in ("platform=bazaar", "ground=counterfeit", "country=DE", "ground=copyright", "platform=nothing"):
        page = client.get(f"/enforcement/statistics/?{narrowed}")
        for code, figure in page.context["figures"].items():
            for part in figure.metric.parts:
                rows = client.get(f"/enforcement/statistics/{code}/{part}/?{page.context['period']}")
                assert rows.context["rows"].count == figure.counts[part], (narrowed, code, part)


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 1000), st.sampled_from([rules.ACCURACY, rules.COUNTERED]))
def test_as_many_more_are_borne_as_are_said(count, more, bound, what):
    of = count + more
    finding = rules.Finding("", what, count, of, Decimal(bound) / 10, is_judged=True)
    left = finding.left

    def then(k):
        # Another refusal is another decided item; another counter-notice is against one that was reported already.
        return rules.Finding("", what, count + (0 if what == rules.ACCURACY else k), of + (k if what == rules.ACCURACY else 0), finding.bound, True)

    if finding.holds and of and left < 10**6:
        assert then(left).holds
        assert not then(left + 1).holds


@given(st.dictionaries(st.sampled_from(["counterfeit", "design"]), st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=2))
def test_few_items_are_judged_by_nothing(counts):
    measured = {ground: rules.Measured(accepted, accepted + refused, 0, accepted + refused) for ground, (accepted, refused) in counts.items()}
    bounds = rules.Bounds(Decimal(90), Decimal(5), by_ground=True, least_items=10)
    for finding in rules.judge(bounds, measured):
        assert finding.is_judged == (finding.of >= 10)
        assert finding.holds or finding.is_judged
