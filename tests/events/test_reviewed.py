"""What a fresh pair of eyes found once; each stays found."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry, Grant
from events.enums import Kind, Status
from events.models import Event, Stand
from events.services import copying, pictures, publishing, retiring, scheduling
from tests import factories as make
from tests.events.test_pictures import drawn
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


def rows(event):
    """The form's rows as the page shows them."""
    sent = {
        "meetings-INITIAL_FORMS": str(event.meetings.count()),
        "meetings-TOTAL_FORMS": str(min(200, event.meetings.count() + 2)),
    }
    for number, meeting in enumerate(event.meetings.order_by("starts_at")):
        prefix = f"meetings-{number}-"
        sent |= {
            f"{prefix}pk": meeting.pk, f"{prefix}mode": meeting.mode, f"{prefix}venue": meeting.venue_id or "",
            f"{prefix}day": f"{meeting.starts_at:%Y-%m-%d}", f"{prefix}starts": "12:00", f"{prefix}ends": "14:00",
            f"{prefix}teacher": meeting.teacher, f"{prefix}link": meeting.link,
        }  # fmt: skip
    return sent


def save(client, event, **changes):
    sent = form(event, seen=event.edition, seats="20", **rows(event)) | {"project": event.project_id or ""} | changes
    return client.post(reverse("events:change", args=[event.pk]), sent)


# Whose project it is


def test_an_implementing_municipality_saves_its_events_of_the_shared_project(client, owner):
    shared = make.project(organisation=make.organisation())
    shared.implementers.add(owner)
    event = make.event(organisation=owner, project=shared)
    assert save(client, event, title_fi="Toinen nimi").status_code == 302
    event.refresh_from_db()
    assert (event.title, event.project) == ("Toinen nimi", shared)


def test_whoever_has_a_role_for_the_event_alone_keeps_its_project(client):
    event = make.event(project=make.project(), status=Status.DRAFT, published_at=None)
    client.force_login(make.member(Role.ORGANISER, event))
    assert save(client, event).status_code == 302
    event.refresh_from_db()
    assert event.project is not None


# Long series, odd characters, edges of the calendar


def test_one_date_of_two_hundred_can_be_moved(client, owner):
    event = make.event(organisation=owner, meetings=200, every=dt.timedelta(days=1), hours=1)
    assert save(client, event, title_fi="Pitkä sarja").status_code == 302
    assert event.meetings.count() == 200


def test_what_a_word_processor_leaves_behind_breaks_no_feed(client, owner):
    client.post(reverse("events:create"), form(organisation=owner, title_fi="Kahvi\x0bja pulla"))
    event = Event.objects.get()
    assert event.title == "Kahvija pulla"
    Event.objects.update(status=Status.PUBLISHED, published_at=NOW, title_fi="Kahvi\x0bja pulla", sequence=1)
    assert client.get("/feed.rss").status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_of_another_age_is_no_day(client, owner, day):
    event = make.event(organisation=owner)
    assert client.post(reverse("events:copy", args=[event.pk]), {"first_day": day}).status_code == 422


# Confidential events


def test_a_confidential_event_is_not_found_by_its_number(client):
    event = make.event(confidential=True)
    assert client.get(f"/api/v1/events/{event.pk}").status_code == 404
    assert client.get(f"/api/v1/events/{event.pk}/seats").status_code == 404


def test_its_address_cannot_be_guessed(client, owner):
    client.post(reverse("events:create"), form(organisation=owner, confidential="on"))
    slug = Event.objects.get().slug
    assert (slug.startswith("uusi-kurssi-"), len(slug) >= len("uusi-kurssi-") + 12) == (True, True)


def test_who_deletes_a_place_reads_no_title_that_is_hidden(client, owner):
    secret = make.event(title="Salainen ilta", confidential=True)
    place = secret.meetings.get().venue
    page = client.get(reverse("events:delete_venue", args=[place.pk])).text
    assert ("Salainen" in page, "note-warning" in page) == (False, True)


def test_the_wall_stays_up_when_the_event_goes_back_to_draft(client):
    event = make.event(confidential=True, status=Status.DRAFT)  # it was public once
    colleague = make.member(Role.ORGANISER, event.organisation)
    client.force_login(colleague)
    assert save(client, event).status_code == 422
    assert save(client, event, confidential="on").status_code == 302
    assert not Grant.objects.filter(scope=event.scope).exists()


def test_a_copy_of_a_confidential_event_has_a_team_and_no_old_links():
    event = make.event(confidential=True)
    event.meetings.update(link="https://meet.example/old")
    by = make.user()
    made = copying.copy(event=event, first_day=dt.date(2027, 2, 1), by=by, now=NOW)
    assert [grant.user for grant in Grant.objects.filter(scope=made.scope)] == [by]
    assert made.meetings.get().link == ""


def test_two_events_of_one_name_made_at_one_moment_have_two_addresses(monkeypatch):
    monkeypatch.setattr(copying, "free_slug", lambda _title: "sama-osoite")  # as both look before either saves
    event = make.event()
    made = [copying.copy(event=event, first_day=dt.date(2027, 2, 1), by=make.user(), now=NOW) for _i in range(2)]
    assert (made[0].slug, made[1].slug.startswith("sama-osoite-")) == ("sama-osoite", True)


# After the event


def test_a_word_of_an_event_that_is_over_can_be_corrected(client, owner):
    event = make.event(organisation=owner, first=NOW - dt.timedelta(days=3), published_at=NOW - dt.timedelta(days=9))
    assert save(client, event, title_fi="Oikea nimi").status_code == 302


def test_where_hosts_live_is_told_until_the_event_is_over(client, time_machine):
    event = make.event(kind=Kind.POPUP, seats=None, takes_stands=True)
    Stand.objects.create(
        event=event, name="Kahvila", street="Kotikuja 3", language="fi", contact_name="A", contact_email="a@example.fi",
        applied_at=NOW, decided_at=NOW, state="approved",
    )  # fmt: skip
    assert "Kotikuja 3" in client.get(event.get_absolute_url()).text
    time_machine.move_to(NOW + dt.timedelta(days=30))
    assert "Kotikuja 3" not in client.get(event.get_absolute_url()).text
    assert client.get(reverse("registrations:stands", args=[event.slug])).status_code == 404


# Two at work


def test_the_comparison_shows_seats_and_teachers_too(client, owner):
    event = make.event(organisation=owner, status=Status.DRAFT, published_at=None)
    save(client, event, seats="55", **{"meetings-0-teacher": "Tiina"})
    second = save(client, event, seats="40", **{"meetings-0-teacher": ""})
    typed = {each.name: (each.typed, each.saved) for each in second.context["differing"]}
    assert ("40", "55") in typed.values()
    assert any("Tiina" in saved for _typed, saved in typed.values())


def test_a_host_who_changes_a_stand_is_no_second_editor(client, owner):
    event = make.event(organisation=owner)
    Event.objects.filter(pk=event.pk).update(sequence=7)
    assert save(client, event).status_code == 302


def test_a_schedule_taken_back_at_the_last_moment_publishes_nothing():
    event = make.event(status=Status.DRAFT, published_at=None)
    publishing.publish(event=event, by=None, now=NOW)
    event.refresh_from_db()
    assert event.status == Status.DRAFT


def test_what_is_in_the_archive_is_not_published():
    event = make.event(status=Status.DRAFT, published_at=None)
    scheduling.schedule(event=event, at=NOW + dt.timedelta(hours=1), by=make.user(), now=NOW)
    retiring.archive(event=event, by=make.user(), now=NOW)
    assert scheduling.publish_due(now=NOW + dt.timedelta(hours=2)) == 0
    with pytest.raises(publishing.NotReady):
        publishing.publish(event=event, by=make.user(), now=NOW)


# What is recorded


def test_an_auditor_reads_what_changed_and_what_stood_there_before(client, owner):
    event = make.event(organisation=owner, status=Status.DRAFT, published_at=None)
    save(client, event, contact_name="Satu", **{"meetings-0-teacher": "Tiina"})
    entry = AuditEntry.objects.get(action="event.change")
    assert (entry.before["contact_name"], entry.after["contact_name"]) == ("", "Satu")
    assert (entry.before["meetings"][0][4], entry.after["meetings"][0][4]) == ("", "Tiina")
    assert "title_fi" in entry.after
    assert "summary_sv" not in entry.after


def test_the_log_says_that_a_meetings_address_is_another_one_but_not_the_address(client, owner):
    event = make.event(organisation=owner, status=Status.DRAFT, published_at=None)
    for link in ("https://meet.example/salainen", "https://meet.example/toinen"):
        save(client, Event.objects.get(pk=event.pk), **{"meetings-0-link": link})
    first, second = AuditEntry.objects.filter(action="event.change").order_by("pk")
    assert first.before["meetings"][0][5] == ""
    assert first.after["meetings"][0][5] == second.before["meetings"][0][5] != second.after["meetings"][0][5]
    assert "meet.example" not in f"{first.after}{second.before}{second.after}"


def test_deleting_a_draft_leaves_no_role_behind():
    event = make.event(status=Status.DRAFT, published_at=None)
    make.member(Role.DOOR, event)
    retiring.delete(event=event, by=make.user(), now=NOW)
    assert not Grant.objects.filter(scope__startswith="event:").exists()


# Pictures, catalogue, preview


def test_a_tower_of_a_picture_is_refused():
    with pytest.raises(pictures.PictureTooTall):
        pictures.keep(organisation=make.organisation(), upload=drawn(400, 20_000), by=make.user(), now=NOW)


def test_nonsense_in_one_address_marks_nothing_wrong_in_another(client):
    make.event()
    client.get("/?kind=nonsense&municipality=zzz&language=qq")
    assert "aria-invalid" not in client.get("/").text


def test_more_of_a_day_leads_to_that_day(client):
    for hour in range(6):
        make.event(first=NOW + dt.timedelta(days=2, hours=hour), title=f"Ilta {hour}")
    page = client.get("/month/?month=2026-11&when=week").text
    [link] = {part.split('"')[0].replace("&amp;", "&") for part in page.split('href="') if part.startswith("/?from=")}
    assert len(client.get(link).context["cards"]) == 6


def test_many_dates_are_looked_at_at_once(django_assert_max_num_queries):
    event = make.event(meetings=30, every=dt.timedelta(days=1))
    with django_assert_max_num_queries(4):
        publishing.doubts(event=Event.objects.get(pk=event.pk), now=NOW)


def test_a_browser_with_a_form_begun_is_told_that_the_event_is_cancelled(client):
    event = make.event()
    client.post(reverse("registrations:take", args=[event.slug]), {"kind": "seat"})
    Event.objects.filter(pk=event.pk).update(
        status=Status.CANCELLED, cancelled_at=NOW, cancel_note_fi="Sali paloi.", sequence=1
    )
    assert "Sali paloi." in client.get(event.get_absolute_url()).text
