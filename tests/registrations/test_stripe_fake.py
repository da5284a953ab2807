"""The fake of Stripe refuses what Stripe refuses, forgets what Stripe forgets, and outlives its process."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
import stripe

from registrations.gateways.stripe_fake import (
    SECRET_KEY,
    WEBHOOK_SECRET,
    Carrier,
    Fake,
    NotOpen,
    Trouble,
)

NOW = 1_800_000_000
HOUR, DAY = 3600, 24 * 3600


class Clock:
    seconds = NOW

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def fake(tmp_path, clock):
    return Fake(tmp_path / "stripe.sqlite3", clock=clock)


HEADERS = {"Authorization": f"Bearer {SECRET_KEY}", "Stripe-Version": stripe.api_version}
SESSION = {
    "mode": "payment",
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "eur",
    "line_items[0][price_data][unit_amount]": "5500",
    "line_items[0][price_data][product_data][name]": "Hygieniapassi",
    "success_url": "https://miitti.example/paid/",
}


def post(fake, path, asked, key="", **headers):
    """Status, answer, and whether it is an old one."""
    named = HEADERS | headers | ({"Idempotency-Key": key} if key else {})
    status, told, body = fake.answer("POST", path, named, urlencode(asked))
    return status, json.loads(body), "Idempotent-Replayed" in told


def get(fake, path):
    status, _told, body = fake.answer("GET", path, HEADERS, "")
    return status, json.loads(body)


def opened(fake, **changes):
    status, session, _old = post(fake, "/v1/checkout/sessions", SESSION | changes)
    assert status == 200
    return session["id"]


def paid(fake):
    return fake.page.pay(opened(fake))["payment_intent"]


def refused(fake, path="/v1/checkout/sessions", without="", **changes):
    """(status, code, param) of the error."""
    asked = {name: value for name, value in (SESSION | changes).items() if name != without}
    status, answer, _old = post(fake, path, asked)
    return status, answer["error"].get("code", ""), answer["error"].get("param", "")


def kinds(fake):
    return [each.kind for each in fake.post.sent()]


# Parameters


def test_what_stripe_does_not_know_is_refused(fake):
    assert refused(fake, amount="1") == (400, "parameter_unknown", "amount")
    deep = "line_items[0][price_data][unit_price]"
    assert refused(fake, **{deep: "1"}) == (400, "parameter_unknown", deep)
    assert refused(fake, idempotency_key="1") == (400, "parameter_unknown", "idempotency_key")


@pytest.mark.parametrize("name", ["line_items[0][price_data][currency]", "success_url"])
def test_what_is_missing_is_named(fake, name):
    assert refused(fake, without=name) == (400, "parameter_missing", name)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("line_items[0][price_data][unit_amount]", "55.00", "parameter_invalid_integer"),
        ("line_items[0][price_data][unit_amount]", "-1", "parameter_invalid_integer"),
        ("line_items[0][price_data][unit_amount]", "0", "amount_too_small"),
        ("line_items[0][price_data][unit_amount]", "49", "amount_too_small"),
        ("line_items[0][price_data][unit_amount]", "100000000", "amount_too_large"),
        ("expires_at", "tomorrow", "parameter_invalid_integer"),
        ("locale", "uk", ""),
        ("mode", "gift", ""),
        ("adaptive_pricing[enabled]", "maybe", ""),
        ("adaptive_pricing", "true", ""),
        ("metadata", "reference", ""),
        ("customer_email", "nobody", "email_invalid"),
        ("success_url", "/paid/", "url_invalid"),
        ("cancel_url", "ftp://miitti.example/", "url_invalid"),
        ("client_reference_id", "x" * 201, ""),
        ("client_reference_id", "", "parameter_invalid_empty"),
    ],
)
def test_what_is_of_a_wrong_kind_is_refused(fake, name, value, code):
    assert refused(fake, **{name: value}) == (400, code, name)


def test_metadata_has_its_limits(fake):
    assert refused(fake, **{f"metadata[{'n' * 41}]": "1"}) == (400, "", "metadata")
    assert refused(fake, **{"metadata[reference]": "v" * 501}) == (400, "", "metadata")


def test_a_session_lives_from_half_an_hour_to_a_day(fake):
    for lives in (1799, DAY + 1):
        assert refused(fake, expires_at=str(NOW + lives)) == (400, "", "expires_at")
    for lives in (1800, DAY):
        opened(fake, expires_at=str(NOW + lives))


def test_only_a_test_key_opens_it_and_only_in_the_version_of_the_library(fake):
    for headers, status in (
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer sk_live_x"}, 401),
        ({"Stripe-Version": "2020-08-27"}, 400),
    ):
        assert post(fake, "/v1/checkout/sessions", SESSION, **headers)[0] == status


def test_other_addresses_are_not_there(fake):
    for path in ("/v1/customers", "/v1/checkout/sessions/cs_test_1/pay", "/v1/checkout/sessions/"):
        assert post(fake, path, {})[0] == 404
    assert get(fake, "/v1/charges/ch_none") == (404, {"error": {**get(fake, "/v1/charges/ch_none")[1]["error"]}})


def test_pages_of_a_list_follow_one_another(fake, clock):
    ids = []
    for _ in range(5):
        ids.append(opened(fake))
        clock.seconds += 1
    path = "/v1/checkout/sessions?limit=2"
    pages = [get(fake, path)[1]]
    while pages[-1]["has_more"]:
        pages.append(get(fake, f"{path}&starting_after={pages[-1]['data'][-1]['id']}")[1])
    assert [row["id"] for page in pages for row in page["data"]] == ids[::-1]
    within = get(fake, f"/v1/checkout/sessions?created[gte]={NOW + 1}&created[lt]={NOW + 3}")[1]["data"]
    assert [row["id"] for row in within] == [ids[2], ids[1]]
    assert get(fake, "/v1/checkout/sessions?limit=101")[0] == 400


# Idempotency


def test_the_same_key_gets_the_same_answer_and_nothing_more_happens(fake):
    first = post(fake, "/v1/checkout/sessions", SESSION, key="k1")
    second = post(fake, "/v1/checkout/sessions", SESSION, key="k1")
    assert (first[:2], first[2], second[2]) == (second[:2], False, True)
    assert len(get(fake, "/v1/checkout/sessions")[1]["data"]) == 1


def test_a_key_stands_for_one_request(fake):
    post(fake, "/v1/checkout/sessions", SESSION, key="k1")
    status, answer, _old = post(fake, "/v1/checkout/sessions", SESSION | {"locale": "sv"}, key="k1")
    assert (status, answer["error"]["type"]) == (400, "idempotency_error")


def test_a_key_is_forgotten_after_a_day_and_then_it_happens_again(fake, clock):
    first = post(fake, "/v1/checkout/sessions", SESSION, key="k1")[1]["id"]
    clock.seconds += DAY - 1
    assert post(fake, "/v1/checkout/sessions", SESSION, key="k1")[1]["id"] == first
    clock.seconds += 1
    assert post(fake, "/v1/checkout/sessions", SESSION, key="k1")[1]["id"] != first


def test_a_malformed_request_uses_no_key_up_and_a_refused_one_does(fake):
    payment = paid(fake)
    good = {"payment_intent": payment, "amount": "5500"}
    assert post(fake, "/v1/refunds", good | {"amount": "x"}, key="k1")[0] == 400
    assert post(fake, "/v1/refunds", good, key="k1")[0] == 200
    assert [post(fake, "/v1/refunds", good, key="k2")[::2] for _ in range(2)] == [(400, False), (400, True)]


def test_a_late_error_stays_the_answer_to_its_key_although_it_was_done(fake):
    asked = {"payment_intent": paid(fake), "amount": "500"}
    fake.trouble(Trouble.BROKEN_LATE)
    assert [post(fake, "/v1/refunds", asked, key="k1")[0] for _ in range(2)] == [500, 500]
    assert len(get(fake, f"/v1/refunds?payment_intent={asked['payment_intent']}")[1]["data"]) == 1


# What happens to sessions and payments


def test_only_an_open_session_expires(fake):
    session = opened(fake)
    path = f"/v1/checkout/sessions/{session}/expire"
    assert post(fake, path, {})[1]["status"] == "expired"
    assert post(fake, path, {})[0] == 400
    assert kinds(fake) == ["checkout.session.expired"]


def test_a_session_expires_by_itself_when_its_time_has_passed(fake, clock):
    session = opened(fake, expires_at=str(NOW + HOUR))
    fake.page.decline(session)
    clock.seconds += HOUR - 1
    assert get(fake, f"/v1/checkout/sessions/{session}")[1]["status"] == "open"
    clock.seconds += 1
    found = get(fake, f"/v1/checkout/sessions/{session}")[1]
    assert (found["status"], found["url"]) == ("expired", None)
    assert get(fake, f"/v1/payment_intents/{found['payment_intent']}")[1]["status"] == "canceled"
    assert kinds(fake)[-2:] == ["payment_intent.canceled", "checkout.session.expired"]


def test_nobody_pays_twice_or_too_late(fake, clock):
    session, other = opened(fake), opened(fake)
    fake.page.pay(session)
    clock.seconds += DAY
    for again in (fake.page.pay, fake.page.pay_later, fake.page.decline):
        for each in (session, other):
            with pytest.raises(NotOpen):
                again(each)


@pytest.mark.parametrize(
    ("does", "told"),
    [
        (
            lambda fake, it: fake.page.pay(it),
            ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"],
        ),
        (lambda fake, it: fake.page.decline(it), ["charge.failed", "payment_intent.payment_failed"]),
        (
            lambda fake, it: fake.page.pay_later(it),
            ["charge.pending", "payment_intent.processing", "checkout.session.completed"],
        ),
    ],
)
def test_paying_is_told_by_events(fake, does, told):
    does(fake, opened(fake))
    assert kinds(fake) == ["payment_intent.created", *told]


def test_what_a_bank_does_later_is_told_by_events(fake):
    for succeeded in (True, False):
        fake.bank.settle(fake.page.pay_later(opened(fake))["payment_intent"], succeeded=succeeded)
    dispute = fake.bank.dispute(paid(fake))
    fake.bank.close_dispute(dispute, won=True)
    status, refund, _old = post(fake, "/v1/refunds", {"payment_intent": paid(fake)})
    fake.bank.fail_refund(refund["id"])
    assert status == 200
    assert set(kinds(fake)) >= {
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "charge.dispute.created",
        "charge.dispute.closed",
        "refund.created",
        "charge.refunded",
        "charge.refund.updated",
        "refund.failed",
    }


def test_a_bank_does_nothing_twice(fake):
    payment = fake.page.pay_later(opened(fake))["payment_intent"]
    fake.bank.settle(payment, succeeded=True)
    dispute = fake.bank.dispute(payment)
    fake.bank.close_dispute(dispute, won=False)
    for again in (
        lambda: fake.bank.settle(payment, succeeded=False),
        lambda: fake.bank.dispute(payment),
        lambda: fake.bank.close_dispute(dispute, won=True),
    ):
        with pytest.raises(NotOpen):
            again()


# Events


def test_every_event_is_one_that_the_library_knows_and_reads(fake):
    session = opened(fake)
    fake.page.decline(session)
    fake.page.pay(session)
    for each in fake.post.sent():
        event = stripe.Webhook.construct_event(each.body, each.signature(), WEBHOOK_SECRET)
        assert (event.id, event.type) == (each.id, each.kind)
        assert not [name for name in event.data.object.to_dict() if name.startswith("_")]
    ids = [each.id for each in fake.post.sent()]
    assert len(set(ids)) == len(ids)


def test_an_event_waits_until_somebody_has_taken_it_and_may_be_sent_again(fake):
    fake.page.pay(opened(fake))
    first, *rest = fake.post.waiting()
    fake.post.taken(first.id)
    assert fake.post.waiting() == rest
    assert fake.post.sent() == [first, *rest]
    fake.post.again()
    assert fake.post.waiting() == [first, *rest]


def test_an_event_shows_its_object_as_it_was(fake):
    fake.bank.settle(fake.page.pay_later(opened(fake))["payment_intent"], succeeded=True)
    shown = [each.event["data"]["object"] for each in fake.post.sent() if each.kind.startswith("checkout")]
    assert [each["payment_status"] for each in shown] == ["unpaid", "paid"]


# The file


def test_the_library_reads_every_object_of_the_fake(fake):
    client = stripe.StripeClient(SECRET_KEY, http_client=Carrier(fake))
    payment = paid(fake)
    refund = client.v1.refunds.create({"payment_intent": payment, "amount": 500})
    dispute = fake.bank.dispute(payment)
    found = client.v1.payment_intents.retrieve(payment, {"expand": ["latest_charge"]})
    assert isinstance(found.latest_charge, stripe.Charge)
    assert (found.latest_charge.amount_refunded, found.latest_charge.disputed) == (500, True)
    assert client.v1.refunds.retrieve(refund.id).charge == found.latest_charge.id
    assert client.v1.disputes.retrieve(dispute).charge == found.latest_charge.id
    assert client.v1.charges.list({"payment_intent": payment}).data[0].id == found.latest_charge.id
    assert client.v1.events.list({"type": "charge.dispute.created"}).data[0].data.object.id == dispute


def test_another_process_sees_what_the_first_has_done_even_when_it_was_killed(tmp_path):
    path = tmp_path / "stripe.sqlite3"
    script = (
        "import os, signal, sys; from pathlib import Path; from tests.registrations import test_stripe_fake as it;"
        "fake = it.Fake(Path(sys.argv[1])); fake.page.pay(it.opened(fake)); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", script, str(path)], check=False).returncode == -9
    fake = Fake(path)
    assert [each["payment_status"] for each in get(fake, "/v1/checkout/sessions")[1]["data"]] == ["paid"]
    assert [each.kind for each in fake.post.waiting()][-1] == "checkout.session.completed"


def test_requests_at_the_same_time_with_the_same_key_do_it_once(fake):
    payment = paid(fake)
    asked = {"payment_intent": payment, "amount": "500"}
    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(lambda _number: post(fake, "/v1/refunds", asked, key="k1"), range(24)))
    assert {(status, answer["id"]) for status, answer, _old in answers} == {(200, answers[0][1]["id"])}
    assert len(get(fake, "/v1/refunds")[1]["data"]) == 1


def test_an_emptied_fake_knows_nothing(fake):
    fake.page.pay(opened(fake))
    fake.trouble(Trouble.BROKEN)
    fake.shelf.empty()
    assert (get(fake, "/v1/checkout/sessions")[1]["data"], fake.post.sent()) == ([], [])
