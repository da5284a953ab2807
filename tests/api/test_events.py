import pytest

from events.enums import Status
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_anyone_may_read_the_published_events_in_their_language(client):
    event = make.event(title_fi="Kurssi", title_sv="Kurs", seats=5)
    make.event(status=Status.DRAFT)

    [found] = client.get("/api/v1/events", {"language": "sv"}).json()

    assert (found["title"], found["door"], found["free_seats"]) == ("Kurs", "open", 5)
    assert found["meetings"][0]["municipality_code"] == "081"
    assert found["url"] == f"https://miitti.example/sv/events/{event.slug}/"


def test_they_can_be_narrowed(client):
    make.event(kind="fair")
    make.event(kind="course")
    assert [each["kind"] for each in client.get("/api/v1/events", {"kind": "fair"}).json()] == ["fair"]
    assert client.get("/api/v1/events", {"municipality": "999"}).json() == []
    assert client.get("/api/v1/events", {"kind": "circus"}).status_code == 422
    assert client.get("/api/v1/events", {"municipality": "\x00"}).status_code == 422
