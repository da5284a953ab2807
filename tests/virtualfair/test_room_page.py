"""The room as a page without scripts: who comes in, and every command as a plain form."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.services import links
from core.models import LiveEvent
from registrations.enums import HoldKind
from registrations.services import letters, seats
from tests import factories as make
from tests.factories import NOW
from tests.virtualfair import factories as fairs
from virtualfair.enums import FairRole
from virtualfair.models import ChatMessage, FairPass, Question
from virtualfair.services import admission, rooms

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def address(name, fair, *rest):
    return reverse(f"virtualfair:{name}", args=[fair.slug, *rest])


def link_of(registration):
    return links.make(purpose=letters.PURPOSE, key=registration.key, now=NOW)


def come_in(client, fair, **contact):
    """Open the personal link, as from the mail."""
    registration = make.register(fair, make.contact(**contact))
    return client.get(address("enter", fair, link_of(registration)), follow=True)


def send(client, fair, command, **data):
    return client.post(address("do", fair, command), data)


def test_a_registration_is_the_way_in_and_the_browser_remembers_it(client):
    fair = fairs.fair()
    page = come_in(client, fair, first_name="Aino", last_name="Salainen")

    holder = page.context["holder"]
    assert (holder.name, holder.role, holder.event) == ("Aino", FairRole.JOBSEEKER, fair)
    assert "Salainen" not in page.text
    assert client.get(address("room", fair)).context["holder"] == holder
    assert "token" not in page.request["PATH_INFO"]


def test_a_stranger_is_told_how_to_come_in(client):
    fair = fairs.fair()
    for path in (address("room", fair),):
        page = client.get(path)
        assert (page.status_code, page.templates[0].name) == (403, "virtualfair/door.html")
    assert send(client, fair, "chat.send", text="Hei").status_code == 403
    assert ChatMessage.objects.count() == 0


def test_a_wrong_link_another_fairs_link_and_a_course_are_not_found(client):
    fair, other = fairs.fair(), fairs.fair()
    theirs = link_of(make.register(other))
    course = make.event()
    for path in (
        address("enter", fair, "x" * 27),
        address("enter", fair, theirs),
        address("enter", course, link_of(make.register(course))),
        address("room", course),
        address("room", fairs.fair(status="draft")),
    ):
        assert client.get(path).status_code == 404


def test_whoever_waits_or_has_cancelled_does_not_come_in(client):
    fair = fairs.fair(seats=1)
    seated = make.register(fair)
    waiting = make.register(fair, kind=HoldKind.QUEUE)
    assert client.get(address("enter", fair, link_of(waiting))).status_code == 409
    client.get(address("enter", fair, link_of(seated)))
    assert client.get(address("room", fair)).status_code == 200
    seats.cancel(registration=seated, by=None, now=NOW)
    assert client.get(address("room", fair)).status_code == 403


@pytest.mark.parametrize(
    ("role", "status"), [(Role.OWNER, 200), (Role.ORGANISER, 200), (Role.DOOR, 403), (Role.READER, 403)]
)
def test_organisers_come_in_by_their_login_others_of_the_staff_do_not(client, role, status):
    fair = fairs.fair()
    client.force_login(make.member(role, fair))
    assert client.get(address("room", fair)).status_code == status
    assert client.get(address("room", fairs.fair())).status_code == 403


def test_a_page_without_scripts_does_all_that_a_socket_does(client):
    fair = fairs.fair()
    come_in(client, fair)
    said = send(client, fair, "chat.send", text="Hei", id=str(uuid.uuid4()))
    asked = send(client, fair, "qa.ask", text="Palkka?", anonymous="on")

    assert [each.headers["Location"] for each in (said, asked)] == [
        f"/fairs/{fair.slug}/#talk",
        f"/fairs/{fair.slug}/#questions",
    ]
    assert list(LiveEvent.objects.order_by("sq").values_list("type", flat=True)) == ["chat.msg", "qa.asked"]
    page = client.get(address("room", fair))
    assert [each.text for each in page.context["messages_said"]] == ["Hei"]
    assert [(each.text, each.anonymous) for each in page.context["questions"]] == [("Palkka?", True)]
    assert page.context["sq"] == 2


def test_a_page_sent_twice_says_it_once(client):
    fair = fairs.fair()
    come_in(client, fair)
    for _i in range(2):
        assert send(client, fair, "chat.send", text="Hei", id="0b0e1f7e-6a0f-4a4e-9f0a-2f3f7f1a9c11").status_code == 302
    assert ChatMessage.objects.count() == 1


def test_votes_stand_on_the_page_and_are_taken_back(client):
    fair = fairs.fair()
    room = rooms.stage_of(event=fair)
    asked = Question.objects.create(room=room, author=fairs.visitor(room), text="Palkka?", asked_at=NOW)
    come_in(client, fair)
    story = []
    for on in ("1", "0"):
        send(client, fair, "qa.vote", question=asked.pk, on=on)
        context = client.get(address("room", fair)).context
        story.append((context["voted"], context["questions"][0].score))
    assert story == [({asked.pk}, 1), (set(), 0)]


def test_what_cannot_be_read_says_why_and_nothing_typed_is_lost(client):
    fair = fairs.fair()
    come_in(client, fair)
    page = send(client, fair, "qa.ask", text="x" * 600, anonymous="on")
    assert (page.status_code, page.context["ask"]["text"].value()) == (422, "x" * 600)
    assert page.context["ask"]["anonymous"].value() is True
    assert page.context["ask"].errors["text"]


def test_what_is_refused_keeps_what_was_typed_too(client):
    fair = fairs.fair()
    come_in(client, fair)
    for number in range(5):
        send(client, fair, "chat.send", text=str(number))
    page = send(client, fair, "chat.send", text="Tärkeä asia")
    assert (page.status_code, page.context["say"]["text"].value()) == (409, "Tärkeä asia")
    assert page.context["refusal"].code == "slow_down"


def test_an_unknown_command_is_not_found_and_reading_does_nothing(client):
    fair = fairs.fair()
    come_in(client, fair)
    assert send(client, fair, "chat.shout", text="Hei").status_code == 404
    assert client.get(address("do", fair, "chat.send")).status_code == 405


def test_html_in_a_message_stays_text(client):
    fair = fairs.fair()
    come_in(client, fair)
    send(client, fair, "chat.send", text="<script>alert(1)</script>")
    page = client.get(address("room", fair)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_costs_the_same_queries_for_any_number_of_people(client, people, django_assert_num_queries):
    fair = fairs.fair()
    room = rooms.stage_of(event=fair)
    for number in range(people):
        speaker = fairs.employer(room)
        ChatMessage.objects.create(room=room, author=speaker, text="Hei", at=NOW)
        Question.objects.create(room=room, author=speaker, text="Hei?", asked_at=NOW)
        fairs.pitch(room, 10 * number)
    come_in(client, fair)
    with django_assert_num_queries(11):
        client.get(address("room", fair))


# Employers


def test_an_organiser_says_who_speaks_for_an_employer(client):
    fair = fairs.fair()
    room = rooms.stage_of(event=fair)
    pitch, registration = fairs.pitch(room), make.register(fair)
    client.force_login(make.organiser(fair))
    desk = reverse("virtualfair:desk", args=[fair.pk])
    data = {"form": "representative", "registration": registration.pk, "organisation": pitch.organisation_id}

    assert client.post(desk, data).status_code == 302
    holder = FairPass.objects.get(registration=registration)
    assert (holder.role, holder.organisation) == (FairRole.EMPLOYER, pitch.organisation)
    client.post(desk, data | {"organisation": ""})
    holder.refresh_from_db()
    assert (holder.role, holder.organisation) == (FairRole.JOBSEEKER, None)


def test_nobody_of_another_fair_can_be_named(client):
    fair = fairs.fair()
    pitch = fairs.pitch(rooms.stage_of(event=fair))
    elsewhere = make.register(fairs.fair())
    client.force_login(make.organiser(fair))
    data = {"form": "representative", "registration": elsewhere.pk, "organisation": pitch.organisation_id}
    page = client.post(reverse("virtualfair:desk", args=[fair.pk]), data)
    assert (page.status_code, list(page.context["people_form"].errors)) == (422, ["registration"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": FairRole.MODERATOR},
        {"role": FairRole.EMPLOYER},
        {"role": FairRole.JOBSEEKER, "registration": None},
        {"role": FairRole.JOBSEEKER, "user": True},
        {"role": "king"},
    ],
)
def test_the_database_refuses_passes_that_make_no_sense(wrong):
    fair = fairs.fair()
    plain = {"event": fair, "registration": make.register(fair), "name": "Aino", "made_at": NOW}
    wrong = wrong | ({"user": make.user()} if wrong.get("user") else {})
    with pytest.raises(IntegrityError), transaction.atomic():
        FairPass.objects.create(**plain | wrong)


def test_a_pass_ends_with_its_registration_and_an_organisers_with_the_role():
    room = fairs.room()
    visitor, organiser = fairs.visitor(room), fairs.moderator(room)
    both = {visitor.pk, organiser.pk}
    assert admission.still_admitted(both) == both
    seats.cancel(registration=visitor.registration, by=None, now=NOW)
    organiser.user.grants.all().delete()
    assert admission.still_admitted(both) == frozenset()
