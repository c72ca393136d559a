"""Card payments against a stand-in that answers as the card service was recorded to; its word counts for its signature alone."""

import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from django.test import Client

from coalition.access.errors import NotAllowed, Refused
from coalition.access.viewer import as_system, as_viewer
from coalition.dues import card
from coalition.dues.actions import payments
from coalition.dues.models import OpenItem, Payment
from tests.dues.conftest import open_invoice

pytestmark = pytest.mark.django_db
SECRET = "whsec_test"
# As the service answers POST /v1/checkout/sessions, cut to what the client reads.
SESSION = {"id": "cs_test_a1", "object": "checkout.session", "url": "https://checkout.stripe.com/c/pay/cs_test_a1", "payment_status": "unpaid"}


@pytest.fixture
def service(settings):
    """The stand-in, and what it was asked."""
    asked = []

    class Answer(BaseHTTPRequestHandler):
        status = 200

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked.append((self.path, parse_qs(body), self.headers.get("Idempotency-Key")))
            content = json.dumps(SESSION if Answer.status == 200 else {"error": {"message": "down", "type": "api_error"}}).encode()
            self.send_response(Answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_x", SECRET
    settings.STRIPE_API_BASE = f"http://127.0.0.1:{server.server_port}"
    asked.append(Answer)
    yield asked
    server.shutdown()
    server.server_close()


def tell(event, secret=SECRET, at=None):
    payload, stamp = json.dumps(event), int(at or time.time())
    signature = hmac.new(secret.encode(), f"{stamp}.{payload}".encode(), hashlib.sha256).hexdigest()
    return Client().post("/dues/card/", payload, content_type="application/json", headers={"Stripe-Signature": f"t={stamp},v1={signature}"})


def paid(invoice, kind="checkout.session.completed", intent="pi_1", status="paid"):
    thing = {"id": "cs_test_a1", "object": "checkout.session", "payment_status": status, "payment_intent": intent, "currency": "eur",
             "amount_total": int(invoice.total * 100), "metadata": {"invoice": invoice.number}}  # fmt: skip
    return {"id": "evt_1", "object": "event", "type": kind, "created": int(time.time()), "data": {"object": thing}}


@pytest.fixture
def invoice(db):
    with as_system("find"):
        return open_invoice("aurelia")


def test_paying_by_card_leads_to_the_service_with_what_is_open(service, invoice, aurelia, browse):
    answer = browse(aurelia).post(f"/dues/{invoice.number}/pay/")
    assert answer.url == SESSION["url"]
    path, asked, key = service[-1]
    assert (path, asked["line_items[0][price_data][unit_amount]"], asked["metadata[invoice]"]) == (
        "/v1/checkout/sessions",
        ["1600000"],
        [invoice.number],
    )
    assert key.startswith(invoice.number)


def test_nobody_else_pays_and_nothing_is_paid_twice(service, invoice, northpeak, aurelia, treasurer):
    with as_viewer(northpeak), pytest.raises(NotAllowed):
        card.checkout(invoice, by=northpeak)
    assert tell(paid(invoice)).content == b"booked"
    with as_viewer(aurelia), pytest.raises(Refused, match="Nothing is open"):
        card.checkout(invoice, by=aurelia)


def test_a_service_that_is_down_is_said_and_charges_nothing(service, invoice, aurelia, browse):
    service[0].status = 503
    answer = browse(aurelia).post(f"/dues/{invoice.number}/pay/", headers={"Referer": "http://testserver/organisation/dues/"}, follow=True)
    assert "The card service does not answer. Nothing was charged" in answer.content.decode()


def test_what_the_service_tells_is_booked_once(service, invoice):
    assert tell(paid(invoice)).content == b"booked"
    assert tell(paid(invoice)).status_code == 200
    with as_system("look"):
        assert Payment.objects.filter(key="stripe:pi_1").count() == 1
        assert not OpenItem.objects.filter(invoice=invoice).exists()
        assert payments.check_books() == []


def test_a_session_that_is_not_paid_yet_books_nothing_until_it_is(service, invoice):
    assert tell(paid(invoice, status="unpaid")).content == b"not ours"
    assert tell(paid(invoice, kind="checkout.session.async_payment_succeeded")).content == b"booked"


def test_a_refund_at_the_service_opens_the_invoice_again(service, invoice):
    tell(paid(invoice))
    event = {"id": "evt_2", "object": "event", "type": "charge.refunded", "created": int(time.time()),
             "data": {"object": {"id": "ch_1", "object": "charge", "payment_intent": "pi_1", "amount": 5, "amount_refunded": 5}}}  # fmt: skip
    part = {**event, "data": {"object": {**event["data"]["object"], "amount_refunded": 1}}}
    assert tell(part).content == b"not ours"
    assert tell(event).content == b"given back"
    assert tell(event).content == b"not ours"
    with as_system("look"):
        assert OpenItem.objects.get(invoice=invoice).amount == invoice.total


def test_a_word_without_its_signature_is_no_word(service, invoice):
    for answer in (
        tell(paid(invoice), secret="whsec_other"),
        tell(paid(invoice), at=time.time() - 3600),
        Client().post("/dues/card/", b"{}", content_type="application/json"),
    ):
        assert answer.status_code == 400
    with as_system("look"):
        assert OpenItem.objects.filter(invoice=invoice).exists()


def test_where_no_key_is_set_there_are_no_cards(invoice, aurelia, browse):
    assert tell(paid(invoice)).status_code == 404
    assert browse(aurelia).post(f"/dues/{invoice.number}/pay/").status_code == 404
    assert "Pay by card" not in browse(aurelia).get(f"/dues/{invoice.number}/").content.decode()
