"""The calendar that one subscribes to."""

import icalendar
import pytest
from allauth.account.models import EmailAddress

from core.services import outbox
from events.models import Event
from registrations.models import Registration
from registrations.services import feeds, invites, letters, seats
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def entries(client, address):
    answer = client.get("/" + address.split("/", 3)[3])
    return (
        icalendar.Calendar.from_ical(answer.content).walk("VEVENT") if answer.status_code == 200 else answer.status_code
    )


def test_a_secret_address_shows_one_registration_and_keeps_up(client):
    registration = make.register(make.event(meetings=2))
    address = feeds.make(key=registration.key, now=NOW)
    assert len(entries(client, address)) == 2
    seats.cancel(registration=registration, by=None, now=NOW)
    assert entries(client, address) == []


def test_it_has_the_same_events_as_the_mails(client):
    registration = make.register(make.event())
    outbox.deliver_due(clock=lambda: NOW)
    [entry] = entries(client, feeds.make(key=registration.key, now=NOW))
    [call] = invites.due(registration=registration, again=True, now=NOW)
    [mailed] = icalendar.Calendar.from_ical(call.content).walk("VEVENT")
    assert (entry["UID"], entry["SEQUENCE"]) == (mailed["UID"], mailed["SEQUENCE"])


def test_who_has_signed_in_gets_all_that_is_shown_to_be_theirs(client):
    user = make.user(email="aino@example.fi")
    for email in ("aino@example.fi", "aino@example.fi", "toinen@example.fi"):
        make.register(make.event(), make.contact(email=email, first_name="Aino"))
    address = feeds.make(key=f"user:{user.pk}", now=NOW)
    assert entries(client, address) == []
    EmailAddress.objects.create(user=user, email=user.email, verified=True)
    assert len(entries(client, address)) == 2


def test_closed_addresses_and_invented_ones_open_nothing(client):
    registration = make.register(make.event())
    address = feeds.make(key=registration.key, now=NOW)
    feeds.close_all(key=registration.key, now=NOW)
    assert [entries(client, each) for each in (address, "http://x/y/calendar/abc.ics", address[:-6] + "x.ics")] == [
        404
    ] * 3


def test_the_link_to_ones_page_is_no_address_of_a_calendar(client):
    registration = make.register(make.event())
    token = letters.personal_url(registration=registration, now=NOW).rstrip("/").rsplit("/", 1)[1]
    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_the_page_shows_the_address_once(client):
    registration = make.register(make.event())
    url = letters.personal_url(registration=registration, now=NOW)
    page = client.post("/" + url.split("/", 3)[3] + "feed/")
    assert (page.status_code, page.context["webcal"].startswith("webcal://")) == (200, True)
    assert Registration.objects.count() == Event.objects.count() == 1
