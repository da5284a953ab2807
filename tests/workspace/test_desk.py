import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from accounts.models import AuditEntry
from core.models import OutboxMessage
from events.enums import Status
from events.services import publishing
from registrations.enums import HoldKind
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def sign_in(client, role, scope):
    client.force_login(make.member(role, scope))


def test_the_desk_shows_todays_events_and_what_needs_somebody(client):
    owner = make.organisation()
    today = make.event(organisation=owner, first=NOW)
    full = make.event(organisation=owner, seats=1)
    make.register(full)
    make.register(full, kind=HoldKind.QUEUE)
    draft = make.event(organisation=owner, status=Status.DRAFT, first=NOW + dt.timedelta(days=20))
    late = make.event(organisation=owner, status=Status.DRAFT)
    make.event()
    sign_in(client, Role.ORGANISER, owner)

    desk = client.get("/desk/").context

    assert [line.event for line in desk["today"]] == [today]
    assert [(line.event, [need.code for need in line.needs]) for line in desk["needing"]] == [
        (full, ["queue"]),
        (late, ["draft_soon"]),
        (draft, ["draft"]),
    ]


def test_an_event_that_goes_on_after_midnight_is_still_todays(client, time_machine):
    time_machine.move_to(NOW.replace(hour=22, minute=30), tick=False)  # half past midnight in Finland
    owner = make.organisation()
    event = make.event(organisation=owner, first=NOW.replace(hour=21, minute=30))
    sign_in(client, Role.ORGANISER, owner)
    assert [line.event for line in client.get("/desk/").context["today"]] == [event]


def test_missing_background_forms_are_on_the_desk_until_a_month_after_the_event(client):
    make.municipality()
    owner = make.organisation()
    event = make.counting_event(
        organisation=owner, project=make.project(organisation=owner), first=NOW - dt.timedelta(days=29)
    )
    for answers in (True, False, False):
        who = make.contact()
        make.register(event, who, answers=make.answers(who) if answers else None, now=NOW - dt.timedelta(days=31))
    make.event(organisation=owner, first=NOW - dt.timedelta(days=31))
    sign_in(client, Role.ORGANISER, owner)

    [line] = client.get("/desk/").context["needing"]

    [need] = line.needs
    assert (line.event, need.code, need.number) == (event, "forms", 2)
    shown = client.get(need.url.partition("#")[0]).context["people"]
    assert len(shown) == 2


def test_an_organisation_without_events_is_led_to_its_first(client):
    owner = make.organisation()
    client.force_login(make.member(Role.OWNER, owner))

    def now():
        return [(step.title, step.url) for step in client.get("/desk/").context["first_steps"] if step.now]

    with translation.override("fi"):
        assert now() == [("Lisää kokoontumispaikka", reverse("events:add_venue"))]
        make.venue()
        assert now() == [("Lisää rahoittava hanke", reverse("events:add_project", args=[owner.pk]))]
        event = make.event(organisation=owner, status=Status.DRAFT, published_at=None)
        assert now() == [("Katso ja julkaise", reverse("workspace:event", args=[event.pk]))]
        publishing.publish(event=event, by=make.user(), now=NOW)
        assert now() == []


@pytest.mark.parametrize("events", [1, 3])
def test_the_desk_costs_the_same_queries_for_any_number_of_events(client, events):
    owner = make.organisation()
    for _i in range(events):
        make.event(organisation=owner)
    sign_in(client, Role.ORGANISER, owner)
    client.get("/desk/")

    with CaptureQueriesContext(connection) as queries:
        client.get("/desk/")

    assert len(queries) == 15


@pytest.mark.parametrize("people", [1, 3])
def test_an_events_page_costs_the_same_queries_for_any_number_of_people(client, people):
    event = make.event()
    for _i in range(people):
        make.register(event)
    client.force_login(make.organiser(event))
    client.get(reverse("workspace:event", args=[event.pk]))

    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("workspace:event", args=[event.pk]))

    assert len(queries) == 24


def test_looking_at_names_is_recorded_and_not_looking_is_not(client):
    event = make.event()
    make.register(event)
    url = reverse("workspace:event", args=[event.pk])
    for role in (Role.DOOR, Role.TEACHER):
        sign_in(client, role, event)
        client.get(url)

    entry = AuditEntry.objects.get(action="people.read")
    assert (entry.subject, entry.after) == (event.scope, {"people": 1})


@pytest.mark.parametrize(
    ("role", "names", "seats"),
    [(Role.ORGANISER, True, True), (Role.TEACHER, True, False), (Role.DOOR, False, False), (Role.READER, False, False)],
)
def test_each_role_sees_its_part_of_an_event(client, role, names, seats):
    event = make.event()
    registration = make.register(event)
    sign_in(client, role, event)

    page = client.get(reverse("workspace:event", args=[event.pk])).text

    assert (registration.name in page, reverse("workspace:capacity", args=[event.pk]) in page) == (names, seats)


def test_strangers_find_no_event_report_or_message(client):
    event = make.event(project=make.project())
    make.register(event)
    message = OutboxMessage.objects.get()
    OutboxMessage.objects.update(state="failed")
    pages = [
        ("get", reverse("workspace:event", args=[event.pk])),
        ("post", reverse("workspace:capacity", args=[event.pk])),
        ("post", reverse("workspace:resend", args=[message.pk])),
        ("get", reverse("esf:report", args=[event.project.pk])),
    ]
    for method, path in pages:
        assert getattr(client, method)(path).status_code == 302
    client.force_login(make.organiser(make.event()))
    for method, path in pages:
        assert getattr(client, method)(path).status_code == 404
    assert client.get("/desk/messages/").context["rows"].object_list.count() == 0


def test_a_message_that_failed_can_be_sent_again_by_its_organiser(client):
    event = make.event()
    make.register(event)
    message = OutboxMessage.objects.get()
    OutboxMessage.objects.update(state="failed")
    client.force_login(make.organiser(event))

    assert client.get("/desk/").context["undelivered"] == 1
    client.post(reverse("workspace:resend", args=[message.pk]))
    assert OutboxMessage.objects.get().state == "queued"


def test_seats_are_changed_from_the_events_page(client):
    event = make.event(seats=3)
    make.register(event)
    client.force_login(make.organiser(event))
    url = reverse("workspace:capacity", args=[event.pk])
    for capacity in ("5", "0", "many"):
        client.post(url, {"capacity": capacity})

    assert event.pools.get().capacity == 5


def test_the_report_page_is_for_those_who_may_see_it_and_shows_any_day(client):
    project = make.project()
    for role, status in [(Role.READER, 200), (Role.OWNER, 200), (Role.DOOR, 404), (Role.TEACHER, 404)]:
        sign_in(client, role, project)
        page = client.get(reverse("esf:report", args=[project.pk]), {"on": "2026-01-31"})
        assert page.status_code == status
    sign_in(client, Role.READER, project)
    assert client.get(reverse("esf:report", args=[project.pk]), {"on": "yesterday"}).status_code == 200
