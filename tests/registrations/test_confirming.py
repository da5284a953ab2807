"""Where an event wants it, a form becomes a registration only when the link in a mail is pressed."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from core.models import OutboxMessage
from events.models import Terms
from registrations.models import Hold, Party, Registration
from registrations.services import seats
from tests import factories as make

pytestmark = pytest.mark.django_db

CONTACT = {
    "step": "contact",
    "first_name": "Olena",
    "last_name": "Testenko",
    "email": "olena@example.fi",
    "language": "uk",
    "coming": "yes",
}
SEND = {"step": "summary"}


@pytest.fixture
def event(settings):
    settings.FORM_FASTEST_SECONDS = 0
    make.privacy_notices()
    made = make.event(seats=3, first=timezone.now() + dt.timedelta(days=7))
    Terms.objects.create(event=made, confirm_by_click=True)
    return made


def take(client, event, **data):
    with translation.override("fi"):  # whatever the last page spoke
        address = reverse("registrations:take", args=[event.slug])
    response = client.post(address, {"kind": "seat"} | data)
    return response.headers["Location"].removesuffix("?step=contact")


def send(client, event, contact=CONTACT, **data):
    """Fill the form and send it. Return its address."""
    url = take(client, event, **data)
    client.post(url, contact)
    assert client.post(url, SEND).headers["Location"] == url
    return url


def mailed(recipient="olena@example.fi"):
    """The address of the newest link to press."""
    message = OutboxMessage.objects.filter(recipient=recipient, payload__keys__letter="confirm_address").latest("pk")
    return re.search(r"https?://[^/]+(/\S*confirm/\S+/)", message.payload["text"])[1]


def letters():
    return [message.payload["keys"]["letter"] for message in OutboxMessage.objects.order_by("pk")]


def test_sending_the_form_keeps_the_seat_and_registers_nobody(client, event, counters):
    url = send(client, event)

    hold, now = Hold.objects.get(), timezone.now()
    page = client.get(url)

    assert (Registration.objects.count(), counters(event).held, letters()) == (0, 1, ["confirm_address"])
    assert dt.timedelta(minutes=59) < hold.expires_at - now <= dt.timedelta(minutes=60)
    assert "olena@example.fi" in page.text
    assert f"{url}" not in OutboxMessage.objects.get().payload["text"]


def test_the_link_shows_a_button_and_the_button_registers(client, event, counters):
    url = send(client, event)
    elsewhere, link = Client(), mailed()

    for _look in range(2):  # a mail scanner looks too
        assert elsewhere.get(link).status_code == 200
    assert elsewhere.head(link).status_code == 200
    assert Registration.objects.count() == 0
    done = elsewhere.post(link, follow=True)

    made = Registration.objects.get()
    assert (made.status, made.name, made.email) == ("confirmed", "Olena Testenko", "olena@example.fi")
    assert (counters(event).held, letters()) == (0, ["confirm_address", "confirmed"])
    assert done.templates[0].name == "registrations/done.html"
    assert client.get(url).templates[0].name == "registrations/done.html"


def test_the_button_pressed_twice_registers_once(client, event, counters):
    send(client, event)
    link = mailed()
    assert {client.post(link).status_code for _press in range(2)} <= {200, 302}
    assert (Registration.objects.count(), counters(event).taken) == (1, 1)


def test_one_registered_already_is_answered_like_anybody(client, event):
    known = make.contact(first_name="Olena", last_name="Testenko", email="olena@example.fi")
    make.register(event, known, now=timezone.now())
    pages = []
    for who in (CONTACT, CONTACT | {"first_name": "Iryna", "email": "iryna@example.fi"}):
        visitor = Client()
        url = send(visitor, event, who)
        texts = [visitor.get(url).text, visitor.get(mailed(who["email"])).text,
                 visitor.post(mailed(who["email"]), follow=True).text]  # fmt: skip
        pages.append([plain(text).replace(who["email"], "…") for text in texts])
    for one, other in zip(*pages, strict=True):
        assert one.split() == other.split()
    assert letters() == ["confirmed", "confirm_address", "known_already", "confirm_address", "confirmed"]


def plain(text):
    """What people see; times, and what differs from page to page, left out."""
    return re.sub(r"\d+[.:]\d+", "", re.sub(r"<[^>]+>|\s+", " ", text))


def test_a_wrong_address_is_corrected_and_the_old_link_is_void(client, event):
    url = send(client, event)
    old = mailed()

    assert client.get(f"{url}?step=contact").templates[0].name == "registrations/form.html"
    client.post(url, CONTACT | {"email": "right@example.fi"})
    refused = client.post(old)
    client.post(url, SEND)

    assert (refused.status_code, refused.context_data["refusal"].code) == (409, "other_address")
    assert client.post(old).status_code == 404
    client.post(mailed("right@example.fi"))
    assert [each.email for each in Registration.objects.all()] == ["right@example.fi"]


def test_a_link_to_ones_own_mailbox_registers_nobody_elses_address(client, event):
    url = send(client, event, CONTACT | {"email": "me@example.fi"})
    link = mailed("me@example.fi")
    client.post(url, CONTACT | {"email": "victim@example.fi"})
    client.post(link, {"kind": "seat"})
    client.post(link, {"kind": "queue"})
    assert Registration.objects.count() == 0


def test_a_draft_that_was_spoilt_meanwhile_registers_nobody(client, event):
    url = send(client, event)
    client.post(url, CONTACT | {"first_name": ""})
    assert client.post(mailed()).status_code == 409
    assert Registration.objects.count() == 0


def test_too_late_the_seat_is_gone_and_what_was_typed_is_safe(client, event, counters):
    url = send(client, event)
    Hold.objects.update(created_at=timezone.now() - dt.timedelta(hours=2), expires_at=timezone.now())
    seats.sweep(now=timezone.now())

    late = client.post(mailed())
    assert (late.status_code, late.context_data["refusal"].code, late.context_data["expired"]) == (
        409, "hold_expired", True,
    )  # fmt: skip
    assert "Olena" in client.get(f"{url}?step=contact").text
    assert counters(event).held == 0
    again = client.post(mailed(), {"kind": "seat"})
    assert (again.status_code, Registration.objects.get().status) == (302, "confirmed")


def test_too_late_and_full_the_queue_is_one_press_away(client, event):
    send(client, event)
    Hold.objects.update(created_at=timezone.now() - dt.timedelta(hours=2), expires_at=timezone.now())
    for _seat in range(3):
        make.register(event, now=timezone.now())

    full = client.post(mailed(), {"kind": "seat"})
    client.post(mailed(), {"kind": "queue"})

    assert (full.status_code, full.context_data["refusal"].code) == (409, "full")
    assert Registration.objects.get(email="olena@example.fi").status == "waiting"


def test_the_queue_wants_a_press_too(client, event):
    for _seat in range(3):
        make.register(event, now=timezone.now())
    send(client, event, kind="queue")
    assert Registration.objects.count() == 3
    client.post(mailed())
    assert Registration.objects.get(email="olena@example.fi").status == "waiting"


def test_a_group_wants_one_press_of_its_contact(client, event, counters):
    url = take(client, event, seats=2)
    client.post(url, CONTACT)
    client.post(url, {"step": "members", "first_name_1": "Iryna", "last_name_1": "Toinen", "email_1": "i@example.fi"})
    client.post(url, SEND)
    assert (counters(event).held, Party.objects.count(), letters()) == (2, 0, ["confirm_address"])

    client.post(mailed())

    assert (Party.objects.get().members.count(), counters(event).taken) == (2, 2)


def test_sending_again_and_again_is_limited_and_holds_no_seat_for_ever(client, event):
    url = send(client, event)
    answers = [client.post(url, SEND).status_code for _press in range(6)]
    assert answers == [302] * 5 + [429]
    began = Hold.objects.get().created_at
    Hold.objects.update(
        created_at=began - dt.timedelta(hours=2, minutes=50), expires_at=began + dt.timedelta(minutes=1)
    )
    hold = Hold.objects.select_related("pool").get()
    seats.ask_to_confirm(hold=hold, contact=make.contact(), now=timezone.now())
    assert Hold.objects.get().expires_at <= began + dt.timedelta(minutes=10)


def test_an_event_that_does_not_want_it_registers_at_once(client, settings):
    settings.FORM_FASTEST_SECONDS = 0
    send(client, make.event(first=timezone.now() + dt.timedelta(days=7)))
    assert (Registration.objects.count(), letters()) == (1, ["confirmed"])


def test_links_that_were_never_made_open_nothing(client):
    for token in ("x" * 27, "1", "%00"):
        assert client.get(f"/confirm/{token}/").status_code == 404
        assert client.post(f"/confirm/{token}/").status_code == 404


def test_a_personal_link_is_no_link_to_confirm(client, event):
    send(client, event)
    link = mailed()
    token = link.rstrip("/").rsplit("/", 1)[1]
    assert client.get(f"/my/{token}/").status_code == 404
