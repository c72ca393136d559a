"""What a platform does all day: confirm, find, decide by a reason, in a country; and what the other side reads of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.access.errors import Conflict, NotAllowed, Refused
from coalition.access.viewer import as_viewer
from coalition.activity.models import Event
from enforcement.notices import actions, rules
from enforcement.notices.models import Notice, NoticeItem, Why
from tests.enforcement.test_notices import decide, draft, fill, sent


def open_as(viewer, notice):
    with as_viewer(viewer):
        return Notice.objects.get(pk=notice.pk)


@pytest.mark.django_db
def test_receipt_is_confirmed_once_and_the_sender_knows(aurelia, northpeak, analyst, bazaar, browse):
    notice = sent(aurelia, analyst)
    path = f"/enforcement/notices/{notice.reference}/"
    assert "not confirmed by the platform yet" in browse(aurelia).get(path).content.decode()
    client = browse(bazaar)
    assert "Confirm receipt" in client.get(path).content.decode()
    assert client.post(f"{path}acknowledge/").status_code == 302
    received = open_as(bazaar, notice).received_at
    client.post(f"{path}acknowledge/")
    assert open_as(bazaar, notice).received_at == received
    seen = browse(aurelia).get(path).content.decode()
    assert "not confirmed" not in seen
    assert "confirmed that it has the notice" in seen
    assert browse(aurelia).post(f"{path}acknowledge/").status_code == 403
    assert browse(northpeak).post(f"{path}acknowledge/").status_code == 404


@pytest.mark.django_db
def test_whoever_answers_has_it(aurelia, analyst, bazaar):
    notice = sent(aurelia, analyst)
    decide(bazaar, notice, "removed")
    assert open_as(bazaar, notice).received_at


@pytest.mark.django_db
def test_all_that_came_in_are_confirmed_at_once_and_no_other_platform_s(aurelia, analyst, bazaar, kiosk, browse):
    notices = [sent(aurelia, analyst), sent(aurelia, analyst)]
    with as_viewer(aurelia):
        assert browse(kiosk).post("/enforcement/notices/acknowledge/").status_code == 302
        assert not any(open_as(aurelia, notice).received_at for notice in notices)
    assert browse(aurelia).post("/enforcement/notices/acknowledge/").status_code == 403
    browse(bazaar).post("/enforcement/notices/acknowledge/")
    assert all(open_as(aurelia, notice).received_at for notice in notices)
    with as_viewer(bazaar):
        assert Event.objects.visible_to(bazaar).filter(verb="notice.received", subject_id__in=[n.pk for n in notices]).count() == 2


@pytest.mark.django_db
def test_a_refusal_is_by_a_reason_that_there_is_and_where_it_is_disabled_is_said(aurelia, analyst, bazaar, browse):
    notice = sent(aurelia, analyst)
    with as_viewer(bazaar):
        one, two, three = notice.items.order_by("pk")
        for values, field in [
            ({"outcome": "rejected", "why": "because"}, "why"), ({"outcome": "rejected", "why": "other"}, "reason"),
            ({"outcome": "removed", "why": "evidence"}, "why"), ({"outcome": "disabled"}, "territories"),
            ({"outcome": "disabled", "territories": ["XX"]}, "territories"), ({"outcome": "removed", "territories": ["DE"]}, "territories"),
        ]:  # fmt: skip
            with pytest.raises(Refused) as refused:
                actions.answer(notice, {one.pk: 0}, by=bazaar, **values)
            assert refused.value.field == field, values
        actions.answer(notice, {one.pk: 0}, outcome="rejected", why="evidence", by=bazaar)
        actions.answer(notice, {two.pk: 0}, outcome="disabled", territories=["FR", "DE"], by=bazaar)
        actions.answer(notice, {three.pk: 0}, outcome="no_action", reason="Sold as a spare part.", by=bazaar)
        assert list(NoticeItem.objects.filter(notice=notice).order_by("pk").values_list("why", flat=True)) == ["evidence", "", "other"]
        assert two.decided.get().territories == ["DE", "FR"]
    seen = browse(aurelia).get(f"/enforcement/notices/{notice.reference}/").content.decode()
    for words in ("not enough is said or shown", "Germany, France", "another reason, in words: Sold as a spare part."):
        assert words in seen, words


@pytest.mark.django_db
def test_only_what_was_found_is_answered(aurelia, analyst, bazaar, browse):
    notice = sent(aurelia, analyst)
    with as_viewer(bazaar):
        one, *others = notice.items.order_by("pk")
    client = browse(bazaar)
    path = f"/enforcement/notices/{notice.reference}/"
    found = client.get(path, {"words": one.key}).content.decode()
    assert one.key in found
    assert all(other.key not in found for other in others)
    assert "Answer the 1 undecided of these" in found
    client.post(f"{path}answer/", {"outcome": "gone", "scope": "undecided", "words": one.key})
    with as_viewer(bazaar):
        assert list(notice.items.order_by("pk").values_list("outcome", flat=True)) == ["gone", "pending", "pending"]
    client.post(f"{path}answer/", {"outcome": "removed", "scope": "undecided", "next": "/enforcement/notices/queue/?notice=x"})
    with as_viewer(bazaar):
        assert list(notice.items.order_by("pk").values_list("outcome", flat=True)) == ["gone", "removed", "removed"]


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example/enforcement/notices/queue/", "/home/"])
def test_an_answer_leads_back_to_the_queue_and_nowhere_else(aurelia, analyst, bazaar, browse, where):
    notice = sent(aurelia, analyst)
    address = f"/enforcement/notices/{notice.reference}/"
    assert browse(bazaar).post(f"{address}acknowledge/", {"next": where}).url == address


@pytest.mark.django_db
def test_a_draft_cannot_be_confirmed(aurelia, bazaar):
    notice = draft(aurelia)
    fill(aurelia, notice)
    with as_viewer(bazaar), pytest.raises((NotAllowed, Conflict)):
        actions.acknowledge(notice, by=bazaar)


@given(
    st.sampled_from(rules.ANSWERS["pending"]), st.sampled_from(["", *Why.values]), st.sampled_from(["", "words"]), st.sampled_from([(), ("DE",)]),
)  # fmt: skip
def test_an_answer_is_whole_or_says_what_it_lacks(outcome, why, reason, territories):
    answer = rules.Answer.given(outcome, why, reason, territories)
    if answer.missing is None:
        assert bool(answer.why) == (outcome in rules.REFUSED)
        assert bool(territories) == (outcome == "disabled")
        assert reason or (outcome != "clarification" and answer.why != "other")
    else:
        assert answer.missing[0] in ("why", "reason", "territories")
