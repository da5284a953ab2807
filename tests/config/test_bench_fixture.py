"""The dataset of load clients: rows as the services write them, in a database of its own."""

import datetime as dt
import json
import stat
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db.models import Model
from django.utils import timezone

from accounts.models import AuditEntry, Person, PersonalLink, PersonScope
from config.benchmark import full
from config.demo import loader
from core.models import Installation, OutboxMessage
from esf.models import StartNotice
from events.models import Event, Municipality
from registrations.enums import HoldKind
from registrations.models import Hold, Registration
from registrations.services import tickets
from tests import factories as make
from virtualfair.models import Room

pytestmark = pytest.mark.django_db(transaction=True)

WRITTEN = (AuditEntry, Person, PersonScope, PersonalLink, OutboxMessage, StartNotice, Hold, Registration)
OF_THEIR_OWN = {"id", "created_at", "due_at", "claimed_at", "sent_at", "expires_at", "state", "payload", "attempts"}


@pytest.fixture
def build(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path / "static"

    def run(registrations=30, listeners=0, **more):
        out = tmp_path / "fixture.json"
        sizes = {"seats": 20, "registrations": registrations, "listeners": listeners, **more}
        call_command("bench_fixture", out=out, **sizes, stdout=StringIO())
        return out, json.loads(out.read_text())

    return run


def test_it_makes_one_roomy_one_scarce_and_thirty_other_published_events(build):
    _out, made = build()
    events = made["events"]

    assert (events["roomy"]["taken"], events["scarce"]["capacity"], len(events["others"])) == (30, 20, 30)
    assert Event.objects.published().count() == 32
    assert made["fair"] is None


def test_a_long_form_is_there_for_one_person(build, client):
    _out, made = build(registrations=1, questions=6)
    page = client.get(urlsplit(made["asking_url"]).path).text
    assert (page.count("data-question="), page.count("data-when=")) == (6, 4)


def test_its_token_opens_the_api_and_its_cookies_the_room(build, client, counters):
    _out, made = build(registrations=1, listeners=3)
    bearer = {"Authorization": f"Bearer {made['api']['token']}"}
    assert (
        client.get(f"/api/v1/events/{made['events']['roomy']['id']}/registrations", headers=bearer).status_code == 200
    )

    counters(Event.objects.get(pk=made["fair"]["id"]))
    assert made["fair"]["channel"] == f"room:{Room.objects.get().pk}"
    for cookie in made["fair"]["cookies"]:
        name, _equals, key = cookie.partition("=")
        client.cookies[name] = key
        assert client.get(urlsplit(made["fair"]["url"]).path).status_code == 200


def test_its_counters_are_those_of_its_rows(build, counters):
    build()
    for event in Event.objects.all():
        counters(event)


def test_each_registration_has_what_a_service_would_have_written(build):
    build(registrations=1)
    event = Event.objects.get(slug="mitta-1")
    before = {model: set(model._default_manager.values_list("pk", flat=True)) for model in WRITTEN}
    registration = Registration.objects.get()
    fixture_rows = {model: rows_of(model, registration) for model in WRITTEN}

    who = make.contact(phone="+358401234567", birth_date=dt.date(1990, 5, 17), municipality_code="081")
    by_service = make.register(event, who, now=event.registration_opens_at, answers=make.answers(who))

    for model in WRITTEN:
        theirs = [shape(row) for row in rows_of(model, by_service) if row.pk not in before[model]]
        assert [shape(row) for row in fixture_rows[model]] == theirs, model


def rows_of(model: type[Model], registration: Registration) -> list[Model]:
    """The rows of `model` that belong to one registration."""
    belonging = {
        AuditEntry: {"subject": registration.key},
        Person: {"pk": registration.person_id},
        PersonScope: {"person": registration.person_id},
        PersonalLink: {"key": registration.key},
        OutboxMessage: {"person": f"person:{registration.person_id}"},
        StartNotice: {"source": registration.key},
        Hold: {"sent_to": registration.email},
        Registration: {"pk": registration.pk},
    }
    return list(model._default_manager.filter(**belonging[model]).order_by("pk"))


def shape(row: Model) -> dict[str, bool]:
    """Which columns are filled."""
    optional = {"support_needs", "unemployment_duration", "employer_business_id", "street_address", "postal_code"}
    asked = {"post_office", "citizenship_group", "foreign_background"}
    names = {field.attname for field in row._meta.concrete_fields} - OF_THEIR_OWN - optional - asked
    return {name: getattr(row, name) not in (None, "", {}) for name in sorted(names)}


def test_its_full_event_has_a_queue_and_its_big_one_many_people(build, counters, monkeypatch):
    monkeypatch.setattr(full, "SEATED", 5)
    _out, made = build(registrations=1, popular=9, waiting=7, big=120, rushes=2)
    events = made["events"]

    queued, big = (counters(Event.objects.get(pk=events[name]["id"])) for name in ("queued", "big"))
    assert (queued.taken, queued.waiting, queued.capacity, big.taken) == (5, 7, 5, 120)
    assert (events["popular"]["capacity"], events["small"]["taken"], len(made["rushes"])) == (9, 100, 2)
    assert (len(made["links"]["queued"]), len(made["links"]["small"]), len(made["links"]["big"])) == (5, 100, 100)
    assert made["seat_queries"]["small"] == made["seat_queries"]["big"]


def test_who_waits_has_what_a_service_would_have_written(build, monkeypatch):
    monkeypatch.setattr(full, "SEATED", 1)
    build(registrations=1, waiting=1)
    registration = Registration.objects.get(status="waiting")
    fixture_rows = {model: rows_of(model, registration) for model in WRITTEN}

    who = make.contact(phone="+358401234567", birth_date=dt.date(1990, 5, 17), municipality_code="081")
    later = registration.event.registration_opens_at
    by_service = make.register(registration.event, who, now=later, answers=make.answers(who), kind=HoldKind.QUEUE)

    assert by_service.status == "waiting"
    for model in WRITTEN:
        assert [shape(row) for row in fixture_rows[model]] == [shape(row) for row in rows_of(model, by_service)], model


def test_later_the_seats_of_forms_that_nobody_sent_are_free(build):
    _out, made = build()
    event = Event.objects.get(pk=made["events"]["scarce"]["id"])
    make.held(event, now=timezone.now())

    call_command("bench_later", minutes=60, stdout=StringIO())
    assert event.pools.get().held == 0


def test_later_is_for_its_own_database_only():
    make.user()
    with pytest.raises(CommandError, match="is left alone"):
        call_command("bench_later", stdout=StringIO())


def test_its_codes_let_in(build):
    _out, made = build()
    row = made["registrations"][3]
    registration = Registration.objects.get(pk=row["id"])

    assert (tickets.text(registration), registration.code) == (row["ticket"], row["code"])
    assert make.check_in(registration, scanned=row["code"]).participant


def test_its_links_open_and_its_logins_sign_in(build, client, settings):
    _out, made = build()
    settings.ALLOWED_HOSTS = ["testserver"]
    path = made["registrations"][0]["url"].removeprefix(made["site"])
    assert client.get(path).status_code == 200

    login = made["staff"]["doors"][7]
    client.post("/account/login/", {"login": login["email"], "password": login["password"]})
    assert client.get(made["events"]["roomy"]["door_url"].removeprefix(made["site"])).status_code == 200


def test_only_its_maker_may_read_its_file(build):
    out, _made = build()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_it_begins_anew_in_its_own_database(build):
    _out, first = build()
    _out, second = build(registrations=2)

    assert Registration.objects.count() == 2
    assert Municipality.objects.exists()
    assert first["staff"]["owner"]["password"] != second["staff"]["owner"]["password"]


def test_it_touches_nobody_elses_database(build):
    make.user()
    with pytest.raises(CommandError, match="is left alone"):
        build()
    assert not Installation.objects.exists()


def test_it_leaves_its_own_alone_once_somebody_else_works_there(build):
    build()
    make.user(email="somebody@kunta.example")
    with pytest.raises(CommandError, match="is left alone"):
        build()
    assert Registration.objects.count() == 30


def test_it_refuses_demo_mode(build, settings):
    settings.DEMO = True
    with pytest.raises(CommandError, match="unset MIITTI_DEMO"):
        build()


def test_the_demo_refuses_its_database(build):
    build()
    installation = Installation.objects.get()
    assert (installation.demo, installation.benchmark) == (False, True)
    with pytest.raises(ImproperlyConfigured, match="not the demo's"):
        loader.refuse_foreign_database()
