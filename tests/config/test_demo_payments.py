"""The page that stands for the payment provider's in the demo, its bank, and how its news comes to our door."""

import datetime as dt
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from config.demo import loader, postman
from core.models import Installation
from registrations.gateways import choosing
from registrations.gateways.payments import ChargeState, DisputeState, RefundState, SessionState
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.config.demo_urls")]


class Door:
    """Our webhook, as the postman sees it: what came, and what it answers."""

    def __init__(self):
        self.came = queue.Queue()
        self.refusals = 0

    def kinds(self, number):
        notices = [self.came.get(timeout=10) for _ in range(number)]
        return [choosing.provider().notice(body=body, signature=header).kind for body, header in notices]


@pytest.fixture
def door(settings, monkeypatch):
    door = Door()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            door.came.put((self.rfile.read(int(self.headers["Content-Length"])), self.headers["Stripe-Signature"]))
            status, door.refusals = (503, door.refusals - 1) if door.refusals else (200, 0)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    settings.SITE_URL = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(postman, "DOOR", "healthy")  # any address will do
    yield door
    with postman._walking:
        server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def fake(settings, tmp_path, door):
    Installation.objects.create(demo=True, dated_on=dt.date(2026, 1, 1))
    settings.STRIPE_FAKE = tmp_path / "stripe.sqlite3"
    return choosing.fake()


@pytest.fixture
def session(fake):
    return choosing.provider().open_session(
        key="k1",
        amount=5500,
        label="Hygieniapassi",
        reference="payment-1",
        email="",
        language="en",
        success_url="https://miitti.example/paid/{CHECKOUT_SESSION_ID}/",
        cancel_url="https://miitti.example/back/",
        expires_at=timezone.now() + dt.timedelta(minutes=45),
    )


def now(session):
    return choosing.provider().session(session_id=session.id)


def address(session, language="en"):
    with translation.override(language):
        return reverse("demo:pay", args=[session.id])


def act(client, do, own_id=""):
    return client.post(reverse("demo:payments_act"), {"do": do, "id": own_id})


def test_the_session_leads_to_the_page_in_its_language(session, settings):
    assert session.url == settings.SITE_URL + address(session)


@pytest.mark.parametrize("language", ["fi", "sv", "en", "uk"])
def test_the_page_says_what_is_paid_and_that_no_money_moves(client, session, language):
    response = client.get(address(session, language))
    text = response.content.decode()
    with translation.override(language):
        warning = translation.gettext("Test payment")
    assert response.status_code == 200
    assert warning in text
    assert "Hygieniapassi" in text
    assert f"55{'.' if language == 'en' else ','}00\N{NO-BREAK SPACE}€" in text
    assert [how for how in ("card", "mobilepay", "later", "declined", "cancel") if f'value="{how}"' not in text] == []


@pytest.mark.parametrize("how", ["card", "mobilepay"])
def test_whoever_pays_comes_back_and_the_news_comes_too(client, session, door, how):
    response = client.post(address(session), {"how": how})
    assert (response.status_code, response.url) == (302, f"https://miitti.example/paid/{session.id}/")
    found = now(session)
    assert (found.state, found.paid) == (SessionState.COMPLETE, True)
    assert choosing.provider().charge(payment=found.payment).method == how
    assert door.kinds(4)[-1] == "checkout.session.completed"


def test_a_declined_card_leaves_the_page_open(client, session):
    response = client.post(address(session), {"how": "declined"}, follow=True)
    assert (response.status_code, now(session).state) == (200, SessionState.OPEN)
    assert 'value="card"' in response.content.decode()


def test_whoever_cancels_goes_back_without_paying(client, session):
    response = client.post(address(session), {"how": "cancel"})
    assert (response.status_code, response.url) == (302, "https://miitti.example/back/")
    assert now(session).state is SessionState.OPEN


def test_a_paid_page_offers_no_paying_and_leads_back(client, session, fake):
    fake.page.pay(session.id)
    text = client.get(address(session)).content.decode()
    assert 'name="how"' not in text
    assert f"https://miitti.example/paid/{session.id}/" in text
    assert client.post(address(session), {"how": "card"}).url == address(session)


def test_money_that_comes_later_is_let_in_by_the_bank(client, session, door):
    client.post(address(session), {"how": "later"})
    payment = now(session).payment
    assert 'value="arrive"' in client.get(reverse("demo:payments")).content.decode()
    assert act(client, "arrive", payment).url == reverse("demo:payments")
    assert choosing.provider().charge(payment=payment).state is ChargeState.SUCCEEDED
    assert door.kinds(7)[-1] == "checkout.session.async_payment_succeeded"


def test_money_may_also_not_come(client, session):
    client.post(address(session), {"how": "later"})
    act(client, "fail", now(session).payment)
    assert choosing.provider().charge(payment=now(session).payment).state is ChargeState.FAILED


@pytest.mark.parametrize(("do", "state"), [("win", DisputeState.WON), ("lose", DisputeState.LOST)])
def test_a_payment_is_disputed_and_the_dispute_closed(client, session, fake, do, state):
    act(client, "dispute", fake.page.pay(session.id)["payment_intent"])
    (dispute,) = fake.newest("dispute", 5)
    assert f'value="{do}"' in client.get(reverse("demo:payments")).content.decode()
    act(client, do, dispute["id"])
    assert choosing.provider().dispute(dispute_id=dispute["id"]).state is state


def test_a_refund_is_let_fail(client, session, fake):
    payment = fake.page.pay(session.id)["payment_intent"]
    refund = choosing.provider().refund(key="k2", payment=payment, amount=500, reference="refund-1")
    act(client, "refund_fails", refund.id)
    assert choosing.provider().refund_of(refund_id=refund.id).state is RefundState.FAILED
    assert act(client, "refund_fails", refund.id).status_code == 302


def test_all_news_is_sent_again(client, session, fake, door):
    fake.page.pay(session.id)
    postman.deliver()
    first = door.kinds(4)
    assert fake.post.waiting() == []
    act(client, "again")
    assert door.kinds(4) == first


def test_what_is_not_taken_is_brought_again_later(session, fake, door):
    fake.page.pay(session.id)
    door.refusals = 1
    postman.deliver()
    assert [each.kind for each in fake.post.waiting()] == ["payment_intent.created"]
    postman._tries.clear()  # time passes
    postman.deliver()
    assert fake.post.waiting() == []
    assert door.kinds(5)[-1] == "payment_intent.created"


def test_a_new_demo_begins_with_an_empty_bank(fake, session):
    fake.page.pay(session.id)
    Installation.objects.all().delete()
    loader.load(now=NOW)
    assert fake.newest("payment_intent", 5) == []


def test_what_the_fake_does_not_know_is_not_found(client, session):
    unknown = address(session).replace(session.id, "cs_test_unknown")
    assert [client.get(unknown).status_code, client.post(unknown, {"how": "card"}).status_code] == [404, 404]
    assert client.post(address(session), {"how": "gift"}).status_code == 404
    assert [act(client, "steal").status_code, act(client, "arrive", "pi_unknown").status_code] == [404, 404]


def test_pages_look_and_forms_do(client, session):
    assert client.put(address(session)).status_code == 405
    assert client.post(reverse("demo:payments")).status_code == 405
    assert client.get(reverse("demo:payments_act")).status_code == 405


def test_outside_the_demos_database_there_is_no_such_page(client, session):
    Installation.objects.all().delete()
    for response in (
        client.get(address(session)),
        client.post(address(session), {"how": "card"}),
        client.get(reverse("demo:payments")),
        act(client, "again"),
    ):
        assert response.status_code == 404
    assert now(session).state is SessionState.OPEN


def test_the_front_page_leads_to_the_bank(client, fake, settings):
    address = reverse("demo:payments")
    assert f'href="{address}"' in client.get(reverse("demo:front")).content.decode()
    settings.STRIPE_FAKE = None
    assert f'href="{address}"' not in client.get(reverse("demo:front")).content.decode()


def test_with_real_keys_the_demo_has_no_bank_of_its_own(client, session, settings):
    settings.STRIPE_FAKE = None
    assert client.get(reverse("demo:payments")).status_code == 404
