"""A notice from draft to end: who may do what, and how its disputes end differently."""

import re

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.models import Audience
from coalition.access.viewer import as_system, as_viewer
from coalition.clocks import actions as clocks
from coalition.clocks.models import Clock, ClockPolicy
from coalition.members.models import Mandate
from demo.times import ago
from enforcement.cases import actions as cases
from enforcement.market.allowing import allow
from enforcement.market.entering import enter
from enforcement.market.models import Listing, Platform
from enforcement.notices import actions, judging, rules
from enforcement.notices.models import Dispute, Judgement, Notice, NoticeItem
from enforcement.programmes.models import Enrolment
from enforcement.rights.models import Right, Status
from enforcement.statistics.metrics import percent
from tests.conftest import everything

pytestmark = pytest.mark.django_db


def draft(viewer, platform="bazaar", count=3):
    with as_viewer(viewer):
        own = Listing.objects.filter(space_id=viewer.desk_id, platform__slug=platform).order_by("pk").values("pk")[:count]
        (notice,) = actions.compose(Listing.objects.filter(pk__in=own), by=viewer)
        return notice


def fill(viewer, notice, **changes):
    with as_viewer(viewer):
        values = {
            "ground": "counterfeit", "right": Right.objects.filter(space_id=viewer.desk_id, kind="trademark").first(),
            "statement": "The goods are not ours at all.", "signatory": "Claire Fontaine", "in_good_faith": True, "not_genuine": True,
        }  # fmt: skip
        return actions.edit(notice, by=viewer, **{**values, **changes})


def sent(viewer, analyst, **where):
    notice = draft(viewer, **where)
    fill(viewer, notice)
    with as_viewer(viewer):
        actions.submit(notice, by=viewer)
    with as_viewer(analyst):
        return actions.approve(notice, by=analyst)


def decide(viewer, notice, outcome, reason="", seen=0):
    with as_viewer(viewer):
        return actions.answer(notice, dict.fromkeys(notice.items.values_list("pk", flat=True), seen), outcome=outcome, reason=reason, by=viewer)


def disputed(aurelia, analyst, bazaar):
    notice = sent(aurelia, analyst)
    decide(bazaar, notice, "removed")
    with as_viewer(bazaar):
        return actions.dispute(
            notice.items.select_related("notice").first(), kind="counter_notice", statement="It is genuine, says the seller.", by=bazaar
        )


def test_the_checklist_says_what_is_missing(aurelia):
    notice = draft(aurelia)
    with as_viewer(aurelia), pytest.raises(Refused, match="One ground is chosen"):
        actions.submit(notice, by=aurelia)
    fill(aurelia, notice, not_genuine=False)
    with as_viewer(aurelia), pytest.raises(Refused, match="not genuine goods sold on"):
        actions.submit(notice, by=aurelia)


def test_a_mark_that_does_not_cover_the_goods_stops_what_is_called_a_counterfeit(aurelia, northpeak, browse):
    notice = draft(aurelia)
    notice = fill(aurelia, notice)

    def check():
        return next(one for one in rules.checklist(judging.claim_of(Notice.objects.get(pk=notice.pk))) if one.id == "class")

    with as_viewer(aurelia):
        mark, (first, *rest) = notice.right, list(notice.items.order_by("pk"))
        covered = mark.classes[0]
        other = next(n for n in range(1, 46) if n not in mark.classes)
        assert (check().passed, check().is_missing) == (False, False)
        assert "no class is said of 3 items" in check().because
        assert actions.classify(notice, [item.pk for item in (first, *rest)], nice_class=covered, by=aurelia) == 3
        assert check().passed
        actions.classify(notice, [first.pk], nice_class=other, by=aurelia)
        assert check().is_missing
        assert "class" in [fault.check for fault in judging.faults_of(notice)[first.pk]]
        with pytest.raises(Refused, match="registered for goods"):
            actions.submit(notice, by=aurelia)
        for wrong, field in ((0, "nice_class"), (46, "nice_class")):
            with pytest.raises(Refused) as refused:
                actions.classify(notice, [first.pk], nice_class=wrong, by=aurelia)
            assert refused.value.field == field
        with pytest.raises(Refused) as refused:
            actions.classify(notice, [1], nice_class=covered, by=aurelia)
        assert refused.value.field == "item"
    page = browse(aurelia).get(f"{notice.get_absolute_url()}edit/").content.decode()
    assert f"class {other}: " in page
    # Where goods are only alike the class speaks against nothing by itself.
    fill(aurelia, notice, ground="trademark")
    with as_viewer(aurelia):
        assert (check().passed, check().is_advice) == (False, True)
    with as_viewer(northpeak), pytest.raises((NotAllowed, Conflict)):
        actions.classify(notice, [first.pk], nice_class=3, by=northpeak)
    address = f"{notice.get_absolute_url()}classify/"
    assert browse(northpeak).post(address, {"item": first.pk, "nice_class": "3"}).status_code == 404
    assert browse(aurelia).post(address, {"item": first.pk, "nice_class": str(covered)}).status_code == 302
    with as_viewer(aurelia):
        assert check().passed
        actions.submit(notice, by=aurelia)
        kept = Judgement.objects.filter(notice=notice).latest("pk")
        assert {one["class"] for one in kept.items.values()} == {covered}
        with pytest.raises(NotAllowed):
            actions.classify(notice, [first.pk], nice_class=3, by=aurelia)


def test_a_lapsed_right_stops_a_notice(aurelia):
    notice = draft(aurelia)
    with as_viewer(aurelia):
        Status.objects.filter(protection__right__space_id=aurelia.desk_id, state="registered").update(until="2020-01-01")
    fill(aurelia, notice)
    with as_viewer(aurelia), pytest.raises(Refused, match="valid today where the platform sells"):
        actions.submit(notice, by=aurelia)


@pytest.mark.parametrize(("countries", "valid", "because"), [
    ([], True, "It was in force on"), (["JP", "DE"], True, "valid in Germany; not in Japan"), (["JP"], False, "does not extend to Japan"),
    (["GB"], False, "United Kingdom"),
])  # fmt: skip
def test_a_right_supports_a_notice_where_the_platform_sells(aurelia, countries, valid, because):
    notice = draft(aurelia)
    Platform.objects.filter(slug="bazaar").update(countries=countries)
    with as_viewer(aurelia):
        fill(aurelia, notice, right=Right.objects.get(space_id=aurelia.desk_id, kind="trademark", jurisdiction="EU"))
        notice.refresh_from_db()
        (check,) = [check for check in rules.checklist(judging.claim_of(notice)) if check.id == "in_force"]
        assert (check.passed, because in check.because) == (valid, True)


def test_the_platform_sees_it_only_once_it_is_sent(aurelia, analyst, bazaar, kiosk):
    notice = draft(aurelia)
    fill(aurelia, notice)
    steps = []
    for verb, by in ((None, None), (actions.submit, aurelia), (actions.approve, analyst)):
        if verb:
            with as_viewer(by):
                verb(notice, by=by)
        for viewer in (analyst, bazaar, kiosk):
            viewer.forget_spaces()
            with as_viewer(viewer):
                steps.append(Notice.objects.visible_to(viewer).filter(pk=notice.pk).exists())
    assert steps == [False, False, False, True, False, False, True, True, False]


def test_the_platform_never_learns_of_the_case(aurelia, analyst, bazaar, browse):
    from enforcement.cases import actions as cases

    with as_viewer(aurelia):
        own = Listing.objects.filter(space_id=aurelia.desk_id, platform__slug="bazaar").order_by("-pk").values("pk")[:2]
        case = cases.open_case(title="zyxstrategy", listings=Listing.objects.filter(pk__in=own), by=aurelia)
        (notice,) = actions.compose(Listing.objects.filter(pk__in=own), by=aurelia, case=case)
    fill(aurelia, notice)
    with as_viewer(aurelia):
        actions.submit(notice, by=aurelia)
    with as_viewer(analyst):
        actions.approve(notice, by=analyst)
    page = browse(bazaar).get(f"/enforcement/notices/{notice.reference}/").content.decode()
    assert notice.reference in page
    assert "zyxstrategy" not in page
    assert case.reference not in page


def test_only_its_own_people_do_each_part(aurelia, northpeak, analyst, bazaar):
    notice = draft(aurelia)
    fill(aurelia, notice)
    with as_viewer(aurelia):
        actions.submit(notice, by=aurelia)
        with pytest.raises(NotAllowed):
            actions.approve(notice, by=aurelia)
    with as_viewer(analyst):
        actions.approve(notice, by=analyst)
        with pytest.raises(Conflict):
            actions.approve(notice, by=analyst)
        with pytest.raises(NotAllowed):
            actions.answer(notice, {notice.items.first().pk: 0}, outcome="removed", by=analyst)
    with as_viewer(northpeak), pytest.raises(Conflict):
        actions.submit(notice, by=northpeak)


def test_submitting_twice_is_submitting_once(aurelia):
    notice = draft(aurelia)
    fill(aurelia, notice)
    with as_viewer(aurelia):
        first = actions.submit(notice, by=aurelia)
        assert actions.submit(notice, by=aurelia).submitted_at == first.submitted_at


def test_a_refusal_needs_a_reason_and_an_unknown_answer_is_none(aurelia, analyst, bazaar):
    notice = sent(aurelia, analyst)
    with pytest.raises(Refused, match="reason"):
        decide(bazaar, notice, "rejected")
    with pytest.raises(Refused, match="no answer"):
        decide(bazaar, notice, "perhaps")


def test_the_second_to_answer_is_told_not_overwritten(aurelia, analyst, bazaar, browse):
    notice = sent(aurelia, analyst)
    with as_viewer(bazaar):
        item = notice.items.first()
    client = browse(bazaar)
    address = f"/enforcement/notices/{notice.reference}/answer/"
    assert client.post(address, {"item": f"{item.pk}:0", "outcome": "removed", "scope": "ticked"}).status_code == 302
    second = client.post(address, {"item": f"{item.pk}:0", "outcome": "rejected", "reason": "typed at length", "scope": "ticked"})
    assert second.status_code == 422
    assert "meanwhile" in second.content.decode()
    assert "typed at length" in second.content.decode()
    with as_viewer(bazaar):
        item.refresh_from_db()
        assert (item.outcome, item.decisions) == ("removed", 1)


def test_the_same_answer_twice_does_no_harm(aurelia, analyst, bazaar):
    notice = sent(aurelia, analyst)
    assert (decide(bazaar, notice, "removed"), decide(bazaar, notice, "removed")) == (3, 0)


def test_a_corrected_decision_is_a_new_one(aurelia, analyst, bazaar):
    notice = sent(aurelia, analyst)
    decide(bazaar, notice, "removed")
    decide(bazaar, notice, "rejected", reason="We looked again.", seen=1)
    with as_viewer(bazaar):
        item = notice.items.first()
        assert list(item.decided.order_by("number").values_list("outcome", flat=True)) == ["removed", "rejected"]


def test_all_decided_stops_the_clock(aurelia, analyst, bazaar):
    notice = sent(aurelia, analyst)
    decide(bazaar, notice, "removed")
    with as_viewer(bazaar):
        assert Notice.objects.get(pk=notice.pk).state == "decided"
        assert not Clock.objects.running().filter(subject_type="notices.notice", subject_id=notice.pk).exists()


def test_standing_behind_withdrawing_and_silence_end_differently(aurelia, analyst, bazaar):
    ends = {}
    for how in ("stood_behind", "withdrawn", "lapsed"):
        with ago(days=6):
            found = disputed(aurelia, analyst, bazaar) if how == "lapsed" else None
        found = found or disputed(aurelia, analyst, bazaar)
        if how == "stood_behind":
            with as_viewer(aurelia):
                actions.stand_behind(found, signatory="Claire Fontaine", evidence="The examiner’s report.", by=aurelia)
        elif how == "withdrawn":
            with as_viewer(aurelia):
                actions.withdraw(found, reason="A licensed dealer.", by=aurelia)
        else:
            clocks.sweep()
        with as_viewer(aurelia):
            found = Dispute.objects.select_related("item").get(pk=found.pk)
            ends[how] = (found.ending, found.item.final, found.concluded_at is not None)
    assert ends == {
        "stood_behind": ("stood_behind", "open", False), "withdrawn": ("withdrawn", "up", True), "lapsed": ("lapsed", "up", True),
    }  # fmt: skip


def test_how_long_a_claim_is_stood_behind_is_said_by_the_platform_then_by_the_law_of_its_place(aurelia):
    def policy(*scopes):
        return ClockPolicy.objects.in_force("stand_behind", timezone.now(), scopes)

    def scopes(platform, law, ground):
        return rules.scopes(platform, law, ground)

    assert policy(*scopes("corner", "FR", "counterfeit")).scope == ""
    dmca = policy(*scopes("corner", "US", "copyright"))
    assert (dmca.scope, dmca.earliest, dmca.amount, dmca.unit, dmca.calendar) == ("US:copyright", 10, 14, "working_days", "US")
    assert policy(*scopes("corner", "US", "counterfeit")).scope == ""
    assert (policy(*scopes("corner", "CN", "copyright")).scope, policy(*scopes("taobao", "CN", "copyright")).scope) == ("CN", "taobao")


def test_silence_is_not_standing_behind_even_a_minute_late(aurelia, analyst, bazaar):
    with ago(days=6):
        found = disputed(aurelia, analyst, bazaar)
    with as_viewer(aurelia), pytest.raises(Refused, match="has run out"):
        actions.stand_behind(found, signatory="Claire Fontaine", evidence="The examiner’s report.", by=aurelia)


def test_standing_behind_is_signed_and_proved(aurelia, analyst, bazaar):
    found = disputed(aurelia, analyst, bazaar)
    with as_viewer(aurelia):
        with pytest.raises(Refused, match="signs"):
            actions.stand_behind(found, signatory=" ", evidence="The examiner’s report.", by=aurelia)
        with pytest.raises(Refused, match="proves"):
            actions.stand_behind(found, signatory="Claire Fontaine", evidence="", by=aurelia)
    with as_viewer(bazaar), pytest.raises(NotAllowed):
        actions.stand_behind(found, signatory="Li Ming", evidence="Not mine to say.", by=bazaar)


def test_the_platform_concludes_once(aurelia, analyst, bazaar):
    found = disputed(aurelia, analyst, bazaar)
    with as_viewer(aurelia):
        actions.stand_behind(found, signatory="Claire Fontaine", evidence="The examiner’s report.", by=aurelia)
    with as_viewer(bazaar):
        actions.conclude(found, stays_down=True, by=bazaar)
        with pytest.raises(Conflict):
            actions.conclude(found, stays_down=False, by=bazaar)


def test_a_disputed_item_cannot_be_answered_anew(aurelia, analyst, bazaar):
    found = disputed(aurelia, analyst, bazaar)
    with as_viewer(bazaar), pytest.raises(Refused):
        actions.answer(found.item.notice, {found.item_id: 1}, outcome="no_action", reason="x", by=bazaar)


def test_a_live_figure_is_the_one_that_its_decisions_give(db):
    from datetime import timedelta

    from django.utils import timezone

    from enforcement.statistics.metrics import Cohort, figures

    today, now = timezone.localdate(), timezone.now()
    with as_system("compare"):
        live, recounted = (figures(Cohort(today - timedelta(days=365), today, now, is_live=live)) for live in (True, False))
    assert {code: figure.counts for code, figure in live.items()} == {code: figure.counts for code, figure in recounted.items()}
    assert live["M1"].counts["pending"] > 0


def test_published_figures_can_be_reproduced(db):
    from enforcement.statistics.actions import differences

    assert differences() == []


def test_every_figure_opens_as_many_rows_as_it_says(aurelia, browse):
    import re

    client = browse(aurelia)
    page = client.get("/enforcement/statistics/").content.decode()
    links = re.findall(r'href="(/enforcement/statistics/M\d/\w+/\?[^"]+)">(\d+)<', page)
    assert len(links) > 10
    for address, number in links:
        rows = client.get(address.replace("&amp;", "&") + "&export=csv")
        assert len(b"".join(rows.streaming_content).decode("utf-8-sig").splitlines()) - 1 == int(number)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_rate_is_never_rounded_to_all_or_nothing(a, b):
    numerator, denominator = min(a, b), max(a, b)
    shown = percent(numerator, denominator)
    if denominator:
        assert (shown == 100) == (numerator == denominator)
        assert (shown == 0) == (numerator == 0)


@given(st.lists(st.sampled_from([*rules.ANSWERS["pending"], "withdrawn", "perhaps"]), max_size=12))
def test_no_history_of_answers_leaves_the_table(history):
    now = "pending"
    for answer in history:
        if rules.may_answer(now, answer, ""):
            now = answer
        assert now in rules.ANSWERS
    assert not rules.may_answer(now, "removed", "open")


def test_a_question_its_answer_and_the_clock_that_waits(aurelia, analyst, bazaar):
    notice = sent(aurelia, analyst)
    decide(bazaar, notice, "clarification", reason="Which mark is it?")
    with as_viewer(bazaar):
        waiting = Notice.objects.get(pk=notice.pk)
        clock = Clock.objects.running().get(subject_type="notices.notice", subject_id=notice.pk)
        item = notice.items.first()
        assert (waiting.question_count, waiting.due_at, clock.paused_at is not None) == (3, None, True)
        with pytest.raises(NotAllowed):
            actions.clarify(notice, item, text="Not mine to say.", by=bazaar)
    long_answer = "The crown on the dial. " * 40
    with as_viewer(aurelia):
        actions.clarify(notice, item, text=long_answer, by=aurelia)
        with pytest.raises(Conflict):
            actions.clarify(notice, item, text="Once more.", by=aurelia)
    with as_viewer(bazaar):
        waiting.refresh_from_db()
        answer = item.clarifications.select_related("question").get()
        assert (answer.question.reason, answer.text) == ("Which mark is it?", long_answer.strip())
        assert waiting.due_at >= clock.due_at
        assert not Clock.objects.running().get(pk=clock.pk).paused_at
        with pytest.raises(Conflict):
            actions.answer(notice, {item.pk: 1}, outcome="removed", by=bazaar)
        assert actions.answer(notice, {item.pk: 2}, outcome="removed", by=bazaar) == 1


def test_items_are_left_out_of_a_draft_and_of_nothing_else(aurelia, analyst):
    notice = draft(aurelia)
    with as_viewer(aurelia):
        first, *rest = notice.items.values_list("pk", flat=True)
        assert actions.leave_out(notice, [first], by=aurelia) == 1
        with pytest.raises(Refused, match="about something"):
            actions.leave_out(notice, rest, by=aurelia)
    fill(aurelia, notice)
    with as_viewer(aurelia):
        assert actions.submit(notice, by=aurelia).item_count == 2
        with pytest.raises(NotAllowed):
            actions.leave_out(notice, rest[:1], by=aurelia)


def test_who_asks_twice_for_one_listing_is_told(aurelia, analyst, browse):
    notice = sent(aurelia, analyst)
    again = draft(aurelia)
    page = browse(aurelia).get(f"/enforcement/notices/{again.reference}/edit/").content.decode()
    assert page.count(f"{notice.get_absolute_url()}#item-") == 3


def test_a_later_dispute_leaves_published_figures_alone(aurelia, analyst, bazaar):
    from datetime import timedelta

    from django.utils import timezone

    from enforcement.statistics.metrics import Cohort, figures

    with ago(days=20):
        found = disputed(aurelia, analyst, bazaar)
        with as_viewer(aurelia):
            actions.stand_behind(found, signatory="Claire Fontaine", evidence="The examiner’s report.", by=aurelia)
        with as_viewer(bazaar):
            actions.conclude(found, stays_down=True, by=bazaar)
    today = timezone.localdate()
    then = Cohort(today - timedelta(days=365), today, timezone.now() - timedelta(days=10))

    def counted():
        with as_system("count"):
            return {code: figure.counts for code, figure in figures(then).items()}

    before = counted()
    with as_viewer(bazaar):
        again = actions.dispute(found.item, kind="counter_notice", statement="The seller insists.", by=bazaar)
    with as_viewer(aurelia):
        actions.withdraw(again, reason="A licensed dealer after all.", by=aurelia)
        assert NoticeItem.objects.get(pk=found.item_id).final == "up"
    assert counted() == before


def test_what_was_published_cannot_be_changed(db):
    from django.db import Error, transaction

    from enforcement.statistics.models import PublishedFigure, Snapshot

    for change in (lambda: Snapshot.objects.update(note="x"), lambda: PublishedFigure.objects.all().delete()):
        with pytest.raises(Error), transaction.atomic():
            change()


def test_a_restatement_is_of_the_same_days(admin):
    from datetime import date

    from enforcement.statistics import actions as statistics
    from enforcement.statistics.models import Snapshot

    with as_viewer(admin), pytest.raises(Refused, match="same days"):
        statistics.publish(first=date(2020, 1, 1), last=date(2020, 2, 1), note="x", by=admin, restates=Snapshot.objects.first())


def test_what_is_mended_on_the_page_is_no_conflict(browse, aurelia):
    """Submitted incomplete, mended in the page that says so, submitted again."""
    notice = draft(aurelia)
    client, address = browse(aurelia), f"{notice.get_absolute_url()}edit/"
    page = client.post(address, {"ground": "counterfeit", "statement": "", "signatory": "", "seen": notice.revision, "submit": "1"})
    assert page.status_code == 422
    seen = re.search(r'name="seen" value="(\d+)"', page.content.decode()).group(1)
    again = client.post(address, {"ground": "counterfeit", "statement": "Mended.", "signatory": "", "seen": seen, "submit": "1"})
    assert again.status_code == 422
    assert "saved meanwhile" not in again.content.decode()


def test_a_case_s_listings_are_not_noticed_twice_by_a_second_press(browse, aurelia):
    with as_viewer(aurelia):
        own = Listing.objects.filter(space_id=aurelia.desk_id, platform__slug="bazaar", taken_up_at=None).order_by("pk")[:3]
        case = cases.open_case(title="Pressed twice", listings=Listing.objects.filter(pk__in=[row.pk for row in own]), by=aurelia)
        enter("https://nowhere-market.example/goods/1", by=aurelia)
        cases.add_listings(case, Listing.objects.filter(space_id=aurelia.desk_id, platform__slug="web", taken_up_at=None), by=aurelia)
    client = browse(aurelia)
    page = client.post("/enforcement/notices/compose/", {"case": case.reference}, follow=True)
    assert "no notices are taken there yet: The open web (1)" in page.content.decode()
    page = client.post("/enforcement/notices/compose/", {"case": case.reference}, follow=True)
    with everything():
        assert Notice.objects.filter(case_links__case=case).count() == 1
    # One that the platform refused may be asked again.
    with everything():
        NoticeItem.objects.filter(notice__case_links__case=case).update(outcome="rejected", decided_at=timezone.now())
    with as_viewer(aurelia):
        rest, left_out = actions.not_yet_noticed(Listing.objects.filter(pk__in=[row.pk for row in own]), by=aurelia)
        assert (rest.count(), left_out) == (3, 0)


def test_what_holds_no_longer_is_not_passed_on(aurelia, analyst, bazaar):
    notice = draft(aurelia)
    fill(aurelia, notice)
    with as_viewer(aurelia):
        actions.submit(notice, by=aurelia)
        shop = notice.items.exclude(seller_key="").first()
        allow(shop.seller_key, platform=notice.platform, name="Ours after all", kind="authorised", because="A contract of today.", by=aurelia)
    with as_viewer(analyst):
        with pytest.raises(Refused, match="None of its sellers is on your allow list"):
            actions.approve(notice, by=analyst)
        actions.give_back(notice, reason="One of the sellers is yours.", by=analyst)


def test_the_lane_is_that_of_the_day_it_is_handed_in(aurelia):
    notice = draft(aurelia)
    fill(aurelia, notice)
    with as_system("end the enrolment"):
        Enrolment.objects.filter(organisation=aurelia.organisation_id).update(until=timezone.localdate(), ending="ended")
    with as_viewer(aurelia):
        assert actions.submit(notice, by=aurelia).state == "sent"


def test_another_dispute_is_not_swallowed(aurelia, analyst, bazaar):
    found = disputed(aurelia, analyst, bazaar)
    with as_viewer(bazaar):
        item = NoticeItem.objects.get(pk=found.item_id)
        assert actions.dispute(item, kind=found.kind, statement=found.statement, by=bazaar) == found
        with pytest.raises(Refused, match="waits for the rights holder already"):
            actions.dispute(item, kind="query", statement="Which mark do you mean?", by=bazaar)


def test_the_timeline_of_a_case_tells_whoever_sent_a_notice_what_became_of_it(aurelia, northpeak, analyst, bazaar, browse):
    with as_viewer(aurelia):
        case = cases.open_case(title="zyxstory", by=aurelia)
        cases.share(case, Audience.objects.get(pk=northpeak.organisation_audience_id), role="contribute", by=aurelia)
        own = Listing.objects.filter(
            pk__in=Listing.objects.filter(space_id=aurelia.desk_id, platform__slug="bazaar").order_by("-pk").values("pk")[:2]
        )
        (notice,) = actions.compose(own, by=aurelia, case=case)
    fill(aurelia, notice)
    with as_viewer(aurelia):
        actions.submit(notice, by=aurelia)
    with as_viewer(analyst):
        actions.approve(notice, by=analyst)
    decide(bazaar, notice, "removed")
    page = browse(aurelia).get(case.get_absolute_url()).content.decode()
    assert page.count(notice.reference) >= 3
    assert notice.reference not in browse(northpeak).get(case.get_absolute_url()).content.decode()


def test_what_speaks_against_an_item_is_said_at_it_and_kept(aurelia, analyst, bazaar, browse):
    """A second notice about one that waits, then about one that is down and was not seen since, then about one that came back."""
    first = sent(aurelia, analyst)
    again = draft(aurelia)
    fill(aurelia, again)
    with as_viewer(aurelia):
        faults = judging.faults_of(again)
        assert {fault.check for row in faults.values() for fault in row} == {"waits"}
        assert {fault.because for row in faults.values() for fault in row} == {first.reference}
    page = browse(aurelia).get(f"{again.get_absolute_url()}edit/").content.decode()
    assert "it waits in another notice of yours" in page
    decide(bazaar, first, "removed")
    with as_viewer(aurelia):
        assert {fault.check for row in judging.faults_of(again).values() for fault in row} == {"down"}
        listing = again.items.order_by("pk").first().listing
        Listing.objects.filter(pk=listing.pk).update(last_seen_at=timezone.now())
        assert again.items.order_by("pk").first().pk not in judging.faults_of(again)
        handed_in = actions.submit(Notice.objects.get(pk=again.pk), by=aurelia)
        kept = Judgement.objects.get(notice=again)
        said = {check["id"]: check["passed"] for check in kept.checks}
        assert (said["down"], said["in_force"], len(kept.items)) == (False, True, again.items.count())
    with as_viewer(analyst):
        actions.approve(handed_in, by=analyst)
    # Its sender and who vets it read what was found; the platform reads where the right was valid, and no more.
    assert "What was found when it was handed in" in browse(aurelia).get(again.get_absolute_url()).content.decode()
    page = browse(bazaar).get(again.get_absolute_url()).content.decode()
    assert "What was found" not in page
    with as_viewer(bazaar):
        bazaar.forget_spaces()
        assert not Judgement.objects.visible_to(bazaar).exists()


def test_an_agent_sends_where_its_power_of_attorney_holds(agent, aurelia):
    notice = draft(agent)
    fill(agent, notice)

    def check():
        with as_viewer(agent):
            checks = rules.checklist(judging.claim_of(Notice.objects.get(pk=notice.pk), agent.audience_id))
            return next(check for check in checks if check.id == "mandate")

    assert check().passed
    with everything():
        Mandate.objects.filter(seats__audience_id=agent.audience_id).update(territory=["JP"])
        Platform.objects.filter(slug="bazaar").update(countries=["FR", "DE"])
    assert not check().passed
    assert "Japan" in check().because
    with as_viewer(agent), pytest.raises(Refused, match="power of attorney"):
        actions.submit(Notice.objects.get(pk=notice.pk), by=agent)
    with as_viewer(aurelia):
        assert not [one for one in rules.checklist(judging.claim_of(notice, aurelia.audience_id)) if one.id == "mandate"]


def test_a_right_that_lapses_flags_what_was_sent(aurelia, analyst, browse):
    notice = sent(aurelia, analyst)
    client = browse(aurelia)
    assert "valid where the platform sells no more" not in client.get(notice.get_absolute_url()).content.decode()
    with everything():
        Status.objects.filter(protection__right=notice.right_id, state="registered").update(until="2020-01-01")
    assert "valid where the platform sells no more" in client.get(notice.get_absolute_url()).content.decode()
    assert "valid where the platform sells no more" not in browse(analyst).get(notice.get_absolute_url()).content.decode()


def test_a_notice_goes_back_with_what_is_asked_of_single_items(aurelia, analyst, bazaar, browse):
    notice = draft(aurelia)
    fill(aurelia, notice)
    with as_viewer(aurelia):
        actions.submit(notice, by=aurelia)
        one, two, three = notice.items.order_by("pk")
    client, address = browse(analyst), f"{notice.get_absolute_url()}give-back/"
    assert client.post(address, {"reason": " ", f"item-{one.pk}": " "}).status_code == 422
    assert client.post(address, {f"item-{one.pk}": "x", "item-999999": "Not of this one."}).status_code == 422
    assert client.post(address, {f"item-{two.pk}": "The picture shows the strap alone.", f"item-{three.pk}": ""}).status_code == 302
    page = browse(aurelia).get(f"{notice.get_absolute_url()}edit/").content.decode()
    assert page.count("Asked of it:") == 1
    assert "shows the strap alone" in page
    # Handed in again, who vets it reads what was asked; the platform never does.
    with as_viewer(aurelia):
        actions.submit(Notice.objects.get(pk=notice.pk), by=aurelia)
    assert "shows the strap alone" in browse(analyst).get(notice.get_absolute_url()).content.decode()
    with as_viewer(analyst):
        analyst.forget_spaces()
        actions.approve(Notice.objects.get(pk=notice.pk), by=analyst)
    for address in (notice.get_absolute_url(), f"/api/v1/notices/{notice.reference}/"):
        assert "shows the strap alone" not in browse(bazaar).get(address).content.decode()


def test_an_analyst_vets_several_at_once_each_by_itself(aurelia, northpeak, analyst, bazaar, browse):
    good, lapsed, back = draft(aurelia, count=1), draft(northpeak, count=1), draft(aurelia, platform="bazaar-global", count=1)
    for viewer, notice in ((aurelia, good), (northpeak, lapsed), (aurelia, back)):
        notice = fill(viewer, notice)
        with as_viewer(viewer):
            actions.submit(notice, by=viewer)
    with as_system("let a right lapse meanwhile"):
        Status.objects.filter(protection__right=Notice.objects.get(pk=lapsed.pk).right, state="registered").update(until="2020-01-01")
    client, address = browse(analyst), "/enforcement/notices/vet/"
    assert client.post(address, {"verb": "approve"}).status_code == 422
    page = client.post(address, {"verb": "approve", "notice": [good.reference, lapsed.reference]}, follow=True).content.decode()
    assert "1 notice went to its platform." in page
    assert f"{lapsed.reference}: It cannot be sent as things stand now" in page
    assert client.post(address, {"verb": "return", "notice": [back.reference], "reason": ""}).status_code == 422
    client.post(address, {"verb": "return", "notice": [back.reference, lapsed.reference], "reason": "Show the right."})
    with everything():
        assert [Notice.objects.get(pk=one.pk).state for one in (good, lapsed, back)] == ["sent", "returned", "returned"]
    for other in (aurelia, bazaar):
        assert browse(other).post(address, {"verb": "return", "notice": [good.reference], "reason": "Not mine to vet."}).status_code == 403
