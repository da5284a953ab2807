"""Registering somebody in one step, as another system does for the organiser."""

import pytest

from accounts.models import AuditEntry, Person
from core.models import OutboxMessage
from registrations.enums import HoldKind, Status
from registrations.models import Hold, Registration
from registrations.services import seats
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def enrol(event, who=None, **changes):
    plain = {"answers": None, "support_needs": "", "accept_queue": False, "now": NOW}
    by = changes.pop("by", None) or make.user()
    return seats.enrol(event=event, contact=who or make.contact(), by=by, **plain | changes)


def test_a_seat_is_taken_and_its_ticket_is_mailed_in_one_step(counters):
    event, worker = make.event(seats=2), make.user()

    made = enrol(event, by=worker, support_needs="Tulkki")

    assert (made.status, made.support_needs, counters(event).taken) == (Status.CONFIRMED, "Tulkki", 1)
    assert OutboxMessage.objects.get().payload["keys"] == {"registration": made.pk, "letter": "confirmed"}
    assert AuditEntry.objects.get(action="registration.create").actor == worker


def test_a_full_event_is_refused_unless_the_queue_will_do(counters):
    event = make.event(seats=1)
    enrol(event)

    with pytest.raises(seats.Full):
        enrol(event)
    assert enrol(event, accept_queue=True).status == Status.WAITING
    assert counters(event).waiting == 1


def test_one_who_is_registered_already_is_refused_and_nothing_is_left_behind(counters):
    event, who = make.event(seats=2), make.contact()
    enrol(event, who)

    with pytest.raises(seats.AlreadyRegistered):
        enrol(event, who)

    assert (counters(event).held, Hold.objects.count(), OutboxMessage.objects.count()) == (0, 1, 1)
    assert (Registration.objects.count(), Person.objects.count()) == (1, 1)


def test_an_event_without_seats_takes_nobody():
    with pytest.raises(seats.NotOpen):
        enrol(make.event(seats=None))


def test_everybody_who_waits_knows_their_place_and_the_others_have_none():
    event = make.event(seats=1)
    made = [make.register(event), *(make.register(event, kind=HoldKind.QUEUE) for _i in range(3))]
    seats.cancel(registration=made[2], by=None, now=NOW)
    make.register(make.event(seats=1))

    rows = Registration.objects.with_places().filter(event=event).order_by("pk")

    assert [row.place for row in rows] == [None, 1, None, 2]
