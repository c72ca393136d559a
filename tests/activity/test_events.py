"""Events: written with the action, delivered at least once, sealed."""

import pytest
from django.db import DatabaseError, transaction

from coalition.access.viewer import as_system, as_viewer
from coalition.activity import actions, registry
from coalition.activity.models import Delivery, Event, InboxItem, Seal
from enforcement.cases import actions as cases
from enforcement.cases.models import Case

pytestmark = pytest.mark.django_db


def a_case(viewer):
    with as_viewer(viewer):
        return cases.open_case(title="Something", by=viewer)


def share_with(case, viewer, other):
    from coalition.access.models import Audience

    with as_viewer(viewer):
        cases.share(case, Audience.objects.get(pk=other.organisation_audience_id), role="read", by=viewer)


def test_an_event_comes_with_its_deliveries_or_not_at_all(aurelia):
    with as_system("count"):
        before = Event.objects.count()
    with pytest.raises(RuntimeError, match="undone"), transaction.atomic():
        a_case(aurelia)
        raise RuntimeError("undone")
    with as_system("count"):
        assert Event.objects.count() == before
    a_case(aurelia)
    with as_system("count"):
        event = Event.objects.order_by("-pk").first()
        assert event.verb == "case.opened"
        assert {d.reader for d in event.deliveries.all()} == set(registry.readers)


def test_those_named_are_told_once_however_often_it_is_delivered(aurelia, northpeak):
    share_with(a_case(aurelia), aurelia, northpeak)
    while actions.deliver_batch():
        pass
    with as_system("deliver again"):
        event = Event.objects.filter(verb="space.shared").order_by("-pk").first()
        registry.readers["inbox"](event)
    with as_viewer(northpeak):
        assert InboxItem.objects.of(northpeak).filter(event=event).count() == 1


def test_the_actor_is_not_told(aurelia, northpeak):
    share_with(a_case(aurelia), aurelia, northpeak)
    while actions.deliver_batch():
        pass
    with as_viewer(aurelia):
        assert not InboxItem.objects.of(aurelia).filter(event__verb="space.shared", event__actor_id=aurelia.audience_id).exists()


def test_what_one_was_told_of_goes_when_access_ends(aurelia, northpeak):
    case = a_case(aurelia)
    share_with(case, aurelia, northpeak)
    while actions.deliver_batch():
        pass
    with as_viewer(northpeak):
        assert InboxItem.objects.of(northpeak).filter(space=case.space_id).exists()
    with as_viewer(aurelia):
        from coalition.access.models import Audience

        cases.unshare(case, Audience.objects.get(pk=northpeak.organisation_audience_id), by=aurelia)
    northpeak.forget_spaces()
    with as_viewer(northpeak):
        assert not InboxItem.objects.of(northpeak).filter(space=case.space_id).exists()
        assert not Case.objects.visible_to(northpeak).filter(pk=case.pk).exists()


def test_a_reader_that_fails_is_tried_again_and_stops_no_other(aurelia, monkeypatch):
    def fails(event):
        raise ValueError("not today")

    monkeypatch.setitem(registry.readers, "inbox", fails)
    a_case(aurelia)
    while actions.deliver_batch():
        pass
    with as_system("look"):
        left = Delivery.objects.get(event__verb="case.opened", reader="inbox")
        assert (left.attempts, left.last_error) == (1, "ValueError: not today")
        assert not Delivery.objects.filter(event=left.event, reader="email").exists()


def test_events_cannot_be_changed(aurelia):
    a_case(aurelia)
    with pytest.raises(DatabaseError), as_system("try to forge"):
        Event.objects.update(verb="forged")


def test_seals_hold_and_follow_each_other(aurelia):
    a_case(aurelia)
    assert actions.seal_events() is not None
    a_case(aurelia)
    assert actions.seal_events() is not None
    assert actions.seal_events() is None
    assert actions.verify_seals() == []


def test_there_is_a_seal_in_the_demo(db):
    with as_system("look"):
        assert Seal.objects.exists()


def test_one_refused_address_holds_up_nobody_else(aurelia, northpeak, kestrel, monkeypatch):
    from smtplib import SMTPRecipientsRefused

    from django.core import mail
    from django.core.mail import EmailMessage

    from coalition.activity.letters import send_owed

    case, sending = a_case(aurelia), EmailMessage.send
    share_with(case, aurelia, northpeak)
    share_with(case, aurelia, kestrel)
    while actions.deliver_batch():
        pass

    def refuse_one(message, *args, **kwargs):
        if message.to == ["owner@northpeak.example"]:
            raise SMTPRecipientsRefused({})
        return sending(message, *args, **kwargs)

    monkeypatch.setattr(EmailMessage, "send", refuse_one)
    send_owed()
    assert "owner@kestrel.example" in {to for message in mail.outbox for to in message.to}
