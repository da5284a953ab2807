"""Text messages to those who have no e-mail address: reminders, the organiser's own words, and never two."""

import datetime as dt
import json
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from core import wording
from core.models import OutboxMessage
from core.segments import count
from core.services import outbox
from registrations.enums import Status
from registrations.models import Mailing, Registration
from registrations.services import mailings, rounds, seats
from registrations.services.mailings import Choice, Reach
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
WORDS = {
    "fi": {"subject": "Tervetuloa", "body": "Hei", "sms": "Hei {{first_name}}, ota eväät. {{event}}"},
    "sv": {"subject": "Välkommen", "body": "Hej"},
}
SEATED = Choice(statuses=[Status.CONFIRMED])


@pytest.fixture(autouse=True)
def sent(settings, tmp_path, time_machine):
    """What has left: (to, text)."""
    time_machine.move_to(NOW, tick=False)
    path = tmp_path / "sms.jsonl"
    settings.SMS_URL = path.as_uri()

    def read():
        rows = map(json.loads, path.read_text().splitlines()) if path.exists() else ()
        return [(row["to"], row["text"]) for row in rows]

    return read


def by_phone(event, phone="+358401234567", language="fi", **fields):
    """Somebody who was registered by staff, without an e-mail address."""
    registration = make.register(event, make.contact(language=language, first_name="Aino"))
    Registration.objects.filter(pk=registration.pk).update(email="", phone=phone, **fields)
    registration.refresh_from_db()
    return registration


def deliver(now=None):
    outbox.deliver_due(clock=lambda: now or timezone.now())


def texts():
    return OutboxMessage.objects.filter(kind="registration sms")


def test_a_meeting_that_was_moved_a_little_is_told_by_a_second_reminder_to_whom_no_letter_reaches():
    event = make.event()
    make.register(event)
    by_phone(event)
    meeting = event.meetings.get()
    assert rounds.send_due(now=meeting.starts_at - DAY) == 2
    meeting.starts_at, meeting.ends_at = meeting.starts_at + HOUR, meeting.ends_at + HOUR
    meeting.save()
    assert rounds.send_due(now=meeting.starts_at - DAY) == 1
    assert texts().count() == 2


@pytest.mark.parametrize("language", ["fi", "sv", "en", "uk"])
def test_a_reminder_comes_once_and_says_when_and_where(sent, language, time_machine):
    event = make.event()
    registration = by_phone(event, language=language)
    remind_at = event.meetings.get().starts_at - DAY
    assert [rounds.send_due(now=remind_at + hours * HOUR) for hours in (-1, 0, 1)] == [0, 1, 0]
    deliver(remind_at)
    ((to, text),) = sent()
    assert to == "+358401234567"
    assert event.title in text
    assert registration.readable_code in text
    assert "{{" not in text
    assert count(text).parts <= 5
    message = texts().get()
    assert (message.state, message.person, message.scope) == ("sent", f"person:{registration.person_id}", event.scope)


def test_who_has_an_address_gets_mail_and_no_text_message(sent):
    event = make.event()
    registration = make.register(event)
    Registration.objects.filter(pk=registration.pk).update(phone="+358401234567")
    assert rounds.send_due(now=event.meetings.get().starts_at - DAY) == 1
    assert not texts().exists()


@pytest.mark.parametrize("phone", ["", "+35831234567", "12"])
def test_nobody_is_texted_whose_phone_takes_no_such_messages(phone):
    event = make.event()
    by_phone(event, phone=phone)
    assert rounds.send_due(now=event.meetings.get().starts_at - DAY) == 0


def test_without_a_gateway_all_is_as_it_was(settings):
    settings.SMS_URL = ""
    event = make.event()
    by_phone(event)
    make.register(event)
    assert rounds.send_due(now=event.meetings.get().starts_at - DAY) == 1
    assert mailings.reach(event, SEATED, by_text=True) == Reach(1, 0, 1)


def test_who_has_cancelled_meanwhile_is_not_reminded(sent):
    event = make.event()
    registration = by_phone(event)
    remind_at = event.meetings.get().starts_at - DAY
    rounds.send_due(now=remind_at)
    seats.cancel(registration=registration, by=None, now=remind_at)
    deliver(remind_at)
    assert (sent(), texts().get().state) == ([], "skipped")


def test_a_reminder_whose_meeting_has_begun_is_not_sent_late(sent, settings):
    event = make.event()
    by_phone(event)
    starts = event.meetings.get().starts_at
    rounds.send_due(now=starts - HOUR)
    deliver(starts)
    assert (sent(), texts().get().state) == ([], "skipped")


def write(event, words=WORDS, **fields):
    plain = {
        "nonce": uuid.uuid4(),
        "choice": SEATED,
        "necessary": True,
        "send_at": NOW,
        "by": make.user(),
        "now": NOW,
    } | fields
    return mailings.write(event=event, words=words, **plain)


def test_a_message_goes_as_mail_and_to_the_others_as_text_in_the_first_language_there_is(sent):
    event = make.event(title="Työpaja")
    mailed = make.register(event)
    by_phone(event, language="sv")
    by_phone(event, phone="")
    assert mailings.reach(event, SEATED, by_text=True) == Reach(1, 1, 1)
    mailing = write(event)
    assert [mailings.send_due(now=NOW), mailings.send_due(now=NOW)] == [2, 0]
    deliver()
    assert sent() == [("+358401234567", "Hei Aino, ota eväät. Työpaja")]
    assert OutboxMessage.objects.filter(once=f"mailing/{mailing.pk}/{mailed.pk}").get().recipient == mailed.email
    mailing.refresh_from_db()
    assert mailing.receivers == 2


def test_a_message_without_words_for_phones_goes_to_no_phone(sent):
    event = make.event()
    make.register(event)
    by_phone(event)
    write(event, words={"fi": {"subject": "Hei", "body": "Hei"}})
    assert mailings.send_due(now=NOW) == 1
    deliver()
    assert sent() == []


def test_where_all_have_but_phones_a_message_leaves_all_the_same(sent):
    event = make.event()
    by_phone(event)
    write(event)
    mailings.send_due(now=NOW)
    deliver()
    assert len(sent()) == 1


def test_what_is_not_about_the_event_goes_to_no_phone():
    event = make.event()
    by_phone(event)
    with pytest.raises(mailings.OnlyWhatIsNecessary):
        write(event, necessary=False)
    assert not Mailing.objects.exists()


def test_a_placeholder_that_a_phone_cannot_show_is_refused():
    event = make.event()
    by_phone(event)
    with pytest.raises(wording.UnknownPlaceholder):
        write(event, words={"fi": {"subject": "Hei", "body": "Hei", "sms": "{{link}}"}})


def form(**fields):
    plain = {"statuses": ["confirmed"], "came": "", "form": "", "necessary": "on", "nonce": uuid.uuid4()}
    words = {f"{part}_{code}": "" for part in ("subject", "body", "sms") for code in ("fi", "sv", "en", "uk")}
    return plain | {"came": "any", "form": "any"} | words | {"subject_fi": "Hei", "body_fi": "Moi"} | fields


@pytest.fixture
def send(client):
    def do(event, press, **fields):
        client.force_login(make.organiser(event))
        with translation.override("en"):
            address = reverse("registrations:write_letter", args=[event.pk])
        return client.post(address, form(**fields) | {press: "1"})

    return do


def test_the_organiser_sees_how_many_are_texted_and_how_long_it_is(send):
    event = make.event()
    make.register(event)
    by_phone(event)
    by_phone(event, phone="")
    page = send(event, "count", sms_fi="a" * 200).content.decode()
    assert "1 person gets the message." in page
    assert "1 person gets it as a text message." in page
    assert "2 messages long" in page
    assert "1 more has neither an e-mail address nor a mobile phone." in page
    assert "a" * 200 in page
    send(event, "send", sms_fi="Moi {{first_name}}")
    assert Mailing.objects.get().words == {"fi": {"subject": "Hei", "body": "Moi", "sms": "Moi {{first_name}}"}}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"sms_fi": "a" * 321}, "at most 320"),
        ({"sms_fi": "Moi", "necessary": ""}, "only about the event itself"),
        ({"sms_sv": "Hej"}, "Write also the letter"),
        ({"sms_fi": "{{link}}"}, "no placeholder {{link}}"),
    ],
)
def test_what_is_wrong_with_a_text_message_is_said_and_it_is_kept(send, fields, said):
    event = make.event()
    by_phone(event)
    answer = send(event, "send", **fields)
    page = answer.content.decode()
    assert (answer.status_code, Mailing.objects.exists()) == (422, False)
    assert said in page
    assert next(iter(fields.values())) in page


def test_the_field_is_not_there_where_text_messages_are_off(client, settings):
    settings.SMS_URL = ""
    event = make.event()
    client.force_login(make.organiser(event))
    assert 'name="sms_fi"' not in client.get(reverse("registrations:write_letter", args=[event.pk])).content.decode()
