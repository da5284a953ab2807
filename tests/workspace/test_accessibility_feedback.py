import datetime as dt
import tomllib

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from core.models import OutboxMessage
from tests import factories as make
from tests.factories import NOW
from workspace.models import AccessibilityFeedback
from workspace.rules import days_left
from workspace.services import accessibility
from workspace.statement import FILE
from workspace.views.accessibility import TIMES

pytestmark = pytest.mark.django_db
STATEMENT = "/accessibility/"
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def feedback(now=NOW, **fields):
    plain = {
        "message": "En pääse lomakkeeseen näppäimistöllä.",
        "page": "",
        "email": "kayttaja@example.fi",
        "language": "fi",
    }
    return accessibility.receive(**plain | fields, now=now)


@pytest.fixture
def owner(client):
    made = make.member(Role.OWNER, make.organisation())
    client.force_login(made)
    return made


def test_the_statements_facts_are_told_in_every_language():
    facts = tomllib.loads(FILE.read_text(encoding="utf-8"))
    spoken = {code for code, _name in settings.LANGUAGES}
    texts = [facts["method"], *(issue[name] for issue in facts["issue"] for name in ("text", "plan"))]
    assert [set(text) for text in texts] == [spoken] * len(texts)
    assert facts["status"] in {"full", "partial", "none"}


@pytest.mark.parametrize("prefix", ["", "/sv", "/en", "/uk"])
def test_the_statement_names_the_law_the_issues_and_the_authority(client, prefix):
    page = client.get(prefix + STATEMENT).text
    for needed in ("306/2019", "WCAG 2.1", "3.1.2", "Traficom", "saavutettavuusvaatimukset.fi"):
        assert needed in page
    assert f'href="{prefix}{STATEMENT}"' in page


def test_feedback_is_kept_in_its_language(client):
    sent = {"message": "Kontrasti.", "page": "/events/x/", "email": "kayttaja@example.fi"}
    assert client.post(f"/uk{STATEMENT}", sent).headers["Location"] == "/uk/accessibility/thanks/"
    kept = AccessibilityFeedback.objects.get()
    assert (kept.message, kept.page, kept.email, kept.language, kept.received_at) == (*sent.values(), "uk", NOW)


def test_nothing_typed_is_lost_on_an_error(client):
    response = client.post(STATEMENT, {"message": "Pitkä selitys.", "email": "ei osoite"})
    form = response.context["form"]
    assert (response.status_code, list(form.errors), form["message"].value()) == (422, ["email"], "Pitkä selitys.")


def test_a_machine_that_fills_everything_leaves_nothing(client):
    client.post(STATEMENT, {"message": "Buy", "website": "https://spam.example"})
    assert not AccessibilityFeedback.objects.exists()


def test_who_sends_many_waits_and_keeps_the_text(client):
    for _i in range(TIMES):
        client.post(STATEMENT, {"message": "Kontrasti."})
    response = client.post(STATEMENT, {"message": "Vielä yksi."})
    assert (response.status_code, response.context["form"]["message"].value()) == (422, "Vielä yksi.")
    assert AccessibilityFeedback.objects.count() == TIMES


@pytest.mark.parametrize("fields", [{"message": ""}, {"answer": "Kiitos."}, {"answered_at": NOW}])
def test_the_database_keeps_out_half_an_answer(fields):
    plain = {"message": "Kontrasti.", "language": "fi", "received_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessibilityFeedback.objects.create(**plain | fields)


@pytest.mark.parametrize(("received", "left"), [(NOW, 14), (NOW - 14 * DAY, 0), (NOW - 15 * DAY, -1)])
def test_the_days_that_are_left(received, left):
    assert days_left(received.date(), NOW.date()) == left


def test_the_desk_of_an_owner_shows_what_waits_and_marks_what_is_late(client, owner):
    late, fresh = feedback(NOW - 16 * DAY), feedback()
    lines = client.get("/desk/").context["feedback"]
    assert [(line.feedback, line.left, line.late) for line in lines] == [(late, -2, 2), (fresh, 14, 0)]
    assert client.get(reverse("workspace:feedback")).context["lines"] == lines


def test_an_answer_is_mailed_in_the_readers_language_and_given_once(client, owner):
    asked = feedback(language="sv")
    url = reverse("workspace:answer_feedback", args=[asked.pk])
    assert client.post(url, {"answer": ""}).status_code == 422
    assert client.post(url, {"answer": "Korjattu."}).status_code == 302
    assert client.post(url, {"answer": "Toinen."}).status_code == 422

    asked.refresh_from_db()
    letter = OutboxMessage.objects.get()
    assert (asked.answer, asked.answered_by, asked.answered_at) == ("Korjattu.", owner, NOW)
    assert (letter.recipient, letter.payload["language"], "Korjattu." in letter.payload["text"]) == (
        asked.email,
        "sv",
        True,
    )
    assert AuditEntry.objects.get(action="accessibility.answer").actor == owner


def test_who_gave_no_address_gets_no_mail(client, owner):
    asked = feedback(email="")
    client.post(reverse("workspace:answer_feedback", args=[asked.pk]), {"answer": "Korjattu."})
    assert not OutboxMessage.objects.exists()


def test_owners_are_reminded_once_after_ten_days(owner):
    make.member(Role.ORGANISER, make.organisation())
    other = make.member(Role.OWNER, make.organisation())
    feedback(NOW - 10 * DAY)
    feedback(NOW - 9 * DAY)
    answered = feedback(NOW - 12 * DAY)
    accessibility.answer(feedback=answered, text="Korjattu.", by=owner, now=NOW)
    OutboxMessage.objects.all().delete()

    assert [accessibility.remind(now=NOW), accessibility.remind(now=NOW)] == [1, 0]
    recipients = OutboxMessage.objects.order_by("pk").values_list("recipient", flat=True)
    assert list(recipients) == [owner.email, other.email]


def test_reading_an_address_is_recorded(client, owner):
    asked = feedback()
    client.get(reverse("workspace:answer_feedback", args=[asked.pk]))
    entry = AuditEntry.objects.get(action="people.read")
    assert (entry.subject, entry.after) == (f"feedback:{asked.pk}", {"people": 1})


def test_feedback_is_read_by_owners_alone(client):
    asked = feedback()
    pages = [reverse("workspace:feedback"), reverse("workspace:answer_feedback", args=[asked.pk])]
    assert {client.get(page).status_code for page in pages} == {302}
    organisation = make.organisation()
    for role in set(Role) - {Role.OWNER}:
        client.force_login(make.member(role, organisation))
        assert {client.get(page).status_code for page in pages} == {404}
        assert client.post(pages[1], {"answer": "Ei."}).status_code == 404
    client.force_login(make.member(Role.OWNER, organisation))
    assert {client.get(page).status_code for page in pages} == {200}
    assert client.post(pages[0]).status_code == 405
    assert client.put(STATEMENT).status_code == 405
