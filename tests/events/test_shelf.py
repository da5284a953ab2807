"""What is kept between requests, and what is not."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import shelf
from events.models import Event, SeatPool, Venue
from events.services import publishing
from registrations.services import seats
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def queries_of(client, path):
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)


def test_the_second_visitor_of_an_event_costs_one_query_and_of_the_list_two(client):
    event = make.event()
    paths = [event.get_absolute_url(), "/"]
    first = [queries_of(client, path) for path in paths]
    assert (first, [queries_of(client, path) for path in paths]) == ([6, 4], [1, 2])


def test_seats_are_those_of_this_moment(client):
    event = make.event(seats=2)
    shown = []
    for _seat in range(3):
        for path in (event.get_absolute_url(), "/"):
            client.cookies.clear()
            shown.append(client.get(path).text.count("status-open"))
        if len(shown) < 6:
            make.held(event)
    assert shown == [1, 1, 1, 1, 0, 0]


def test_one_more_free_seat_is_told_at_once_in_the_list(client):
    event = make.event(seats=20)
    client.get("/en/")
    make.register(event)
    assert "19 seats free" in client.get("/en/").text
    seats.change_capacity(event=event, capacity=31, by=make.user(), now=NOW)
    assert "30 seats free" in client.get("/en/").text


def test_a_changed_event_is_shown_changed_at_once(client):
    event = make.event(title="Vanha nimi")
    client.get(event.get_absolute_url())
    client.get("/")

    Event.objects.filter(pk=event.pk).update(title_fi="Uusi nimi", sequence=event.sequence + 1)  # as planning does

    for path in (event.get_absolute_url(), "/"):
        assert "Uusi nimi" in client.get(path).text
        assert "Vanha nimi" not in client.get(path).text


def test_an_event_taken_back_is_gone_at_once(client):
    event = make.event()
    assert client.get(event.get_absolute_url()).status_code == 200
    publishing.unpublish(event=event, by=make.user(), now=NOW)
    assert client.get(event.get_absolute_url()).status_code == 404


def test_each_language_has_its_own_pieces(client):
    slug = make.event(title_fi="Suomeksi", title_sv="På svenska").slug
    for _twice in range(2):
        assert "Suomeksi" in client.get(f"/events/{slug}/").text
        assert "På svenska" in client.get(f"/sv/events/{slug}/").text


def test_time_passes_on_a_kept_page(client, time_machine):
    event = make.event(meetings=2, first=NOW + dt.timedelta(hours=1))
    before = client.get(event.get_absolute_url()).text
    time_machine.move_to(NOW + dt.timedelta(hours=4), tick=False)
    after = client.get(event.get_absolute_url()).text
    assert (before.count('class="past"'), after.count('class="past"')) == (0, 1)


def test_every_visitor_has_a_form_token_of_their_own(client):
    event = make.event()
    tokens = set()
    for _visitor in range(2):
        client.cookies.clear()
        tokens.add(client.get(event.get_absolute_url()).text.split('name="csrfmiddlewaretoken" value="')[1][:64])
    assert len(tokens) == 2


def test_a_places_new_name_is_late_by_a_minute_at_most(client, monkeypatch):
    event = make.event()
    place = shelf.by_pk(event.pk).timetable[0].venue
    Venue.objects.filter(pk=place.pk).update(name="Uusi talo")
    assert shelf.by_pk(event.pk).timetable[0].venue.name == "Kirjasto"

    later = shelf.time.monotonic() + shelf.KEEP_SECONDS + 1
    monkeypatch.setattr(shelf.time, "monotonic", lambda: later)
    assert shelf.by_pk(event.pk).timetable[0].venue.name == "Uusi talo"


def test_readers_do_not_share_what_they_change():
    event = make.event(seats=5)
    mine, yours = shelf.by_pk(event.pk), shelf.by_slug(event.slug)
    mine.seat_pools[0].taken = 4
    assert (yours.seats.taken, shelf.by_pool(SeatPool.objects.get().pk).seats.taken) == (0, 0)


def test_a_shelf_that_is_cleared_for_new_ones_loses_none_of_the_page(monkeypatch):
    monkeypatch.setattr(shelf, "AT_MOST", 3)
    events = [make.event() for _i in range(4)]
    keys = [event.pk for event in events]
    shelf.listed(keys[:2])
    assert {event.pk for event in shelf.listed(keys)} == set(keys)
