"""What everybody who takes payments must do. It runs against the fake, and against Stripe's test mode when STRIPE_TEST_KEY
is set; what needs somebody at the hosted page runs against the fake alone.
"""

import json
import logging
import os
import time
import traceback
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import stripe
from django.core.exceptions import ImproperlyConfigured

from config.env import Stripe
from registrations.gateways import choosing
from registrations.gateways.circuit import Circuit
from registrations.gateways.payments import (
    BadSignature,
    ChargeState,
    DisputeState,
    Foreign,
    MovementKind,
    NotFound,
    RefundState,
    Rejected,
    SessionState,
    Unavailable,
    Uncertain,
)
from registrations.gateways.stripe_fake import (
    MOBILEPAY,
    SECRET_KEY,
    WEBHOOK_SECRET,
    Carrier,
    Fake,
    Trouble,
    signature,
)
from registrations.gateways.stripe_gateway import StripeGateway
from tests.registrations.stripe_served import served

TEST_KEY = os.environ.get("STRIPE_TEST_KEY", "")
MINUTE = timedelta(minutes=1)


def over(fake, **changes):
    """The gateway whose requests the fake answers."""
    keys = {"secret_key": SECRET_KEY, "webhook_secret": WEBHOOK_SECRET}
    return StripeGateway(**{**keys, "http_client": Carrier(fake), "circuit": Circuit(failures=99), **changes})


@pytest.fixture
def fake(tmp_path):
    return Fake(tmp_path / "stripe.sqlite3")


@pytest.fixture
def gateway(fake):
    return over(fake)


@pytest.fixture(params=["fake", pytest.param("stripe", marks=pytest.mark.skipif(not TEST_KEY, reason="no key"))])
def provider(request, fake):
    if request.param == "fake":
        return over(fake)
    return StripeGateway(secret_key=TEST_KEY, webhook_secret=WEBHOOK_SECRET)


def fresh():
    return f"test-{uuid.uuid4()}"


def asked(**changes):
    return {
        "key": fresh(),
        "amount": 5500,
        "label": "Työturvallisuuskortti – Працюй безпечно",
        "reference": fresh(),
        "email": "aino.koskinen@people.example",
        "language": "fi",
        "success_url": "https://miitti.example/paid/{CHECKOUT_SESSION_ID}/",
        "cancel_url": "https://miitti.example/back/",
        "expires_at": datetime.now(UTC).replace(microsecond=0) + 45 * MINUTE,
    } | changes


def opened(provider, **changes):
    return provider.open_session(**asked(**changes))


def paid(gateway, fake, **changes):
    """The payment's id."""
    return fake.page.pay(opened(gateway, **changes).id)["payment_intent"]


# With both: sessions


def test_a_new_session_is_open_and_carries_what_was_asked(provider):
    wanted = asked()
    session = provider.open_session(**wanted)
    assert (session.state, session.paid, session.payment, session.live) == (SessionState.OPEN, False, "", False)
    assert (session.amount, session.currency, session.reference) == (5500, "eur", wanted["reference"])
    assert session.expires_at == wanted["expires_at"]
    assert session.url.startswith("https://")
    assert replace(provider.session(session_id=session.id), url=session.url) == session


@pytest.mark.parametrize("language", ["fi", "sv", "en", "uk"])
def test_every_language_of_ours_can_pay(provider, language):
    assert opened(provider, language=language).state is SessionState.OPEN


def test_without_an_address_the_provider_asks_for_it(provider):
    assert opened(provider, email="").state is SessionState.OPEN


def test_the_same_key_opens_one_session(provider):
    wanted = asked()
    assert provider.open_session(**wanted) == provider.open_session(**wanted)


def test_the_same_key_for_something_else_is_rejected(provider):
    wanted = asked()
    provider.open_session(**wanted)
    with pytest.raises(Rejected):
        provider.open_session(**wanted | {"amount": 5600})


def test_another_key_opens_another_session(provider):
    wanted = asked()
    assert provider.open_session(**wanted).id != provider.open_session(**wanted | {"key": fresh()}).id


@pytest.mark.parametrize("amount", [-1, 0, 49])
def test_too_small_a_sum_is_rejected(provider, amount):
    with pytest.raises(Rejected):
        opened(provider, amount=amount)


@pytest.mark.parametrize("lives", [29 * MINUTE, timedelta(hours=24, minutes=1)])
def test_a_session_that_lives_too_short_or_too_long_is_rejected(provider, lives):
    with pytest.raises(Rejected):
        opened(provider, expires_at=datetime.now(UTC) + lives)


def test_an_expired_session_stays_expired_however_often_one_asks(provider):
    session = opened(provider)
    expired = provider.expire(session_id=session.id)
    assert (expired.state, expired.paid, expired.url) == (SessionState.EXPIRED, False, "")
    assert provider.expire(session_id=session.id) == expired == provider.session(session_id=session.id)


def test_sessions_are_found_by_when_they_were_opened(provider):
    session = opened(provider)
    begin = session.created_at
    assert session.id in [each.id for each in provider.sessions(since=begin, until=begin + MINUTE)]
    assert session.id not in [each.id for each in provider.sessions(since=begin - MINUTE, until=begin)]


def test_what_the_provider_does_not_know_is_not_found(provider):
    for ask in (
        lambda: provider.session(session_id="cs_test_unknown"),
        lambda: provider.expire(session_id="cs_test_unknown"),
        lambda: provider.charge(payment="pi_unknown"),
        lambda: provider.refund_of(refund_id="re_unknown"),
        lambda: provider.dispute(dispute_id="du_unknown"),
        lambda: provider.refund(key=fresh(), payment="pi_unknown", amount=100, reference=fresh()),
    ):
        with pytest.raises(NotFound):
            ask()


def test_test_keys_move_no_money(provider):
    assert provider.live is False


# With somebody at the hosted page


def test_a_paid_session_is_complete_and_its_payment_carries_our_reference(gateway, fake):
    wanted = asked()
    session = gateway.open_session(**wanted)
    fake.page.pay(session.id, method=MOBILEPAY)
    session = gateway.session(session_id=session.id)
    charge = gateway.charge(payment=session.payment)
    assert (session.state, session.paid, session.url) == (SessionState.COMPLETE, True, "")
    assert (charge.state, charge.amount, charge.received) == (ChargeState.SUCCEEDED, 5500, 5500)
    assert (charge.currency, charge.method, charge.reference) == ("eur", "mobilepay", wanted["reference"])
    assert gateway.session_of(payment=session.payment) == session


def test_a_session_paid_in_time_is_told_when_one_wants_to_expire_it(gateway, fake):
    session = opened(gateway)
    fake.page.pay(session.id)
    assert gateway.expire(session_id=session.id) == gateway.session(session_id=session.id)
    assert gateway.session(session_id=session.id).paid


def test_after_a_declined_card_one_may_try_again(gateway, fake):
    session = opened(gateway)
    fake.page.decline(session.id)
    tried = gateway.session(session_id=session.id)
    assert (tried.state, tried.paid) == (SessionState.OPEN, False)
    assert gateway.charge(payment=tried.payment).state is ChargeState.FAILED
    fake.page.pay(session.id)
    again = gateway.session(session_id=session.id)
    assert (again.paid, again.payment) == (True, tried.payment)
    assert gateway.charge(payment=again.payment).state is ChargeState.SUCCEEDED


@pytest.mark.parametrize(("succeeded", "state", "received"), [(True, "succeeded", 5500), (False, "failed", 0)])
def test_a_bank_that_takes_its_time_is_waited_for(gateway, fake, succeeded, state, received):
    session = opened(gateway)
    fake.page.pay_later(session.id)
    waiting = gateway.session(session_id=session.id)
    assert (waiting.state, waiting.paid) == (SessionState.COMPLETE, False)
    assert gateway.charge(payment=waiting.payment).state is ChargeState.PROCESSING
    fake.bank.settle(waiting.payment, succeeded=succeeded)
    charge = gateway.charge(payment=waiting.payment)
    assert (str(charge.state), charge.received) == (state, received)
    assert gateway.session(session_id=session.id).paid is succeeded


def test_a_refund_is_made_once_for_a_key(gateway, fake):
    payment = paid(gateway, fake)
    wanted = {"key": fresh(), "payment": payment, "amount": 2000, "reference": "refund-1"}
    first, second = gateway.refund(**wanted), gateway.refund(**wanted)
    assert first == second == gateway.refund_of(refund_id=first.id)
    assert (first.state, first.amount, first.reference, first.reason) == (RefundState.SUCCEEDED, 2000, "refund-1", "")
    assert gateway.refunds(payment=payment) == [first]


def test_refunds_of_an_unknown_outcome_are_found_by_our_reference(gateway, fake):
    payment = paid(gateway, fake)
    for number in (1, 2, 3):
        gateway.refund(key=fresh(), payment=payment, amount=100, reference=f"refund-{number}")
    assert [each.reference for each in gateway.refunds(payment=payment)] == ["refund-3", "refund-2", "refund-1"]


@pytest.mark.parametrize("amount", [-1, 0, 5501])
def test_a_refund_of_nothing_or_of_more_than_was_paid_is_rejected(gateway, fake, amount):
    payment = paid(gateway, fake)
    with pytest.raises(Rejected):
        gateway.refund(key=fresh(), payment=payment, amount=amount, reference="refund-1")
    assert gateway.refunds(payment=payment) == []


def test_what_was_given_back_is_not_given_back_again(gateway, fake):
    payment = paid(gateway, fake)
    gateway.refund(key=fresh(), payment=payment, amount=5000, reference="refund-1")
    with pytest.raises(Rejected, match="amount"):
        gateway.refund(key=fresh(), payment=payment, amount=501, reference="refund-2")
    gateway.refund(key=fresh(), payment=payment, amount=500, reference="refund-3")
    with pytest.raises(Rejected, match="charge_already_refunded"):
        gateway.refund(key=fresh(), payment=payment, amount=1, reference="refund-4")


def test_a_refund_may_wait_and_may_fail_even_after_it_succeeded(gateway, fake):
    payment = paid(gateway, fake)
    fake.trouble(Trouble.PENDING_REFUND)
    refund = gateway.refund(key=fresh(), payment=payment, amount=5500, reference="refund-1")
    assert refund.state is RefundState.PENDING
    fake.bank.settle_refund(refund.id)
    assert gateway.refund_of(refund_id=refund.id).state is RefundState.SUCCEEDED
    fake.bank.fail_refund(refund.id)
    failed = gateway.refund_of(refund_id=refund.id)
    assert (failed.state, failed.reason) == (RefundState.FAILED, "expired_or_canceled_card")
    assert gateway.refund(key=fresh(), payment=payment, amount=5500, reference="refund-2").amount == 5500


@pytest.mark.parametrize(("won", "state"), [(True, DisputeState.WON), (False, DisputeState.LOST)])
def test_a_dispute_takes_what_is_left_and_is_won_or_lost(gateway, fake, won, state):
    payment = paid(gateway, fake)
    gateway.refund(key=fresh(), payment=payment, amount=500, reference="refund-1")
    dispute_id = fake.bank.dispute(payment)
    dispute = gateway.dispute(dispute_id=dispute_id)
    assert (dispute.state, dispute.amount, dispute.payment) == (DisputeState.OPEN, 5000, payment)
    with pytest.raises(Rejected, match="charge_disputed"):
        gateway.refund(key=fresh(), payment=payment, amount=500, reference="refund-2")
    fake.bank.close_dispute(dispute_id, won=won)
    assert gateway.dispute(dispute_id=dispute_id).state is state


def test_the_books_hold_every_movement_over_many_pages(gateway, fake):
    payments = [paid(gateway, fake, reference=f"payment-{number}") for number in range(103)]
    refund = gateway.refund(key=fresh(), payment=payments[0], amount=500, reference="refund-1")
    dispute = fake.bank.dispute(payments[1])
    now = datetime.now(UTC)
    rows = list(gateway.movements(since=now - 60 * MINUTE, until=now + MINUTE))
    charges = [row for row in rows if row.kind is MovementKind.CHARGE]
    assert [row.payment for row in reversed(charges)] == payments
    assert {(row.amount, row.currency, row.state) for row in charges} == {(5500, "eur", "succeeded")}
    assert charges[-1].reference == "payment-0"
    assert [(row.kind, row.id, row.amount, row.payment) for row in rows[103:]] == [
        (MovementKind.REFUND, refund.id, 500, payments[0]),
        (MovementKind.DISPUTE, dispute, 5500, payments[1]),
    ]
    assert list(gateway.movements(since=now + MINUTE, until=now + 2 * MINUTE)) == []


# When it goes wrong


@pytest.mark.parametrize(
    ("trouble", "error", "done"),
    [
        (Trouble.NO_CONNECTION, Unavailable, 0),
        (Trouble.TOO_MANY, Unavailable, 0),
        (Trouble.LOCKED, Unavailable, 0),
        (Trouble.LOST_REQUEST, Uncertain, 0),
        (Trouble.LOST_ANSWER, Uncertain, 1),
        (Trouble.BROKEN, Uncertain, 0),
        (Trouble.BROKEN_LATE, Uncertain, 1),
    ],
)
def test_it_says_whether_nothing_was_done_or_nobody_knows(gateway, fake, trouble, error, done):
    payment = paid(gateway, fake)
    fake.trouble(trouble)
    with pytest.raises(error) as raised:
        gateway.refund(key=fresh(), payment=payment, amount=500, reference="refund-1")
    assert type(raised.value) is error
    assert len(gateway.refunds(payment=payment)) == done


@pytest.mark.parametrize("trouble", [Trouble.LOST_REQUEST, Trouble.LOST_ANSWER, Trouble.BROKEN, Trouble.NO_CONNECTION])
def test_with_its_key_the_same_may_be_asked_again_and_happens_once(gateway, fake, trouble):
    payment = paid(gateway, fake)
    wanted = {"key": fresh(), "payment": payment, "amount": 500, "reference": "refund-1"}
    fake.trouble(trouble)
    with pytest.raises((Uncertain, Unavailable)):
        gateway.refund(**wanted)
    assert gateway.refunds(payment=payment) in ([], [gateway.refund(**wanted)])
    assert len(gateway.refunds(payment=payment)) == 1


@pytest.mark.parametrize("trouble", [Trouble.LOST_REQUEST, Trouble.LOST_ANSWER, Trouble.BROKEN, Trouble.NO_CONNECTION])
def test_looking_changes_nothing_and_leaves_no_doubt(gateway, fake, trouble):
    session = opened(gateway)
    fake.trouble(trouble)
    with pytest.raises(Unavailable):
        gateway.session(session_id=session.id)


def test_a_page_of_the_books_that_does_not_come_is_told(gateway, fake):
    now = datetime.now(UTC)
    fake.trouble(Trouble.BROKEN)
    with pytest.raises(Unavailable):
        list(gateway.movements(since=now, until=now + MINUTE))


def test_a_wrong_key_is_told_and_what_was_asked_is_not_rejected(fake):
    with pytest.raises(Unavailable, match="key"):
        opened(over(fake, secret_key="sk_live_not_of_this_world"))


def test_one_who_does_not_answer_is_left_alone(fake):
    gateway = over(fake, circuit=Circuit(failures=2))
    fake.trouble(Trouble.NO_CONNECTION, times=2)
    codes = []
    for _ in range(3):
        with pytest.raises(Unavailable) as raised:
            opened(gateway)
        codes.append(raised.value.code)
    assert codes == ["connection", "connection", "circuit"]


# Over a real socket


def over_socket(address, *, read_seconds=0.3):
    client = stripe.RequestsClient(timeout=(0.3, read_seconds))
    return StripeGateway(secret_key=SECRET_KEY, webhook_secret=WEBHOOK_SECRET, address=address, http_client=client)


def test_over_a_socket_a_late_answer_leaves_a_doubt_and_the_key_takes_it_away(fake):
    with served(fake) as address:
        gateway = over_socket(address)
        wanted = asked()
        fake.trouble(Trouble.LOST_ANSWER)
        with pytest.raises(Uncertain):
            gateway.open_session(**wanted)
        session = gateway.open_session(**wanted)
        assert [session] == list(gateway.sessions(since=session.created_at, until=session.created_at + MINUTE))


def test_over_a_socket_a_cut_connection_leaves_a_doubt(fake):
    with served(fake) as address:
        fake.trouble(Trouble.NO_CONNECTION)
        with pytest.raises(Uncertain):
            opened(over_socket(address))


def test_over_a_socket_nobody_there_means_that_nothing_was_done(fake):
    with served(fake) as address:
        pass
    with pytest.raises(Unavailable, match="connection"):
        opened(over_socket(address))


# Notices


def delivery(gateway, fake):
    fake.page.pay(opened(gateway, reference="payment-1").id)
    return fake.post.waiting()[-1]


def test_a_notice_names_its_object_and_our_reference(gateway, fake):
    post = delivery(gateway, fake)
    notice = gateway.notice(body=post.body, signature=post.signature())
    session = next(gateway.sessions(since=notice.created_at - MINUTE, until=notice.created_at + MINUTE))
    assert (notice.id, notice.kind) == (post.id, "checkout.session.completed")
    assert (notice.object_kind, notice.object_id) == ("checkout.session", session.id)
    assert (notice.payment, notice.reference) == (session.payment, "payment-1")
    assert (notice.account, notice.live) == ("", False)


def test_a_notice_changed_on_its_way_is_not_believed(gateway, fake):
    post = delivery(gateway, fake)
    with pytest.raises(BadSignature):
        gateway.notice(body=post.body.replace(b"5500", b"9900"), signature=post.signature())


@pytest.mark.parametrize(
    "header", ["", "nonsense", "t=1,v1=", "t=x,v1=00", "t=99999999999999999999,v1=00", "v1=ääkkösiä,t=1", "t=1,v0=00"]
)
def test_a_signature_that_is_none_is_not_believed(gateway, fake, header):
    with pytest.raises(BadSignature):
        gateway.notice(body=delivery(gateway, fake).body, signature=header)


def test_a_signature_with_another_secret_is_not_believed(gateway, fake):
    body = delivery(gateway, fake).body
    with pytest.raises(BadSignature):
        gateway.notice(body=body, signature=signature(body, secret="whsec_other", at=time.time()))


def test_an_old_notice_is_not_believed(gateway, fake):
    post = delivery(gateway, fake)
    assert gateway.notice(body=post.body, signature=post.signature(at=time.time() - 290)).id == post.id
    with pytest.raises(BadSignature):
        gateway.notice(body=post.body, signature=post.signature(at=time.time() - 310))


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"{}", b'{"object": "v2.core.event"}', b'{"object": "event"}'])
def test_what_is_no_event_is_not_believed_even_signed(gateway, body):
    header = signature(body, secret=WEBHOOK_SECRET, at=time.time()) if body != b"\xff" else "t=1,v1=00"
    with pytest.raises(BadSignature):
        gateway.notice(body=body, signature=header)


def told(gateway, fake, **changes):
    """What the gateway says to an event that is signed as it should be."""
    event = delivery(gateway, fake).event | changes
    body = json.dumps(event).encode()
    return gateway.notice(body=body, signature=signature(body, secret=WEBHOOK_SECRET, at=time.time()))


def test_a_notice_of_another_account_is_foreign(fake):
    ours = over(fake, account="acct_ours")
    assert told(ours, fake, account="acct_ours").account == "acct_ours"
    with pytest.raises(Foreign, match="account"):
        told(ours, fake, account="acct_other")
    with pytest.raises(Foreign, match="account"):
        told(over(fake), fake, account="acct_other")


def test_a_notice_of_live_mode_is_foreign_to_a_test_key(gateway, fake):
    with pytest.raises(Foreign, match="mode"):
        told(gateway, fake, livemode=True)


# Secrets


def test_the_keys_stand_in_no_repr_no_error_and_no_log(fake, caplog):
    secrets = ("sk_test_never_to_be_read", "whsec_never_to_be_read")
    gateway = over(fake, secret_key=secrets[0], webhook_secret=secrets[1])
    seen = [repr(gateway), repr(Stripe(secret_key=secrets[0], webhook_secret=secrets[1], account=""))]
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="stripe"):
        opened(gateway)
        for trouble in (Trouble.BROKEN, Trouble.LOST_ANSWER, Trouble.NO_CONNECTION):
            fake.trouble(trouble)
            with pytest.raises((Unavailable, Uncertain)) as raised:
                opened(gateway)
            seen += traceback.format_exception(raised.value)
        with pytest.raises(BadSignature) as refused:
            gateway.notice(body=b"{}", signature="t=1,v1=00")
        seen.append(repr(refused.value))
    seen.append(caplog.text)
    assert "Request to Stripe api" in caplog.text
    assert not [text for text in seen if "never_to_be_read" in text]


def test_what_is_sent_to_stripe_gets_into_no_log_of_ours():
    assert not logging.getLogger("stripe").isEnabledFor(logging.INFO)


def test_what_stripe_answers_to_a_visitors_address_gets_into_no_error(gateway):
    with pytest.raises(Rejected) as raised:
        opened(gateway, email="somebody@nowhere")
    assert (str(raised.value.code), "somebody" in str(raised.value)) == ("email_invalid", False)
    assert raised.value.__suppress_context__


# Who takes payments here


def test_without_keys_and_outside_the_demo_nobody_takes_payments():
    assert (choosing.provider(), choosing.fake()) == (None, None)


def test_the_fake_takes_payments_in_the_demo(settings, tmp_path):
    settings.STRIPE_FAKE = tmp_path / "stripe.sqlite3"
    session = opened(choosing.provider(), language="uk")
    assert session.url == f"https://miitti.example/uk/demo/pay/{session.id}/"
    assert choosing.fake().page.shown(session.id)["amount_total"] == 5500
    assert choosing.provider() is choosing.provider()


def test_outside_the_demo_the_fake_is_refused(settings, tmp_path):
    settings.STRIPE_FAKE, settings.FAKE_PAYMENTS_ALLOWED = tmp_path / "stripe.sqlite3", False
    with pytest.raises(ImproperlyConfigured, match="STRIPE_FAKE"):
        choosing.provider()
    assert not settings.STRIPE_FAKE.exists()


def test_real_keys_come_before_the_fake(settings, tmp_path):
    settings.STRIPE_FAKE = tmp_path / "stripe.sqlite3"
    settings.STRIPE = Stripe(secret_key="sk_live_x", webhook_secret="whsec_x", account="")
    assert (choosing.provider().live, choosing.fake()) == (True, None)
