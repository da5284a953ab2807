import ast
import csv
import datetime as dt
import re
from io import StringIO
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.enums import Role, Stage
from accounts.models import AuditEntry
from accounts.services import audit, employers, members, sealing
from api.enums import Scope
from core.services import outbox
from events.enums import StandState
from events.services import publishing
from registrations.services import seats
from tests import factories as make
from tests.factories import NOW
from workspace.words import ACTIONS

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "events", "esf", "registrations", "virtualfair", "workspace", "api")
PAGE = "/desk/audit/"


@pytest.fixture
def owner(client, db):
    made = make.member(Role.OWNER, make.organisation(), name="Satu Lehtoranta")
    client.force_login(made)
    client.cookies["django_language"] = "en"
    return made


@pytest.fixture
def organisation(owner):
    return owner.grants.get().organisation


def note(scope, *, subject="", at=NOW, actor=None, action="event.change", **fields):
    audit.changed(actor=actor, action=action, subject=subject or scope, scope=scope, now=at, **fields)


def shown(client, **query):
    return client.get(f"/en{PAGE}", query).context["lines"]


def test_owners_read_what_was_done_in_their_organisation_its_projects_and_events(client, organisation):
    event, project = make.event(organisation=organisation), make.project(organisation=organisation)
    note(organisation.scope, action="grant.give", subject="user:1")
    note(event.scope, action="registration.create", subject="registration:5")
    note(project.scope, action="project.change")
    for scope in (make.organisation().scope, make.event().scope, make.project().scope, "venues"):
        note(scope)

    assert [(line.entry.scope, line.what) for line in shown(client)] == [
        (project.scope, "Changed the project"),
        (event.scope, "Registered for the event"),
        (organisation.scope, "Gave a role"),
    ]


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.TEACHER, Role.DOOR, Role.READER])
@pytest.mark.parametrize("path", [PAGE, f"{PAGE}log.csv", f"{PAGE}log.xlsx"])
def test_others_do_not(client, db, role, path):
    client.force_login(make.member(role, make.organisation()))
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}log.csv"])
def test_the_log_is_for_those_who_have_signed_in_and_is_never_written_to(client, owner, path):
    assert client.post(path).status_code == 405
    client.logout()
    assert client.get(path).headers["Location"] == f"/account/login/?next={path}"


def test_of_a_confidential_event_only_those_read_who_may_see_its_people(client, owner, organisation):
    event = make.event(organisation=organisation, confidential=True)
    note(event.scope, action="registration.create")
    assert shown(client) == []

    members.grant(user=owner, organisation=organisation, role=Role.ORGANISER, scope=event.scope, by=owner, now=NOW)

    assert [line.entry.scope for line in shown(client)] == [event.scope, event.scope]


def test_an_entry_is_told_in_words_with_what_was_before_and_after(client, owner, organisation):
    event = make.event(organisation=organisation, title="Hygieniapassi")
    publishing.unpublish(event=event, by=owner, now=NOW)
    seats.change_capacity(event=make.event(organisation=organisation), capacity=30, by=owner, now=NOW)

    capacity, status = shown(client)

    assert (status.who, status.what, status.about) == (owner.name, "Took the event back to draft", "Hygieniapassi")
    assert status.url == f"/en/desk/events/{event.pk}/"
    assert [(each.field, each.before, each.after) for each in status.changes] == [("State", "Published", "Draft")]
    assert [(each.field, each.before, each.after) for each in capacity.changes] == [("Seats", "20", "30")]


def test_a_read_says_how_many_people_were_seen(client, organisation, owner):
    event = make.event(organisation=organisation)
    make.register(event)
    client.get(reverse("workspace:event", args=[event.pk]))

    [line, *_others] = shown(client)

    assert (line.what, line.people, line.changes) == ("Looked at people's data", 1, [])
    assert "<br>1 person" in client.get(f"/en{PAGE}").content.decode()


def test_sent_mail_that_was_looked_at_is_in_the_log_of_its_organisation(client, organisation):
    make.register(make.event(organisation=organisation))
    client.get("/desk/messages/")
    entry = AuditEntry.objects.get(action="messages.read")
    assert (entry.scope, entry.after) == (organisation.scope, {"people": 1})


def test_sending_a_mail_again_is_recorded(client, organisation, owner):
    event = make.event(organisation=organisation)
    letter = outbox.Letter(recipient="a@example.fi", subject="Hei", text="", html="", language="fi", keys={})
    message = outbox.post(kind="mail", letter=letter, scope=event.scope, person="", now=NOW)
    message.state = "failed"
    message.save()

    client.post(reverse("workspace:resend", args=[message.pk]))

    entry = AuditEntry.objects.get(action="message.resend")
    assert (entry.actor, entry.subject, entry.scope) == (owner, f"mail:{message.pk}", event.scope)


def test_an_employer_is_named_and_one_of_another_register_is_not(client, organisation, owner):
    mine, theirs = (
        employers.create(
            organisation=each,
            values={"name": "Paja", "business_id": "", "municipality_code": "", "industry": "", "size": "unknown", "website": ""},
            stage=Stage.CONTACTED, from_day=NOW.date(), by=owner, now=NOW,
        )
        for each in (organisation, make.organisation())
    )  # fmt: skip
    note(organisation.scope, action="employer.note", subject=theirs.key)
    told = [line.about for line in shown(client)]
    assert told == [theirs.key, "Paja"]
    assert mine.key not in told


def test_what_a_token_did_says_its_name(client, organisation, owner):
    event = make.event(organisation=organisation)
    token = make.api_token(organisation, Scope.REGISTRATIONS_WRITE, by=owner)
    body = {"first_name": "Aino", "last_name": "Esimerkki", "email": "aino@example.fi", "language": "fi"}
    answer = client.post(
        f"/api/v1/events/{event.pk}/registrations",
        body,
        "application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "a" * 20},
    )

    assert answer.status_code == 201, answer.content
    [line] = [line for line in shown(client) if line.what == "Registered for the event"]
    assert line.who == f"{owner.name}, by the token Kunnan verkkosivut"
    assert re.fullmatch("api_token:[0-9]+", line.entry.via)


def test_the_log_is_narrowed_by_day_person_kind_and_event(client, organisation, owner):
    event = make.event(organisation=organisation, title="Hygieniapassi")
    note(event.scope, action="registration.create", subject="registration:12", at=NOW - dt.timedelta(days=2))
    note(organisation.scope, subject=event.scope, actor=owner)
    note(organisation.scope, action="grant.give", subject="user:1", actor=owner, at=NOW + dt.timedelta(days=2))
    one, two, three = AuditEntry.objects.order_by("pk")

    def found(**query):
        return [line.entry for line in shown(client, **query)]

    assert found(since="2026-11-22") == [three, two]
    assert found(until="2026-11-23") == [two, one]
    assert found(since="2026-11-23", until="2026-11-23") == [two]
    assert found(who=owner.pk) == [three, two]
    assert found(who="none") == [one]
    assert found(deed="people") == [one]
    assert found(about="hygienia") == [two, one]
    assert found(about="registration:12") == [one]
    assert found(about="nothing like this") == []
    assert found(since="x", who="99999", deed="y", before="z") == [three, two, one]


def test_one_who_left_can_still_be_asked_for_but_no_stranger(client, organisation, owner):
    left, stranger = make.user(name="Leena Lähtenyt"), make.user(name="Vieras Väki")
    note(organisation.scope, actor=left)
    note(make.organisation().scope, actor=stranger)
    choices = [
        str(client.get(f"/en{PAGE}", {"who": who.pk}).context["form"].fields["who"].choices) for who in (left, stranger)
    ]
    assert ["Leena" in choices[0], "Vieras" in choices[1]] == [True, False]


def test_older_entries_are_a_press_away(client, organisation):
    for _i in range(53):
        note(organisation.scope)
    newest = client.get(f"/en{PAGE}", {"deed": "events"})
    older = newest.context["older"]

    assert f"?deed=events&amp;before={older}" in newest.content.decode()
    rest = shown(client, deed="events", before=older)
    assert (len(newest.context["lines"]), len(rest)) == (50, 3)
    assert len({line.entry.pk for line in [*newest.context["lines"], *rest]}) == 53


def test_the_page_says_how_far_the_log_is_sealed(client, organisation):
    note(organisation.scope)
    assert "1 entry is not sealed yet." in client.get(f"/en{PAGE}").content.decode()
    sealing.seal_due(now=NOW + dt.timedelta(minutes=1))
    text = client.get(f"/en{PAGE}").content.decode()
    assert ("Last sealed" in text, "Everything is sealed." in text) == (True, True)


def test_the_page_costs_the_same_for_one_entry_and_forty(client, organisation, owner, django_assert_num_queries):
    def work():
        event = make.event(organisation=organisation)
        note(event.scope, action="registration.create", subject="registration:1", actor=owner)
        note(organisation.scope, action="grant.give", subject=f"user:{make.user().pk}", actor=owner)
        note(make.project(organisation=organisation).scope, action="project.change")

    work()
    client.get(PAGE)
    with django_assert_num_queries(13):
        client.get(PAGE)
    for _i in range(13):
        work()
    with django_assert_num_queries(13):
        client.get(PAGE)


def test_a_file_has_what_was_chosen_and_its_making_is_recorded(client, organisation, owner):
    event = make.event(organisation=organisation, title="=cmd()")
    note(event.scope, action="registration.create", subject="registration:12", after={"status": "confirmed"})
    note(organisation.scope, action="grant.give")

    response = client.get(f"/en{PAGE}log.csv", {"deed": "people"})

    header, *rows = csv.reader(StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert header[:5] == ["Number", "When", "Who", "What was done", "About"]
    assert [row[2:9] for row in rows] == [
        ["The person themselves, or the service", "Registered for the event", "'=cmd() · registration:12", "", "State: Confirmed", "",
         "registration.create"]
    ]  # fmt: skip
    told = AuditEntry.objects.get(action="audit.export")
    assert (told.actor, told.scope, told.after) == (owner, organisation.scope, {"rows": 1, "form": "csv"})
    assert client.get(f"{PAGE}log.xlsx").content.startswith(b"PK")
    assert client.get(f"{PAGE}log.pdf").status_code == 404


RECORDERS = {"changed", "read", "record", "_record", "_changed", "_tell", "_move"}
ACTION = re.compile(r"[a-z_]+\.[a-z_]+")


def actions():
    """Every action that the source writes, as a constant of a call that records."""
    for app in APPS:
        for file in (ROOT / app).rglob("*.py"):
            for call in (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)):
                name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                named = [keyword.value for keyword in call.keywords if keyword.arg == "action"]
                positional = call.args if name in RECORDERS else []
                for each in (part for root in (*named, *positional) for part in ast.walk(root)):
                    if isinstance(each, ast.Constant) and isinstance(each.value, str) and ACTION.fullmatch(each.value):
                        yield each.value


def test_every_action_has_its_words():
    known = {action for words in ACTIONS.values() for action in words}
    by_state = {f"stand.{state}" for state in StandState.values} - {"stand.applied"}
    assert (set(actions()) | by_state) - known == set()
    assert known - set(actions()) - by_state == set()
