import pytest
from django.urls import reverse

from accounts.enums import Role
from events.models import Project, Venue
from tests import factories as make

pytestmark = pytest.mark.django_db

PLACE = {
    "name": "Kirjasto", "street": "Kirjastotie 1", "postal_code": "19600", "post_office": "Hartola",
    "municipality": "081", "access": "",
}  # fmt: skip
PROJECT = {
    "code": "S30001", "name_fi": "Vauhtia", "name_sv": "Fart", "period": "2021-2027", "starts_on": "2026-01-01",
    "ends_on": "2027-12-31", "authority": "Elinvoimakeskus", "min_hours": "8", "planned_people": "550",
}  # fmt: skip


@pytest.fixture
def owner(client):
    make.municipality()
    owner = make.organisation()
    client.force_login(make.member(Role.OWNER, owner))
    return owner


def test_a_place_is_added_and_can_be_chosen(client, owner):
    client.post(reverse("events:add_venue"), PLACE)
    assert str(Venue.objects.get().pk) in client.get(reverse("events:create")).text


def test_a_project_is_added_with_its_plan(client, owner):
    client.post(reverse("events:add_project", args=[owner.pk]), PROJECT)

    project = Project.objects.get()
    assert (project.name_fi, project.name_sv, project.organisation) == ("Vauhtia", "Fart", owner)
    assert [(target.indicator, target.value) for target in project.targets.all()] == [("EECO01", 550)]
    assert project.name in client.get(reverse("events:create")).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "X1"}, "code"),
        ({"name_fi": ""}, "name_fi"),
        ({"ends_on": "2025-01-01"}, "ends_on"),
        ({"min_hours": "-1"}, "min_hours"),
    ],
)
def test_a_wrong_project_is_explained(client, owner, changes, field):
    response = client.post(reverse("events:add_project", args=[owner.pk]), PROJECT | changes)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def test_a_project_is_added_once(client, owner):
    for _i in range(2):
        response = client.post(reverse("events:add_project", args=[owner.pk]), PROJECT)
    assert (response.status_code, Project.objects.count()) == (422, 1)


def test_who_may_add(client, owner):
    for role, place, project in [(Role.ORGANISER, 200, 404), (Role.DOOR, 404, 404), (Role.READER, 404, 404)]:
        client.force_login(make.member(role, owner))
        assert client.get(reverse("events:add_venue")).status_code == place
        assert client.get(reverse("events:add_project", args=[owner.pk])).status_code == project
    client.force_login(make.member(Role.OWNER, make.organisation()))
    assert client.get(reverse("events:add_project", args=[owner.pk])).status_code == 404
