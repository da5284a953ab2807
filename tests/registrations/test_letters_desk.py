"""The organiser's pages of letters."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from core import kept
from core.models import LetterText
from events.models import Event
from registrations.models import LetterPlan, Mailing
from registrations.services import changes
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

OWN = {"subject": "Oma: {{event}}", "body": "Moi {{first_name}}\n\n{{code}}\n\n{{link}}", "edition": "0"}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def event():
    event = make.event()
    make.register(event)
    return event


@pytest.fixture
def desk(client, event):
    client.force_login(make.organiser(event))
    return client


def url(name, event, *more):
    return reverse(f"registrations:{name}", args=[event.pk, *more])


def test_the_editor_begins_with_the_words_that_hold_now(desk, event):
    page = desk.get(url("letter_text", event, "confirmed", "sv"))
    assert page.context["form"].initial["subject"] == "Din biljett: {{event}}"
    LetterText.objects.create(
        scope=f"organisation:{event.organisation_id}", moment="confirmed", language="sv", subject="Husets", body="B", changed_at=NOW
    )  # fmt: skip
    kept.forget()
    page = desk.get(url("letter_text", event, "confirmed", "sv"))
    assert page.context["form"].initial["subject"] == "Husets"


def test_own_words_are_saved_and_given_up_again(desk, event):
    address = url("letter_text", event, "confirmed", "fi")
    assert desk.post(address, OWN).status_code == 302
    saved = LetterText.objects.get()
    assert (saved.scope, saved.kind, saved.moment, saved.language) == (event.scope, "", "confirmed", "fi")
    desk.post(address, {"built_in": "1"})
    assert not LetterText.objects.exists()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{{nimi}} {{code}} {{link}}", "{{nimi}}"),
        ("Moi", "{{link}}, {{code}}"),
        ("{{code}} {{link", "kaksi aaltosulkua"),
    ],
)
def test_a_wrong_placeholder_is_said_beside_the_message_and_nothing_is_lost(desk, event, body, says):
    page = desk.post(url("letter_text", event, "confirmed", "fi"), OWN | {"body": body})
    assert (page.status_code, LetterText.objects.count()) == (422, 0)
    assert says in page.context["form"].errors["body"][0]
    assert page.context["form"]["body"].value() == body


def test_a_wrong_placeholder_in_the_subject_is_said_beside_the_subject(desk, event):
    page = desk.post(url("letter_text", event, "confirmed", "fi"), OWN | {"subject": "Oma {{link}}"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["subject"])


def test_the_preview_shows_the_letter_with_an_invented_receiver_and_what_is_wrong(desk, event):
    page = desk.post(url("letter_preview", event, "confirmed", "fi"), OWN | {"body": "Moi {{first_name}} <b>"})
    assert ("Moi Aino &lt;b&gt;" in page.text, 'role="alert"' in page.text) == (True, True)
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]


def test_two_who_edit_at_once_are_told(desk, event):
    address = url("letter_text", event, "confirmed", "fi")
    desk.post(address, OWN)
    page = desk.post(address, OWN | {"subject": "Toinen"})
    assert (page.status_code, LetterText.objects.get().subject) == (422, "Oma: {{event}}")
    assert page.context["form"]["edition"].value() == "1"
    assert desk.post(address, OWN | {"subject": "Toinen", "edition": "1"}).status_code == 302


def test_words_of_the_house_are_for_all_events_of_a_kind(client, event):
    client.force_login(make.member("owner", event.organisation))
    address = reverse("registrations:house_letter_text", args=[event.organisation_id, "course", "waiting", "fi"])
    client.post(address, {"subject": "Jono", "body": "{{link}}", "edition": "0"})
    assert LetterText.objects.get().kind == "course"
    for wrong in ("/no-such-kind/waiting/fi/", "/course/no_such/fi/", "/course/waiting/de/"):
        assert client.get(f"/desk/letters/{event.organisation_id}{wrong}").status_code == 404


def test_a_message_is_counted_first_and_sent_then(desk, event):
    address = url("write_letter", event)
    typed = {
        "statuses": ["confirmed"],
        "came": "any",
        "necessary": "on",
        "subject_fi": "Hei",
        "body_fi": "Moi",
        "nonce": uuid.uuid4(),
    }
    page = desk.post(address, typed | {"count": "1", "body_fi": "Moi {{first_name}}"})
    assert (page.context["reached"].mails, Mailing.objects.count()) == (1, 0)
    assert "Moi Aino" in page.text
    assert desk.post(address, typed | {"send": "1"}).status_code == 302
    assert Mailing.objects.get().words == {"fi": {"subject": "Hei", "body": "Moi"}}


@pytest.mark.parametrize("press", ["count", "send"])
@pytest.mark.parametrize(("field", "words"), [("subject_fi", "Hei {{facts}}"), ("body_fi", "Moi {{etunimi}}")])
def test_a_wrong_placeholder_in_a_message_is_said_beside_it(desk, event, field, words, press):
    typed = {"statuses": ["confirmed"], "came": "any", "subject_fi": "Hei", "body_fi": "Moi", "nonce": uuid.uuid4()}
    page = desk.post(url("write_letter", event), typed | {field: words, press: "1"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert not Mailing.objects.exists()


def test_a_message_that_is_sent_twice_leaves_once(desk, event):
    address = url("write_letter", event)
    nonce = desk.get(address).context["form"]["nonce"].value()
    typed = {"statuses": ["confirmed"], "came": "any", "necessary": "on", "subject_fi": "Hei", "body_fi": "Moi"}
    for _twice in range(2):
        assert desk.post(address, typed | {"send": "1", "nonce": nonce}).status_code == 302
    assert Mailing.objects.count() == 1


def test_other_words_on_the_page_of_a_message_that_left_are_not_taken_for_it(desk, event):
    address = url("write_letter", event)
    typed = {"statuses": ["confirmed"], "came": "any", "necessary": "on", "subject_fi": "Hei", "body_fi": "Moi"}
    typed |= {"send": "1", "nonce": uuid.uuid4()}
    desk.post(address, typed)
    page = desk.post(address, typed | {"body_fi": "Muuta"})
    assert (page.status_code, Mailing.objects.count(), page.context["form"]["body_fi"].value()) == (422, 1, "Muuta")
    fresh = page.context["form"]["nonce"].value()
    assert desk.post(address, typed | {"body_fi": "Muuta", "nonce": fresh}).status_code == 302
    assert [each.words["fi"]["body"] for each in Mailing.objects.order_by("pk")] == ["Moi", "Muuta"]


@pytest.mark.parametrize("missing", [{"subject_fi": ""}, {"body_fi": ""}, {"subject_fi": "", "body_fi": ""}])
def test_half_a_message_is_not_sent(desk, event, missing):
    typed = {
        "statuses": ["confirmed"],
        "came": "any",
        "subject_fi": "Hei",
        "body_fi": "Moi",
        "nonce": uuid.uuid4(),
    } | missing
    assert desk.post(url("write_letter", event), typed | {"send": "1"}).status_code == 422
    assert not Mailing.objects.exists()


def test_the_plan_of_letters_is_changed(desk, event):
    desk.post(url("letter_plan", event), {"reminder_hours": "48", "follow_up_hours": ""})
    plan = LetterPlan.objects.get()
    assert (plan.reminder_hours, plan.remind_each, plan.follow_up_hours) == (48, False, None)


def test_a_changed_plan_waits_on_the_page_until_it_is_told_or_kept(desk, event, time_machine):
    changes.tell_due(now=NOW)
    time_machine.move_to(NOW + dt.timedelta(minutes=1))
    meeting = event.meetings.get()
    meeting.starts_at -= dt.timedelta(hours=1)
    meeting.save()
    Event.objects.filter(pk=event.pk).update(sequence=1, changed_at=timezone.now())
    assert desk.get(url("letters", event)).context["news"].people == 1
    desk.post(url("tell_changes", event), {"nobody": "1"})
    assert desk.get(url("letters", event)).context["news"] is None


def test_the_page_costs_the_same_for_any_number_of_messages(desk, event, django_assert_num_queries):
    def cost():
        with django_assert_num_queries(9):
            desk.get(url("letters", event))

    desk.get(url("letters", event))
    Mailing.objects.create(
        event=event,
        nonce=uuid.uuid4(),
        words={"fi": {"subject": "a", "body": "b"}},
        statuses=[],
        send_at=NOW,
        created_at=NOW,
    )
    cost()
    for _i in range(3):
        Mailing.objects.create(
            event=event,
            nonce=uuid.uuid4(),
            words={"fi": {"subject": "a", "body": "b"}},
            statuses=[],
            send_at=NOW,
            created_at=NOW,
        )
    cost()
