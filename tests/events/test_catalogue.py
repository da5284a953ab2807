import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from events.enums import Kind, Status
from events.models import Event, Meeting, SeatPool
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def titles(client, **query):
    return [card.event.title for card in client.get("/", query).context["cards"]]


def test_what_comes_next_stands_first_and_what_is_over_is_gone(client):
    make.event(title="Later", first=NOW + dt.timedelta(days=9))
    make.event(title="Soon", first=NOW + dt.timedelta(hours=1))
    make.event(title="Over", first=NOW - dt.timedelta(days=1))
    make.event(title="Running series", first=NOW - dt.timedelta(days=6), meetings=2)
    make.event(title="Draft", status=Status.DRAFT)

    assert titles(client) == ["Soon", "Running series", "Later"]


def test_it_can_be_searched_and_narrowed(client):
    make.event(title="Hygieniapassi", kind=Kind.CARD_TRAINING)
    make.event(title="Kielikahvila", kind=Kind.OPEN_GROUP, description="Puhutaan passista ja muusta.")
    elsewhere = make.event(title="Messut", kind=Kind.FAIR, first=NOW + dt.timedelta(days=20))
    town = make.municipality("172", "Joutsa")
    elsewhere.meetings.update(venue=make.venue(municipality=town))

    assert titles(client, q="passi") == ["Hygieniapassi", "Kielikahvila"]
    assert titles(client, q="passi kahvila") == ["Kielikahvila"]
    assert titles(client, kind="fair") == ["Messut"]
    assert titles(client, municipality="172") == ["Messut"]
    assert titles(client, when="week") == ["Hygieniapassi", "Kielikahvila"]
    assert titles(client, when="today") == []


def test_nonsense_in_the_address_is_ignored(client):
    make.event(title="Messut")
    assert titles(client, kind="circus", municipality="xyz", when="yesterday", page="-3") == ["Messut"]


def test_nothing_found_says_the_next_step(client):
    make.event()
    assert 'href="/"' in client.get("/", {"q": "xyzzy"}).text


def crowd(number):
    """Many events at once: rows, not steps, since a thousand are wanted."""
    owner, place = make.organisation(), make.venue()
    events = Event.objects.bulk_create(
        Event(
            organisation=owner, kind=Kind.COURSE, slug=f"e{i}", title_fi=f"E{i}", summary_fi="S",
            status=Status.PUBLISHED, published_at=NOW, changed_at=NOW,
        )
        for i in range(number)
    )  # fmt: skip
    starts = NOW + dt.timedelta(days=1)
    Meeting.objects.bulk_create(
        Meeting(event=event, starts_at=starts, ends_at=starts + dt.timedelta(hours=2), venue=place) for event in events
    )
    SeatPool.objects.bulk_create(SeatPool(event=event, capacity=20) for event in events)


@pytest.mark.parametrize("number", [12, 1000])
def test_the_catalogue_costs_the_same_few_queries_for_twelve_events_and_a_thousand(client, number):
    crowd(number)
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/")

    assert response.context["paginator"].count == number
    assert len(queries) == 6


@pytest.mark.parametrize("number", [12, 1000])
def test_an_event_page_costs_four_queries(client, number):
    crowd(number)
    with CaptureQueriesContext(connection) as queries:
        client.get("/events/e7/")

    assert len(queries) == 4


def test_pages_of_the_list_keep_the_search(client):
    crowd(25)
    first = client.get("/", {"q": "E"})
    assert 'href="?q=E&amp;page=2"' in first.text
    assert len(client.get("/", {"q": "E", "page": "2"}).context["cards"]) == 5


@pytest.mark.parametrize(
    ("fields", "door"),
    [
        ({}, "open"),
        ({"seats": None}, "free_entry"),
        ({"registration_opens_at": NOW + dt.timedelta(days=1)}, "not_yet"),
        ({"registration_closes_at": NOW - dt.timedelta(days=1)}, "closed"),
        ({"first": NOW - dt.timedelta(days=1)}, "over"),
        ({"status": Status.CANCELLED}, "cancelled"),
    ],
)
def test_an_event_page_says_what_one_can_do(client, fields, door):
    response = client.get(make.event(**fields).get_absolute_url())

    assert response.context["door"] == door
    assert ("<button" in response.text.split('class="seat-box"')[1].split("</aside>")[0]) == (door == "open")


def test_a_full_event_offers_the_queue(client):
    event = make.event(seats=1)
    make.register(event)

    assert 'name="kind" value="queue"' in client.get(event.get_absolute_url()).text


def test_drafts_and_unknown_events_do_not_exist_for_strangers(client):
    assert client.get(make.event(status=Status.DRAFT).get_absolute_url()).status_code == 404
    assert client.get("/events/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("path", "title"), [("/", "Ompelukurssi"), ("/sv/", "Sykurs"), ("/uk/", "Курс шиття"), ("/en/", "Ompelukurssi")]
)
def test_texts_are_shown_in_the_readers_language_else_in_finnish(client, path, title):
    make.event(title_fi="Ompelukurssi", title_sv="Sykurs", title_uk="Курс шиття")
    response = client.get(path)

    assert response.context["cards"][0].event.title_fi == "Ompelukurssi"
    assert f">{title}</a>" in response.text
    assert f'lang="{path.strip("/") or "fi"}"' in response.text


def test_each_page_offers_itself_in_the_other_languages(client):
    event = make.event()
    page = client.get(event.get_absolute_url())
    with translation.override("uk"):
        assert f'href="{reverse("events:event", args=[event.slug])}"' in page.text
