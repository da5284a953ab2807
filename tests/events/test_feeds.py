"""What other programs read: news, calendar, sitemap."""

import datetime as dt
import warnings
import xml.etree.ElementTree as ET

import pytest

from events.enums import Kind, Status
from events.models import Event
from events.services import search
from tests import factories as make
from tests.factories import NOW

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import vobject

pytestmark = pytest.mark.django_db
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def read(text):
    return ET.fromstring(text)  # noqa: S314 - our own answer


def dates(client, **query):
    """The feed's dates by their identifier, read by another library."""
    answer = client.get("/feed.ics", query)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    book = vobject.readOne(answer.text)
    return {entry.uid.value: entry for entry in getattr(book, "vevent_list", [])}


def test_the_calendar_has_every_date_of_the_chosen_events(client):
    course = make.event(title="Ompelukurssi", summary="Tule, ja ota; kangasta mukaan.", meetings=2)
    make.event(title="Messut", kind=Kind.FAIR)

    found = dates(client, kind="course")

    first, second = (found[f"meeting-{meeting.pk}@miitti.example"] for meeting in course.timetable)
    assert len(found) == 2
    assert (first.summary.value, first.description.value) == ("Ompelukurssi", "Tule, ja ota; kangasta mukaan.")
    assert (first.dtstart.value, second.dtend.value) == (course.timetable[0].starts_at, course.timetable[1].ends_at)
    assert first.dtstart.params["X-VOBJ-ORIGINAL-TZID"] == ["Europe/Helsinki"]
    assert first.location.value == "Kirjasto, Kirjastotie 1, 19600 Hartola"
    assert first.status.value == "CONFIRMED"


def test_the_calendar_brings_its_time_zone_and_its_name(client):
    make.event(kind=Kind.FAIR)
    book = vobject.readOne(client.get("/en/feed.ics", {"kind": "fair"}).text)
    assert [zone.tzid.value for zone in book.vtimezone_list] == ["Europe/Helsinki"]
    assert book.x_wr_calname.value == "Events: Fair – Miitti"


def test_an_update_keeps_its_identifier_and_raises_its_revision(client):
    event = make.event(title="Vanha")
    [(before, old)] = dates(client).items()
    Event.objects.filter(pk=event.pk).update(title_fi="Uusi", sequence=event.sequence + 1)

    [(after, new)] = dates(client).items()

    assert before == after
    assert (new.summary.value, int(new.sequence.value)) == ("Uusi", int(old.sequence.value) + 1)


def test_a_cancelled_event_is_marked_and_stays_until_it_would_have_been_over(client, time_machine):
    make.event(status=Status.CANCELLED)
    assert [entry.status.value for entry in dates(client).values()] == ["CANCELLED"]
    time_machine.move_to(NOW + dt.timedelta(days=30))
    assert dates(client) == {}


def test_a_calendar_without_events_can_be_read(client):
    assert dates(client, q="xyzzy") == {}


def test_news_are_items_with_identifiers_that_stay(client):
    event = make.event(title="Ompelu & muuta", summary="Tule <nyt>.")
    answer = client.get("/feed.rss", {"q": "ompelu"})
    channel = read(answer.content).find("channel")

    [item] = channel.findall("item")
    assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert (channel.find("language").text, channel.find("link").text) == ("fi", "https://miitti.example/?q=ompelu")
    assert item.find("title").text == "Ompelu & muuta"
    assert item.find("link").text == f"https://miitti.example/events/{event.slug}/"
    assert item.find("guid").text == f"event-{event.pk}@miitti.example"
    assert item.find("description").text.endswith("Kirjasto, Hartola · Tule <nyt>.")


def test_news_speak_the_language_of_their_address(client):
    make.event(title_fi="Ompelu", title_sv="Sömnad")
    assert "<title>Sömnad</title>" in client.get("/sv/feed.rss").text


def test_the_catalogue_links_to_the_feeds_of_its_choice(client):
    page = client.get("/sv/", {"q": "söm", "when": "week"}).text
    for feed in ("feed.rss", "feed.ics"):
        assert f'href="/sv/{feed}?q=s%C3%B6m&amp;when=week"' in page


@pytest.mark.parametrize("number", [1, 3])
def test_feeds_cost_the_same_queries_for_any_number_of_events(client, number, django_assert_num_queries):
    for _each in range(number):
        make.event()
    client.get("/feed.rss")
    for path in ("/feed.rss", "/feed.ics"):
        with django_assert_num_queries(3):
            client.get(path)


def test_the_sitemap_has_every_listed_event_in_each_language(client):
    event = make.event()
    index = read(client.get("/sitemap.xml").content)
    assert [each.text.rpartition("/")[2] for each in index.findall(".//s:loc", SITEMAP)] == [
        "sitemap-pages.xml",
        "sitemap-events.xml",
        "sitemap-jobs.xml",
    ]
    urls = read(client.get("/sitemap-events.xml").content).findall("s:url", SITEMAP)
    assert sorted(url.find("s:loc", SITEMAP).text for url in urls) == sorted(
        f"http://testserver{prefix}/events/{event.slug}/" for prefix in ("", "/sv", "/en", "/uk")
    )
    languages = {link.get("hreflang") for link in urls[0].findall("x:link", SITEMAP)}
    assert languages == {"fi", "sv", "en", "uk", "x-default"}


def test_robots_are_told_the_way_and_kept_from_personal_pages(client):
    text = client.get("/robots.txt").text
    assert "Sitemap: https://miitti.example/sitemap.xml" in text
    assert "Disallow: /my/" in text


def test_what_a_feed_finds_is_what_the_list_finds(client):
    make.event(title="Kortti", spoken_languages=["uk"])
    make.event(title="Kortti toinen", seats=1)
    for query in ({"q": "kortin"}, {"language": "uk"}, {"free": "1"}, {"from": "2027-01-01"}):
        listed = [card.event.pk for card in client.get("/", query).context["cards"]]
        assert listed == list(
            search.ordered(
                wanted=client.get("/", query).context["form"].wanted(), now=NOW, among=Event.objects.announced()
            )
        )
