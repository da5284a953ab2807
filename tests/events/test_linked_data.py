"""What search engines read on an event's page, held against what schema.org and they require."""

import datetime as dt
import json
import re

import pytest

from events.enums import Mode, Status
from events.models import Meeting, Venue
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
REQUIRED = {
    "@context", "@type", "name", "description", "url", "startDate", "endDate", "eventStatus", "eventAttendanceMode",
    "location", "offers", "organizer", "inLanguage", "isAccessibleForFree",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def read(client, event, prefix=""):
    text = client.get(f"{prefix}/events/{event.slug}/").text
    [found] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    return json.loads(found)


def test_it_says_all_that_is_required(client):
    event = make.event(title="Ompelukurssi", spoken_languages=["fi", "uk"], seats=3)
    make.held(event)
    found = read(client, event)

    assert set(found) >= REQUIRED
    assert (found["@context"], found["@type"]) == ("https://schema.org", "EducationEvent")
    assert (found["name"], found["inLanguage"]) == ("Ompelukurssi", ["fi", "uk"])
    assert dt.datetime.fromisoformat(found["startDate"]) == event.starts_at
    assert found["eventStatus"] == "https://schema.org/EventScheduled"
    assert found["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    assert found["location"] == {
        "@type": "Place",
        "name": "Kirjasto",
        "address": {
            "@type": "PostalAddress",
            "streetAddress": "Kirjastotie 1",
            "postalCode": "19600",
            "addressLocality": "Hartola",
            "addressCountry": "FI",
        },
    }
    assert found["organizer"]["@type"] == "Organization"
    assert found["isAccessibleForFree"] is True
    assert (found["maximumAttendeeCapacity"], found["remainingAttendeeCapacity"]) == (3, 2)
    assert {**found["offers"], "validFrom": ""} == {
        "@type": "Offer",
        "url": f"https://miitti.example/events/{event.slug}/",
        "price": 0,
        "priceCurrency": "EUR",
        "availability": "https://schema.org/InStock",
        "validFrom": "",
    }


@pytest.mark.parametrize(
    ("fields", "availability"),
    [
        ({}, "InStock"),
        ({"seats": None}, "InStock"),
        ({"registration_opens_at": NOW + dt.timedelta(days=1)}, "PreOrder"),
        ({"registration_closes_at": NOW - dt.timedelta(days=1)}, "Discontinued"),
    ],
)
def test_the_offer_says_what_the_door_says(client, fields, availability):
    assert read(client, make.event(**fields))["offers"]["availability"] == f"https://schema.org/{availability}"


def test_a_full_event_offers_its_queue(client):
    event = make.event(seats=1)
    make.register(event)
    assert read(client, event)["offers"]["availability"] == "https://schema.org/BackOrder"


def test_a_cancelled_event_is_cancelled(client):
    event = make.event(status=Status.CANCELLED, meetings=2)
    found = read(client, event)
    assert {found["eventStatus"], *(part["eventStatus"] for part in found["subEvent"])} == {
        "https://schema.org/EventCancelled"
    }


def test_a_series_has_its_dates_as_parts(client):
    event = make.event(meetings=3)
    found = read(client, event)
    assert [part["startDate"] for part in found["subEvent"]] == [
        meeting.starts_at.isoformat() for meeting in event.timetable
    ]
    assert dt.datetime.fromisoformat(found["endDate"]) == event.ends_at
    assert found["location"]["@type"] == "Place"


@pytest.mark.parametrize(
    ("fields", "mode", "kinds"),
    [
        ({"mode": Mode.REMOTE, "venue": None, "link": "https://meet.example/secret"}, "Online", ["VirtualLocation"]),
        ({"link": "https://meet.example/secret"}, "Mixed", ["Place", "VirtualLocation"]),
    ],
)
def test_the_way_to_attend_is_told_without_the_link(client, fields, mode, kinds):
    event = make.event()
    Meeting.objects.filter(event=event).update(**fields)
    text = client.get(f"/events/{event.slug}/").text
    found = read(client, event)
    places = found["location"] if isinstance(found["location"], list) else [found["location"]]

    assert found["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"
    assert [place["@type"] for place in places] == kinds
    assert "secret" not in text


def test_a_place_picked_on_the_map_has_its_coordinates(client):
    event = make.event()
    Venue.objects.update(latitude=61.58, longitude=26.02)
    assert read(client, event)["location"]["geo"] == {"@type": "GeoCoordinates", "latitude": 61.58, "longitude": 26.02}


def test_nothing_can_end_the_element(client):
    title = "</script><script>alert(1)</script> & \u2028"
    event = make.event(title=title)
    assert read(client, event)["name"] == title
    assert "<script>alert" not in client.get(f"/events/{event.slug}/").text


def test_the_object_speaks_the_readers_language(client):
    event = make.event(title_fi="Ompelu", title_sv="Sömnad")
    found = read(client, event, "/sv")
    assert (found["name"], found["url"]) == ("Sömnad", f"https://miitti.example/sv/events/{event.slug}/")


def test_the_page_names_itself_once_for_all_its_addresses(client):
    event = make.event(title='Ompelu "ja" muuta', summary="Tule.")
    page = client.get(f"/sv/events/{event.slug}/?utm_source=x").text
    address = f"https://miitti.example/sv/events/{event.slug}/"
    assert f'<link rel="canonical" href="{address}">' in page
    assert f'<meta property="og:url" content="{address}">' in page
    assert '<meta property="og:title" content="Ompelu &quot;ja&quot; muuta">' in page
    assert '<meta property="og:description" content="Tule.">' in page
    assert 'hreflang="x-default"' in page
    assert "noindex" not in page


def test_a_confidential_event_asks_not_to_be_indexed_and_its_seats_are_not_asked_for(client):
    page = client.get(f"/events/{make.event(confidential=True).slug}/").text
    assert '<meta name="robots" content="noindex">' in page
    assert "data-seats-from" not in page
