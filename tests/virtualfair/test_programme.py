import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Organisation
from core.models import LiveEvent
from events.enums import Kind, Status
from tests import factories as make
from tests.factories import NOW
from tests.virtualfair import factories as fairs
from virtualfair.services import programme

pytestmark = pytest.mark.django_db


def add(room, **fields):
    plain = {
        "employer": "Konepaja Oy",
        "business_id": "",
        "title": "Hitsaajaksi",
        "starts_at": NOW,
        "minutes": 10,
        "by": make.user(),
        "now": NOW,
    }
    return programme.add_pitch(room=room, **plain | fields)


def test_pitches_stand_in_their_order_and_the_one_going_on_is_marked(client, time_machine):
    time_machine.move_to(NOW + dt.timedelta(minutes=16), tick=False)
    room = fairs.room()
    for after in (30, 15, 0):
        fairs.pitch(room, after)

    page = client.get(reverse("virtualfair:programme", args=[room.event.slug]))

    assert [each.title for each in page.context["pitches"]] == ["Pitch 0", "Pitch 15", "Pitch 30"]
    assert page.text.count("status-open") == 1


def test_a_course_or_a_draft_has_no_programme(client):
    for event in (make.event(), make.event(kind=Kind.VIRTUAL_FAIR, status=Status.DRAFT)):
        assert client.get(reverse("virtualfair:programme", args=[event.slug])).status_code == 404


def test_a_pitch_of_a_new_employer_puts_the_employer_into_the_register():
    room = fairs.room()
    first = add(room)
    second = add(room, employer="konepaja oy", starts_at=NOW + dt.timedelta(minutes=10))
    third = add(room, employer="Toinen", business_id="0165116-3", starts_at=NOW + dt.timedelta(minutes=20))

    assert first.organisation == second.organisation
    assert (third.organisation.name, third.organisation.kind) == ("Toinen", "company")
    assert Organisation.objects.filter(kind="company").count() == 2
    assert list(LiveEvent.objects.values_list("type", flat=True)) == ["schedule.changed"] * 3


@pytest.mark.parametrize(("after", "minutes"), [(0, 10), (-5, 10), (9, 10), (2, 3)])
def test_two_pitches_are_not_on_at_once(after, minutes):
    room = fairs.room()
    add(room)
    with pytest.raises(programme.Overlaps):
        add(room, starts_at=NOW + dt.timedelta(minutes=after), minutes=minutes)


def test_a_pitch_lies_within_the_fairs_hours():
    room = fairs.room()
    for after, minutes in ((-20, 10), (165, 10), (0, 500)):
        with pytest.raises(programme.OutsideTheFair):
            add(room, starts_at=NOW + dt.timedelta(minutes=after), minutes=minutes)


def test_a_pitch_that_has_been_on_stays_in_the_programme():
    room = fairs.room()
    begun, ahead = fairs.pitch(room, -5, began_at=NOW), fairs.pitch(room, 20)
    with pytest.raises(programme.HasBegun):
        programme.remove_pitch(pitch=begun, by=make.user(), now=NOW)
    programme.remove_pitch(pitch=ahead, by=make.user(), now=NOW)
    assert list(room.pitches.all()) == [begun]


@pytest.mark.parametrize(
    "wrong",
    [
        {"after": 0},
        {"after": 20, "minutes": -1},
        {"after": 20, "ended_at": NOW},
        {"after": 20, "began_at": NOW},
    ],
)
def test_the_database_refuses_impossible_pitches(wrong):
    """Two at one moment, an end before its start, an end without a beginning, two that are live."""
    room = fairs.room()
    fairs.pitch(room, began_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        fairs.pitch(room, **wrong)


def sign_in_organiser(client, room):
    client.force_login(make.organiser(room.event))


def form(**fields):
    return {
        "form": "pitch",
        "employer": "Konepaja Oy",
        "title": "Hitsaajaksi",
        "starts": "14:30",
        "minutes": "10",
    } | fields


def test_an_organiser_adds_and_removes_a_pitch(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    room = fairs.room()
    sign_in_organiser(client, room)
    address = reverse("virtualfair:desk", args=[room.event.pk])

    assert client.post(address, form()).status_code == 302
    pitch = room.pitches.get()
    assert pitch.starts_at == make.at("2026-11-23 14:30")
    assert client.post(reverse("virtualfair:remove_pitch", args=[room.event.pk, pitch.pk])).status_code == 302
    assert not room.pitches.exists()


def test_a_wrong_pitch_says_why_and_keeps_what_was_typed(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    room = fairs.room()
    sign_in_organiser(client, room)
    address = reverse("virtualfair:desk", args=[room.event.pk])
    for wrong in ({"starts": "99:99"}, {"starts": "08:00"}, {"business_id": "1234567-9"}):
        page = client.post(address, form(**wrong))
        assert (page.status_code, page.context["pitch_form"]["employer"].value()) == (422, "Konepaja Oy")
        assert page.context["pitch_form"].errors


def test_the_fairs_desk_is_its_organisers_alone(client):
    room = fairs.room()
    address = reverse("virtualfair:desk", args=[room.event.pk])
    removing = reverse("virtualfair:remove_pitch", args=[room.event.pk, fairs.pitch(room).pk])
    assert client.get(address).status_code == 302
    client.force_login(make.organiser(fairs.fair()))
    assert [client.get(address).status_code, client.post(removing).status_code] == [404, 404]
    sign_in_organiser(client, room)
    assert [client.get(address).status_code, client.get(removing).status_code] == [200, 405]
