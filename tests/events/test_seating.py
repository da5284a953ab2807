"""Seats for all dates together, or for each date."""

import pytest
from django.urls import reverse
from django.utils import timezone

from events.enums import Status
from events.models import Event, SeatPool
from events.services import copying, planning, seating, series
from registrations.services import seats
from tests import factories as make
from tests.events.test_planning import form, owner  # noqa: F401 - a fixture
from tests.factories import NOW
from tests.registrations.test_withdrawing import plan_without_seats

pytestmark = pytest.mark.django_db

TWO_DATES = {"meetings-1-day": "2026-12-15", "meetings-1-starts": "17:00", "meetings-1-ends": "19:30"}


def pools_of(event):
    return list(SeatPool.objects.filter(event=event).order_by("meeting__starts_at").values_list("meeting", "capacity"))


def dates_of(event):
    return list(event.meetings.order_by("starts_at").values_list("pk", flat=True))


def test_the_form_gives_each_date_its_own_seats(client, owner, time_machine):  # noqa: F811
    time_machine.move_to(NOW, tick=False)
    client.post(reverse("events:create"), form(organisation=owner) | TWO_DATES | {"seats_each_date": "on"})

    event = Event.objects.get()
    assert (event.seats_per_meeting, pools_of(event)) == (12, [(pk, 12) for pk in dates_of(event)])
    shown = client.get(reverse("events:change", args=[event.pk])).context["form"]
    assert (shown["seats"].value(), shown["seats_each_date"].value()) == (12, True)


def draft(**fields):
    return make.event(status=Status.DRAFT, published_at=None, meetings=2, **fields)


def set_seats(event, number, *, each_date):
    seating.set_seats(event=Event.objects.get(pk=event.pk), seats=number, each_date=each_date)


def test_a_draft_goes_from_one_way_to_the_other_and_back():
    event = draft(seats=9)
    set_seats(event, 5, each_date=True)
    assert pools_of(event) == [(pk, 5) for pk in dates_of(event)]
    set_seats(event, 7, each_date=True)
    assert pools_of(event) == [(pk, 7) for pk in dates_of(event)]
    set_seats(event, 9, each_date=False)
    assert pools_of(event) == [(None, 9)]
    set_seats(event, None, each_date=False)
    assert pools_of(event) == []


def test_a_published_event_keeps_its_way():
    event = make.event(seats=9)
    with pytest.raises(seating.SeatsAreSet):
        set_seats(event, 9, each_date=True)
    assert pools_of(event) == [(None, 9)]


def test_a_date_added_to_a_published_series_gets_seats_and_other_dates_keep_theirs():
    event = make.event(seats=6, each_date=True, meetings=2)
    first = SeatPool.objects.filter(event=event).order_by("meeting__starts_at")[0]
    seats.change_capacity(event=event, pool_pk=first.pk, capacity=10, by=make.user(), now=NOW)
    like = event.meetings.order_by("starts_at")[1]
    starts, ends = timezone.localtime(like.starts_at), timezone.localtime(like.ends_at)

    series.repeat(
        event=event,
        pattern=series.Pattern(
            starts=starts.time(),
            ends=ends.time(),
            mode=like.mode,
            venue=like.venue,
            teacher="",
            link="",
        ),
        weekdays=frozenset({0}),
        first=starts.date(),
        last=starts.date().replace(day=21),
        skip_holidays=False,
        but=frozenset(),
        by=make.user(),
        now=NOW,
    )

    assert [capacity for _pk, capacity in pools_of(event)] == [10, 6, 6, 6]


def test_a_date_on_which_somebody_has_a_seat_or_fills_the_form_cannot_be_taken_away():
    event = make.event(seats=6, each_date=True, meetings=2)
    first, second = SeatPool.objects.filter(event=event).order_by("meeting__starts_at")
    make.held(event, pool=first)
    make.register(event, pool=second)
    for gone in (first, second):
        plan = plan_without_seats(event)
        kept = tuple(meeting for meeting in plan.meetings if meeting.pk != gone.meeting_id)
        changed = planning.EventPlan(**vars(plan) | {"meetings": kept, "seats": 6, "seats_each_date": True})
        with pytest.raises(planning.MeetingInUse):
            planning.change(event=event, plan=changed, by=make.user(), now=NOW)
    assert len(dates_of(event)) == 2


def test_a_copy_has_the_seats_of_each_date():
    event = make.event(seats=6, each_date=True, meetings=2)
    last = SeatPool.objects.filter(event=event).order_by("-meeting__starts_at")[0]
    seats.change_capacity(event=event, pool_pk=last.pk, capacity=3, by=make.user(), now=NOW)

    made = copying.copy(event=event, first_day=NOW.date().replace(day=28), by=make.user(), now=NOW)

    assert pools_of(made) == list(zip(dates_of(made), [6, 3], strict=True))
    assert made.seats_per_meeting == 6


def test_rides_keep_an_event_from_having_seats_for_each_date():
    event = draft(seats=9)
    event.rides.create(name="Bussi", seats=4)
    with pytest.raises(seating.RidesCountTogether):
        set_seats(event, 5, each_date=True)
