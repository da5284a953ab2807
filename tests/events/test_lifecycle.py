"""An event from template to archive."""

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from events.enums import Mode, Status
from events.models import Event, InvitationCode, PickUp, Ride
from events.services import copying, publishing, retiring, scheduling
from registrations.models import Registration
from tests import factories as make
from tests.events.test_planning import form
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def owner(client):
    owner = make.organisation()
    client.force_login(make.member(Role.ORGANISER, owner))
    return owner


def draft(**fields):
    return make.event(status=Status.DRAFT, published_at=None, **fields)


# Copies and templates


def test_a_copy_keeps_everything_but_people_and_moves_its_dates_by_the_clock():
    event = make.event(
        meetings=2, seats=12, first=make.at("2027-03-24 17:00"), audiences=["jobseekers"], min_size=5,
        min_size_judged_on=dt.date(2027, 3, 20), registration_closes_at=make.at("2027-03-23 23:59"),
    )  # fmt: skip
    make.register(event)
    PickUp.objects.create(ride=Ride.objects.create(event=event, name="Bussi"), place="Joutsa", leaves=dt.time(8, 15))

    made = copying.copy(event=event, first_day=dt.date(2027, 3, 31), by=make.user(), now=NOW)

    assert (made.status, made.published_at, made.sequence, made.audiences) == (Status.DRAFT, None, 0, ["jobseekers"])
    assert [each.starts_at for each in made.meetings.order_by("starts_at")] == [
        make.at("2027-03-31 17:00"),
        make.at("2027-04-07 17:00"),
    ]
    assert (made.registration_closes_at, made.min_size_judged_on) == (make.at("2027-03-30 23:59"), dt.date(2027, 3, 27))
    pool = made.pools.get()
    assert (pool.capacity, pool.taken, Registration.objects.filter(event=made).count()) == (12, 0, 0)
    assert [(ride.name, stop.place) for ride in made.rides.all() for stop in ride.pick_ups.all()] == [
        ("Bussi", "Joutsa")
    ]
    assert event.meetings.count() == 2
    assert made.slug != event.slug


def test_a_template_is_offered_made_an_event_from_and_never_published(client, owner):
    event = make.event(organisation=owner, title="Hygieniapassi")
    client.post(reverse("events:make_template", args=[event.pk]))
    template = Event.objects.get(is_template=True)
    assert reverse("events:copy", args=[template.pk]) in client.get(reverse("events:create")).text
    with pytest.raises(publishing.NotReady):
        publishing.publish(event=template, by=make.user(), now=NOW)

    client.post(reverse("events:copy", args=[template.pk]), {"first_day": "2027-02-01"})

    made = Event.objects.latest("pk")
    assert (made.is_template, made.title, made.starts_at.date().isoformat()) == (False, "Hygieniapassi", "2027-02-01")


def test_templates_and_the_archive_stay_off_the_desk(client, owner):
    make.event(organisation=owner, title="Näkyvissä")
    template = copying.make_template(event=make.event(organisation=owner, title="Mallipohja"), by=make.user(), now=NOW)
    make.event(organisation=owner, title="Arkistossa", archived_at=NOW)
    page = client.get("/desk/").text
    assert ("Näkyvissä" in page, f"/desk/events/{template.pk}/" in page, "Arkistossa" in page) == (True, False, False)


# Scheduled publishing


def test_a_draft_publishes_itself_when_its_time_has_come():
    event = draft()
    scheduling.schedule(event=event, at=NOW + dt.timedelta(hours=1), by=make.user(), now=NOW)
    assert scheduling.publish_due(now=NOW + dt.timedelta(minutes=59)) == 0
    assert scheduling.publish_due(now=NOW + dt.timedelta(hours=1)) == 1
    event.refresh_from_db()
    assert (event.status, event.publish_at) == (Status.PUBLISHED, None)
    assert AuditEntry.objects.get(action="event.publish").actor is None


def test_one_that_is_not_ready_stays_due_and_the_desk_says_why(client, owner):
    event = draft(organisation=owner)
    scheduling.schedule(event=event, at=NOW + dt.timedelta(hours=1), by=make.user(), now=NOW)
    Event.objects.filter(pk=event.pk).update(summary_fi="", publish_at=NOW)

    assert scheduling.publish_due(now=NOW) == 0
    assert "note-error" in client.get(reverse("workspace:event", args=[event.pk])).text

    Event.objects.filter(pk=event.pk).update(summary_fi="Tule.")
    assert scheduling.publish_due(now=NOW) == 1


@pytest.mark.parametrize(
    ("at", "status"), [("2026-11-23T13:00", 422), ("2026-11-24T08:00", 302), ("", 302), ("soon", 422)]
)
def test_the_time_is_chosen_on_a_page(client, owner, at, status):
    event = draft(organisation=owner)
    response = client.post(reverse("events:schedule", args=[event.pk]), {"at": at})
    event.refresh_from_db()
    assert (response.status_code, event.publish_at) == (status, make.at("2026-11-24 08:00") if "24" in at else None)


# Preview


def link_to(client, event):
    page = client.post(reverse("events:preview_link", args=[event.pk])).text
    return re.search(r"/preview/[\w-]+/", page)[0]


def test_whoever_has_the_link_sees_the_draft_and_can_press_nothing(client, owner):
    event = draft(organisation=owner, title="Salainen luonnos")
    path = link_to(client, event)
    client.logout()
    page = client.get(path)
    assert (page.status_code, "Salainen luonnos" in page.text, "/seat/" in page.text) == (200, True, False)
    assert client.get(event.get_absolute_url()).status_code == 404


def test_a_new_link_closes_the_old_and_all_close_after_two_weeks(client, owner, time_machine):
    event = draft(organisation=owner)
    first, second = link_to(client, event), link_to(client, event)
    assert [client.get(path).status_code for path in (first, second)] == [404, 200]
    assert client.get("/preview/" + "x" * 27 + "/").status_code == 404


def test_the_preview_shows_the_page_of_another_day(client, owner):
    event = draft(organisation=owner, registration_opens_at=make.at("2026-11-25 08:00"))
    path = link_to(client, event)
    assert "status-not_yet" in client.get(path).text
    assert "status-open" in client.get(path + "?as_of=2026-11-26").text
    assert "status-over" in client.get(path + "?as_of=2027-11-26").text
    assert client.get(path + "?as_of=nonsense").status_code == 200


# Archive and deletion


def test_what_is_over_goes_into_the_archive_and_comes_back():
    event = make.event(first=NOW - dt.timedelta(days=3))
    retiring.archive(event=event, by=make.user(), now=NOW)
    event.refresh_from_db()
    assert event.archived_at == NOW
    retiring.archive(event=event, by=make.user(), now=NOW)
    event.refresh_from_db()
    assert event.archived_at is None


def test_what_is_still_on_stays_on_the_desk():
    with pytest.raises(retiring.StillOn):
        retiring.archive(event=make.event(), by=make.user(), now=NOW)


def test_a_draft_is_deleted_after_a_question(client, owner):
    event = draft(organisation=owner)
    assert client.get(reverse("events:delete", args=[event.pk])).status_code == 200
    client.post(reverse("events:delete", args=[event.pk]))
    assert not Event.objects.exists()


def test_what_was_public_or_has_people_is_not_deleted(client, owner):
    published = make.event(organisation=owner)
    response = client.post(reverse("events:delete", args=[published.pk]))
    assert (response.status_code, Event.objects.count()) == (409, 1)
    with_people = make.event(organisation=owner)
    make.register(with_people)
    Event.objects.filter(pk=with_people.pk).update(status=Status.DRAFT, published_at=None)
    with pytest.raises(retiring.InUse):
        retiring.delete(event=with_people, by=make.user(), now=NOW)


# Two organisers


def test_the_second_of_two_editors_is_told_and_can_compare(client, owner):
    event = draft(organisation=owner)
    seen = event.sequence
    rows = {"meetings-INITIAL_FORMS": "1", "meetings-0-pk": event.meetings.get().pk}
    theirs = form(event, seen=seen, title_fi="Heidän otsikkonsa", **rows)
    mine = form(event, seen=seen, title_fi="Minun otsikkoni", **rows)
    client.post(reverse("events:change", args=[event.pk]), theirs)

    response = client.post(reverse("events:change", args=[event.pk]), mine)

    event.refresh_from_db()
    assert (response.status_code, event.title) == (422, "Heidän otsikkonsa")
    assert ("Minun otsikkoni", "Heidän otsikkonsa") in [
        (each.typed, each.saved) for each in response.context["differing"]
    ]
    again = mine | {"seen": response.context["form"]["seen"].value()}
    client.post(reverse("events:change", args=[event.pk]), again)
    event.refresh_from_db()
    assert event.title == "Minun otsikkoni"


def test_two_dates_at_once_are_refused_and_two_may_change_places(client, owner):
    row = {"day": "2026-12-08", "starts": "17:00", "ends": "19:00"}
    twice = {f"meetings-{number}-{name}": value for number in (0, 1) for name, value in row.items()}
    response = client.post(reverse("events:create"), form(organisation=owner, **twice))
    assert (response.status_code, Event.objects.count()) == (422, 0)

    event = draft(organisation=owner, meetings=2, first=make.at("2026-12-08 17:00"))
    first, second = event.meetings.order_by("starts_at")
    swapped = {
        "meetings-INITIAL_FORMS": "2", "meetings-0-pk": first.pk, "meetings-1-pk": second.pk,
        "meetings-0-day": "2026-12-15", "meetings-0-starts": "17:00", "meetings-0-ends": "19:00",
        "meetings-1-day": "2026-12-08", "meetings-1-starts": "17:00", "meetings-1-ends": "19:00",
    }  # fmt: skip
    client.post(reverse("events:change", args=[event.pk]), form(event, **swapped))
    assert list(event.meetings.order_by("starts_at").values_list("pk", flat=True)) == [second.pk, first.pk]


# Doubts before publishing


def test_a_clashing_place_a_foreign_date_and_a_nameless_contact_are_told_but_keep_nobody():
    project = make.project(ends_on=dt.date(2026, 11, 29))
    other = make.event(title="Toinen")
    event = draft(project=project)
    event.meetings.update(venue=other.meetings.get().venue)
    doubts = publishing.doubts(event=Event.objects.get(pk=event.pk), now=NOW)
    assert len(doubts) == 4  # place, period, contact person, accessibility
    assert "Toinen" in doubts[0]
    publishing.publish(event=event, by=make.user(), now=NOW)


def test_a_well_made_draft_raises_no_doubt():
    event = draft(contact_name="Satu", access_features=["step_free"])
    assert publishing.doubts(event=event, now=NOW) == []


def test_an_event_for_invited_people_needs_a_code_before_it_is_shown():
    event = draft(invite_only=True)
    with pytest.raises(publishing.NotReady):
        publishing.publish(event=event, by=make.user(), now=NOW)
    InvitationCode.objects.create(
        event=event, code="ABC234", source="Postikortti", created_at=NOW, created_by=make.user()
    )
    publishing.publish(event=event, by=make.user(), now=NOW)


def test_rides_that_nobody_can_choose_are_told():
    event = draft(seats=None, contact_name="Satu", access_features=["step_free"])
    assert publishing.doubts(event=event, now=NOW) == []
    Ride.objects.create(event=event, name="Bussi")
    assert len(publishing.doubts(event=event, now=NOW)) == 1


# Confidential events


def test_who_makes_a_confidential_event_is_its_team(client, owner):
    client.post(reverse("events:create"), form(organisation=owner, confidential="on"))
    event = Event.objects.get()
    publishing.publish(event=event, by=make.user(), now=NOW)
    make.register(event, make.contact(last_name="Salainen"))
    assert "Salainen" in client.get(reverse("workspace:event", args=[event.pk])).text

    client.force_login(make.member(Role.OWNER, owner))
    page = client.get(reverse("workspace:event", args=[event.pk]))
    assert (page.status_code, "Salainen" in page.text) == (200, False)
    assert not Registration.objects.visible_to(make.member(Role.OWNER, owner)).exists()
    assert client.get(reverse("registrations:door", args=[event.pk])).status_code == 404
    assert client.get("/desk/messages/").context["rows"].object_list.count() == 0


def test_confidentiality_does_not_change_once_people_may_come(client, owner):
    event = make.event(organisation=owner)
    meeting = event.meetings.get()
    changed = form(event, seats="20", confidential="on", **{"meetings-INITIAL_FORMS": "1", "meetings-0-pk": meeting.pk})
    assert client.post(reverse("events:change", args=[event.pk]), changed).status_code == 422
    event.refresh_from_db()
    assert not event.confidential


# What the database holds


@pytest.mark.parametrize(
    "fields",
    [
        {"publish_at": NOW},
        {"is_template": True},
        {"cancelled_at": NOW},
        {"status": Status.CANCELLED},
        {"min_size": 5},
        {"min_size_judged_on": dt.date(2026, 12, 1)},
        {"min_size": 0, "min_size_judged_on": dt.date(2026, 12, 1)},
    ],
)
def test_the_database_keeps_an_events_life_in_order(fields):
    event = make.event()
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(**fields)


@pytest.mark.parametrize("fields", [{"mode": "nowhere"}, {"venue": None}, {"mode": Mode.REMOTE}])
def test_the_database_keeps_a_meetings_mode_and_place_together(fields):
    event = make.event()
    with pytest.raises(IntegrityError), transaction.atomic():
        event.meetings.update(**fields)


# Access: owner, stranger, anonymous, wrong method


@pytest.mark.parametrize(
    "name",
    [
        "schedule",
        "copy",
        "make_template",
        "archive",
        "delete",
        "preview_link",
        "dates",
        "rides",
        "publish",
        "unpublish",
    ],
)
def test_only_those_who_may_plan_it_get_in(client, name):
    event = make.event()
    path = reverse(f"events:{name}", args=[event.pk])
    assert client.post(path).headers["Location"].startswith("/account/login/")
    client.force_login(make.member(Role.OWNER, make.organisation()))
    assert client.post(path).status_code == 404
    client.force_login(make.member(Role.READER, event.organisation))
    assert client.post(path).status_code == 404


@pytest.mark.parametrize("name", ["make_template", "archive", "preview_link"])
def test_deeds_want_a_post(client, owner, name):
    assert client.get(reverse(f"events:{name}", args=[make.event(organisation=owner).pk])).status_code == 405


def test_a_date_that_the_clocks_jump_over_is_refused_beside_its_field(client, owner):
    wrong = form(
        organisation=owner, **{"meetings-0-day": "2027-03-28", "meetings-0-starts": "03:30", "meetings-0-ends": "05:00"}
    )
    response = client.post(reverse("events:create"), wrong)
    assert (response.status_code, list(response.context["meetings"].forms[0].errors)) == (422, ["starts"])


def test_registering_here_and_elsewhere_is_one_too_many(client, owner):
    wrong = form(organisation=owner, elsewhere_url="https://toinen.example/")
    response = client.post(reverse("events:create"), wrong)
    assert list(response.context["form"].errors) == ["elsewhere_url"]


def test_an_event_held_elsewhere_leads_there(client):
    event = make.event(seats=None, elsewhere_url="https://toinen.example/ilmo")
    page = client.get(event.get_absolute_url())
    assert (page.context["door"], 'href="https://toinen.example/ilmo"' in page.text) == ("elsewhere", True)
