"""What staff do to many members of their list at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coalition.access.errors import NotAllowed, Refused
from coalition.access.viewer import as_viewer
from coalition.activity.models import Event
from coalition.dues.actions.accounts import treasury
from coalition.dues.models import Invoice
from coalition.members import actions as members
from coalition.members.models import Organisation, Seat, Suspension, Term, Tier
from coalition.members.viewers import viewer_of_seat
from coalition.register import actions
from tests.conftest import everything

pytestmark = pytest.mark.django_db
ACT = "/staff/members/act/"


def ids(*slugs):
    return [Organisation.objects.get(slug=slug).pk for slug in slugs]


def suspended():
    return set(Suspension.objects.filter(ends_on=None).values_list("organisation__slug", flat=True))


def test_those_ticked_are_suspended_and_whoever_cannot_be_is_named(admin, browse):
    client, before = browse(admin), suspended()
    already = sorted(before)[0]
    said = {"many-verb": "suspend", "many-reason": "A complaint is heard.", "organisation": ids("kestrel", "northpeak", already)}
    shown = client.post(f"{ACT}?category=brand", said, follow=True)
    assert shown.redirect_chain[0][0] == "/staff/members/?category=brand"
    assert "It is done for 2 organisations." in shown.content.decode()
    assert "is suspended already." in shown.content.decode()
    assert suspended() == before | {"kestrel", "northpeak"}
    client.post(ACT, {"many-verb": "reinstate", "many-reason": "It was heard.", "organisation": ids("kestrel", "northpeak", "aurelia")})
    assert suspended() == before


def test_without_a_reason_nothing_is_done_and_the_ticks_stay(admin, browse):
    client, before, (kestrel,) = browse(admin), suspended(), ids("kestrel")
    for wrong in ({}, {"many-reason": "no"}, {"many-reason": "A good reason", "many-starts_on": "2020-01-01"}):
        shown = client.post(ACT, {"many-verb": "suspend", "organisation": [kestrel], **wrong})
        assert shown.status_code == 422
        row = shown.content.decode().split(f'value="{kestrel}"')[1][:120]
        assert "checked" in row
    assert suspended() == before


def test_nobody_ticked_is_told(admin, browse):
    shown = browse(admin).post(ACT, {"many-verb": "suspend", "many-reason": "A good reason"})
    assert shown.status_code == 422
    assert "Tick whom it concerns." in shown.content.decode()


def test_all_of_a_narrowed_list_and_nobody_else(admin, browse):
    before = suspended()
    browse(admin).post(f"{ACT}?q=kestrel", {"many-verb": "suspend", "many-reason": "A good reason", "scope": "all"})
    assert suspended() == before | {"kestrel"}
    browse(admin).post(f"{ACT}?category=nonsense", {"many-verb": "suspend", "many-reason": "A good reason", "scope": "all"})
    assert suspended() == before | {"kestrel"}


def test_too_many_at_once_are_refused(admin, monkeypatch):
    monkeypatch.setattr(actions, "MOST_AT_ONCE", 1)
    both = Organisation.objects.filter(pk__in=ids("kestrel", "northpeak"))
    with as_viewer(admin), pytest.raises(Refused):
        actions.suspend_many(both, starts_on=timezone.localdate(), reason="A good reason", by=admin)


def test_only_who_keeps_accounts_renews_and_each_is_renewed_once(admin, treasurer, aurelia, browse):
    lapsing = Organisation.objects.get(slug="kestrel")
    with everything():
        last = lapsing.terms.counting().order_by("-ends_on").first()
        lapsing.terms.counting().filter(starts_on__gte=last.starts_on).exclude(pk=last.pk).delete()
        Term.objects.filter(pk=last.pk).update(ends_on=timezone.localdate() + timedelta(days=20))
    chosen = Organisation.objects.filter(pk__in=[lapsing.pk, *ids("northpeak")])
    for other in (treasurer, aurelia, admin):
        if other.may("keep_register") and other.may("keep_accounts"):
            continue
        with as_viewer(other), pytest.raises(NotAllowed):
            actions.renew_many(chosen, by=other)
    assert "Give the next term and invoice it" not in browse(admin).get("/staff/members/").content.decode()
    both = as_keeper_of_both(admin)
    with as_viewer(both):
        count, refused = actions.renew_many(chosen, by=both)
        assert count + len(refused) == 2
        assert lapsing.terms.counting().filter(starts_on__gt=timezone.localdate()).count() == 1
        posted = Invoice.objects.filter(organisation=lapsing).count()
        again, refused = actions.renew_many(chosen, by=both)
        assert (again, Invoice.objects.filter(organisation=lapsing).count()) == (0, posted)
    assert len(refused) == 2


def as_keeper_of_both(admin):
    """The administrator with a seat in the treasury besides."""
    with as_viewer(admin):
        members.join_team(treasury(), Seat.objects.get(pk=admin.seat_id), by=admin)
    return viewer_of_seat(admin.seat_id)


def test_a_term_by_hand_is_told_once(admin):
    kestrel = Organisation.objects.select_related("category").get(slug="kestrel")
    with as_viewer(admin):
        with everything():
            starts_on = kestrel.terms.counting().order_by("-ends_on").first().ends_on
        ends_on, tier = starts_on + timedelta(days=100), Tier.objects.filter(category=kestrel.category, closes_on=None).first()
        actions.give_term(kestrel, tier=tier, starts_on=starts_on, ends_on=ends_on, reason="By arrangement.", is_free=True, by=admin)
    with everything():
        verbs = Event.objects.filter(subject_type="members.organisation", subject_id=kestrel.pk).order_by("-pk").values_list("verb", flat=True)
        assert verbs[0] == "organisation.term_given"
        assert "organisation.admitted" not in verbs[:3]
