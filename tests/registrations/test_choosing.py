"""Decisions about many applicants: seats, letters, the reserve list, and what may not happen."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connections

from core.models import OutboxMessage
from events.models import SeatPool, SeatPoolQuerySet
from registrations.enums import Outcome, Stage, Status
from registrations.models import Application, Attendance, Decision, Offer, Registration, ReserveMove, StageStep
from registrations.services import seats, selection, standings
from registrations.services.seats.handing import MayNotHandOver
from registrations.services.seats.leaving import AlreadyAttended
from registrations.services.selection.deciding import ReasonMissing
from registrations.services.stages import HasStarted
from tests import factories as make
from tests.factories import NOW
from tests.registrations import selecting

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def offered(event, application, now=NOW):
    selecting.decide(event, Stage.OFFERED, application, now=now)
    return selecting.again(application).registration.offer


def accepted(event, application):
    seats.accept(offer=offered(event, application), now=NOW)
    return selecting.again(application)


def test_the_preview_shows_who_moves_who_cannot_and_why():
    event = selecting.event(seats=2)
    first, second, third, gone = selecting.several(event, 4)
    selecting.decide(event, Stage.REJECTED, gone)

    shown = selecting.plan(event, Stage.OFFERED, first, second, third, gone)

    assert [each.pk for each in shown.moves] == [first.pk, second.pk]
    assert [(each.pk, why) for each, why in shown.stays] == [
        (third.pk, "Yhtään paikkaa ei ole vapaana. Siirrä hakija varasijalle."),
        (gone.pk, "Vaiheesta ”Ei valittu” ei voi siirtyä vaiheeseen ”Paikka tarjottu”."),
    ]
    assert shown.letter == "offered"


def test_offers_keep_seats_until_they_are_answered(counters):
    event = selecting.event(seats=2)
    first, second, third = selecting.several(event, 3)

    selecting.decide(event, Stage.OFFERED, first, second)

    pool = counters(event)
    assert (pool.offered, pool.free) == (2, 0)
    with pytest.raises(selection.NobodyMoves):
        selecting.decide(event, Stage.OFFERED, third)
    assert selecting.letters_to(first) == ["received", "offered"]


def test_who_accepts_has_a_seat_and_a_ticket(counters):
    event = selecting.event()
    application = selecting.apply(event)

    application = accepted(event, application)

    assert (application.stage, application.registration.status) == (Stage.ACCEPTED, Status.CONFIRMED)
    assert counters(event).taken == 1
    assert selecting.letters_to(application) == ["received", "offered", "accepted"]
    make.check_in(application.registration)
    assert selecting.stages(application) == [Stage.STARTED]


def test_who_declines_leaves_the_seat_to_the_reserve(counters):
    event = selecting.event(seats=1)
    first, second = selecting.several(event, 2)
    selecting.decide(event, Stage.RESERVE, second)

    seats.decline(offer=offered(event, first), now=NOW)

    assert selecting.stages(first, second) == [Stage.WITHDRAWN, Stage.RESERVE]
    assert counters(event).free == 1
    called = selection.call_next(event=event, by=make.user(), now=NOW)
    assert called.pk == second.pk
    assert selecting.letters_to(second) == ["received", "reserve", "offered"]


def test_an_offer_runs_out_and_the_seat_waits_for_a_call(counters):
    event = selecting.event(seats=1)
    first, second = selecting.several(event, 2)
    selecting.decide(event, Stage.RESERVE, second)
    offer = offered(event, first)

    seats.sweep(now=offer.expires_at)

    assert selecting.stages(first, second) == [Stage.LAPSED, Stage.RESERVE]
    assert selecting.status(first) == Status.LAPSED
    assert selecting.letters_to(first)[-1] == "lapsed"
    assert counters(event).free == 1
    with pytest.raises(seats.OfferOver):
        seats.accept(offer=offer, now=offer.expires_at)


def test_the_reserve_is_called_by_itself_where_the_terms_say_so(counters):
    event = selecting.event(seats=1, calls_reserve=True)
    first, second, third = selecting.several(event, 3)
    offer = offered(event, first)
    selecting.decide(event, Stage.RESERVE, second, third)

    seats.sweep(now=offer.expires_at)

    assert selecting.stages(first, second, third) == [Stage.LAPSED, Stage.OFFERED, Stage.RESERVE]
    assert counters(event).offered == 1


def test_seats_that_nobody_gave_up_are_not_offered_to_the_reserve(counters):
    event = selecting.event(seats=2, calls_reserve=True)
    best, *others = selecting.several(event, 3)

    selecting.decide(event, Stage.RESERVE, *others)
    seats.change_capacity(event=event, capacity=3, by=make.user(), now=NOW)
    assert selecting.stages(best, *others) == [Stage.APPLIED, Stage.RESERVE, Stage.RESERVE]
    offer = offered(event, best)
    assert selecting.stages(*others) == [Stage.RESERVE, Stage.RESERVE]
    seats.sweep(now=offer.expires_at)

    assert selecting.stages(best, *others) == [Stage.LAPSED, Stage.OFFERED, Stage.RESERVE]
    assert counters(event).offered == 1


def test_new_seats_go_to_the_reserve_once_somebody_has_been_offered_one(counters):
    event = selecting.event(seats=1, calls_reserve=True)
    best, other = selecting.several(event, 2)
    offered(event, best)
    selecting.decide(event, Stage.RESERVE, other)

    seats.change_capacity(event=event, capacity=2, by=make.user(), now=NOW)

    assert selecting.stages(best, other) == [Stage.OFFERED, Stage.OFFERED]
    assert counters(event).offered == 2


def test_who_let_the_offer_run_out_can_be_offered_another_seat(counters):
    event = selecting.event(seats=1)
    application = selecting.apply(event)
    offer = offered(event, application)
    late = offer.expires_at + HOUR
    seats.sweep(now=late)

    again = offered(event, application, now=late)

    assert again.pk != offer.pk
    assert [each.to_stage for each in application.steps.order_by("number")] == [
        "applied",
        "offered",
        "lapsed",
        "offered",
    ]
    counters(event)


def test_who_has_applied_anew_since_is_not_brought_back():
    event, who = selecting.event(seats=1), make.contact()
    first = selecting.apply(event, who)
    offer = offered(event, first)
    seats.sweep(now=offer.expires_at)
    selecting.apply(event, who, now=offer.expires_at)

    shown = selecting.plan(event, Stage.RESERVE, first, now=offer.expires_at)

    assert [why for _each, why in shown.stays] == ["Tämä henkilö on sittemmin hakenut uudelleen."]


def test_of_two_offers_that_one_person_let_run_out_only_the_later_can_be_made_good():
    event, who, week = selecting.event(seats=2), make.contact(), dt.timedelta(days=8)
    first = selecting.apply(event, who)
    offered(event, first)
    seats.sweep(now=NOW + week)
    second = selecting.apply(event, who, now=NOW + week)
    offered(event, second, now=NOW + week)
    late = NOW + 2 * week
    seats.sweep(now=late)

    shown = selecting.plan(event, Stage.OFFERED, first, second, now=late)

    assert [each.pk for each in shown.moves] == [second.pk]
    assert [(each.pk, why) for each, why in shown.stays] == [(first.pk, "Tämä henkilö on sittemmin hakenut uudelleen.")]
    selecting.decide(event, Stage.REJECTED, first, second, now=late)
    assert selecting.stages(first, second) == [Stage.REJECTED, Stage.REJECTED]


def test_pressed_twice_it_is_one_decision():
    event, nonce = selecting.event(), uuid.uuid4()
    application = selecting.apply(event)
    chosen = selecting.choice(Stage.INVITED, application)

    for _press in range(2):
        selection.decide(event=event, choice=chosen, nonce=nonce, by=make.user(), now=NOW)

    assert Decision.objects.get().number == 1
    assert selecting.letters_to(application) == ["received", "invited"]


def test_what_has_changed_since_the_preview_moves_nobody():
    event = selecting.event()
    first, second = selecting.several(event, 2)
    chosen = selecting.choice(Stage.INVITED, first, second)
    seats.cancel(registration=second.registration, by=None, now=NOW)

    with pytest.raises(selection.ChangedMeanwhile):
        selection.decide(event=event, choice=chosen, nonce=uuid.uuid4(), by=make.user(), now=NOW)
    assert selecting.stages(first) == [Stage.APPLIED]


def test_a_seat_taken_since_the_preview_moves_nobody():
    event = selecting.event(seats=2)
    first, second, third = selecting.several(event, 3)
    chosen = selecting.choice(Stage.OFFERED, first, second)
    selecting.decide(event, Stage.OFFERED, third)

    with pytest.raises(selection.ChangedMeanwhile):
        selection.decide(event=event, choice=chosen, nonce=uuid.uuid4(), by=make.user(), now=NOW)
    assert selecting.stages(first, second) == [Stage.APPLIED, Stage.APPLIED]


def test_another_events_applicants_are_not_moved():
    mine, theirs = selecting.event(), selecting.event()
    stranger = selecting.apply(theirs)

    with pytest.raises(selection.ChangedMeanwhile):
        selecting.decide(mine, Stage.INVITED, stranger)


def test_who_is_transferred_keeps_the_seat_until_the_organiser_frees_it(counters):
    event = selecting.event(seats=2)
    first, second = (accepted(event, each) for each in selecting.several(event, 2))
    selecting.decide(event, Stage.STARTED, first, second)

    selecting.decide(event, Stage.TRANSFERRED, first, reason="Toiseen oppilaitokseen")
    assert counters(event).taken == 2
    selecting.decide(event, Stage.INTERRUPTED, second, reason="Muutti", frees=True)

    assert counters(event).taken == 1
    assert [selecting.status(each) for each in (first, second)] == [Status.CONFIRMED, Status.CANCELLED]
    assert StageStep.objects.get(to_stage=Stage.INTERRUPTED).reason == "Muutti"


def test_a_seat_that_somebody_kept_when_they_left_is_freed_later(counters):
    event = selecting.event(seats=1, calls_reserve=True)
    left, waiting = selecting.several(event, 2)
    left = accepted(event, left)
    selecting.decide(event, Stage.RESERVE, waiting)
    registration = left.registration
    seen = {"meeting": event.meetings.get(), "source": "typed", "nonce": uuid.uuid4()}
    Attendance.objects.create(registration=registration, at=NOW, by=make.user(), **seen)
    selecting.decide(event, Stage.STARTED, left)
    selecting.decide(event, Stage.INTERRUPTED, left, reason="Muutti")
    with pytest.raises(AlreadyAttended):
        seats.cancel(registration=registration, by=None, now=NOW)

    seats.cancel(registration=registration, by=make.user(), now=NOW)

    assert selecting.stages(left, waiting) == [Stage.INTERRUPTED, Stage.OFFERED]
    assert selecting.status(left) == Status.CANCELLED
    assert selecting.letters_to(left) == ["received", "offered", "accepted", "cancelled"]
    counters(event)


def test_leaving_asks_for_a_reason():
    event = selecting.event()
    application = accepted(event, selecting.apply(event))
    selecting.decide(event, Stage.STARTED, application)

    with pytest.raises(ReasonMissing):
        selecting.decide(event, Stage.TRANSFERRED, application)


def test_an_organiser_takes_an_answer_by_telephone(counters):
    event = selecting.event(seats=1)
    application = selecting.apply(event)
    offered(event, application)

    selecting.decide(event, Stage.ACCEPTED, application, reason="Soitti")

    assert Offer.objects.get().outcome == Outcome.ACCEPTED
    assert counters(event).taken == 1


def test_rejecting_tells_and_ends_the_registration(counters):
    event = selecting.event()
    application = selecting.apply(event)

    selecting.decide(event, Stage.REJECTED, application)

    assert selecting.status(application) == Status.CANCELLED
    assert selecting.letters_to(application) == ["received", "rejected"]
    counters(event)


def test_who_has_started_does_not_cancel_by_a_press(counters):
    event = selecting.event()
    application = accepted(event, selecting.apply(event))
    selecting.decide(event, Stage.STARTED, application)

    with pytest.raises(HasStarted):
        seats.cancel(registration=application.registration, by=None, now=NOW)


def test_a_chosen_seat_is_not_handed_over_even_by_staff():
    event = selecting.event()
    application = accepted(event, selecting.apply(event))

    with pytest.raises(MayNotHandOver):
        seats.hand_over(registration=application.registration, to=make.contact(), by=make.user(), now=NOW)


def test_letters_are_rendered_on_delivery_in_each_persons_language():
    event = selecting.event()
    one, other = (selecting.apply(event, make.contact(language=code)) for code in ("fi", "uk"))
    assert {message.payload["text"] for message in OutboxMessage.objects.all()} == {""}
    selecting.deliver()
    selecting.decide(event, Stage.INVITED, one, other)

    selecting.deliver()

    subjects = list(OutboxMessage.objects.order_by("pk").values_list("subject", flat=True)[2:])
    assert subjects == [f"Kutsu haastatteluun: {event.title}", f"Запрошення на співбесіду: {event.title}"]
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.parametrize("language", ["fi", "sv", "en", "uk"])
def test_every_letter_can_be_written_in_every_language(language, settings):
    settings.KEEP_SENT_LETTERS = True
    event = selecting.event(seats=1)
    application = selecting.apply(event, make.contact(language=language))
    selecting.deliver()
    for stage in (Stage.INVITED, Stage.RESERVE):
        selecting.decide(event, stage, application)
        selecting.deliver()
    offer = offered(event, application)
    selecting.deliver()
    seats.accept(offer=offer, now=NOW)
    selecting.deliver()
    seats.cancel(registration=selecting.again(application).registration, by=None, now=NOW)
    selecting.deliver()

    rows = OutboxMessage.objects.filter(recipient=application.registration.email)
    assert [each.state for each in rows] == ["sent"] * 6
    assert all("/my/" in each.payload["text"] and "/my/" in each.payload["html"] for each in rows)


# The reserve list


def test_the_reserve_is_in_order_of_points_and_then_of_arrival():
    event = selecting.event()
    [peruste] = selecting.criteria(event, 1)
    judge = selecting.assessor(event)
    one, two, three, four = selecting.several(event, 4)
    selecting.score(three, judge, [peruste], 5)
    selecting.score(two, judge, [peruste], 1)
    selecting.decide(event, Stage.RESERVE, one, two, three, four)

    assert [each.pk for each in standings.reserve(event=event)] == [three.pk, two.pk, one.pk, four.pk]


def test_an_organiser_gives_another_place_for_a_reason_that_stays():
    event = selecting.event()
    one, two, three = selecting.several(event, 3)
    selecting.decide(event, Stage.RESERVE, one, two, three)

    selection.move_in_reserve(application=three, place=1, reason="Työharjoittelu sovittu", by=make.user(), now=NOW)

    assert [each.pk for each in standings.reserve(event=event)] == [three.pk, one.pk, two.pk]
    kept = ReserveMove.objects.get()
    assert (kept.from_place, kept.to_place, kept.reason) == (3, 1, "Työharjoittelu sovittu")


def test_nobody_is_called_without_a_free_seat():
    event = selecting.event(seats=1)
    first, second = selecting.several(event, 2)
    selecting.decide(event, Stage.RESERVE, second)
    offered(event, first)

    with pytest.raises(selection.NoSeatFree):
        selection.call_next(event=event, by=make.user(), now=NOW)


def test_only_who_is_on_the_list_is_moved_on_it():
    event = selecting.event()
    application = selecting.apply(event)

    with pytest.raises(selection.NotInReserve):
        selection.move_in_reserve(application=application, place=1, reason="Syy", by=make.user(), now=NOW)


# Deadlines when the clocks change


@pytest.mark.parametrize(
    ("made", "ends"),
    [
        ("2027-03-27 14:00", "2027-03-28 15:00"),  # the night is an hour short, a day is 24 hours
        ("2026-10-24 14:00", "2026-10-25 13:00"),  # an hour long
    ],
)
def test_a_day_to_answer_is_a_day_also_when_the_clocks_change(made, ends):
    event = selecting.event(first=make.at("2027-06-01 09:00"))
    moment = make.at(made)
    application = selecting.apply(event, now=moment)

    assert offered(event, application, now=moment).expires_at == make.at(ends)


def test_in_working_hours_no_offer_ends_on_the_sunday_of_the_change():
    event = selecting.event(first=make.at("2027-06-01 09:00"), offer_in_working_hours=True)
    friday = make.at("2027-03-19 14:00")
    application = selecting.apply(event, now=friday)

    assert offered(event, application, now=friday).expires_at == make.at("2027-03-22 14:00")


# In a crowd


@pytest.mark.django_db(transaction=True)
def test_two_organisers_never_offer_more_than_there_is(counters):
    event = selecting.event(seats=5)
    applications = selecting.several(event, 20)
    halves = applications[:10], applications[10:]

    def offer(half):
        done = 0
        for each in half:
            try:
                selecting.decide(event, Stage.OFFERED, each)
                done += 1
            except selection.NobodyMoves:
                pass
        connections.close_all()
        return done

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(offer, halves)) == 5
    assert counters(event).offered == 5
    assert Application.objects.filter(stage=Stage.OFFERED).count() == 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
def test_without_the_lock_more_is_decided_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(SeatPoolQuerySet, "locked", lambda self: self.all())
    event = selecting.event(seats=5)
    applications = selecting.several(event, 20)

    def offer(each):
        try:
            selecting.decide(event, Stage.OFFERED, each)
        except Exception as error:  # noqa: BLE001 - what comes of it is what is asked
            return type(error).__name__
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(offer, applications))
    counted = SeatPool.objects.get(event=event).offered
    assert counted != Registration.objects.filter(status=Status.OFFERED).count() or "IntegrityError" in answers
