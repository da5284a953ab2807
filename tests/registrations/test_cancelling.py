"""An event that is not held: everybody is told once, and nobody keeps or gets a seat."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from core.models import OutboxMessage
from events.enums import Status as EventStatus
from events.models import Event, SeatPool
from registrations.enums import HoldKind, Status
from registrations.models import Registration
from registrations.services import cancelling, seats
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

NOTES = {"cancel_note_fi": "Kouluttaja sairastui.", "cancel_note_sv": "Utbildaren blev sjuk."}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def cancel(event):
    return cancelling.cancel_event(event=event, notes=NOTES, by=make.user(), now=NOW)


def letters(kind="event_cancelled"):
    return [each for each in OutboxMessage.objects.order_by("pk") if each.payload["keys"].get("letter") == kind]


@pytest.fixture
def event():
    event = make.event(seats=1)
    make.register(event, make.contact(language="sv"))
    make.register(event, kind=HoldKind.QUEUE)
    return event


def test_all_are_told_in_their_language_and_no_seat_is_left(event):
    assert cancel(event) == 2

    assert set(Registration.objects.values_list("status", "cancelled_at")) == {(Status.CANCELLED, NOW)}
    pool = event.pools.get()
    assert (pool.taken, pool.held, pool.waiting) == (0, 0, 0)
    swedish, finnish = letters()
    assert ("Utbildaren blev sjuk." in swedish.payload["text"], "Kouluttaja sairastui." in finnish.payload["text"]) == (
        True,
        True,
    )
    assert AuditEntry.objects.get(action="event.cancel").after["people"] == 2


def test_nobody_is_promoted_to_what_is_not_held(event):
    cancel(event)
    assert letters("promoted") == []


def test_who_was_filling_the_form_is_refused(event):
    SeatPool.objects.update(capacity=3, waiting=0)
    Registration.objects.filter(status=Status.WAITING).delete()
    hold = make.held(event)
    cancel(event)
    with pytest.raises((seats.NotOpen, seats.HoldExpired)):
        seats.register(hold=hold, contact=make.contact(), answers=None, support_needs="", now=NOW)


def test_the_page_stays_and_says_why(client, event):
    cancel(event)
    page = client.get(event.get_absolute_url())
    assert (page.status_code, "Kouluttaja sairastui." in page.text, "/seat/" in page.text) == (200, True, False)


@pytest.mark.parametrize("state", ["draft", "cancelled", "over"])
def test_what_is_not_on_cannot_be_cancelled(event, state):
    if state == "draft":
        Event.objects.update(status=EventStatus.DRAFT)
    elif state == "cancelled":
        cancel(event)
    else:
        event.meetings.update(starts_at=make.at("2026-11-01 10:00"), ends_at=make.at("2026-11-01 12:00"))
    with pytest.raises(cancelling.NotOn):
        cancel(event)


def test_the_organiser_is_asked_for_words_and_told_how_many(client):
    event = make.event()
    make.register(event)
    client.force_login(make.organiser(event))
    path = reverse("registrations:cancel_event", args=[event.pk])

    assert client.post(path, {"note_fi": ""}).status_code == 422
    client.post(path, {"note_fi": "Sali on rikki."})

    event.refresh_from_db()
    assert (event.status, event.cancel_note_fi, len(letters())) == (EventStatus.CANCELLED, "Sali on rikki.", 1)


def test_only_those_who_may_plan_it_get_in(client):
    event = make.event()
    path = reverse("registrations:cancel_event", args=[event.pk])
    assert client.get(path).headers["Location"].startswith("/account/login/")
    for somebody in (make.member(Role.OWNER, make.organisation()), make.member(Role.DOOR, event.organisation)):
        client.force_login(somebody)
        assert client.post(path, {"note_fi": "x"}).status_code == 404


def queries_to_cancel(number):
    event = make.event(seats=20)
    for _i in range(number):
        make.register(event)
    with CaptureQueriesContext(connection) as queries:
        cancel(event)
    return len(queries)


def test_one_more_person_costs_three_statements_their_link_their_mail_and_their_record():
    assert queries_to_cancel(13) - queries_to_cancel(3) == 10 * 3


def test_who_has_been_there_keeps_that_and_is_told_all_the_same():
    event = make.event(seats=5, meetings=2, first=NOW - dt.timedelta(days=1))
    came, comes = (
        make.register(event, now=NOW - dt.timedelta(days=3)),
        make.register(event, now=NOW - dt.timedelta(days=3)),
    )
    make.check_in(came)
    assert cancel(event) == 2
    assert [each.status for each in Registration.objects.order_by("pk")] == [Status.CONFIRMED, Status.CANCELLED]
    assert (event.pools.get().taken, len(letters())) == (1, 2)
    assert [each.subject for each in AuditEntry.objects.filter(action="registration.cancel")] == [comes.key]
