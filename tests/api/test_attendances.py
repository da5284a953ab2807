import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_the_list_says_who_was_there_without_names_and_reading_is_recorded(machine, event, meeting):
    registration = make.register(event)
    present = make.check_in(registration, meeting).attendance
    make.check_in(make.register(make.event()))

    response = machine.get(f"/events/{event.pk}/attendances")

    assert response.json()["items"] == [
        {
            "id": present.pk,
            "registration_id": registration.pk,
            "meeting_id": meeting.pk,
            "at": "2026-11-23T12:00:00Z",
            "source": "camera",
        }
    ]
    assert AuditEntry.objects.get(action="attendance.read").after == {"people": 1}


@pytest.mark.parametrize("people", [1, 3])
def test_it_costs_the_same_queries_for_any_number_of_people(machine, event, meeting, people):
    for _i in range(people):
        make.check_in(make.register(event), meeting)
    machine.get("/events")

    with CaptureQueriesContext(connection) as queries:
        machine.get(f"/events/{event.pk}/attendances")

    assert len(queries) == 4
