"""A series is one event with many meetings, made at once and changed together."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import Role
from events import rules
from events.enums import Mode
from events.services import series
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
ZONE = timezone.get_default_timezone()


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def pattern(starts="17:00", ends="19:00", **fields):
    plain = {"mode": Mode.REMOTE, "venue": None, "teacher": "", "link": ""}
    return series.Pattern(starts=dt.time.fromisoformat(starts), ends=dt.time.fromisoformat(ends), **plain | fields)


def repeat(event, *, first="2026-12-01", last="2027-01-31", weekdays=(1,), skip_holidays=True, but=(), **fields):
    return series.repeat(
        event=event,
        pattern=fields.pop("pattern", None) or pattern(**fields),
        weekdays=frozenset(weekdays),
        first=dt.date.fromisoformat(first),
        last=dt.date.fromisoformat(last),
        skip_holidays=skip_holidays,
        but=frozenset(but),
        by=make.user(),
        now=NOW,
    )


def days(event):
    return [
        timezone.localdate(each).isoformat()
        for each in event.meetings.order_by("starts_at").values_list("starts_at", flat=True)
    ]


def test_tuesdays_until_january_but_not_on_holidays_or_the_winter_break():
    event = make.event(meetings=0)
    added = repeat(event, weekdays=(1, 3), first="2026-12-15", last="2027-01-07", but=[dt.date(2026, 12, 29)])
    assert days(event) == ["2026-12-15", "2026-12-17", "2026-12-22", "2026-12-31", "2027-01-05", "2027-01-07"]
    assert added == 6  # neither 24 December, a closed eve, nor the day that was left out


def test_the_clock_says_the_same_on_both_sides_of_the_change_to_summer_time():
    event = make.event(meetings=0)
    repeat(event, first="2027-03-22", last="2027-04-04", weekdays=(0, 1))
    starts = [
        timezone.localtime(each) for each in event.meetings.order_by("starts_at").values_list("starts_at", flat=True)
    ]
    assert {each.time() for each in starts} == {dt.time(17)}
    assert len({each.utcoffset() for each in starts}) == 2


def test_doing_it_twice_adds_nothing():
    event = make.event(meetings=0)
    repeat(event)
    with pytest.raises(series.NothingToAdd):
        repeat(event)


def test_an_hour_that_the_clocks_jump_over_is_refused():
    with pytest.raises(series.NoSuchTime):
        repeat(
            make.event(meetings=0),
            first="2027-03-28",
            last="2027-03-28",
            weekdays=(6,),
            starts="03:30",
            ends="05:00",
            skip_holidays=False,
        )


def test_an_event_has_at_most_two_hundred_dates():
    with pytest.raises(series.TooMany):
        repeat(make.event(meetings=0), weekdays=range(7), last="2027-12-31")


def test_all_dates_ahead_move_together_and_the_past_stays():
    event = make.event(meetings=3, first=NOW - dt.timedelta(days=7))
    before = list(event.meetings.order_by("starts_at"))
    changed = series.change_ahead(
        event=event,
        pattern=pattern("18:00", "20:30", teacher="Tiina Ohjaaja"),
        since=dt.date(2026, 11, 24),
        by=make.user(),
        now=NOW,
    )
    after = list(event.meetings.order_by("starts_at"))
    assert changed == 1
    assert [each.pk for each in after] == [each.pk for each in before]
    assert [each.starts_at for each in after[:2]] == [each.starts_at for each in before[:2]]
    assert (timezone.localtime(after[2].starts_at).time(), after[2].teacher, after[2].mode) == (
        dt.time(18),
        "Tiina Ohjaaja",
        Mode.REMOTE,
    )


def test_calendars_learn_of_the_change():
    event = make.event(meetings=2)
    series.change_ahead(event=event, pattern=pattern(), since=dt.date(2026, 11, 1), by=make.user(), now=NOW)
    event.refresh_from_db()
    assert (event.sequence, event.changed_at) == (1, NOW)


def test_days_can_change_places_without_stepping_on_each_other():
    event = make.event(meetings=3, every=dt.timedelta(days=1))
    series.change_ahead(
        event=event, pattern=pattern("23:00", "01:00"), since=dt.date(2026, 11, 1), by=make.user(), now=NOW
    )
    assert [timezone.localtime(each.ends_at).time() for each in event.meetings.all()] == [dt.time(1)] * 3


@pytest.fixture
def owner(client):
    owner = make.organisation()
    client.force_login(make.member(Role.ORGANISER, owner))
    return owner


def sent(**changes):
    plain = {
        "do": "repeat", "weekdays": ["1"], "first": "2026-12-01", "last": "2027-05-25", "skip_holidays": "on", "but": "",
        "starts": "17:00", "ends": "19:00", "mode": "remote", "venue": "", "teacher": "", "link": "",
    }  # fmt: skip
    return plain | changes


def test_an_organiser_adds_a_spring_of_tuesdays(client, owner):
    event = make.event(organisation=owner, meetings=0)
    response = client.post(reverse("events:dates", args=[event.pk]), sent(but="22.12.2026, 29.12.2026"))
    assert response.status_code == 302
    assert (event.meetings.count(), days(event)[3]) == (24, "2027-01-05")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"last": "2026-11-30"}, "last"),
        ({"last": "2029-12-31"}, "last"),
        ({"but": "huomenna"}, "but"),
        ({"mode": "on_site"}, "venue"),
        ({"ends": "16:00"}, "ends"),
        ({"link": "no address"}, "link"),
    ],
)
def test_a_wrong_series_adds_nothing(client, owner, changes, field):
    event = make.event(organisation=owner, meetings=0)
    response = client.post(reverse("events:dates", args=[event.pk]), sent(**changes))
    assert (response.status_code, list(response.context["adding"].errors)) == (422, [field])
    assert event.meetings.count() == 0


def test_another_organisers_series_is_not_there(client, owner):
    event = make.event()
    assert client.get(reverse("events:dates", args=[event.pk])).status_code == 404
    assert client.post(reverse("events:dates", args=[event.pk]), sent()).status_code == 404


YEARS = (dt.datetime.fromisoformat("2020-01-01"), dt.datetime.fromisoformat("2040-01-01"))
LOCAL = st.datetimes(*YEARS)


@given(LOCAL, st.integers(-400, 400))
def test_a_moved_moment_shows_the_same_time_of_the_clock_where_there_is_one(local, distance):
    moment = local.replace(tzinfo=ZONE).astimezone(dt.UTC)
    wall = moment.astimezone(ZONE).replace(tzinfo=None)
    moved = rules.moved(moment, distance, ZONE).astimezone(ZONE)
    target = wall + dt.timedelta(days=distance)
    if rules.exists(target, ZONE):
        assert moved.replace(tzinfo=None) == target
    else:
        assert moved.replace(tzinfo=None) - target == dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("local", "there"),
    [("2027-03-28 02:59", True), ("2027-03-28 03:00", False), ("2027-03-28 03:59", False), ("2027-03-28 04:00", True)],
)
def test_in_the_night_of_spring_an_hour_is_left_out(local, there):
    assert rules.exists(dt.datetime.fromisoformat(local), ZONE) is there
