"""People apply to an event, as many as want to; the steps of an application are guarded in the database."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from core.models import OutboxMessage
from events import shelf
from events.enums import Door
from events.models import Event, Terms
from events.rules import door_of
from events.services import copying, seating
from events.services.seating import DatesApart
from registrations.enums import MAY_FOLLOW, HoldKind, Stage, Status
from registrations.models import ApplicantCategory, Application, Criterion, Registration, StageStep
from registrations.services import seats, terms
from registrations.services.attendance import AppliedTicket
from tests import factories as make
from tests.factories import NOW
from tests.registrations import selecting

pytestmark = pytest.mark.django_db


def test_more_apply_than_there_are_seats_and_none_takes_one(counters):
    event = selecting.event(seats=2)

    applications = selecting.several(event, 5)

    assert [each.number for each in applications] == [1, 2, 3, 4, 5]
    assert {each.registration.status for each in applications} == {Status.APPLIED}
    pool = counters(event)
    assert (pool.taken, pool.held, pool.offered, pool.waiting) == (0, 0, 0, 0)


def test_an_application_begins_with_its_first_step_and_a_letter():
    application = selecting.apply(selecting.event())

    step = StageStep.objects.get(application=application)
    assert (step.number, step.from_stage, step.to_stage) == (1, "", Stage.APPLIED)
    assert selecting.letters_to(application) == ["received"]
    selecting.deliver()
    sent = OutboxMessage.objects.get(recipient=application.registration.email)
    assert (sent.state, sent.subject) == ("sent", f"Hakemuksesi on saapunut: {application.event.title}")


def test_one_person_applies_once():
    event, who = selecting.event(), make.contact()
    selecting.apply(event, who)

    make.held(event, HoldKind.APPLY)
    made = seats.register(
        hold=event.pools.get().holds.latest("pk"), contact=who, answers=None, support_needs="", now=NOW
    )

    assert made is None
    assert Application.objects.count() == 1


def test_the_door_says_that_one_can_apply_until_the_last_day():
    last = NOW + dt.timedelta(days=2)
    event = selecting.event(applications_close_at=last)

    assert door_of(shelf.by_pk(event.pk), last - dt.timedelta(seconds=1)) == Door.APPLY
    assert door_of(shelf.by_pk(event.pk), last) == Door.CLOSED


def test_the_catalogue_counts_it_as_open_while_one_can_apply():
    last = NOW + dt.timedelta(days=2)
    event = selecting.event(seats=1, applications_close_at=last)

    assert list(Event.objects.with_room_at(NOW)) == [event]
    assert list(Event.objects.with_room_at(last)) == []


@pytest.mark.parametrize("kind", [HoldKind.SEAT, HoldKind.QUEUE])
def test_nobody_takes_a_seat_or_waits_where_people_apply(kind):
    event = selecting.event()

    with pytest.raises(seats.NotOpen):
        seats.hold(event=event, kind=kind, now=NOW)


def test_nobody_applies_where_seats_are_taken():
    with pytest.raises(seats.NotOpen):
        seats.hold(event=make.event(), kind=HoldKind.APPLY, now=NOW)


def test_a_form_begun_in_time_may_be_sent_a_little_later_and_not_much_later():
    last = NOW + dt.timedelta(minutes=5)
    event = selecting.event(applications_close_at=last)
    hold = make.held(event, HoldKind.APPLY)

    with pytest.raises(seats.NotOpen):
        seats.register(
            hold=hold, contact=make.contact(), answers=None, support_needs="", now=NOW + dt.timedelta(hours=5)
        )
    made = seats.register(
        hold=hold, contact=make.contact(), answers=None, support_needs="", now=last + dt.timedelta(minutes=1)
    )
    assert made.status == Status.APPLIED


def test_whom_the_desk_registers_has_applied_too():
    event = selecting.event()
    made = seats.enrol(
        event=event, contact=make.contact(), answers=None, support_needs="", accept_queue=False, by=make.user(), now=NOW
    )

    assert made.status == Status.APPLIED
    assert made.application.stage == Stage.APPLIED


def test_a_ticket_of_an_applicant_opens_no_door():
    application = selecting.apply(selecting.event())

    with pytest.raises(AppliedTicket):
        make.check_in(application.registration)


def test_whoever_withdraws_is_told_and_frees_nothing(counters):
    event = selecting.event()
    application = selecting.apply(event)

    seats.cancel(registration=application.registration, by=None, now=NOW)

    assert selecting.stages(application) == [Stage.WITHDRAWN]
    assert selecting.status(application) == Status.CANCELLED
    assert selecting.letters_to(application) == ["received", "withdrawn"]
    counters(event)


# Terms


def test_whether_people_apply_is_chosen_before_anybody_comes():
    event = make.event()
    make.register(event)

    with pytest.raises(terms.SeatsGiven):
        terms.change(event=event, values={"by_application": True}, by=make.user(), now=NOW)


def test_a_form_that_is_being_filled_counts_as_somebody():
    event = make.event()
    make.held(event)

    with pytest.raises(terms.SeatsGiven):
        terms.change(event=event, values={"by_application": True}, by=make.user(), now=NOW)


def test_people_apply_for_all_dates_together():
    with pytest.raises(DatesApart):
        terms.change(
            event=make.event(each_date=True, meetings=2), values={"by_application": True}, by=make.user(), now=NOW
        )


def test_who_is_chosen_must_have_time_to_answer():
    with pytest.raises(terms.AnswerNeeded):
        terms.change(event=make.event(), values={"by_application": True, "offer_hours": None}, by=make.user(), now=NOW)


def test_the_usual_categories_are_there_in_four_languages():
    event = selecting.event()

    assert [each.name_fi for each in event.applicant_categories.order_by("position")] == [
        "Työtön",
        "Omaehtoinen",
        "Oppisopimus",
    ]
    assert event.applicant_categories.get(position=1).name_uk == "Безробітні"


@pytest.mark.parametrize(
    "wrong", [{"largest_party": 3}, {"may_hand_over": True}, {"offer_hours": None}, {"notes_kept_days": 0}]
)
def test_the_database_holds_what_goes_with_applying(wrong):
    event = selecting.event()

    with pytest.raises(IntegrityError), transaction.atomic():
        Terms.objects.filter(event=event).update(**wrong)


def test_a_copy_is_applied_to_until_as_many_days_before_it_begins():
    last = NOW + dt.timedelta(days=2)
    event = selecting.event(applications_close_at=last)

    later = (event.starts_at + dt.timedelta(days=7)).date()
    made = copying.copy(event=event, first_day=later, by=make.organiser(event), now=NOW)

    assert Terms.objects.get(event=made).applications_close_at == last + dt.timedelta(days=7)


def test_a_copy_asks_for_the_same_categories_and_is_judged_by_the_same_criteria():
    event = selecting.event()
    selecting.criteria(event, 1, 3)
    renamed = selecting.category(event, "Työtön")
    ApplicantCategory.objects.filter(pk=renamed.pk).update(name_fi="Työtön työnhakija")

    made = copying.copy(event=event, first_day=event.starts_at.date(), by=make.organiser(event), now=NOW)

    for rows, plain in ((ApplicantCategory, ["name_fi", "name_uk"]), (Criterion, ["name_fi", "weight", "max_points"])):
        of = [list(rows.objects.filter(event=each).order_by("position").values_list(*plain)) for each in (event, made)]
        assert of[0] == of[1]
        assert of[1]
    assert selecting.category(made, "Työtön työnhakija").pk != renamed.pk


def test_dates_of_a_draft_get_no_seats_of_their_own_where_people_apply():
    event = selecting.event(seats=5)
    Event.objects.filter(pk=event.pk).update(status="draft")

    with pytest.raises(DatesApart):
        seating.set_seats(event=Event.objects.get(pk=event.pk), seats=5, each_date=True)


def test_people_do_not_apply_where_dates_to_come_will_have_seats_of_their_own():
    event = make.event(seats=None, meetings=0, status="draft", seats_per_meeting=5)

    with pytest.raises(DatesApart):
        terms.change(event=event, values={"by_application": True}, by=make.organiser(event), now=NOW)


# Steps, by SQL


FORBIDDEN = [(before, after) for before in Stage for after in Stage if after not in MAY_FOLLOW.get(before, frozenset())]


def write(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_the_database_refuses_every_step_that_is_not_allowed():
    application = selecting.apply(selecting.event())
    refused = []

    for before, after in FORBIDDEN:
        try:
            write(
                "UPDATE registrations_application SET previous_stage = %s, stage = %s WHERE id = %s",
                before,
                after,
                application.pk,
            )
        except IntegrityError:
            refused.append((before, after))

    assert refused == FORBIDDEN
    assert len(FORBIDDEN) == len(Stage) ** 2 - sum(len(after) for before, after in MAY_FOLLOW.items() if before)


def test_a_stage_set_behind_the_services_back_is_refused_where_it_cannot_follow():
    application = selecting.apply(selecting.event())

    with pytest.raises(IntegrityError):
        write("UPDATE registrations_application SET stage = 'started' WHERE id = %s", application.pk)


@pytest.mark.parametrize(("before", "after"), [("applied", "started"), ("", "offered"), ("withdrawn", "applied")])
def test_a_written_step_is_an_allowed_one(before, after):
    application = selecting.apply(selecting.event())

    with pytest.raises(IntegrityError):
        write(
            "INSERT INTO registrations_stagestep (application_id, number, from_stage, to_stage, at, reason)"
            " VALUES (%s, 2, %s, %s, %s, '')",
            application.pk,
            before,
            after,
            NOW,
        )


def test_steps_are_numbered_once():
    application = selecting.apply(selecting.event())

    with pytest.raises(IntegrityError), transaction.atomic():
        StageStep.objects.create(application=application, number=1, to_stage=Stage.APPLIED, at=NOW)


def test_an_applicant_has_neither_a_seat_nor_an_offer_in_the_database():
    application = selecting.apply(selecting.event())

    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.filter(pk=application.registration_id).update(confirmed_at=NOW)


def test_the_release_before_still_writes_terms_while_this_one_is_put_in_its_place():
    event = make.event()
    known = "event_id, offer_in_working_hours, keep_together_hours, largest_party, asks_company, may_hand_over"

    write(
        f"INSERT INTO events_terms ({known}, confirm_by_click) VALUES (%s, %s, %s, %s, %s, %s, %s)",  # noqa: S608
        *(event.pk, False, 24, 5, False, True, False),
    )

    terms = Terms.objects.get(event=event)
    assert (terms.asks_questions, terms.by_application) == (False, False)
