import pytest

from accounts.models import PersonalLink
from accounts.services import links
from core.secrets import digest
from registrations.enums import HoldKind
from registrations.models import Registration
from registrations.services import letters, tickets
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def registration(time_machine):
    time_machine.move_to(NOW, tick=False)
    make.municipality()
    event = make.counting_event(seats=1)
    who = make.contact(birth_date=None)
    return make.register(event, who, answers=make.answers(who))


@pytest.fixture
def url(registration):
    return letters.personal_url(registration=registration, now=NOW).removeprefix("https://miitti.example")


def test_the_link_shows_the_seat_and_its_ticket(client, registration, url):
    page = client.get(url)
    picture = client.get(url + "ticket.svg")

    assert registration.readable_code in page.text
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.text.count("<path") == 1


def test_personal_pages_are_kept_by_no_cache(client, url):
    assert "no-store" in client.get(url).headers["Cache-Control"]


def test_the_link_itself_is_not_stored(registration, url):
    token = url.strip("/").split("/")[-1]
    assert PersonalLink.objects.filter(token_digest=digest(token)).exists()
    assert token not in str(list(PersonalLink.objects.values()))


@pytest.mark.parametrize("tail", ["", "edit/", "cancel/", "ticket.svg", "calendar.ics"])
def test_a_guessed_or_revoked_link_does_not_exist(client, registration, url, tail):
    assert client.get("/my/" + "x" * 27 + "/" + tail).status_code == 404
    assert client.get(url + tail).status_code == 200
    links.revoke_all(purpose=letters.PURPOSE, key=registration.key, now=NOW)
    assert client.get(url + tail).status_code == 404


def test_a_link_outlives_its_event_by_half_a_year(client, registration, url):
    link = PersonalLink.objects.latest("pk")
    assert link.expires_at - registration.event.ends_at == letters.LINK_OUTLIVES_EVENT


def test_a_link_of_another_purpose_does_not_open_it(client, registration):
    token = links.make(purpose="newsletter", key=registration.key, now=NOW)
    assert client.get(f"/my/{token}/").status_code == 404


def test_cancelling_asks_first_and_then_gives_the_seat_to_the_next(client, registration, url):
    waiting = make.register(registration.event, kind=HoldKind.QUEUE)

    client.get(url + "cancel/")
    assert Registration.objects.get(pk=registration.pk).status == "confirmed"
    client.post(url + "cancel/")

    assert Registration.objects.get(pk=registration.pk).status == "cancelled"
    assert Registration.objects.get(pk=waiting.pk).status == "offered"
    assert client.get(url + "ticket.svg").status_code == 404


def test_one_sees_ones_place_in_the_queue(client, registration):
    for _i in range(2):
        waiting = make.register(registration.event, kind=HoldKind.QUEUE)
    page = client.get(letters.personal_url(registration=waiting, now=NOW))

    assert page.context["place"] == 2


def corrections(**changes):
    return {
        "phone": "040 123 4567",
        "language": "sv",
        "birth_date": "17.5.1990",
        "gender": "F",
        "municipality_code": "081",
        "labour_status_start": "EMPLOYED",
        "education_level": "ISCED6",
    } | changes


def test_details_and_the_background_form_can_be_corrected(client, registration, url):
    response = client.post(url + "edit/", corrections())

    registration.refresh_from_db()
    notice = registration.person.start_notices.get()
    assert response.status_code == 302
    assert (registration.phone, registration.language) == ("+358401234567", "sv")
    assert (notice.labour_status_start, notice.education_level, notice.unemployment_duration) == (
        "EMPLOYED",
        "ISCED6",
        "",
    )


def test_wrong_corrections_change_nothing_and_lose_nothing(client, registration, url):
    response = client.post(url + "edit/", corrections(birth_date="tomorrow", phone="040 123 4567"))

    registration.refresh_from_db()
    assert (response.status_code, registration.phone) == (422, "")
    assert 'value="tomorrow"' in response.text
    assert 'value="040 123 4567"' in response.text


def test_once_the_project_counts_with_the_answers_they_are_not_asked_again(client, registration, url):
    make.check_in(registration)

    assert "birth_date" not in client.get(url + "edit/").text
    client.post(url + "edit/", corrections())
    assert registration.person.start_notices.get().labour_status_start == "UNEMPLOYED"


def test_the_ticket_in_the_picture_is_the_one_the_door_reads(registration):
    assert tickets.read(tickets.text(registration)).pk == registration.pk
