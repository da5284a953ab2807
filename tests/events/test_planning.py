import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from accounts.models import AuditEntry
from events.enums import Counting, Status
from events.models import Event
from events.services import publishing
from registrations.services import seats
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def form(event=None, organisation=None, **changes):
    owner = organisation or event.organisation
    data = {
        "kind": "course", "organisation": owner.pk, "project": "", "title_fi": "Uusi kurssi", "summary_fi": "Tule.",
        "contact_email": "me@kunta.example", "takes_registrations": "on", "seats": "12", "counting": "none",
        "meetings-TOTAL_FORMS": "2", "meetings-INITIAL_FORMS": "0",
        "meetings-0-day": "2026-12-08", "meetings-0-starts": "17:00", "meetings-0-ends": "19:30",
    }  # fmt: skip
    return data | changes


@pytest.fixture
def owner(client):
    owner = make.organisation()
    client.force_login(make.member(Role.ORGANISER, owner))
    return owner


def test_an_organiser_makes_a_draft_and_publishes_it(client, owner):
    made = client.post(reverse("events:create"), form(organisation=owner))
    event = Event.objects.get()
    assert made.headers["Location"] == reverse("workspace:event", args=[event.pk])
    assert (event.status, event.slug, event.pools.get().capacity) == (Status.DRAFT, "uusi-kurssi", 12)
    assert event.meetings.get().starts_at == make.at("2026-12-08 17:00")

    client.post(reverse("events:publish", args=[event.pk]))

    assert client.get("/events/uusi-kurssi/").status_code == 200
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == ["event.create", "event.publish"]


def test_two_events_of_one_name_have_two_addresses(client, owner):
    for _i in range(2):
        client.post(reverse("events:create"), form(organisation=owner))
    first, second = Event.objects.order_by("pk").values_list("slug", flat=True)
    assert (first, second.startswith("uusi-kurssi-")) == ("uusi-kurssi", True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_fi": ""}, "title_fi"),
        ({"seats": ""}, "seats"),
        ({"registration_opens_at": "2026-12-02T10:00", "registration_closes_at": "2026-12-01T10:00"}, "registration_closes_at"),
        ({"asks_start_notice": "on"}, "project"),
        ({"counting": "first_attendance"}, "counting_reason"),
        ({"meetings-0-ends": ""}, None),
        ({"meetings-0-day": "8.13.2026"}, None),
    ],
)  # fmt: skip
def test_a_wrong_form_comes_back_as_typed(client, owner, changes, field):
    response = client.post(reverse("events:create"), form(organisation=owner) | changes)

    assert response.status_code == 422
    assert 'value="Uusi kurssi"' in response.text or "title_fi" in changes
    assert field is None or field in response.context["form"].errors
    assert not Event.objects.exists()


def test_the_background_form_is_asked_only_of_those_who_are_counted(client, owner):
    project = make.project(organisation=owner)
    asked = {"asks_start_notice": "on", "project": project.pk, "counting": "none"}
    response = client.post(reverse("events:create"), form(organisation=owner) | asked)
    told = "Background forms of people who are not counted may not be kept. Count them, or do not ask the form."
    with translation.override("en"):
        assert response.context["form"].errors["counting"] == [told]
        old = make.event(project=project, asks_start_notice=True, status=Status.DRAFT, organisation=owner)
        assert told in publishing.problems(event=old, now=NOW)


def test_a_meeting_that_moves_keeps_its_identity(client, owner):
    event = make.event(organisation=owner)
    meeting = event.meetings.get()
    changed = form(event, seats="20", **{"meetings-INITIAL_FORMS": "1", "meetings-0-pk": meeting.pk})

    client.post(reverse("events:change", args=[event.pk]), changed)

    assert event.meetings.get().pk == meeting.pk
    assert event.meetings.get().starts_at == make.at("2026-12-08 17:00")


def test_a_meeting_with_attendance_cannot_be_taken_away(client, owner):
    event = make.event(organisation=owner)
    make.check_in(make.register(event))
    response = client.post(reverse("events:change", args=[event.pk]), form(event, seats="20"))

    assert response.status_code == 422
    assert event.meetings.count() == 1


def test_a_published_events_seats_are_not_changed_by_this_form(client, owner):
    event = make.event(organisation=owner, seats=20)
    client.post(reverse("events:change", args=[event.pk]), form(event, seats="1"))
    assert event.pools.get().capacity == 20


def test_publishing_says_everything_that_is_missing(client, owner):
    bare = make.event(
        organisation=owner, status=Status.DRAFT, published_at=None, meetings=0, summary="", contact_email="",
        project=make.project(),
    )  # fmt: skip

    assert len(publishing.problems(event=bare, now=NOW)) == 3
    client.post(reverse("events:publish", args=[bare.pk]))
    bare.refresh_from_db()
    assert bare.status == Status.DRAFT


def test_an_event_that_is_over_cannot_be_published():
    past = make.event(status=Status.DRAFT, published_at=None, first=NOW - dt.timedelta(days=2))
    with pytest.raises(publishing.NotReady):
        publishing.publish(event=past, by=make.user(), now=NOW)


def test_unpublishing_is_refused_once_people_have_come(client, owner):
    empty, used = make.event(organisation=owner), make.event(organisation=owner)
    make.register(used)
    for event in (empty, used):
        client.post(reverse("events:unpublish", args=[event.pk]))

    assert list(Event.objects.order_by("pk").values_list("status", flat=True)) == ["draft", "published"]


def test_who_may_change_an_event(client):
    event = make.event()
    paths = [reverse(f"events:{name}", args=[event.pk]) for name in ("change", "publish", "unpublish")]
    assert {client.post(path).status_code for path in paths} == {302}
    strangers = [
        make.organiser(make.event()),
        *(make.member(role, event) for role in (Role.DOOR, Role.READER, Role.TEACHER)),
    ]
    for stranger in strangers:
        client.force_login(stranger)
        assert {client.post(path).status_code for path in paths} == {404}
        assert client.get(reverse("events:create")).status_code == (200 if stranger == strangers[0] else 404)
    client.force_login(make.organiser(event))
    assert {client.get(path).status_code for path in paths[1:]} == {405}
    assert client.get(paths[0]).status_code == 200


def test_nobody_plans_in_the_name_of_an_organisation_not_theirs(client, owner):
    response = client.post(reverse("events:create"), form(organisation=make.organisation()))
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["organisation"])


def test_a_published_event_keeps_what_visitors_need_its_project_and_its_organiser(client, owner):
    event = make.event(organisation=owner, seats=20)
    url = reverse("events:change", args=[event.pk])
    for changes in (
        {"summary_fi": ""},
        {"contact_email": ""},
        {"meetings-0-day": ""},
        {"project": make.project(organisation=owner).pk},
    ):
        assert client.post(url, form(event, seats="20") | changes).status_code == 422

    event.refresh_from_db()
    assert (event.summary, event.contact_email, event.project, event.meetings.count()) == (
        "Tule mukaan.",
        "jarjestaja@kunta.example",
        None,
        1,
    )


def test_an_event_that_somebody_has_registered_for_keeps_its_seats(client, owner):
    event = make.event(organisation=owner, seats=20)
    seats.cancel(registration=make.register(event), by=None, now=NOW)
    publishing.unpublish(event=event, by=make.user(), now=NOW)

    response = client.post(reverse("events:change", args=[event.pk]), form(event, takes_registrations=""))

    assert (response.status_code, event.pools.count()) == (422, 1)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("event_kind_known", {"kind": "circus"}),
        ("event_published_has_its_time", {"published_at": None}),
        ("event_registration_closes_after_it_opens", {"registration_opens_at": NOW, "registration_closes_at": NOW}),
        ("event_counts_only_within_a_project", {"counting": "project_rule", "asks_start_notice": True}),
        ("event_that_counts_asks_the_form|event_counts", {"counting": "project_rule"}),
        ("event_counts_only_within_a_project", {"asks_start_notice": True}),
    ],
)
def test_the_database_refuses_an_event_that_contradicts_itself(name, changes):
    event = make.event()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(**changes)


def test_the_database_wants_a_reason_for_counting_from_the_first_attendance():
    event = make.event(project=make.project(), asks_start_notice=True)
    with pytest.raises(IntegrityError, match="event_counting_override_has_its_reason"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(counting=Counting.FIRST_ATTENDANCE)
