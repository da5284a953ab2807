import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction

from esf.models import AttendedDay, Participation
from events.enums import Counting
from registrations.enums import HoldKind
from registrations.models import Attendance, Registration, RegistrationQuerySet
from registrations.services import attendance, seats, tickets
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_a_ticket_opens_the_door_once_and_the_second_scan_is_told_the_first_ones_time():
    registration = make.register(make.event())
    first = make.check_in(registration)

    with pytest.raises(attendance.AlreadyIn) as refusal:
        make.check_in(registration, now=first.attendance.at + dt.timedelta(minutes=5))

    assert refusal.value.first.at == first.attendance.at
    assert Attendance.objects.count() == 1


def test_the_typed_code_opens_it_too():
    registration = make.register(make.event())
    assert make.check_in(registration, scanned=registration.readable_code).registration == registration


def test_the_same_scan_sent_again_gets_the_same_answer():
    registration, nonce = make.register(make.event()), uuid.uuid4()
    first = make.check_in(registration, nonce=nonce)

    assert make.check_in(registration, nonce=nonce).attendance == first.attendance


def test_a_scans_name_used_for_another_ticket_is_refused():
    event, nonce = make.event(), uuid.uuid4()
    make.check_in(make.register(event), nonce=nonce)

    with pytest.raises(attendance.StaleScan):
        make.check_in(make.register(event), nonce=nonce)


def test_each_meeting_of_a_course_is_attended_by_itself():
    registration = make.register(make.event(meetings=3))
    for meeting in registration.event.meetings.order_by("starts_at")[:2]:
        make.check_in(registration, meeting)

    assert Attendance.objects.count() == 2


@pytest.mark.parametrize(
    ("refusal", "spoil"),
    [
        (attendance.CancelledTicket, lambda r: seats.cancel(registration=r, by=None, now=NOW)),
        (attendance.ReplacedTicket, lambda r: Registration.objects.filter(pk=r.pk).update(rotation=1)),
    ],
)
def test_a_ticket_that_is_no_longer_good_has_its_own_refusal(refusal, spoil):
    registration = make.register(make.event())
    scanned = tickets.text(registration)
    spoil(registration)

    with pytest.raises(refusal):
        make.check_in(registration, scanned=scanned)


def test_another_events_ticket_is_foreign():
    registration, other = make.register(make.event()), make.event()
    with pytest.raises(attendance.ForeignTicket):
        make.check_in(registration, other.meetings.get())


def test_one_who_waits_has_no_seat():
    event = make.event(seats=1)
    make.register(event)
    with pytest.raises(attendance.WaitingTicket):
        make.check_in(make.register(event, kind=HoldKind.QUEUE))


def test_a_code_that_nobody_has_is_unknown():
    registration = make.register(make.event())
    with pytest.raises(tickets.UnknownCode):
        make.check_in(registration, scanned="ZZZZ-ZZZZ")


@pytest.mark.parametrize("hours", [-40, 30])
def test_the_door_is_shut_on_other_days(hours):
    registration = make.register(make.event())
    moment = registration.event.meetings.get().starts_at + dt.timedelta(hours=hours)
    with pytest.raises(attendance.WrongDay):
        make.check_in(registration, now=moment)


def test_a_scan_made_without_a_network_counts_from_when_it_was_made():
    registration = make.register(make.event())
    starts = registration.event.meetings.get().starts_at
    sent = starts + dt.timedelta(hours=40)

    admission = make.check_in(registration, now=sent, scanned_at=starts)

    assert admission.attendance.at == starts


@pytest.mark.parametrize("minutes", [6, -48 * 60 - 1])
def test_a_scan_from_the_future_or_from_long_ago_is_not_believed(minutes):
    registration = make.register(make.event())
    starts = registration.event.meetings.get().starts_at
    with pytest.raises(attendance.UnbelievableTime):
        make.check_in(registration, now=starts, scanned_at=starts + dt.timedelta(minutes=minutes))


def test_a_scan_made_on_another_day_does_not_open_the_door_later():
    registration = make.register(make.event())
    starts = registration.event.meetings.get().starts_at
    with pytest.raises(attendance.WrongDay):
        make.check_in(registration, now=starts, scanned_at=starts - dt.timedelta(hours=24))


def test_attendance_is_handed_down_and_begins_the_participation_with_the_registrations_own_form():
    event = make.counting_event(hours=2.5)
    who = make.contact()
    registration = make.register(event, who, answers=make.answers(who))

    admission = make.check_in(registration)

    day, spell = AttendedDay.objects.get(), Participation.objects.get()
    assert admission.participant
    assert (day.source, float(day.hours), day.reason) == (
        f"meeting:{event.meetings.get().pk}",
        2.5,
        "target group only",
    )
    assert (spell.started_on, spell.start_notice.source) == (dt.date(2026, 11, 30), registration.key)


def test_by_the_projects_rule_one_evening_is_not_enough():
    event = make.counting_event(meetings=2, counting=Counting.PROJECT_RULE, counting_reason="")
    registration = make.register(event)
    first, second = event.meetings.order_by("starts_at")

    assert not make.check_in(registration, first).participant
    assert make.check_in(registration, second).participant


def test_an_open_event_of_a_project_counts_nobody():
    registration = make.register(make.event(project=make.project()))
    make.check_in(registration)

    assert not AttendedDay.objects.exists()


def test_the_database_refuses_a_second_attendance():
    registration = make.register(make.event())
    first = make.check_in(registration).attendance
    first.pk, first.nonce = None, uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save()


@pytest.mark.django_db(transaction=True)
def test_one_ticket_at_eight_doors_at_once_is_let_in_once():
    registration, keeper = make.register(make.event()), make.user()

    def scan(_door):
        try:
            make.check_in(registration, by=keeper)
        except attendance.AlreadyIn as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "in"

    with ThreadPoolExecutor(max_workers=8) as doors:
        answers = sorted(doors.map(scan, range(8)))

    assert answers == ["already_in"] * 7 + ["in"]


def cancel_while_scanning(registrations):
    """Each ticket is cancelled and scanned at the same moment. Return how many ended as both."""
    keeper = make.user()

    def act(job):
        registration, start, what = job
        try:
            start.wait()
            what(registration)
        except (attendance.CancelledTicket, seats.AlreadyAttended):
            pass
        finally:
            connections.close_all()

    jobs = []
    for registration in registrations:
        start = Barrier(2)
        jobs += [
            (registration, start, lambda r: make.check_in(r, by=keeper)),
            (registration, start, lambda r: seats.cancel(registration=r, by=None, now=NOW)),
        ]
    with ThreadPoolExecutor(max_workers=2) as pair:
        list(pair.map(act, jobs))
    return Attendance.objects.filter(registration__status="cancelled").count()


@pytest.mark.django_db(transaction=True)
def test_nobody_is_both_cancelled_and_let_in():
    event = make.event(seats=60)
    assert cancel_while_scanning([make.register(event) for _i in range(60)]) == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_tickets_scanned_under_one_name_at_once_one_is_let_in():
    event, keeper = make.event(seats=40), make.user()
    jobs = []
    for _i in range(20):
        nonce, start = uuid.uuid4(), Barrier(2)
        jobs += [(make.register(event), nonce, start) for _twin in range(2)]

    def scan(job):
        registration, nonce, start = job
        try:
            start.wait()
            make.check_in(registration, by=keeper, nonce=nonce)
        except attendance.StaleScan as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "in"

    with ThreadPoolExecutor(max_workers=2) as pair:
        answers = sorted(pair.map(scan, jobs))

    assert answers == ["in"] * 20 + ["stale_scan"] * 20


@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_without_the_registrations_lock_somebody_is_both(monkeypatch):
    event = make.event(seats=60)
    registrations = [make.register(event) for _i in range(60)]
    monkeypatch.setattr(RegistrationQuerySet, "locked", lambda self: self.all())

    assert cancel_while_scanning(registrations) > 0
