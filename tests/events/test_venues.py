import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from events.models import Venue
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser(client):
    made = make.member(Role.ORGANISER, make.organisation())
    client.force_login(made)
    return made


def address(venue, name="venue"):
    return reverse(f"events:{name}", args=[venue.pk])


def sent(client, venue, **changes):
    form = client.get(address(venue)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None} | changes


def test_a_place_is_changed_and_put_on_the_map_with_commas(client, organiser):
    venue = make.venue()
    data = sent(client, venue, name_sv="Biblioteket", latitude="61,58", longitude="26.02")
    assert client.post(address(venue), data).status_code == 302

    venue.refresh_from_db()
    assert (venue.name_sv, venue.latitude, venue.longitude) == ("Biblioteket", 61.58, 26.02)
    assert AuditEntry.objects.get(action="venue.change").after == {
        "latitude": 61.58, "longitude": 26.02, "name_sv": "Biblioteket",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"latitude": "61,58"}, "longitude"),
        ({"latitude": "48.85", "longitude": "26"}, "latitude"),
        ({"latitude": "north", "longitude": "26"}, "latitude"),
        ({"postal_code": "1960"}, "postal_code"),
    ],
)
def test_a_wrong_place_is_explained(client, organiser, changes, field):
    venue = make.venue()
    response = client.post(address(venue), sent(client, venue, **changes))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def test_the_second_who_changes_a_place_is_told(client, organiser):
    venue = make.venue()
    data = sent(client, venue)
    client.post(address(venue), data | {"street": "Kirjastotie 2"})
    told = client.post(address(venue), data | {"street": "Kirjastotie 3"})
    assert (told.status_code, list(told.context["form"].errors)) == (422, ["__all__", "street"])
    assert told.context["form"]["street"].value() == "Kirjastotie 3"


def test_a_place_where_events_are_held_stays_and_names_them(client, organiser):
    event = make.event(title="Hygieniapassi")
    venue = event.meetings.get().venue
    [use] = client.get(address(venue, "delete_venue")).context["uses"]
    assert "Hygieniapassi" in use
    client.post(address(venue, "delete_venue"))
    assert Venue.objects.filter(pk=venue.pk).exists()


def test_an_unused_place_is_deleted(client, organiser):
    venue = make.venue()
    assert client.post(address(venue, "delete_venue")).headers["Location"] == reverse("events:venues")
    assert not Venue.objects.exists()


def test_places_are_for_those_who_plan_events(client):
    venue = make.venue()
    pages = [address(venue), address(venue, "delete_venue")]
    assert {client.get(page).status_code for page in pages} == {302}
    for role, status in [(Role.ORGANISER, 200), (Role.READER, 404), (Role.DOOR, 404)]:
        client.force_login(make.member(role, make.organisation()))
        assert {client.get(page).status_code for page in pages} == {status}
        assert len(client.get(reverse("events:venues")).context["venues"]) == (1 if status == 200 else 0)
    assert client.post(reverse("events:venues")).status_code == 405
