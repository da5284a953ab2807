import datetime as dt
import itertools
import smtplib
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, connections

from core.models import OutboxMessage, OutboxMessageQuerySet
from core.services import outbox
from core.services.mail import send
from tests.factories import NOW


@pytest.fixture(autouse=True)
def _handlers(monkeypatch):
    monkeypatch.setattr(outbox, "_handlers", {"mail": send})


def post(number=0, kind="mail"):
    letter = outbox.Letter(
        recipient=f"a{number}@example.fi", subject="Hei", text="Moi", html="<p>Moi</p>", language="fi", keys={}
    )
    return outbox.post(kind=kind, letter=letter, scope="event:1", person="", now=NOW)


@pytest.mark.django_db
def test_a_message_is_sent_once_as_text_and_html():
    post()

    assert [outbox.deliver_due(clock=lambda: NOW) for _i in range(2)] == [1, 0]

    sent = mail.outbox[0]
    assert (sent.to, sent.subject, sent.body, sent.alternatives[0].mimetype) == (
        ["a0@example.fi"],
        "Hei",
        "Moi",
        "text/html",
    )
    assert len(mail.outbox) == 1
    assert OutboxMessage.objects.get().state == "sent"


@pytest.mark.django_db
def test_what_is_told_once_is_not_told_again():
    letter = outbox.Letter(recipient="a@example.fi", subject="Hei", text="Moi", html="", language="fi", keys={})
    asked = {"kind": "mail", "letter": letter, "scope": "event:1", "person": "", "now": NOW}
    assert [outbox.post_once(once=once, **asked) for once in ("a", "a", "b")] == [True, False, True]
    assert outbox.deliver_due(clock=lambda: NOW) == 2


@pytest.mark.django_db
def test_what_is_no_longer_right_is_not_sent(monkeypatch):
    def not_needed(_message):
        raise outbox.NotNeeded

    monkeypatch.setitem(outbox._handlers, "mail", not_needed)
    post()
    assert outbox.deliver_due(clock=lambda: NOW) == 1
    message = OutboxMessage.objects.get()
    assert (message.state, message.payload["text"], message.sent_at) == ("skipped", "", None)


@pytest.mark.django_db
def test_letters_that_follow_each_other_share_a_line_to_the_server(monkeypatch):
    opened = []

    class Counting(EmailBackend):
        def open(self):
            opened.append(self)

    monkeypatch.setattr("core.services.mail.get_connection", Counting)
    for number in range(3):
        post(number)
    assert (outbox.deliver_due(clock=lambda: NOW), len(opened), len(mail.outbox)) == (3, 1, 3)


@pytest.mark.django_db
def test_a_broken_mail_server_means_later_and_longer_each_time(monkeypatch):
    post()

    def broken(_message):
        raise ConnectionRefusedError

    monkeypatch.setitem(outbox._handlers, "mail", broken)
    waits, now = [], NOW
    for _attempt in range(10):
        outbox.deliver_due(clock=lambda moment=now: moment)
        message = OutboxMessage.objects.get()
        waits.append(int((message.due_at - now).total_seconds()))
        now = message.due_at

    assert waits == [20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
    assert (message.state, message.last_error) == ("queued", "ConnectionRefusedError")


def server_that(raises):
    """A mail backend that is reached and then fails."""

    class Server(EmailBackend):
        def send_messages(self, _messages):
            raise raises

    return Server


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("raises", "state"),
    [
        (smtplib.SMTPRecipientsRefused({"a0@example.fi": (550, b"no")}), "failed"),
        (smtplib.SMTPRecipientsRefused({"a0@example.fi": (450, b"later")}), "queued"),
        (smtplib.SMTPDataError(554, b"spam"), "failed"),
        (smtplib.SMTPDataError(451, b"later"), "queued"),
        (smtplib.SMTPServerDisconnected("gone"), "unknown"),
        (TimeoutError(), "unknown"),
    ],
)
def test_what_the_server_says_decides_whether_it_is_tried_again(monkeypatch, raises, state):
    post()
    monkeypatch.setattr("core.services.mail.get_connection", server_that(raises))
    outbox.deliver_due(clock=lambda: NOW)

    assert OutboxMessage.objects.get().state == state


@pytest.mark.django_db
def test_a_server_that_cannot_be_reached_is_tried_again(monkeypatch):
    post()

    class Nowhere(EmailBackend):
        def open(self):
            raise ConnectionRefusedError

    monkeypatch.setattr("core.services.mail.get_connection", Nowhere)
    outbox.deliver_due(clock=lambda: NOW)

    assert OutboxMessage.objects.get().state == "queued"


@pytest.mark.django_db
@pytest.mark.parametrize(("demo", "kept"), [(False, ""), (True, "Moi")])
def test_the_words_of_a_mail_go_when_it_has_left_and_stay_in_the_demo(settings, demo, kept):
    settings.KEEP_SENT_LETTERS = demo
    post()
    outbox.deliver_due(clock=lambda: NOW)

    assert OutboxMessage.objects.get().payload["text"] == kept


@pytest.mark.django_db
def test_a_slow_delivery_that_was_given_up_and_then_succeeds_is_sent(monkeypatch):
    post()

    def slow(_message):
        outbox.heal(now=NOW + dt.timedelta(minutes=6))

    monkeypatch.setitem(outbox._handlers, "mail", slow)
    outbox.deliver_due(clock=lambda: NOW)

    assert OutboxMessage.objects.get().state == "sent"


@pytest.mark.django_db
def test_a_delivery_cut_off_midway_is_marked_and_resent_by_hand_alone():
    message = post()
    OutboxMessage.objects.update(state="sending", claimed_at=NOW)

    assert outbox.heal(now=NOW + dt.timedelta(minutes=4)) == 0
    assert outbox.heal(now=NOW + dt.timedelta(minutes=6)) == 1
    assert outbox.deliver_due(clock=lambda: NOW + dt.timedelta(hours=2)) == 0
    outbox.resend(message=message, now=NOW)
    assert outbox.deliver_due(clock=lambda: NOW) == 1


@pytest.mark.django_db
def test_what_was_sent_is_not_sent_again():
    message = post()
    outbox.deliver_due(clock=lambda: NOW)
    with pytest.raises(outbox.NotResendable):
        outbox.resend(message=message, now=NOW)


def four_workers(monkeypatch):
    """Forty messages and four workers. Return what was delivered, in order of key."""
    for number in range(40):
        post(number)
    delivered = []

    def slow(message):
        time.sleep(0.005)
        delivered.append(message.pk)

    monkeypatch.setitem(outbox._handlers, "mail", slow)

    def work(_worker):
        try:
            outbox.deliver_due(clock=lambda: NOW)
        except IntegrityError:  # only without the lock: one worker settles what another has claimed anew
            delivered.append(0)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=4) as workers:
        list(workers.map(work, range(4)))
    return sorted(delivered)


@pytest.mark.django_db(transaction=True)
def test_four_workers_deliver_each_message_once(monkeypatch):
    assert four_workers(monkeypatch) == sorted(OutboxMessage.objects.values_list("pk", flat=True))


@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_without_the_claims_lock_some_are_delivered_twice(monkeypatch):
    monkeypatch.setattr(OutboxMessageQuerySet, "claimable", lambda self: self)
    assert four_workers(monkeypatch) != sorted(OutboxMessage.objects.values_list("pk", flat=True))


@pytest.mark.django_db
def test_a_mail_server_that_is_down_for_a_day_costs_time_and_nothing_else(monkeypatch):
    message = post()
    up_at = NOW + dt.timedelta(days=1)
    now, tried = NOW, []

    class DownForADay(EmailBackend):
        def open(self):
            tried.append(now)
            if now < up_at:
                raise ConnectionRefusedError

    monkeypatch.setattr("core.services.mail.get_connection", DownForADay)
    while now < up_at + dt.timedelta(hours=2):  # a worker looks every minute
        outbox.deliver_due(clock=lambda moment=now: moment)
        now += dt.timedelta(minutes=1)

    pauses = [later - earlier for earlier, later in itertools.pairwise(tried)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == dt.timedelta(hours=1)
    assert len(tried) < 40
    assert [each.to for each in mail.outbox] == [["a0@example.fi"]]
    message.refresh_from_db()
    assert (message.state, message.attempts, message.sent_at) == ("sent", len(tried), tried[-1])
    assert message.sent_at - up_at <= dt.timedelta(hours=1)


@pytest.mark.django_db
@pytest.mark.parametrize(("late", "state"), [(-1, "sent"), (0, "skipped"), (1, "skipped")])
def test_what_made_sense_only_before_a_moment_is_not_sent_after_it(late, state):
    until = NOW + dt.timedelta(hours=1)
    keys = {outbox.EXPIRES_AT: until.isoformat()}
    letter = outbox.Letter(recipient="a@example.fi", subject="Hei", text="Moi", html="", language="fi", keys=keys)
    outbox.post(kind="mail", letter=letter, scope="", person="", now=NOW)
    outbox.deliver_due(clock=lambda: until + dt.timedelta(minutes=late))
    row = OutboxMessage.objects.get()
    assert (row.state, row.attempts, len(mail.outbox)) == (state, 1, int(state == "sent"))
