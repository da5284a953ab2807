"""Courses people apply to whose seats cost something: chosen, billed, and given back."""

import datetime as dt

import pytest
import time_machine

from events.models import Event, Price
from registrations.enums import OrderState, Stage, Status
from registrations.models import Order
from registrations.services import seats
from tests import factories as make
from tests.factories import NOW
from tests.registrations import selecting
from tests.registrations.paying import books, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def chosen(fake):
    """An applicant of a course at 55 €, exempt, to whom a seat is offered."""
    make.vat_rates()
    made = selecting.event()
    Price.objects.create(event=made, name_fi="Kurssi", cents=5500, vat="exempt", position=1)
    Event.objects.filter(pk=made.pk).update(sequence=made.sequence + 1)
    application = selecting.apply(Event.objects.get(pk=made.pk))
    selecting.decide(Event.objects.get(pk=made.pk), Stage.ASSESSED, application)
    selecting.decide(Event.objects.get(pk=made.pk), Stage.OFFERED, application)
    return selecting.again(application)


def test_who_takes_the_seat_owes_what_it_costs_and_leaves_when_the_time_is_over(chosen):
    [registration] = seats.accept(offer=chosen.registration.offer, now=NOW)
    owed = registration.status
    order = Order.objects.get(lines__registration=registration)

    seats.sweep(now=order.pay_by + dt.timedelta(minutes=1))

    assert (owed, order.cents) == (Status.UNPAID, 5500)
    assert (fresh(registration).status, fresh(order).state) == (Status.LAPSED, OrderState.CLOSED)
    assert selecting.stages(chosen) == [Stage.WITHDRAWN]


def test_whom_the_organiser_seats_pays_later_and_gets_it_all_back_when_taken_out(chosen):
    event = Event.objects.get(pk=chosen.event_id)
    selecting.decide(event, Stage.ACCEPTED, chosen, reason="Soitti.")
    order = Order.objects.get(lines__registration=chosen.registration)
    seated = selecting.status(chosen)

    selecting.decide(event, Stage.WITHDRAWN, chosen, reason="Muutti pois.")

    assert (seated, order.state, order.pay_by) == (Status.CONFIRMED, OrderState.OPEN, None)
    assert (selecting.status(chosen), fresh(order).state, books(order)) == (Status.CANCELLED, OrderState.CLOSED, {})
