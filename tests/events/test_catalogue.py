import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from events.enums import Audience, Kind, Mode, Status
from events.models import Event, Meeting, SeatPool
from events.services import publishing, search
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
    search.index(event=elsewhere)

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
    search.index_stale()


@pytest.mark.parametrize("number", [12, 1000])
def test_the_catalogue_costs_the_same_few_queries_for_twelve_events_and_a_thousand(client, number):
    crowd(number)
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/")

    assert response.context["paginator"].count == number
    assert len(queries) == 9


@pytest.mark.parametrize("number", [12, 1000])
def test_an_event_page_costs_six_queries(client, number):
    crowd(number)
    with CaptureQueriesContext(connection) as queries:
        client.get("/events/e7/")

    assert len(queries) == 6


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


@pytest.mark.parametrize("number", [12, 1000])
def test_a_search_with_every_facet_costs_the_same_few_queries(client, number):
    crowd(number)
    query = {"q": "E kurssi", "when": "month", "kind": "course", "municipality": "081", "free": "1"}
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/", query)

    assert response.context["paginator"].count == number
    assert len(queries) == 8


@pytest.mark.parametrize(("path", "cost"), [("/month/", 8), ("/map/", 9)])
@pytest.mark.parametrize("number", [12, 1000])
def test_month_and_map_cost_the_same_few_queries(client, number, path, cost):
    crowd(number)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    assert len(queries) == cost


def test_each_facet_narrows_and_all_can_be_combined(client):
    make.event(title="Suomeksi", spoken_languages=["fi"], audiences=[Audience.YOUNG])
    make.event(title="Kahdella", spoken_languages=["fi", "uk"], audiences=[Audience.YOUNG, Audience.NEWCOMERS])
    online = make.event(title="Verkossa", spoken_languages=["uk"])
    online.meetings.update(mode=Mode.REMOTE, venue=None)
    search.index(event=online)

    assert titles(client, language="uk") == ["Kahdella", "Verkossa"]
    assert titles(client, language="fi") == ["Suomeksi", "Kahdella"]
    assert titles(client, audience="young") == ["Suomeksi", "Kahdella"]
    assert titles(client, audience="newcomers", language="fi") == ["Kahdella"]
    assert titles(client, online="1") == ["Verkossa"]
    assert titles(client, online="1", language="fi") == []


def test_room_is_where_a_newcomer_gets_in_at_this_moment(client):
    make.event(title="Tilaa", seats=2)
    make.event(title="Avoin", seats=None)
    make.event(title="Kutsu", invite_only=True)
    make.event(title="Muualla", elsewhere_url="https://example.fi/")
    make.event(title="Myöhemmin", registration_opens_at=NOW + dt.timedelta(days=1))
    full = make.event(title="Viimeinen", seats=1)
    assert titles(client, free="1") == ["Tilaa", "Avoin", "Viimeinen"]

    make.held(full)

    assert titles(client, free="1") == ["Tilaa", "Avoin"]


def test_days_are_whole_and_both_ends_belong(client):
    for title, first in (
        ("Maanantai", "2026-12-07 00:00"), ("Keskiviikko", "2026-12-09 23:00"), ("Torstai", "2026-12-10 00:30")
    ):  # fmt: skip
        make.event(title=title, first=make.at(first), hours=1)
    make.event(title="Sarja", first=make.at("2026-12-01 10:00"), meetings=2)

    assert titles(client, **{"from": "2026-12-07", "to": "2026-12-09"}) == ["Maanantai", "Sarja", "Keskiviikko"]
    assert titles(client, **{"from": "2026-12-10"}) == ["Torstai"]
    assert titles(client, to="2026-12-06") == ["Sarja"]
    assert titles(client, when="month", **{"from": "2026-12-09", "to": "2026-12-09"}) == ["Keskiviikko"]


def test_a_row_shows_the_date_that_was_asked_for(client):
    make.event(first=make.at("2026-12-01 10:00"), meetings=2)
    [card] = client.get("/", {"from": "2026-12-05"}).context["cards"]
    assert card.meeting.starts_at == make.at("2026-12-08 10:00")


def test_days_the_wrong_way_round_are_told_and_left_out(client):
    make.event(title="Messut")
    page = client.get("/en/", {"from": "2026-12-09", "to": "2026-12-01"})
    assert "The last day is before the first" in page.text
    assert [card.event.title_fi for card in page.context["cards"]] == ["Messut"]
    assert 'value="2026-12-09"' in page.text


@pytest.mark.parametrize(
    "query",
    [
        {"from": "yesterday", "to": "2026-02-31"},
        {"from": "9999-12-31", "to": "0001-01-01"},
        {"when": "\x00", "kind": "\x00", "municipality": "\x00"},
        {"page": "999999"},
        {"free": "maybe", "online": ["0", "1"], "language": "xx", "audience": "%"},
        {"q": "\x00"},
        {"q": "…!?"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/month/", "/map/", "/feed.rss", "/feed.ics", "/embed/", "/embed/events/"])
def test_absurd_choices_are_answered(client, path, query):
    make.event(title="Messut")
    assert client.get(path, query).status_code == 200


@pytest.mark.parametrize("when", ["9999-12-31", "0001-01-01"])
def test_the_ends_of_time_are_days_like_others(client, when):
    make.event(title="Messut")
    assert client.get("/", {"from": when}).status_code == 200
    assert client.get("/", {"to": when}).status_code == 200


def test_a_very_long_query_is_cut(client):
    make.event(title="Messut")
    page = client.get("/", {"q": "messut " * 1500})
    assert len(page.context["form"].parameters()["q"]) == 100
    assert len(page.context["cards"]) == 1


def test_the_choice_is_told_in_one_sentence_and_each_part_can_be_let_go_of(client):
    make.event(title="Messut", kind=Kind.FAIR)
    page = client.get("/en/", {"q": "<b>", "kind": "fair", "municipality": "081", "free": "1"})
    assert "Your choice: “&lt;b&gt;”, Hartola, Fair, There is room." in page.text.replace("\n", "")
    assert 'href="/en/?municipality=081&amp;kind=fair&amp;free=1"' in page.text


def test_the_three_views_keep_the_choice(client):
    make.event(kind=Kind.FAIR)
    for path in ("/", "/month/", "/map/"):
        assert [url for _name, url in client.get(path, {"kind": "fair", "page": "1"}).context["views"]] == [
            "/?kind=fair",
            "/month/?kind=fair",
            "/map/?kind=fair",
        ]


HIDDEN = [
    {"confidential": True},
    {"archived_at": NOW - dt.timedelta(days=1)},
    {"is_template": True, "status": Status.DRAFT},
    {"status": Status.DRAFT},
]


@pytest.mark.parametrize("fields", HIDDEN)
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/month/?month=2026-11",
        "/map/",
        "/feed.rss",
        "/feed.ics",
        "/embed/events/",
        "/sitemap-events.xml",
        "/api/v1/events",
    ],
)
def test_what_is_not_for_lists_is_behind_no_door(client, path, fields):
    make.event(title="Nakyva", slug="nakyva", contact_email="nakyva@example.fi")
    make.event(title="Piilossa", slug="piilossa", **fields)
    text = client.get(path).text.casefold()
    assert "piilossa" not in text
    assert "nakyva" in text or path == "/map/"


def test_towns_of_hidden_events_are_not_offered(client):
    event = make.event(confidential=True)
    event.meetings.update(venue=make.venue(municipality=make.municipality("172", "Joutsa")))
    search.index(event=event)
    assert dict(client.get("/").context["form"].fields["municipality"].choices).keys() == {""}
    assert client.get("/map/").context["number"] == 0


def test_an_event_taken_back_leaves_the_list_at_once_and_a_new_one_enters_it(client):
    event = make.event(title="Ensin")
    assert titles(client) == ["Ensin"]
    make.event(title="Toinen")
    assert titles(client) == ["Ensin", "Toinen"]
    publishing.unpublish(event=event, by=make.user(), now=NOW)
    assert titles(client) == ["Toinen"]


def test_a_cancelled_event_leaves_the_list_even_if_the_search_was_not_told(client):
    event = make.event(title="Peruttu")
    assert titles(client) == ["Peruttu"]
    Event.objects.filter(pk=event.pk).update(status=Status.CANCELLED, cancelled_at=NOW)
    assert titles(client) == []


def test_a_month_has_its_days_and_its_neighbours(client):
    make.event(title="Tammi", first=make.at("2027-01-05 10:00"))
    for _number in range(6):
        make.event(first=make.at("2026-12-08 17:00"))
    page = client.get("/month/", {"month": "2026-12"})

    [day] = page.context["days"]
    assert (day.date, len(day.lines), day.more, page.context["number"]) == (dt.date(2026, 12, 8), 4, 2, 6)
    assert [len(week) for week in page.context["weeks"]] == [7] * 5
    assert page.context["weeks"][0][0] is None
    assert 'href="?month=2027-01"' in page.text
    assert 'href="?month=2026-11"' in page.text
    assert "from=2026-12-08&amp;to=2026-12-08" in page.text
    assert "Tammi" not in page.text


@pytest.mark.parametrize("month", ["", "2026-13", "december", "2026-10", "2999-01", "\x00"])
def test_a_month_out_of_reach_is_this_month(client, month):
    shown = client.get("/month/", {"month": month}).context["month"]
    assert (shown.first, shown.previous) == (dt.date(2026, 11, 1), None)


def test_a_text_in_another_language_says_so(client):
    event = make.event(title_fi="Ompelukurssi", summary_fi="Tule.", title_sv="Sykurs")
    assert '<a href="/en/events/' in client.get("/en/").text
    assert ' lang="fi">Ompelukurssi</a>' in client.get("/en/").text
    assert ">Sykurs</a>" in client.get("/sv/").text
    pages = {code: client.get(f"/{code}/events/{event.slug}/").text for code in ("en", "uk")}
    assert '<h1 lang="fi">Ompelukurssi</h1>' in pages["en"]
    assert "This text is only in Finnish." in pages["en"]
    assert '<h1 lang="fi">' in pages["uk"]
    assert "only in" not in client.get(f"/events/{event.slug}/").text


def test_a_text_that_is_partly_in_another_language_says_that(client):
    event = make.event(title_fi="Ompelukurssi", summary_fi="Tule.", title_en="Sewing")
    assert "Some of this text is only in Finnish." in client.get(f"/en/events/{event.slug}/").text


def test_the_seats_of_this_moment_cost_one_query(client):
    event, secret = make.event(seats=3), make.event(confidential=True)
    client.get("/")
    make.register(event)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/en/seats/", {"events": f"{event.pk}.{secret.pk}.x.{10**30}"})

    assert "2 seats free" in answer.text
    assert answer.text.count("data-seats") == 1
    assert (len(queries), answer.headers["Cache-Control"], answer.cookies) == (1, "no-store", {})


def test_the_whole_first_page_weighs_less_than_150_kilobytes_uncompressed(client, settings):
    """HTML of twenty rows, all style sheets and all scripts, as they stand in the tree; pictures and icons left out."""
    crowd(25)
    page = client.get("/")
    files = set(re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', page.text))
    weight = len(page.content) + sum((settings.STATICFILES_DIRS[0] / name).stat().st_size for name in files)
    assert {"css/site.css", "js/seats.js"} <= files
    assert weight <= 150_000
