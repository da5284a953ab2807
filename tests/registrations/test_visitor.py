"""The visitor's form over HTTP, without scripts unless a test says htmx."""

import datetime as dt
import html
import re
from contextlib import contextmanager

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import OutboxMessage
from registrations.models import Hold, Registration
from registrations.services import seats
from tests import factories as make

pytestmark = pytest.mark.django_db

CONTACT = {
    "step": "contact",
    "first_name": "Olena",
    "last_name": "Testenko",
    "email": "olena@example.fi",
    "language": "uk",
}
BACKGROUND = {
    "step": "background",
    "birth_date": "17.5.1990",
    "gender": "F",
    "municipality_code": "081",
    "labour_status_start": "NONE",
    "education_level": "ISCED3",
}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def now(time_machine):
    time_machine.move_to(make.NOW, tick=False)
    return make.NOW


@pytest.fixture
def event(now):
    make.municipality()
    return make.counting_event(seats=2)


def take(client, event, kind="seat"):
    response = client.post(reverse("registrations:take", args=[event.slug]), {"kind": kind})
    return response.headers.get("Location", "").removesuffix("?step=contact"), response


def fill(client, url, *screens, headers=None):
    for screen in screens:
        response = client.post(url, screen, headers=headers)
    return response


def text_of(response):
    return html.unescape(re.sub(r"<[^>]+>|\s+", " ", response.text))


def test_the_whole_way_without_scripts(client, event):
    url, _response = take(client, event)

    assert client.post(url, CONTACT).headers["Location"] == f"{url}?step=background"
    assert client.post(url, BACKGROUND).headers["Location"] == f"{url}?step=summary"
    assert client.post(url, {"step": "summary"}).headers["Location"] == url
    done = client.get(url)

    registration = Registration.objects.get()
    assert (registration.status, registration.name, registration.language) == ("confirmed", "Olena Testenko", "uk")
    assert "olena@example.fi" in text_of(done)
    assert "/uk/my/" in OutboxMessage.objects.get().payload["text"]


def test_with_scripts_a_whole_registration_takes_seven_requests(client, event):
    requests = [client.get(event.get_absolute_url())]
    url, response = take(client, event)
    requests += [response, client.get(url)]
    requests += [client.post(url, screen, headers=HTMX) for screen in (CONTACT, BACKGROUND)]
    requests += [client.post(url, {"step": "summary"}), client.get(url)]

    assert [each.status_code for each in requests] == [200, 302, 200, 200, 200, 302, 200]
    assert Registration.objects.count() == 1


def test_without_scripts_it_takes_nine_because_each_screen_is_a_redirect(client, event):
    client.get(event.get_absolute_url())
    pages = [client.post(reverse("registrations:take", args=[event.slug]), {"kind": "seat"}, follow=True)]
    url = pages[0].redirect_chain[0][0].removesuffix("?step=contact")
    pages += [client.post(url, screen, follow=True) for screen in (CONTACT, BACKGROUND, {"step": "summary"})]

    assert 1 + sum(1 + len(page.redirect_chain) for page in pages) == 9
    assert Registration.objects.count() == 1


@contextmanager
def counted(costs):
    """Add to `costs` how many queries the block sends; a test's own savepoints are none."""
    with CaptureQueriesContext(connection) as queries:
        yield
    costs.append(sum("SAVEPOINT" not in query["sql"] for query in queries))


def test_the_steps_of_a_registration_cost_these_queries(client, event):
    url, _response = take(Client(), event)
    fill(client, url, CONTACT, BACKGROUND)
    client.get(url)  # what is kept is kept from here on

    costs = []
    with counted(costs):
        url, _response = take(client, event)
    for screen in (CONTACT, BACKGROUND, {"step": "summary"}):
        with counted(costs):
            client.get(url)
        with counted(costs):
            client.post(url, screen)
    with counted(costs):
        client.get(url)

    assert costs == [6, 2, 3, 2, 3, 2, 19, 2]  # one of the 19 reads the organisers' own texts, once in a while
    assert Registration.objects.count() == 1


def test_htmx_gets_the_next_screen_itself_and_an_address_to_come_back_to(client, event):
    url, _response = take(client, event)

    response = client.post(url, CONTACT, headers=HTMX)

    assert response.headers["HX-Push-Url"] == f"{url}?step=background"
    assert 'id="step"' in response.text
    assert "<html" not in response.text
    reloaded = client.get(response.headers["HX-Push-Url"]).text
    assert without_tokens(response.text).strip() in without_tokens(reloaded)


def without_tokens(page):
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def test_wrong_answers_come_back_as_they_were_typed_with_an_error_beside_each(client, event):
    url, _response = take(client, event)

    response = client.post(url, CONTACT | {"email": "olena at example"})

    assert response.status_code == 422
    assert 'value="Olena"' in response.text
    assert 'href="#id_email"' in response.text
    assert 'id="id_email_error"' in response.text
    assert 'aria-invalid="true"' in response.text


def test_what_was_typed_survives_a_closed_browser(client, event):
    url, _response = take(client, event)
    client.post(url, CONTACT)
    client.cookies.clear()

    assert 'value="Testenko"' in client.get(f"{url}?step=contact").text


def test_nobody_jumps_over_a_screen(client, event):
    url, _response = take(client, event)

    assert 'name="step" value="contact"' in client.get(f"{url}?step=summary").text
    assert client.post(url, {"step": "summary"}).headers["Location"] == f"{url}?step=contact"
    assert not Registration.objects.exists()


def test_hostile_characters_and_endless_answers_are_cut_before_they_are_kept(client, event):
    url, _response = take(client, event)
    response = client.post(url, CONTACT | {"first_name": "A\x00ino", "support_needs": "x" * 100_000})

    assert response.status_code == 422
    draft = Hold.objects.get().draft["contact"]
    assert (draft["first_name"], len(draft["support_needs"])) == ("Aino", 2000)


@pytest.mark.parametrize(
    "name", ["Anna\n\nhttps://evil.example", "Anna https://evil.example", "<b>Anna</b>", "Anna\u202e"]
)
def test_a_name_holds_no_link_and_no_second_line(client, event, name):
    url, _response = take(client, event)
    assert 'id="id_first_name_error"' in client.post(url, CONTACT | {"first_name": name}).text


def test_a_visitor_who_comes_too_late_is_told_before_typing_and_offered_the_queue(client, event):
    for _i in range(2):
        take(Client(), event)

    url, response = take(client, event)

    assert (url, response.status_code) == ("", 409)
    assert str(seats.Full.message) in text_of(response)
    assert 'name="kind" value="queue"' in response.text


def test_the_queue_keeps_the_whole_form(client, event):
    for _i in range(2):
        make.register(event)
    url, _response = take(client, event, "queue")
    fill(client, url, CONTACT, BACKGROUND, {"step": "summary"})

    registration = Registration.objects.latest("pk")
    assert registration.status == "waiting"
    assert registration.person.start_notices.get().education_level == "ISCED3"


def test_an_expired_hold_says_so_keeps_what_was_typed_and_offers_a_new_seat(client, event, time_machine):
    url, _response = take(client, event)
    fill(client, url, CONTACT, BACKGROUND)
    time_machine.move_to(make.NOW + dt.timedelta(minutes=21), tick=False)

    response = client.post(url, {"step": "summary"})
    assert (response.status_code, response.context_data["refusal"].code) == (422, "hold_expired")
    assert response.text.count(url + "renew/") == 2
    assert "data-once" not in response.text

    client.post(url + "renew/", {"kind": "seat"})
    client.post(url, {"step": "summary"})
    assert Registration.objects.get().name == "Olena Testenko"


def test_a_repeat_by_someone_else_sees_the_very_same_page(client, event):
    pages = []
    for _who in range(2):
        url, _response = take(client, event)
        fill(client, url, CONTACT, BACKGROUND, {"step": "summary"})
        pages.append(text_of(client.get(url)))

    assert pages[0] == pages[1]
    assert Registration.objects.count() == 1


def test_sending_twice_makes_one_registration(client, event):
    url, _response = take(client, event)
    fill(client, url, CONTACT, BACKGROUND, {"step": "summary"}, {"step": "summary"})

    assert Registration.objects.count() == 1
    assert Hold.objects.get().draft == {}


@pytest.mark.parametrize(("born", "asked"), [("17.5.1990", False), ("1.1.2016", True), ("1.1.1940", True)])
def test_an_unusual_age_is_asked_about_and_not_refused(client, event, born, asked):
    url, _response = take(client, event)
    fill(client, url, CONTACT, BACKGROUND | {"birth_date": born})

    page = client.get(url)
    assert ("note-warning" in page.text) is asked
    client.post(url, {"step": "summary"})
    assert Registration.objects.count() == 1


def test_a_browser_finds_the_way_back_to_the_form_it_has_begun_and_others_do_not(client, event):
    url, _response = take(client, event)
    assert f'href="{url}"' in client.get(event.get_absolute_url()).text
    assert url not in Client().get(event.get_absolute_url()).text

    fill(client, url, CONTACT, BACKGROUND, {"step": "summary"})
    client.get(url)
    assert url not in client.get(event.get_absolute_url()).text


def test_a_form_that_nobody_opened_does_not_exist(client, event):
    assert client.get("/registration/" + "x" * 27 + "/").status_code == 404
    assert client.post(reverse("registrations:take", args=["nothing-here"])).status_code == 404


def test_the_form_of_one_event_asks_only_what_it_needs(client, now):
    url, _response = take(client, make.event())
    make.privacy_notices()
    fill(client, url, CONTACT, {"step": "summary"})

    assert Registration.objects.get().status == "confirmed"


def test_a_seat_cannot_be_taken_by_a_link(client, event):
    assert client.get(reverse("registrations:take", args=[event.slug])).status_code == 405


def test_a_form_without_its_token_is_refused_in_words(event):
    response = Client(enforce_csrf_checks=True).post(reverse("registrations:take", args=[event.slug]))
    assert response.status_code == 403
    assert "<h1>" in response.text


def test_everybody_may_say_that_they_gave_the_form_before_and_all_get_the_same_answers(client, event):
    who = make.contact(
        first_name="Olena", last_name="Testenko", email="olena@example.fi", birth_date=dt.date(1990, 5, 17)
    )
    earlier = make.counting_event(project=event.project)
    make.register(earlier, who, answers=make.answers(who))
    seen = []
    for email in ("olena@example.fi", "stranger@example.fi"):
        url, _response = take(Client(), event)
        answers = [client.post(url, CONTACT | {"email": email})]
        answers += [client.get(f"{url}?step=background"), client.get(f"{url}?step=background&before=yes")]
        answers += [client.post(url, {"step": "background", "birth_date": "17.5.1990", "given_before": "yes"})]
        answers += [client.get(f"{url}?step=summary"), client.post(url, {"step": "summary"}), client.get(url)]
        token = url.strip("/").split("/")[-1]
        seen.append([(each.status_code, text_of(each).replace(email, "…").replace(token, "…")) for each in answers])
    assert seen[0] == seen[1]
    known, stranger = Registration.objects.filter(event=event).order_by("pk")
    assert (known.person.start_notices.count(), stranger.person.start_notices.count()) == (1, 0)


def test_who_says_so_by_mistake_can_still_fill_the_form_in(client, event):
    url, _response = take(client, event)
    fill(client, url, CONTACT, {"step": "background", "birth_date": "17.5.1990", "given_before": "yes"})
    assert "birth_date" in client.get(f"{url}?step=background&before=no").context["form"].fields
    assert fill(client, url, BACKGROUND).headers["Location"] == f"{url}?step=summary"
    fill(client, url, {"step": "summary"})
    assert Registration.objects.get().person.start_notices.count() == 1


def test_a_date_of_birth_is_needed_to_be_recognised_by(client, event):
    url, _response = take(client, event)
    fill(client, url, CONTACT)
    answer = fill(client, url, {"step": "background", "birth_date": "17.5.1890", "given_before": "yes"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["birth_date"])


def test_who_has_signed_in_with_that_mailbox_is_told_that_nothing_is_asked_again(client, event):
    who = make.contact(email="olena@example.fi", birth_date=dt.date(1990, 5, 17))
    make.register(make.counting_event(project=event.project), who, answers=make.answers(who))
    url, _response = take(client, event)
    fill(client, url, CONTACT)
    for verified, told in ((False, None), (True, "olena@example.fi")):
        user = make.user()
        EmailAddress.objects.create(user=user, email="olena@example.fi", verified=verified)
        client.force_login(user)
        given = client.get(f"{url}?step=background").context["given_before"]
        assert (given and given.email) == told
        EmailAddress.objects.all().delete()
