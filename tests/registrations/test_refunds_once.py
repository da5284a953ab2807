"""Money goes back once and a page is opened once, whatever becomes of the answer: the provider knows an attempt by its
idempotency key, and one that is older than its memory is looked up before it is sent again.
"""

import datetime as dt
import signal
import subprocess
import sys

import pytest
import time_machine
from django.utils import timezone

from core.enums import MessageState
from core.models import OutboxMessage
from core.services import outbox
from registrations.enums import PaymentState, RefundState
from registrations.gateways.stripe_fake import Trouble
from registrations.models import Payment
from registrations.services.payments import checkout, refunding, sending
from registrations.services.payments.giving_back import give_back_more
from tests import factories as make
from tests.registrations.paying import BACK, NOW, books, fresh, later, ordered, paid, priced
from tests.servers import ROOT, environment

PART = 2000
"""Cents, so few that the provider would give them back a second time."""
DIES_AFTER_ASKING = """
import os, signal, sys
from pathlib import Path

import django

django.setup()

from django.conf import settings
from django.utils import timezone

from core.services import outbox
from registrations.gateways import choosing

settings.STRIPE_FAKE = Path(sys.argv[1])
fake = choosing.fake()
answer = fake.answer

def last_answer(method, *request):
    given = answer(method, *request)
    if method == "POST":
        os.kill(os.getpid(), signal.SIGKILL)
    return given

fake.answer = last_answer
outbox.deliver_due(clock=timezone.now)
"""
"""A worker that is killed when the provider has made a refund, and nobody here knows of it yet."""


def owed(fake, *, now=NOW):
    """A refund of a part of a payment, in the outbox alone."""
    event = priced(first=now + dt.timedelta(days=30))
    _registration, order, payment = paid(event, fake, now=now)
    refund = give_back_more(order=order, payment_pk=payment.pk, cents=PART, by=make.organiser(event), now=now)
    OutboxMessage.objects.exclude(kind=sending.KIND).delete()
    return order, refund


def work():
    outbox.deliver_due(clock=timezone.now)


def given_back(fake):
    """What the provider has given back, in cents."""
    return [each["amount"] for each in fake.newest("refund", 10)]


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", [Trouble.LOST_ANSWER, Trouble.LOST_REQUEST, Trouble.NO_CONNECTION, Trouble.BROKEN])
def test_a_refund_of_unknown_outcome_is_sent_again_with_its_key_and_made_once(fake, trouble):
    with time_machine.travel(NOW, tick=False) as clock:
        order, refund = owed(fake)
        fake.trouble(trouble, method="POST")

        work()
        unknown = (fresh(refund).state, OutboxMessage.objects.get().state)
        clock.shift(dt.timedelta(minutes=1))
        work()

    assert unknown == (RefundState.ASKED, MessageState.QUEUED)
    assert (given_back(fake), fresh(refund).state) == ([PART], RefundState.DONE)
    assert books(order) == {"money": 6903 - PART, "seats": 6903 - PART}


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [22.5, 23.5, 24.5, 24 * 40])
def test_when_the_key_may_be_forgotten_the_refund_is_looked_up_before_it_is_sent_again(fake, hours):
    with time_machine.travel(NOW, tick=False) as clock:
        _order, refund = owed(fake)
        fake.trouble(Trouble.LOST_ANSWER, method="POST")
        work()

        clock.shift(dt.timedelta(hours=hours))
        work()

    assert (given_back(fake), fresh(refund).state) == ([PART], RefundState.DONE)


@pytest.mark.django_db
def test_an_old_attempt_that_never_arrived_is_made_then(fake):
    with time_machine.travel(NOW, tick=False) as clock:
        _order, refund = owed(fake)
        fake.trouble(Trouble.LOST_REQUEST, method="POST")
        work()

        clock.shift(dt.timedelta(days=3))
        work()

    assert (given_back(fake), fresh(refund).state) == ([PART], RefundState.DONE)


@pytest.mark.django_db
def test_two_workers_that_send_the_same_refund_make_one(fake):
    with time_machine.travel(NOW, tick=False):
        _order, refund = owed(fake)
        message = OutboxMessage.objects.get()
        refunding.deliver(message)
        type(refund).objects.filter(pk=refund.pk).update(state=RefundState.ASKED, done_at=None)  # as the other read it

        refunding.deliver(message)

    assert given_back(fake) == [PART]


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_was_sending_goes_out_again_by_itself_and_is_made_once(fake):
    now = timezone.now()
    _order, refund = owed(fake, now=now)
    settings = environment() | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", DIES_AFTER_ASKING, str(fake.shelf.path)]

    ended = subprocess.run(command, cwd=ROOT, env=settings, check=False, timeout=60)
    left, made = OutboxMessage.objects.get().state, given_back(fake)
    outbox.heal(now=now + dt.timedelta(minutes=4))
    still = OutboxMessage.objects.get().state
    outbox.heal(now=timezone.now() + outbox.CLAIM_LASTS + dt.timedelta(seconds=1))
    queued = OutboxMessage.objects.get().state
    outbox.deliver_due(clock=lambda: timezone.now() + dt.timedelta(minutes=10))

    assert (ended.returncode, left, made) == (-signal.SIGKILL, MessageState.SENDING, [PART])
    assert (still, queued) == (MessageState.SENDING, MessageState.QUEUED)
    assert (given_back(fake), fresh(refund).state) == ([PART], RefundState.DONE)
    assert OutboxMessage.objects.get().state == MessageState.SENT


@pytest.mark.django_db
@pytest.mark.parametrize("pause", [0, 5])
def test_a_page_whose_answer_was_lost_is_opened_once_when_the_visitor_presses_again(fake, pause):
    with time_machine.travel(NOW, tick=False) as clock:
        _registration, order = ordered(priced())
        fake.trouble(Trouble.LOST_ANSWER, method="POST")

        with pytest.raises(checkout.ProviderDown):
            checkout.pay_online(order=order, back=BACK, now=NOW)
        clock.shift(dt.timedelta(minutes=pause))
        address = checkout.pay_online(order=order, back=BACK, now=later(minutes=pause))

        [session] = fake.newest("checkout.session", 10)
        [payment] = Payment.objects.all()
        fake.page.pay(session["id"])
        checkout.refresh(payment=payment, now=later(minutes=pause))

    assert (address, payment.session) == (session["url"], session["id"])
    assert (fresh(payment).state, books(order)) == (PaymentState.PAID, {"money": 6903, "seats": 6903})
