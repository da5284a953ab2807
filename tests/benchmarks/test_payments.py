"""The benches of payments, small: what they say of the product is so, and what they count as wrong is."""

import pytest
from django.utils import timezone

from config.benchmark import fixture, refunds, webhooks
from core.enums import MessageState
from core.models import OutboxMessage
from registrations.enums import PaymentState
from registrations.models import Payment, Registration
from registrations.services import cancelling
from registrations.services.payments import refunding, sending

pytestmark = pytest.mark.django_db(transaction=True)

GROUPS = {"card": 9, "bank_yes": 2, "bank_no": 1, "expired": 2, "left": 3, "disputed": 2}


@pytest.fixture
def now(settings, tmp_path):
    """The fixture's owner and stage are there, and the fake."""
    settings.STATIC_ROOT, settings.STRIPE_FAKE = tmp_path, tmp_path / "stripe.sqlite3"
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    moment = timezone.now()
    fixture.build(seats=2, registrations=1, now=moment, say=lambda _line: None)
    return moment


def test_every_payment_ends_as_it_must(now):
    found = webhooks.measure(groups=GROUPS, now=now, say=lambda _line: None)

    assert (found.payments, found.wrong, found.notices) == (19, 0, 30)
    assert len(found.every) == found.notices
    assert 0 < len(found.settling) < found.notices


def test_a_payment_that_is_settled_wrongly_is_counted(now, monkeypatch):
    monkeypatch.setattr(webhooks, "_shuffled", lambda told: told[1:])

    found = webhooks.measure(groups={"card": 4}, now=now, say=lambda _line: None)

    assert found.wrong == 2  # the payment, and the notice that never came


def test_refunds_are_counted_at_the_provider_and_here(now):
    event = refunds.sell(orders=3, now=now, say=lambda _line: None)
    before = refunds.count(event=event)
    cancelling.cancel_event(event=event, notes={}, by=refunds.paying.owner(), now=now)
    first, *others = OutboxMessage.objects.filter(kind=sending.KIND).order_by("pk")
    refunding.deliver(first)
    midway = refunds.count(event=event)
    for message in others:
        refunding.deliver(message)
    OutboxMessage.objects.filter(kind=sending.KIND).update(state=MessageState.SENT, sent_at=now)
    after = refunds.count(event=event)

    assert (before.payments, before.done, before.missing, before.wrong > 0) == (3, 0, 3, True)
    assert (midway.done, midway.missing, midway.doubled) == (1, 2, 0)
    assert after == refunds.Returned(payments=3, done=3, doubled=0, missing=0, wrong=0, money=0)
    assert Registration.objects.confirmed().filter(event=event).count() == 0
    assert Payment.objects.exclude(state=PaymentState.REFUNDED).count() == 0
