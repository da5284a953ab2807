"""The stage: what it shows, and how it follows the schedule."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connections

from core.models import LiveEvent
from tests.factories import NOW
from tests.virtualfair import factories as fairs
from virtualfair import rules
from virtualfair.enums import PitchState, StageState
from virtualfair.models.rooms import RoomQuerySet
from virtualfair.services import permits, rooms, stage

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
on_postgresql = pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")


def seen(room, now):
    on = rules.stage(list(room.pitches.in_order()), now)
    return on.state, on.pitch and on.pitch.title, on.following and on.following.title


def test_the_stage_goes_from_waiting_through_pitches_and_breaks_to_its_end():
    room = fairs.room()
    fairs.pitch(room, 5)
    fairs.pitch(room, 20)
    story = []
    for minute in (0, 5, 14, 15, 20, 29, 30):
        stage.follow(now=NOW + minute * MINUTE)
        story.append((minute, *seen(room, NOW + minute * MINUTE)))

    assert story == [
        (0, StageState.UPCOMING, None, "Pitch 5"),
        (5, StageState.LIVE, "Pitch 5", "Pitch 20"),
        (14, StageState.LIVE, "Pitch 5", "Pitch 20"),
        (15, StageState.BREAK, None, "Pitch 20"),
        (20, StageState.LIVE, "Pitch 20", None),
        (29, StageState.LIVE, "Pitch 20", None),
        (30, StageState.OVER, None, None),
    ]
    assert [event.payload["state"] for event in LiveEvent.objects.order_by("sq")] == ["live", "break", "live", "over"]


def test_pitches_back_to_back_change_in_one_event():
    room = fairs.room()
    fairs.pitch(room, 0)
    fairs.pitch(room, 10)
    assert [stage.follow(now=NOW + minute * MINUTE) for minute in (0, 10, 10)] == [1, 1, 0]
    assert LiveEvent.objects.latest("sq").payload["pitches"] == {
        str(each.pk): state for each, state in zip(room.pitches.in_order(), ("over", "live"), strict=True)
    }


def test_a_slot_that_passed_while_no_worker_ran_is_not_caught_up():
    room = fairs.room()
    fairs.pitch(room, 0)
    assert stage.follow(now=NOW + 11 * MINUTE) == 0
    assert seen(room, NOW + 11 * MINUTE) == (StageState.OVER, None, None)


def test_a_stage_without_pitches_says_so():
    assert seen(fairs.room(), NOW) == (StageState.EMPTY, None, None)


def test_a_fair_that_is_not_published_stands_still():
    room = fairs.room(status="cancelled")
    fairs.pitch(room, 0)
    assert stage.follow(now=NOW) == 0


def test_an_organiser_begins_a_pitch_early_and_the_one_that_is_on_ends():
    room = fairs.room()
    first, second = fairs.pitch(room, -5, began_at=NOW - 5 * MINUTE), fairs.pitch(room, 10)
    stage.start(room=room, by=fairs.moderator(room), pitch=second.pk, now=NOW)
    assert [each.state for each in room.pitches.in_order()] == [PitchState.OVER, PitchState.LIVE]
    with pytest.raises(permits.Gone):
        stage.start(room=room, by=room.event.passes.get(), pitch=first.pk, now=NOW)


@pytest.mark.parametrize(("planned_after", "ends_after"), [(-30, 10), (-8, 10), (0, 10), (5, 10), (30, 40)])
def test_a_pitch_that_is_begun_by_hand_gets_its_whole_time(planned_after, ends_after):
    """Also when its slot has passed: a fair that runs late goes on."""
    room = fairs.room()
    pitch = fairs.pitch(room, planned_after)
    stage.start(room=room, by=fairs.moderator(room), pitch=pitch.pk, now=NOW)
    assert stage.follow(now=NOW + 9 * MINUTE) == 0
    pitch.refresh_from_db()
    assert pitch.ends_at == NOW + ends_after * MINUTE


def test_what_an_organiser_ended_is_not_begun_again_by_the_schedule():
    room = fairs.room()
    pitch = fairs.pitch(room, 0)
    stage.follow(now=NOW)
    by = fairs.moderator(room)
    stage.end(room=room, by=by, pitch=pitch.pk, now=NOW + MINUTE)
    assert stage.follow(now=NOW + 2 * MINUTE) == 0
    with pytest.raises(permits.Gone):
        stage.end(room=room, by=by, pitch=pitch.pk, now=NOW + 2 * MINUTE)


@pytest.mark.parametrize("role", [fairs.visitor, fairs.employer])
def test_nobody_else_moves_the_stage(role):
    room = fairs.room()
    pitch = fairs.pitch(room)
    by = role(room)
    for move in (stage.start, stage.end):
        with pytest.raises(permits.NotAllowed):
            move(room=room, by=by, pitch=pitch.pk, now=NOW)


def start_at_once(room, pitches):
    by = fairs.moderator(room)

    def start(pitch):
        try:
            stage.start(room=room, by=by, pitch=pitch.pk, now=NOW)
        except Exception as error:  # noqa: BLE001 - an exception is an answer too
            return type(error).__name__
        else:
            return "begun"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(pitches)) as crowd:
        return set(crowd.map(start, pitches))


@pytest.mark.django_db(transaction=True)
def test_of_many_pitches_begun_at_once_one_is_live():
    room = fairs.room()
    pitches = [fairs.pitch(room, 10 * number) for number in range(8)]
    assert start_at_once(room, pitches) == {"begun"}
    assert room.pitches.filter(began_at__isnull=False, ended_at=None).count() == 1


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_without_the_rooms_lock_two_would_be_and_the_constraint_refuses(monkeypatch):
    room = fairs.room()
    pitches = [fairs.pitch(room, 10 * number) for number in range(8)]
    monkeypatch.setattr(RoomQuerySet, "locked", lambda self: self.all())
    assert "IntegrityError" in start_at_once(room, pitches)


def test_a_fair_has_one_stage():
    event = fairs.fair()
    assert rooms.stage_of(event=event) == rooms.stage_of(event=event)


def test_people_may_talk_from_half_an_hour_before_until_an_hour_after():
    starts, ends = NOW, NOW + dt.timedelta(hours=3)
    allowed = [
        rules.room_is_open(starts_at=starts, ends_at=ends, now=now)
        for now in (starts - 31 * MINUTE, starts - 30 * MINUTE, ends + 60 * MINUTE, ends + 61 * MINUTE)
    ]
    assert allowed == [False, True, True, False]
