"""The organiser's own messages, reminders and thanks: to whom, when, once, and never to the wrong status."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from core import wording
from core.models import OutboxMessage
from core.services import outbox
from registrations.enums import Came, FormState, HoldKind, Status
from registrations.models import LetterPlan, Mailing, NoLettersKey
from registrations.services import cancelling, mailings, rounds, seats, unwanted
from registrations.services.mailings import Choice
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

WORDS = {"fi": {"subject": "Tervetuloa, {{first_name}}", "body": "Hei {{first_name}},\n\nOta eväät.\n\n{{link}}"}}
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def write(event, choice=None, words=WORDS, send_at=NOW, **fields):
    plain = {"necessary": True, "nonce": uuid.uuid4(), "by": make.user(), "now": NOW} | fields
    return mailings.write(
        event=event, choice=choice or Choice(statuses=[Status.CONFIRMED]), words=words, send_at=send_at, **plain
    )


def letters(moment="message"):
    rows = OutboxMessage.objects.filter(payload__keys__letter=moment).order_by("pk")
    return [row.recipient for row in rows]


def test_a_message_goes_to_those_who_are_meant_and_to_nobody_else():
    event = make.event(seats=1)
    seated = make.register(event)
    waiting = make.register(event, kind=HoldKind.QUEUE)
    make.register(make.event())
    write(event)
    write(event, Choice(statuses=[Status.WAITING]))
    assert mailings.send_due(now=NOW) == 2
    assert letters() == [seated.email, waiting.email]


def test_who_it_goes_to_is_decided_when_it_leaves():
    event = make.event()
    gone, stays = make.register(event), make.register(event)
    write(event, send_at=NOW + DAY)
    assert mailings.send_due(now=NOW) == 0
    seats.cancel(registration=gone, by=None, now=NOW)
    late = make.register(event)
    assert mailings.send_due(now=NOW + DAY) == 2
    assert letters() == [stays.email, late.email]


def test_whose_status_changes_before_it_leaves_the_outbox_gets_nothing():
    event = make.event()
    registration = make.register(event)
    write(event)
    mailings.send_due(now=NOW)
    seats.cancel(registration=registration, by=None, now=NOW)
    outbox.deliver_due(clock=timezone.now)
    assert OutboxMessage.objects.get(payload__keys__letter="message").state == "skipped"


def test_each_gets_the_language_they_read_or_the_first_there_is():
    event = make.event()
    for language in ("fi", "sv", "uk"):
        make.register(event, make.contact(language=language, first_name="Aino"))
    write(event, words=WORDS | {"sv": {"subject": "Välkommen, {{first_name}}", "body": "Hej"}})
    mailings.send_due(now=NOW)
    subjects = (
        OutboxMessage.objects.filter(payload__keys__letter="message").order_by("pk").values_list("subject", flat=True)
    )
    assert list(subjects) == ["Tervetuloa, Aino", "Välkommen, Aino", "Tervetuloa, Aino"]


def test_those_who_came_and_those_who_did_not(time_machine):
    event = make.event(first=NOW)
    here, absent = make.register(event, now=NOW - DAY), make.register(event, now=NOW - DAY)
    make.check_in(here)
    for came, expected in (
        (Came.CAME, [here.email]),
        (Came.ABSENT, [absent.email]),
        (Came.ANY, [here.email, absent.email]),
    ):
        choice = Choice(statuses=[Status.CONFIRMED], came=came)
        assert [each.email for each in mailings.audience(event, choice)] == expected


def test_those_whose_background_form_is_missing():
    event = make.counting_event()
    filled = make.register(event, answers=make.answers())
    missing = make.register(event)
    for form, expected in ((FormState.MISSING, [missing]), (FormState.FILLED, [filled])):
        assert list(mailings.audience(event, Choice(statuses=[Status.CONFIRMED], form=form))) == expected


def test_those_who_come_to_one_date():
    event = make.event(meetings=2, each_date=True)
    first, second = event.pools.order_by("meeting__starts_at")
    make.register(event, pool=first)
    mine = make.register(event, pool=second)
    choice = Choice(statuses=[Status.CONFIRMED], meeting=second.meeting)
    assert list(mailings.audience(event, choice)) == [mine]


def test_who_comes_to_several_dates_gets_one_copy_and_is_counted_once():
    event = make.event(meetings=2, each_date=True)
    first, second = event.pools.order_by("meeting__starts_at")
    who, other = make.contact(email="Aino@example.fi"), make.contact(email="muu@example.fi")
    for pool in (first, second):
        make.register(event, who, pool=pool)
    make.register(event, make.contact(email="aino@example.fi"), pool=first)
    make.register(event, other, pool=second)
    choice = Choice(statuses=[Status.CONFIRMED])
    assert mailings.reach(event, choice, by_text=False) == mailings.Reach(mails=2, texts=0, nobody=0)
    mailing = write(event, choice)
    assert mailings.send_due(now=NOW) == 2
    assert (letters(), Mailing.objects.get(pk=mailing.pk).receivers) == (["Aino@example.fi", "muu@example.fi"], 2)


def test_a_message_of_before_does_not_leave_when_the_event_is_called_off_and_one_of_after_does():
    event = make.event()
    make.register(event)
    choice = Choice(statuses=[Status.CONFIRMED, Status.CANCELLED])
    before = write(event, choice, send_at=NOW + DAY)
    cancelling.cancel_event(event=event, notes={}, by=make.user(), now=NOW + HOUR)
    after = write(event, choice, send_at=NOW + DAY, now=NOW + 2 * HOUR)
    assert mailings.send_due(now=NOW + DAY) == 1
    assert [Mailing.objects.get(pk=each.pk).state for each in (before, after)] == ["called_off", "sent"]


def test_nobody_to_write_to_is_said_and_nothing_is_kept():
    with pytest.raises(mailings.NobodyToWriteTo):
        write(make.event())
    assert not Mailing.objects.exists()


def test_an_unknown_placeholder_is_refused():
    event = make.event()
    make.register(event)
    with pytest.raises(wording.UnknownPlaceholder):
        write(event, words={"fi": {"subject": "Hei", "body": "{{henkilotunnus}}"}})


def test_a_personal_link_cannot_stand_in_the_subject_of_a_message():
    event = make.event()
    make.register(event)
    with pytest.raises(wording.UnknownPlaceholder):
        write(event, words={"fi": {"subject": "{{link}}", "body": "Hei"}})


def test_a_scheduled_message_can_be_called_off_and_one_that_left_cannot():
    event = make.event()
    make.register(event)
    off, left = write(event, send_at=NOW + DAY), write(event)
    mailings.send_due(now=NOW)
    mailings.call_off(mailing=off, by=make.user(), now=NOW)
    with pytest.raises(mailings.TooLate):
        mailings.call_off(mailing=left, by=make.user(), now=NOW)
    assert (mailings.send_due(now=NOW + DAY), len(letters())) == (0, 1)


def test_who_refused_letters_gets_what_is_necessary_and_nothing_else():
    event = make.event()
    who = make.register(event, make.contact(email="Aino.Ei@example.fi"))
    write(event, necessary=False)
    mailings.send_due(now=NOW)
    outbox.deliver_due(clock=timezone.now)
    header = next(each for each in mail.outbox if "eväät" in each.body).message()["List-Unsubscribe"]
    token = header.strip("<>").rstrip("/").rsplit("/", 1)[1]
    assert who.email.lower() not in header.lower()
    assert unwanted.refuse(token=token, now=NOW)

    write(event, necessary=False)
    write(event, necessary=True)
    assert mailings.send_due(now=NOW) == 1


def refuse(event, email):
    token = unwanted.url(event=event, email=email).rstrip("/").rpartition("/")[2]
    assert unwanted.refuse(token=token, now=NOW)
    return token


def test_a_refused_address_is_known_in_every_spelling():
    event = make.event()
    for email in ("Aino@example.fi", "aino@example.fi"):
        make.register(event, make.contact(email=email))
    refuse(event, "AINO@example.fi")
    assert unwanted.among(event=event, emails=["Aino@example.fi", "aino@example.fi", "x@example.fi"]) == {
        "Aino@example.fi",
        "aino@example.fi",
    }
    write(event, necessary=False)
    assert mailings.send_due(now=NOW) == 0


def test_who_refused_stays_so_when_the_secret_of_the_service_is_new(settings):
    event = make.event()
    token = refuse(event, "aino@example.fi")
    settings.SECRET_KEY = "another" * 9
    assert unwanted.among(event=event, emails=["aino@example.fi"]) == {"aino@example.fi"}
    assert unwanted.scope_of(token) == f"organisation:{event.organisation_id}"
    assert unwanted.allow(token=token)
    assert unwanted.among(event=event, emails=["aino@example.fi"]) == set()


def test_the_key_of_refusals_is_one_and_cannot_be_read_in_the_database():
    refuse(make.event(), "aino@example.fi")
    kept = NoLettersKey.objects.get()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT key FROM {NoLettersKey._meta.db_table}")  # noqa: S608 - ours
        assert kept.key not in bytes(cursor.fetchone()[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        NoLettersKey.objects.create(pk=2, key=b"x")


def test_the_link_in_a_letter_asks_first_and_a_mail_program_needs_one_post(client):
    event = make.event()
    address = unwanted.url(event=event, email="aino@example.fi").removeprefix("http://testserver")
    address = "/" + address.split("/", 3)[3] if address.startswith("http") else address
    assert client.get(address).status_code == 200
    assert unwanted.among(event=event, emails=["aino@example.fi"]) == set()
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert unwanted.among(event=event, emails=["AINO@example.fi"]) == {"AINO@example.fi"}
    client.post(address, {"again": "1"})
    assert unwanted.among(event=event, emails=["aino@example.fi"]) == set()
    assert client.get("/no-letters/vaara/").status_code == 404


def test_the_reminder_comes_a_day_before_once_and_to_those_with_a_seat(time_machine):
    event = make.event(seats=1)
    seated = make.register(event)
    make.register(event, kind=HoldKind.QUEUE)
    starts = event.meetings.get().starts_at
    sent = [rounds.send_due(now=starts - hours * HOUR) for hours in (25, 24, 24, 2)]
    assert (sent, letters("reminder")) == ([0, 1, 0, 0], [seated.email])


def test_the_reminder_asks_for_the_background_form_only_where_it_is_missing():
    event = make.counting_event()
    filled = make.register(event, make.contact(language="en"), answers=make.answers())
    missing = make.register(event, make.contact(language="en"))
    rounds.send_due(now=event.meetings.get().starts_at - DAY)
    rows = OutboxMessage.objects.filter(payload__keys__letter="reminder")
    asked = {row.recipient: "fill in the background form" in row.payload["text"] for row in rows}
    assert asked == {filled.email: False, missing.email: True}


def test_a_meeting_that_was_moved_is_reminded_of_again():
    event = make.event()
    make.register(event)
    meeting = event.meetings.get()
    assert rounds.send_due(now=meeting.starts_at - DAY) == 1
    meeting.starts_at, meeting.ends_at = meeting.starts_at + 3 * DAY, meeting.ends_at + 3 * DAY
    meeting.save()
    assert rounds.send_due(now=meeting.starts_at - DAY) == 1


def test_a_meeting_that_was_moved_a_little_is_reminded_of_once():
    event = make.event()
    make.register(event)
    meeting = event.meetings.get()
    assert rounds.send_due(now=meeting.starts_at - DAY) == 1
    meeting.starts_at, meeting.ends_at = meeting.starts_at + HOUR, meeting.ends_at + HOUR
    meeting.save()
    assert rounds.send_due(now=meeting.starts_at - DAY) == 0


def test_a_worker_that_was_down_does_not_remind_of_what_has_begun():
    event = make.event()
    make.register(event)
    assert rounds.send_due(now=event.meetings.get().starts_at) == 0


def test_a_reminder_that_waited_for_the_mail_server_is_not_sent_when_the_meeting_has_begun():
    event = make.event()
    make.register(event)
    starts = event.meetings.get().starts_at
    rounds.send_due(now=starts - DAY)
    outbox.deliver_due(clock=lambda: starts)
    states = {row.payload["keys"]["letter"]: row.state for row in OutboxMessage.objects.all()}
    assert states == {"confirmed": "sent", "reminder": "skipped"}


def test_nobody_is_reminded_where_the_organiser_does_not_want_it():
    event = make.event()
    make.register(event)
    LetterPlan.objects.create(event=event, reminder_hours=None)
    assert rounds.send_due(now=event.meetings.get().starts_at - HOUR) == 0


def test_of_a_series_each_meeting_or_the_first_alone():
    event, once = make.event(meetings=2), make.event(meetings=2)
    for each in (event, once):
        make.register(each)
    LetterPlan.objects.create(event=once, remind_each=False)
    first, second = (meeting.starts_at - DAY for meeting in event.meetings.order_by("starts_at"))
    assert [rounds.send_due(now=first), rounds.send_due(now=second)] == [2, 1]


def test_those_who_came_are_thanked_afterwards_if_the_organiser_wants_it():
    event = make.event(first=NOW)
    here = make.register(event, now=NOW - DAY)
    make.register(event, now=NOW - DAY)
    make.check_in(here)
    ends = event.meetings.get().ends_at
    assert rounds.send_due(now=ends + 2 * HOUR) == 0
    LetterPlan.objects.create(event=event, follow_up_hours=2)
    assert [rounds.send_due(now=ends + hours * HOUR) for hours in (1, 2, 3)] == [0, 1, 0]
    assert letters("follow_up") == [here.email]


def test_nobody_is_thanked_twice_when_the_time_of_a_meeting_is_corrected_afterwards():
    event = make.event(first=NOW)
    make.check_in(make.register(event, now=NOW - DAY))
    LetterPlan.objects.create(event=event, follow_up_hours=2)
    meeting = event.meetings.get()
    assert rounds.send_due(now=meeting.ends_at + 2 * HOUR) == 1
    meeting.starts_at, meeting.ends_at = meeting.starts_at - HOUR, meeting.ends_at - HOUR
    meeting.save()
    assert rounds.send_due(now=meeting.ends_at + 4 * HOUR) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_letter_once():
    event = make.event()
    for _i in range(5):
        make.register(event)
    for _i in range(3):
        write(event)
    starts = event.meetings.get().starts_at

    def work(_number):
        try:
            return mailings.send_due(now=NOW) + rounds.send_due(now=starts - DAY)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as hands:
        sent = sum(hands.map(work, range(4)))
    assert (sent, len(letters()), len(letters("reminder"))) == (20, 15, 5)
