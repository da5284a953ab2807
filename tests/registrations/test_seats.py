"""Seats, one visitor at a time. The crowd is in test_seats_in_a_crowd."""

import contextlib
import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from core.models import OutboxMessage
from esf.models import StartNotice
from events.enums import Status as EventStatus
from events.models import SeatPool
from registrations.enums import HoldKind, Status
from registrations.models import Hold, Registration
from registrations.services import seats
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(minutes=21)


def letters():
    return list(OutboxMessage.objects.order_by("pk").values_list("payload__keys__letter", flat=True))


def test_a_held_seat_becomes_a_confirmed_registration_with_a_ticket_in_the_mail(counters):
    event = make.event(seats=3)
    who = make.contact(email="Aino@Example.fi")

    registration = make.register(event, who)

    pool = counters(event)
    assert (registration.status, pool.taken, pool.held, pool.free) == (Status.CONFIRMED, 1, 0, 2)
    message = OutboxMessage.objects.get()
    assert (message.recipient, message.scope) == ("Aino@Example.fi", event.scope)
    assert message.payload["keys"] == {"registration": registration.pk, "letter": "confirmed"}
    assert registration.readable_code in message.payload["text"]


def test_a_hold_takes_the_last_seat_from_others_at_once(counters):
    event = make.event(seats=1)
    make.held(event)

    with pytest.raises(seats.Full):
        seats.hold(event=event, kind=HoldKind.SEAT, now=NOW)

    assert counters(event).held == 1


def test_an_expired_hold_gives_its_seat_to_the_next_visitor(counters):
    event = make.event(seats=1)
    make.held(event)

    seats.hold(event=event, kind=HoldKind.SEAT, now=LATER)

    assert counters(event).held == 1


def test_the_sweeper_frees_expired_seats_and_gives_them_to_those_who_wait(counters):
    event = make.event(seats=1, offers=False)
    make.held(event)
    waiting = make.register(event, kind=HoldKind.QUEUE)
    assert waiting.status == Status.WAITING

    assert seats.sweep(now=LATER) == 1

    waiting.refresh_from_db()
    assert waiting.status == Status.CONFIRMED
    assert (counters(event).held, counters(event).taken) == (0, 1)


def test_the_sweeper_forgets_what_was_typed_into_abandoned_forms_after_a_day():
    event = make.event()
    hold = make.held(event)
    seats.save_draft(hold=hold, step="contact", values={"first_name": "Aino"}, now=NOW)

    seats.sweep(now=LATER)
    assert Hold.objects.get().draft == {"contact": {"first_name": "Aino"}}

    seats.sweep(now=LATER + dt.timedelta(days=1))
    assert not Hold.objects.exists()


def test_a_form_that_took_too_long_is_refused_keeps_its_draft_and_may_take_a_new_seat(counters):
    event = make.event(seats=1)
    hold = make.held(event)
    seats.save_draft(hold=hold, step="contact", values={"first_name": "Aino"}, now=NOW)

    with pytest.raises(seats.HoldExpired):
        seats.register(hold=hold, contact=make.contact(), answers=None, support_needs="", now=LATER)
    seats.renew(hold=hold, kind=HoldKind.SEAT, now=LATER)
    hold.refresh_from_db()

    assert (hold.draft, hold.expired(LATER), counters(event).held) == ({"contact": {"first_name": "Aino"}}, False, 1)


def test_an_expired_form_whose_seat_went_to_another_may_join_the_queue(counters):
    event = make.event(seats=1)
    hold = make.held(event)
    make.held(event, now=LATER)

    with pytest.raises(seats.Full):
        seats.renew(hold=hold, kind=HoldKind.SEAT, now=LATER)
    seats.renew(hold=hold, kind=HoldKind.QUEUE, now=LATER)
    hold.refresh_from_db()
    seats.register(hold=hold, contact=make.contact(), answers=None, support_needs="", now=LATER)

    assert Registration.objects.get().status == Status.WAITING
    assert counters(event).held == 1


def test_the_same_form_sent_twice_makes_one_registration(counters):
    event = make.event()
    hold = make.held(event)
    who = make.contact()

    for _press in range(2):
        seats.register(hold=hold, contact=who, answers=None, support_needs="", now=NOW)

    assert Registration.objects.count() == 1
    assert letters() == ["confirmed"]
    counters(event)


def test_the_same_person_in_two_tabs_makes_one_registration_and_only_their_mailbox_learns_of_it(counters):
    event = make.event()
    who = make.contact(email="aino@example.fi", first_name="Aino", last_name="Virtanen")
    make.register(event, who)
    again = make.contact(email=" AINO@example.fi", first_name="aino ", last_name="VIRTANEN")

    seats.register(hold=make.held(event), contact=again, answers=None, support_needs="", now=NOW)

    assert Registration.objects.count() == 1
    assert letters() == ["confirmed", "known_already"]
    assert counters(event).held == 1


def test_not_even_the_number_of_free_seats_tells_who_is_registered():
    figures = []
    for again in (False, True):
        event, who = make.event(seats=5), make.contact()
        make.register(event, who)
        make.register(event, who if again else make.contact())
        figures.append(event.pools.get().free)

    assert figures == [3, 3]


def test_a_form_sent_again_gives_its_seat_back_when_its_time_runs_out(counters):
    event, who = make.event(seats=2), make.contact()
    for _i in range(2):
        make.register(event, who)

    seats.sweep(now=LATER)

    assert (counters(event).held, counters(event).taken) == (0, 1)


def test_relatives_share_an_address_and_each_gets_a_seat(counters):
    event = make.event()
    for name in ("Aino", "Eino"):
        make.register(event, make.contact(first_name=name, last_name="Virtanen", email="virtaset@example.fi"))

    assert counters(event).taken == 2


def test_a_namesake_with_another_birth_date_is_another_person():
    event = make.event()
    for year in (1960, 1990):
        who = make.contact(
            first_name="Matti", last_name="Meikäläinen", email="meika@example.fi", birth_date=dt.date(year, 1, 1)
        )
        make.register(event, who)

    assert Registration.objects.active().count() == 2


def test_the_form_of_a_stranger_never_changes_a_known_person():
    first, second = make.event(), make.event()
    who = make.contact(phone="+358501111111")
    known = make.register(first, who).person
    make.register(second, make.contact(**{**vars(who), "phone": "+358509999999"}))

    known.refresh_from_db()
    assert (known.registrations.count(), known.phone) == (2, "+358501111111")


def test_those_who_wait_are_promoted_in_their_order_when_a_seat_is_cancelled(counters):
    event = make.event(seats=1, offers=False)
    seated = make.register(event)
    first = make.register(event, kind=HoldKind.QUEUE, now=NOW + dt.timedelta(minutes=1))
    second = make.register(event, kind=HoldKind.QUEUE, now=NOW + dt.timedelta(minutes=2))

    seats.cancel(registration=seated, by=None, now=LATER)

    assert [Registration.objects.get(pk=each.pk).status for each in (seated, first, second)] == [
        Status.CANCELLED,
        Status.CONFIRMED,
        Status.WAITING,
    ]
    assert counters(event).waiting == 1


def test_a_freed_seat_is_not_for_newcomers_while_somebody_waits():
    event = make.event(seats=1)
    seated = make.register(event)
    make.register(event, kind=HoldKind.QUEUE)
    seats.cancel(registration=seated, by=None, now=NOW)

    with pytest.raises(seats.Full):
        seats.hold(event=event, kind=HoldKind.SEAT, now=NOW)


def test_a_seat_given_up_for_the_queue_goes_to_those_who_waited_before():
    event = make.event(seats=1, offers=False)
    hold = make.held(event)
    waiting = make.register(event, kind=HoldKind.QUEUE)

    seats.renew(hold=hold, kind=HoldKind.QUEUE, now=NOW)

    waiting.refresh_from_db()
    assert waiting.status == Status.CONFIRMED


@pytest.mark.parametrize(("minutes", "taken"), [(10, 1), (90, 0)])
def test_a_place_at_the_queues_end_is_not_a_way_in_after_registration_has_closed(minutes, taken):
    event = make.event(registration_closes_at=NOW + dt.timedelta(minutes=5))
    hold = make.held(event, HoldKind.QUEUE)
    late = NOW + dt.timedelta(minutes=minutes)

    with contextlib.suppress(seats.NotOpen):
        seats.register(hold=hold, contact=make.contact(), answers=None, support_needs="", now=late)

    assert event.pools.get().taken == taken


def test_somebody_who_wanted_to_wait_gets_a_seat_that_became_free_meanwhile():
    event = make.event(seats=1)
    seated = make.register(event)
    hold = make.held(event, HoldKind.QUEUE)
    seats.cancel(registration=seated, by=None, now=NOW)

    seats.register(hold=hold, contact=make.contact(), answers=None, support_needs="", now=NOW)

    assert Registration.objects.latest("pk").status == Status.CONFIRMED


def test_cancelling_twice_is_refused():
    registration = make.register(make.event())
    seats.cancel(registration=registration, by=None, now=NOW)

    with pytest.raises(seats.NothingToCancel):
        seats.cancel(registration=registration, by=None, now=NOW)


def test_one_who_has_been_there_cannot_cancel():
    registration = make.register(make.event())
    make.check_in(registration)

    with pytest.raises(seats.AlreadyAttended):
        seats.cancel(registration=registration, by=None, now=NOW)


def test_after_cancelling_one_may_register_again():
    event, who = make.event(), make.contact()
    seats.cancel(registration=make.register(event, who), by=None, now=NOW)

    assert make.register(event, who).status == Status.CONFIRMED


def test_more_seats_go_to_the_queue_first(counters):
    event = make.event(seats=1, offers=False)
    make.register(event)
    waiting = [make.register(event, kind=HoldKind.QUEUE) for _i in range(3)]

    seats.change_capacity(event=event, capacity=3, by=make.user(), now=NOW)

    assert [Registration.objects.get(pk=each.pk).status for each in waiting] == ["confirmed", "confirmed", "waiting"]
    assert (counters(event).taken, counters(event).waiting) == (3, 1)


def test_seats_cannot_be_cut_below_those_taken_or_held():
    event = make.event(seats=3)
    make.register(event)
    make.held(event)

    with pytest.raises(seats.BelowTaken):
        seats.change_capacity(event=event, capacity=1, by=make.user(), now=NOW)


@pytest.mark.parametrize(
    "fields",
    [
        {"registration_opens_at": NOW + dt.timedelta(minutes=1)},
        {"registration_closes_at": NOW},
        {"status": EventStatus.DRAFT},
        {"status": EventStatus.CANCELLED},
        {"first": NOW - dt.timedelta(days=1)},
    ],
)
@pytest.mark.parametrize("kind", HoldKind)
def test_no_form_starts_when_registration_is_not_open(fields, kind):
    with pytest.raises(seats.NotOpen):
        seats.hold(event=make.event(**fields), kind=kind, now=NOW)


def test_a_form_begun_in_time_may_be_sent_after_registration_has_closed():
    event = make.event(registration_closes_at=NOW + dt.timedelta(minutes=1))
    hold = make.held(event)

    seats.register(hold=hold, contact=make.contact(), answers=None, support_needs="", now=NOW + dt.timedelta(minutes=5))

    assert Registration.objects.get().status == Status.CONFIRMED


def test_a_form_for_an_event_that_was_withdrawn_is_refused():
    event = make.event()
    hold = make.held(event)
    type(event).objects.filter(pk=event.pk).update(status=EventStatus.CANCELLED, cancelled_at=NOW)

    with pytest.raises(seats.NotOpen):
        seats.register(hold=hold, contact=make.contact(), answers=None, support_needs="", now=NOW)


def test_nobody_is_promoted_to_an_event_that_is_over():
    event = make.event(seats=1)
    seated = make.register(event)
    waiting = make.register(event, kind=HoldKind.QUEUE)

    seats.cancel(registration=seated, by=None, now=NOW + dt.timedelta(days=30))

    waiting.refresh_from_db()
    assert waiting.status == Status.WAITING


def test_the_background_form_is_kept_with_the_registration():
    event = make.counting_event()
    who = make.contact()
    registration = make.register(event, who, answers=make.answers(who, education_level="ISCED6"))

    notice = StartNotice.objects.get()
    assert (notice.source, notice.person, notice.project, notice.education_level) == (
        registration.key,
        registration.person,
        event.project,
        "ISCED6",
    )


def test_the_database_refuses_to_oversell():
    pool = make.event(seats=2).pools.get()
    with pytest.raises(IntegrityError, match="seat_pool_never_oversold"), transaction.atomic():
        SeatPool.objects.filter(pk=pool.pk).update(taken=2, held=1)


def test_the_database_refuses_two_active_registrations_of_one_person():
    registration = make.register(make.event())
    registration.pk, registration.code = None, "BBBBBBBB"
    with pytest.raises(IntegrityError, match=r"registration_one_active_per_person|event_id"), transaction.atomic():
        registration.save()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("registration_status_known", {"status": "maybe"}),
        ("registration_cancelled_has_its_time", {"status": "cancelled"}),
        ("registration_confirmed_has_its_time", {"confirmed_at": None}),
        ("registration_waiting_is_unconfirmed", {"status": "waiting"}),
    ],
)
def test_the_database_refuses_a_registration_that_contradicts_itself(name, changes):
    registration = make.register(make.event())
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Registration.objects.filter(pk=registration.pk).update(**changes)
