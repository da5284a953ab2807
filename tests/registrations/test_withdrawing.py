"""What organisers change against the visitors who are just pressing the button."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import DatabaseError, connections

from accounts.models import AuditEntry
from events.enums import Counting, Kind, Status
from events.models import Event, EventQuerySet, SeatPoolQuerySet
from events.services import planning, publishing, seating
from registrations.enums import HoldKind
from registrations.services import seats
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(events, *acts):
    """Do all `acts` to each event at the same moment. Refusals are answers; return how many errors were none."""
    wrong = []

    def act(job):
        event, start, what = job
        try:
            start.wait()
            what(event)
        except (publishing.HasPeople, seats.NotOpen, seating.SeatsAreSet, planning.ChangedMeanwhile):
            pass
        except DatabaseError as error:
            wrong.append(error)
        finally:
            connections.close_all()

    jobs = []
    for event in events:
        start = Barrier(len(acts))
        jobs += [(event, start, what) for what in acts]
    with ThreadPoolExecutor(max_workers=len(acts)) as hands:
        list(hands.map(act, jobs))
    return len(wrong)


def hold(event):
    seats.hold(event=event, kind=HoldKind.SEAT, now=NOW)


def withdraw_while_holding(count):
    """Unpublish and hold at the same moment. Return how many drafts have a visitor."""
    by = make.user()
    events = [make.event() for _i in range(count)]
    wrong = at_once(events, lambda each: publishing.unpublish(event=each, by=by, now=NOW), hold)
    return wrong + Event.objects.filter(status="draft", pools__held__gt=0).count()


def test_no_draft_keeps_a_visitor():
    assert withdraw_while_holding(60) == 0


@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
def test_without_the_pools_lock_some_do(monkeypatch):
    monkeypatch.setattr(SeatPoolQuerySet, "locked", lambda self: self.all())
    assert withdraw_while_holding(60) > 0


def plan_without_seats(event):
    return planning.EventPlan(
        organisation=event.organisation,
        project=None,
        kind=Kind.COURSE,
        texts={"title_fi": "Uusi", "summary_fi": "Tule."},
        contact_name="",
        contact_email="me@kunta.example",
        contact_phone="",
        registration_opens_at=None,
        registration_closes_at=None,
        asks_start_notice=False,
        counting=Counting.NONE,
        counting_reason="",
        seats=None,
        meetings=tuple(
            planning.MeetingPlan(
                pk=each.pk, starts_at=each.starts_at, ends_at=each.ends_at, venue=each.venue, mode=each.mode
            )
            for each in event.meetings.all()
        ),
    )


def change_while_publishing(count):
    """Take the seats out of a draft while a colleague publishes it and a visitor presses. Return how many visitors lost theirs."""
    by, got = make.user(), []
    drafts = [make.event(status=Status.DRAFT, published_at=None) for _i in range(count)]

    def publish_and_press(event):
        publishing.publish(event=event, by=by, now=NOW)
        hold(event)
        got.append(event.pk)

    wrong = at_once(
        drafts,
        lambda each: planning.change(event=each, plan=plan_without_seats(each), by=by, now=NOW),
        publish_and_press,
    )
    return wrong + Event.objects.filter(pk__in=got, pools=None).count()


def test_no_visitor_loses_a_seat_to_a_change_of_plan():
    assert change_while_publishing(60) == 0


@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
def test_without_the_locks_some_lose_it(monkeypatch):
    for rows in (SeatPoolQuerySet, EventQuerySet):
        monkeypatch.setattr(rows, "locked", lambda self: self.all())
    assert any(change_while_publishing(5) for _attempt in range(12))


def test_an_edit_never_takes_a_published_event_back():
    by = make.user()
    drafts = [make.event(status=Status.DRAFT, published_at=None, seats=None) for _i in range(40)]
    at_once(
        drafts,
        lambda each: planning.change(event=each, plan=plan_without_seats(each), by=by, now=NOW),
        lambda each: publishing.publish(event=each, by=by, now=NOW),
    )
    assert Event.objects.filter(status=Status.PUBLISHED).count() == 40


def edit_at_once(count):
    """Two colleagues save what both opened in the same state. Return how many lost their words to the other."""
    by = make.user()
    drafts = [make.event(seats=None, status=Status.DRAFT, published_at=None) for _i in range(count)]

    def save(event):
        planning.change(event=event, plan=plan_without_seats(event), by=by, now=NOW, seen=0)

    wrong = at_once(drafts, save, save)
    return wrong + AuditEntry.objects.filter(action="event.change").count() - count


def test_of_two_edits_at_once_one_is_told():
    assert edit_at_once(40) == 0


@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
def test_without_the_events_lock_one_is_overwritten(monkeypatch):
    monkeypatch.setattr(EventQuerySet, "locked", lambda self: self.all())
    assert edit_at_once(40) > 0
