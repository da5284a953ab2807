"""Rides: chosen with the registration, never overbooked, listed for the driver; and links for those who have a seat."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from events.models import PickUp, Ride
from events.services import rides
from registrations.enums import HoldKind
from registrations.models import Registration
from registrations.services import corrections, letters, seats
from registrations.services.rides import RideFull
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def event():
    return make.event()


def ride(event, *places, name="Bussi Joutsasta", seats=None):
    made = Ride.objects.create(event=event, name=name, seats=seats)
    return [PickUp.objects.create(ride=made, place=place, leaves=dt.time(8, 15)) for place in places or ("Joutsa",)]


def aboard(event, stop, who=None):
    seats.register(
        hold=make.held(event), contact=who or make.contact(), answers=None, support_needs="", pick_up=stop.pk, now=NOW
    )
    return Registration.objects.latest("pk")


def test_a_visitor_chooses_a_stop_on_the_form(client, event):
    make.privacy_notices()
    [stop] = ride(event)
    form = client.post(reverse("registrations:take", args=[event.slug]), {"kind": "seat"}).headers["Location"]
    path = form.partition("?")[0]
    assert "Bussi Joutsasta: 08.15 Joutsa" in client.get(form).text
    fields = {
        "step": "contact",
        "first_name": "Aino",
        "last_name": "Esimerkki",
        "email": "aino@example.fi",
        "phone": "",
        "language": "fi",
        "support_needs": "",
    }
    client.post(path, fields | {"pick_up": str(stop.pk)})
    assert "Bussi Joutsasta: 08.15 Joutsa" in client.get(path + "?step=summary").text
    client.post(path, {"step": "summary"})
    assert Registration.objects.get().pick_up == stop


def test_a_stop_of_another_event_is_no_choice(client, event):
    make.privacy_notices()
    ride(event)
    [foreign] = ride(make.event())
    path = (
        client.post(reverse("registrations:take", args=[event.slug]), {"kind": "seat"})
        .headers["Location"]
        .partition("?")[0]
    )
    fields = {
        "step": "contact",
        "first_name": "Aino",
        "last_name": "Esimerkki",
        "email": "aino@example.fi",
        "phone": "",
        "language": "fi",
        "support_needs": "",
    }
    assert client.post(path, fields | {"pick_up": str(foreign.pk)}).status_code == 422
    with pytest.raises(RideFull):
        aboard(event, foreign)


def test_a_full_ride_takes_nobody_more_and_the_seat_stays_held(event):
    first, second = ride(event, "Joutsa", "Hartola", seats=1)
    aboard(event, first)
    with pytest.raises(RideFull):
        aboard(event, second)
    assert Registration.objects.count() == 1


def test_who_cancels_leaves_the_ride(event):
    [stop] = ride(event, seats=1)
    seats.cancel(registration=aboard(event, stop), by=None, now=NOW)
    aboard(event, stop)


def test_a_person_changes_the_stop_by_their_link(client, event):
    first, second = ride(event, "Joutsa", "Hartola", seats=1)
    registration = aboard(event, first)
    changes = corrections.Changes(phone="", language="fi", support_needs="", pick_up=second.pk)
    corrections.change(registration=registration, changes=changes, answers=None, now=NOW)
    registration.refresh_from_db()
    assert registration.pick_up == second
    assert "Hartola" in mine(client, registration)


def test_the_driver_gets_a_list_and_looking_is_recorded(client, event):
    first, second = ride(event, "Joutsa", "Hartola", seats=9)
    aboard(event, second, make.contact(last_name="Kyytiläinen", phone="+358401234567"))
    aboard(event, first, make.contact(last_name="Peruva"))
    seats.cancel(registration=Registration.objects.get(last_name="Peruva"), by=None, now=NOW)
    client.force_login(make.organiser(event))
    page = client.get(reverse("registrations:passengers", args=[event.pk]))
    assert ("Kyytiläinen" in page.text, "+358401234567" in page.text, "Peruva" in page.text) == (True, True, False)
    assert AuditEntry.objects.filter(action="people.read").count() == 1


def test_strangers_find_no_list(client, event):
    path = reverse("registrations:passengers", args=[event.pk])
    assert client.get(path).headers["Location"].startswith("/account/login/")
    for somebody in (make.member(Role.OWNER, make.organisation()), make.member(Role.READER, event.organisation)):
        client.force_login(somebody)
        assert client.get(path).status_code == 404


def sent(**changes):
    return {"name_fi": "Bussi", "seats": "40", "stops": "8.15 Joutsa, linja-autoasema\n\n8:40 Hartola"} | changes


def test_an_organiser_writes_stops_as_lines(client, event):
    client.force_login(make.organiser(event))
    path = reverse("events:rides", args=[event.pk])
    client.post(path, sent())
    made = Ride.objects.get()
    assert [str(stop) for stop in made.pick_ups.order_by("leaves")] == [
        "08.15 Joutsa, linja-autoasema",
        "08.40 Hartola",
    ]
    chosen = made.pick_ups.get(place="Hartola")
    aboard(event, chosen)

    client.post(reverse("events:change_ride", args=[event.pk, made.pk]), sent(stops="9.00 Hartola"))
    chosen.refresh_from_db()
    assert (chosen.leaves, made.pick_ups.count()) == (dt.time(9), 1)

    refused = client.post(reverse("events:change_ride", args=[event.pk, made.pk]), sent(stops="8.15 Joutsa"))
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["stops"])
    client.post(reverse("events:remove_ride", args=[event.pk, made.pk]))
    assert Ride.objects.count() == 1


@pytest.mark.parametrize("stops", ["", "Joutsa 8.15", "25.00 Joutsa", "8.75 Joutsa", "8.15"])
def test_a_line_that_is_no_stop_is_named(client, event, stops):
    client.force_login(make.organiser(event))
    response = client.post(reverse("events:rides", args=[event.pk]), sent(stops=stops))
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["stops"])


def test_removing_a_ride_that_nobody_uses_is_recorded(event):
    [stop] = ride(event)
    rides.remove(ride=stop.ride, by=make.user(), now=NOW)
    assert (Ride.objects.exists(), AuditEntry.objects.get().action) == (False, "event.remove_ride")


# Links to join online


def mine(client, registration):
    url = letters.personal_url(registration=registration, now=NOW)
    return client.get(url[url.index("/my/") :]).text


def test_the_link_to_join_is_for_those_who_have_a_seat(client):
    event = make.event(seats=1)
    event.meetings.update(link="https://meet.example/room-7")
    seated, waiting = make.register(event), make.register(event, kind=HoldKind.QUEUE)
    assert "https://meet.example/room-7" in mine(client, seated)
    assert "https://meet.example/room-7" not in mine(client, waiting)
    assert "https://meet.example/room-7" not in client.get(event.get_absolute_url()).text
    seats.cancel(registration=waiting, by=None, now=NOW)
    assert "https://meet.example/room-7" not in mine(client, waiting)


def test_there_and_back_are_two_stops_of_one_place_however_often_they_are_saved(event):
    stops = [rides.Stop(leaves=dt.time(8), place="Joutsa"), rides.Stop(leaves=dt.time(17), place="Joutsa")]
    values = {"names": {"name_fi": "Bussi"}, "seats": None, "stops": stops, "by": make.user(), "now": NOW}
    made = rides.save(event=event, ride=None, **values)
    before = list(made.pick_ups.order_by("leaves").values_list("pk", "leaves"))
    for _i in range(3):
        rides.save(event=event, ride=made, **values)
    assert list(made.pick_ups.order_by("leaves").values_list("pk", "leaves")) == before


def test_a_ride_keeps_a_seat_for_each_who_chose_it(event):
    [stop] = ride(event, seats=9)
    for _i in range(2):
        aboard(event, stop)
    values = {
        "names": {"name_fi": "Bussi"},
        "stops": [rides.Stop(leaves=stop.leaves, place="Joutsa")],
        "by": make.user(),
        "now": NOW,
    }
    with pytest.raises(rides.FewerThanAboard):
        rides.save(event=event, ride=stop.ride, seats=1, **values)
    rides.save(event=event, ride=stop.ride, seats=2, **values)
