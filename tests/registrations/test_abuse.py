"""Robots, crowds behind one address, guessed links: what the public doors let through and what they answer."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from config.settings import RATE_LIMITS
from core.models import OutboxMessage
from events.enums import Status as EventStatus
from registrations.models import Hold, Registration
from registrations.services import letters, unfinished
from tests import factories as make
from tests.registrations.test_visitor import BACKGROUND, CONTACT, fill, take, text_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return time_machine


@pytest.fixture
def event(clock):
    make.municipality()
    return make.counting_event(seats=30)


def limit(settings, **changes):
    settings.RATE_LIMITS = RATE_LIMITS | {key.replace("_", " "): value for key, value in changes.items()}


def from_address(address):
    return Client(REMOTE_ADDR=address)


# How often, and from where


def test_the_seats_taken_from_one_address_are_limited_and_the_answer_says_when_to_come_back(settings, clock, event):
    limit(settings, hold=(2, 600))
    for _i in range(2):
        assert take(from_address("192.0.2.1"), event)[0]
    clock.move_to(make.NOW.replace(minute=1))

    _url, told = take(from_address("192.0.2.1"), event)

    assert (told.status_code, told.headers["Retry-After"]) == (429, "540")
    assert "Yritä uudelleen 9 minuutin kuluttua" in text_of(told) or "Try again in 9 minutes" in text_of(told)
    assert event.title in told.text
    assert take(from_address("192.0.2.2"), event)[0]
    clock.move_to(make.NOW.replace(minute=10))
    assert take(from_address("192.0.2.1"), event)[0]


def test_a_flood_from_many_addresses_stops_at_the_events_own_limit(settings, event):
    limit(settings, hold_of_event=(3, 60))
    answers = [take(from_address(f"192.0.2.{number}"), event)[1].status_code for number in range(1, 6)]
    assert answers == [302, 302, 302, 429, 429]
    assert Hold.objects.count() == 3


def test_a_rush_of_two_thousand_in_a_minute_is_no_flood():
    times, seconds = RATE_LIMITS["hold of event"]
    assert (times >= 2000, seconds) == (True, 60)


def test_over_the_limit_a_screen_comes_back_as_it_was_typed(settings, client, event):
    url, _response = take(client, event)
    limit(settings, form=(1, 600))
    client.post(url, CONTACT)

    for headers in ({}, HTMX):
        told = client.post(url, BACKGROUND | {"post_office": "Hartola", "step": "background"}, headers=headers)
        assert (told.status_code, 'value="Hartola"' in told.text, "Retry-After" in told.headers) == (429, True, True)


def test_over_the_limit_the_whole_form_waits_and_is_sent_later(settings, clock, client, event):
    url, _response = take(client, event)
    fill(client, url, CONTACT, BACKGROUND)
    limit(settings, send=(0, 60))
    assert client.post(url, {"step": "summary"}).status_code == 429
    limit(settings)
    client.post(url, {"step": "summary"})
    assert Registration.objects.count() == 1


# Unfinished forms


def test_pressing_again_goes_on_with_the_form_that_was_begun(client, event, counters):
    first, _response = take(client, event)
    fill(client, first, CONTACT)
    again, response = take(client, event)

    assert (again, Hold.objects.count(), counters(event).held) == (first, 1, 1)
    assert "Background" in text_of(client.get(response.headers["Location"])) or Hold.objects.get().draft["contact"]


def test_two_tabs_go_on_with_one_form(client, event, counters):
    tabs = [client.get(event.get_absolute_url()) for _i in range(2)]
    urls = {take(client, event)[0] for _tab in tabs}
    assert (len(urls), counters(event).held) == (1, 1)


def test_after_a_form_is_sent_the_same_browser_registers_somebody_else(client, event):
    url, _response = take(client, event)
    fill(client, url, CONTACT, BACKGROUND, {"step": "summary"})
    client.get(url)
    other, _response = take(client, event)
    assert other != url


def test_a_form_that_ran_out_gets_a_new_seat_and_keeps_what_was_typed(clock, client, event, counters):
    url, _response = take(client, event)
    fill(client, url, CONTACT)
    clock.move_to(make.NOW.replace(minute=30))
    again, _response = take(client, event)

    assert (again, Hold.objects.get().draft["contact"]["last_name"], counters(event).held) == (url, "Testenko", 1)


def test_another_date_is_chosen_without_keeping_two_seats(clock, client, counters):
    make.privacy_notices()
    event = make.event(seats=5, meetings=2, each_date=True)
    one, other = event.pools.order_by("pk")
    address = reverse("registrations:take", args=[event.slug])
    first = client.post(address, {"kind": "seat", "pool": one.pk}).headers["Location"].partition("?")[0]
    fill(client, first, CONTACT)
    second = client.post(address, {"kind": "seat", "pool": other.pk}).headers["Location"].partition("?")[0]

    counters(event)
    assert first != second
    assert [pool.held for pool in event.pools.order_by("pk")] == [0, 1]
    assert Hold.objects.latest("pk").draft["contact"]["last_name"] == "Testenko"


def test_one_who_joins_the_queue_and_finds_a_free_seat_takes_it(client, event, counters):
    queued, _response = take(client, event, "queue")
    fill(client, queued, CONTACT)
    seated, _response = take(client, event, "seat")

    assert queued != seated
    assert Hold.objects.latest("pk").draft["contact"]["last_name"] == "Testenko"
    assert take(client, event, "queue")[0] == seated


def test_somebody_elses_cookie_or_a_forged_one_begins_a_new_form(client, event):
    url, _response = take(client, event)
    stranger = Client()
    stranger.cookies[f"form-{event.pk}"] = url.strip("/").split("/")[-1]
    assert take(stranger, event)[0] not in {"", url}


def test_one_address_keeps_so_many_seats_of_an_event_for_unfinished_forms(settings, clock, event, counters):
    settings.HOLDS_PER_ADDRESS = 3
    browsers = [from_address("192.0.2.1") for _i in range(4)]
    urls = [take(browser, event)[0] for browser in browsers[:3]]
    clock.move_to(make.NOW.replace(minute=5))
    _url, told = take(browsers[3], event)

    assert (told.status_code, told.headers["Retry-After"]) == (429, "900")
    assert counters(event).held == 3
    assert take(from_address("192.0.2.2"), event)[0]
    assert take(from_address("192.0.2.1"), make.event())[0]

    fill(browsers[0], urls[0], CONTACT, BACKGROUND, {"step": "summary"})
    assert take(browsers[3], event)[0]


def test_a_place_in_the_queue_needs_no_slot(settings, event):
    settings.HOLDS_PER_ADDRESS = 1
    assert all(take(from_address("192.0.2.1"), event, "queue")[0] for _i in range(3))


def test_a_seat_refused_gives_its_slot_back(settings, clock):
    settings.HOLDS_PER_ADDRESS = 1
    event = make.event(seats=1)
    take(from_address("192.0.2.9"), event)
    assert take(from_address("192.0.2.1"), event)[1].status_code == 409
    event.pools.update(capacity=2)
    assert take(from_address("192.0.2.1"), event)[0]


def test_when_the_time_is_over_the_slots_are_free(settings, clock, event):
    settings.HOLDS_PER_ADDRESS = 1
    assert take(from_address("192.0.2.1"), event)[0]
    clock.move_to(make.NOW.replace(minute=19))
    assert take(from_address("192.0.2.1"), event)[1].status_code == 429
    clock.move_to(make.NOW.replace(minute=21))
    assert take(from_address("192.0.2.1"), event)[0]


def test_a_form_that_is_prolonged_keeps_its_slot(settings, clock):
    settings.HOLDS_PER_ADDRESS = 1
    slots = unfinished.claim(event_pk=1, address="192.0.2.1", number=1, now=make.NOW)
    unfinished.bind(slots=slots, token="x")
    clock.move_to(make.NOW.replace(minute=15))
    unfinished.prolong(token="x", now=make.NOW.replace(minute=15))
    clock.move_to(make.NOW.replace(minute=25))
    with pytest.raises(unfinished.TooManyForms):
        unfinished.claim(event_pk=1, address="192.0.2.1", number=1, now=make.NOW.replace(minute=25))


def test_of_many_at_once_only_so_many_get_a_slot(settings):
    settings.HOLDS_PER_ADDRESS = 5
    got = []

    def come():
        try:
            got.extend(unfinished.claim(event_pk=1, address="192.0.2.1", number=1, now=make.NOW))
        except unfinished.TooManyForms:
            got.append("")

    crowd = [threading.Thread(target=come) for _i in range(20)]
    [each.start() for each in crowd]
    [each.join() for each in crowd]
    assert (len(set(got) - {""}), got.count("")) == (5, 15)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_time_make_one_form():
    make.privacy_notices()
    event = make.event(first=make.timezone.now() + make.dt.timedelta(days=7), published_at=make.timezone.now())
    page = Client().get(event.get_absolute_url())
    locations = []

    def press():
        browser = Client()
        browser.cookies["miitti_csrf"] = page.cookies["miitti_csrf"].value
        locations.append(take(browser, event)[0])
        connection.close()

    presses = [threading.Thread(target=press) for _i in range(4)]
    [each.start() for each in presses]
    [each.join() for each in presses]
    assert (len(set(locations)), Hold.objects.count()) == (1, 1)


# Machines


def test_what_fills_the_hidden_field_is_asked_again_and_not_believed(client, event):
    url, _response = take(client, event)
    told = client.post(url, CONTACT | {"homepage": "https://spam.example"})

    assert (told.status_code, 'value="Testenko"' in told.text, Hold.objects.get().draft) == (422, True, {})
    assert "spam.example" not in told.text
    assert client.post(url, CONTACT).status_code == 302


def test_a_form_filled_faster_than_people_type_comes_back_once(settings, clock, client, event):
    settings.FORM_FASTEST_SECONDS = 2
    url, _response = take(client, event)
    clock.move_to(make.NOW + make.dt.timedelta(seconds=1))
    told = client.post(url, CONTACT)
    skipped = client.post(url, BACKGROUND)
    jumped = client.post(url, {"step": "summary"})

    assert (told.status_code, 'value="Testenko"' in told.text) == (422, True)
    assert [skipped.headers["Location"], jumped.headers["Location"]] == [f"{url}?step=contact"] * 2
    clock.move_to(make.NOW + make.dt.timedelta(seconds=3))
    assert client.post(url, CONTACT).headers["Location"] == f"{url}?step=background"


# The address that was meant


def test_a_mistyped_address_is_asked_about_before_the_seat_is_taken(client, event):
    url, _response = take(client, event)
    asked = client.post(url, CONTACT | {"email": "olena@gmial.com"})

    assert (asked.status_code, 'value="olena@gmail.com"' in asked.text) == (422, True)
    taken = client.post(url, CONTACT | {"email": "olena@gmial.com", "email_meant": "olena@gmail.com"})
    assert taken.headers["Location"] == f"{url}?step=background"
    assert Hold.objects.get().draft["contact"]["email"] == "olena@gmail.com"


def test_one_who_keeps_the_address_is_asked_once(client, event):
    url, _response = take(client, event)
    odd = CONTACT | {"email": "olena@gmial.com"}
    assert client.post(url, odd).status_code == 422
    assert client.post(url, odd).status_code == 302
    assert client.post(url, odd).status_code == 302
    assert client.post(url, odd | {"email": "olena@gmaill.com"}).status_code == 422


def test_an_address_corrected_by_hand_wins_over_the_button(client, event):
    url, _response = take(client, event)
    client.post(url, CONTACT | {"email": "olena@gmial.com"})
    client.post(url, CONTACT | {"email": "olena@example.fi", "email_meant": "olena@gmail.com"})
    assert Hold.objects.get().draft["contact"]["email"] == "olena@example.fi"


def test_an_address_that_cannot_be_right_is_no_choice(client, event):
    url, _response = take(client, event)
    asked = client.post(url, CONTACT | {"email": "olena@gmail,com"})
    assert (asked.status_code, asked.text.count('name="email_meant"')) == (422, 1)
    assert client.post(url, CONTACT | {"email": "olena@gmail,com"}).status_code == 422
    meant = {"email": "olena@gmail,com", "email_meant": "olena@gmail.com"}
    assert client.post(url, CONTACT | meant).status_code == 302


# Guessing


def test_guessing_links_and_forms_ends_soon_and_a_right_link_works_for_everybody_behind_the_address(
    settings, clock, event
):
    registration = make.register(event)
    mine = letters.personal_url(registration=registration, now=make.NOW).removeprefix("https://miitti.example")
    limit(settings, miss=(3, 600))
    guesses = ["/my/" + "x" * 27 + "/", "/my/" + "y" * 27 + "/edit/", "/registration/" + "z" * 27 + "/"]
    guesser = from_address("192.0.2.66")

    assert [guesser.get(guess).status_code for guess in guesses] == [404, 404, 404]
    told = guesser.get(guesses[0])
    right = guesser.get(mine)

    assert (told.status_code, right.status_code, told.headers["Retry-After"]) == (429, 200, "600")
    clock.move_to(make.NOW.replace(minute=10))
    assert guesser.get(guesses[0]).status_code == 404


def test_opening_ones_own_link_often_is_no_guessing(settings, client, event):
    mine = letters.personal_url(registration=make.register(event), now=make.NOW)
    limit(settings, miss=(1, 600))
    assert [client.get(mine).status_code for _i in range(5)] == [200] * 5


def test_a_form_withdrawn_with_its_event_loses_nothing(client, event):
    url, _response = take(client, event)
    event.status = EventStatus.DRAFT
    event.published_at = None
    event.save()
    fill(client, url, CONTACT, BACKGROUND)
    assert client.post(url, {"step": "summary"}).status_code == 422
    assert Hold.objects.get().draft["contact"]["last_name"] == "Testenko"


def test_a_second_sending_makes_nothing_more(client, event):
    url, _response = take(client, event)
    fill(client, url, CONTACT, BACKGROUND, {"step": "summary"}, {"step": "summary"})
    assert (Registration.objects.count(), OutboxMessage.objects.count()) == (1, 1)
