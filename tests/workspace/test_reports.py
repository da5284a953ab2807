import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.services import audit
from events.enums import Kind, Mode, Status
from events.models import Event, Meeting, SeatPool
from events.services import invitations
from registrations.enums import HoldKind
from registrations.models import Registration
from registrations.services import seats
from tests import factories as make
from tests.factories import NOW
from workspace import figures
from workspace.enums import Way
from workspace.figures import Choice, Group, Month, Origin, Turnout

pytestmark = pytest.mark.django_db

JANUARY, MARCH = make.at("2026-01-15 12:00"), make.at("2026-03-31 23:30")
PAGE = "/desk/reports/"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def choice(**fields):
    return Choice(
        **{"events": Event.objects.all(), "first": dt.date(2026, 1, 1), "last": dt.date(2026, 12, 31)} | fields
    )


def fill(event, taken, *, at=NOW):
    """So many confirmed registrations for an event that may be over: made while it was ahead."""
    return [make.register(event, now=at - dt.timedelta(days=1)) for _i in range(taken)]


def held_at(first, taken=0, came=0, **fields):
    event = make.event(first=first, **fields)
    for registration in fill(event, taken, at=first)[:came]:
        make.check_in(registration)
    return event


# What is counted


def test_seats_are_counted_in_the_local_month_of_the_first_date_and_empty_months_stand_between():
    held_at(JANUARY, taken=3, came=2, seats=5)
    held_at(JANUARY, taken=1, seats=4)
    held_at(MARCH, seats=7)
    assert figures.months(choice()) == [
        Month(month=dt.date(2026, 1, 1), seats=9, taken=4, came=2),
        Month(month=dt.date(2026, 2, 1)),
        Month(month=dt.date(2026, 3, 1), seats=7, taken=0, came=0),
    ]


def test_a_series_counts_once_and_dates_with_seats_of_their_own_each_in_their_month():
    month = dt.timedelta(days=31)
    held_at(JANUARY, seats=10, meetings=2, every=month)
    held_at(JANUARY, seats=3, meetings=2, every=month, each_date=True)
    assert [each.seats for each in figures.months(choice())] == [13, 3]


def test_one_who_came_to_several_dates_has_used_one_seat():
    event = make.event(first=JANUARY, meetings=2)
    [registration] = fill(event, 1, at=JANUARY)
    for meeting in event.meetings.all():
        make.check_in(registration, meeting)
    assert figures.months(choice())[0].came == 1
    assert figures.turnouts(choice(), NOW)[0].came == 1


def test_drafts_templates_cancelled_events_and_events_without_seats_are_left_out_and_the_archive_is_not():
    held_at(JANUARY, status=Status.DRAFT)
    held_at(JANUARY, status=Status.DRAFT, is_template=True)
    held_at(JANUARY, status=Status.CANCELLED)
    held_at(JANUARY, seats=None)
    assert figures.months(choice()) == []
    held_at(JANUARY, seats=2, archived_at=NOW)
    assert [each.seats for each in figures.months(choice())] == [2]


def test_both_ends_of_the_period_are_counted_in():
    held_at(MARCH, seats=7)
    day = MARCH.date()
    assert len(figures.months(choice(first=day, last=day))) == 1
    assert figures.months(choice(first=day + dt.timedelta(days=1))) == []
    assert figures.months(choice(last=day - dt.timedelta(days=1))) == []


def test_registrations_are_told_apart_by_kind_and_by_the_municipality_of_the_first_date():
    here = make.event(kind=Kind.COURSE, seats=1)
    make.register(here)
    make.register(here, kind=HoldKind.QUEUE)
    away = make.event(kind=Kind.FAIR)
    away.meetings.update(venue=make.venue(municipality=make.municipality("172", "Joutsa")))
    for registration in fill(away, 3)[:1]:
        seats.cancel(registration=registration, by=None, now=NOW)
    online = make.event(kind=Kind.COURSE)
    online.meetings.update(mode=Mode.REMOTE, venue=None)
    fill(online, 1)
    make.event(kind=Kind.POPUP)

    assert figures.towns(choice()) == [
        Group(key="172", confirmed=2, waiting=0, cancelled=1),
        Group(key="081", confirmed=1, waiting=1, cancelled=0),
        Group(key="", confirmed=1, waiting=0, cancelled=0),
    ]
    assert figures.kinds(choice()) == [
        Group(key="course", confirmed=2, waiting=1, cancelled=0),
        Group(key="fair", confirmed=2, waiting=0, cancelled=1),
    ]
    assert [each.key for each in figures.kinds(choice(town="172"))] == ["fair"]
    assert [each.key for each in figures.towns(choice(kind="course"))] == ["081", ""]


def test_a_date_with_its_own_seats_counts_in_its_own_municipality():
    event = make.event(meetings=2, each_date=True)
    last = event.meetings.order_by("starts_at").last()
    Meeting.objects.filter(pk=last.pk).update(venue=make.venue(municipality=make.municipality("172", "Joutsa")))
    make.register(event, pool=SeatPool.objects.get(meeting=last))
    assert [(each.key, each.made) for each in figures.towns(choice())] == [("172", 1)]


def test_each_registration_came_one_way():
    event, other = held_at(make.at("2026-11-23 13:00")), make.event()
    came, _other, helped, by_system = fill(event, 4)
    gone = fill(other, 1)[0]
    for place in (event, other):
        code = invitations.make(event=place, source="Lehti", by=make.user(), now=NOW)
        Registration.objects.filter(pk__in=[came.pk, gone.pk], event=place).update(invitation=code)
    make.check_in(came)
    seats.cancel(registration=gone, by=None, now=NOW)
    colleague = make.user()
    note = {"actor": colleague, "action": "registration.create", "scope": event.scope, "now": NOW}
    audit.changed(subject=helped.key, **note)
    with audit.through("api_token:1"):
        audit.changed(subject=by_system.key, **note)

    assert figures.origins(choice()) == [
        Origin(way=Way.CODE, source="Lehti", made=2, confirmed=1, came=1),
        Origin(way=Way.DIRECT, source="", made=1, confirmed=1, came=0),
        Origin(way=Way.STAFF, source="", made=1, confirmed=1, came=0),
        Origin(way=Way.SYSTEM, source="", made=1, confirmed=1, came=0),
    ]


def test_a_registration_by_another_system_is_known_as_such(client):
    event = make.event()
    token = make.api_token(event.organisation)
    body = {"first_name": "Aino", "last_name": "Esimerkki", "email": "aino@example.fi", "language": "fi"}
    client.post(
        f"/api/v1/events/{event.pk}/registrations",
        body,
        "application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "a" * 20},
    )
    assert [(each.way, each.made) for each in figures.origins(choice())] == [(Way.SYSTEM, 1)]


def test_who_came_is_known_where_tickets_were_read_and_only_of_dates_that_are_over():
    held_at(JANUARY, taken=4, came=3, kind=Kind.COURSE)
    held_at(JANUARY, taken=2, kind=Kind.COURSE)
    held_at(JANUARY, taken=1, kind=Kind.FAIR)
    fill(make.event(kind=Kind.POPUP), 2)
    found = figures.turnouts(choice(), NOW)
    assert found == [
        Turnout(kind="course", came=3, absent=1, unknown=2),
        Turnout(kind="fair", came=0, absent=0, unknown=1),
    ]
    assert [each.rate for each in found] == [75, None]


def test_a_series_is_over_when_its_last_date_is():
    event = make.event(first=NOW - dt.timedelta(days=3), meetings=2)
    fill(event, 1, at=NOW - dt.timedelta(days=3))
    assert figures.turnouts(choice(), NOW) == []
    assert [each.unknown for each in figures.turnouts(choice(), NOW + dt.timedelta(days=7))] == [1]


# The page


def sign_in(client, role, scope):
    user = make.member(role, scope)
    client.force_login(user)
    return user


@pytest.mark.parametrize(
    ("role", "status"), [(Role.OWNER, 200), (Role.ORGANISER, 200), (Role.READER, 200), (Role.TEACHER, 404), (Role.DOOR, 404)]
)  # fmt: skip
def test_the_page_is_for_those_who_see_reports_of_an_organisation_or_a_project(client, role, status):
    for scope in (make.organisation(), make.project()):
        sign_in(client, role, scope)
        assert client.get(PAGE).status_code == status
        assert (reverse("workspace:reports") in client.get("/desk/").text) == (status == 200)


def test_a_role_in_one_event_opens_no_report(client):
    sign_in(client, Role.ORGANISER, make.event())
    assert client.get(PAGE).status_code == 404
    assert PAGE not in client.get("/desk/").text


def test_nobody_writes_to_it_and_strangers_are_sent_to_the_sign_in(client):
    assert client.get(PAGE).headers["Location"] == f"/account/login/?next={PAGE}"
    sign_in(client, Role.OWNER, make.organisation())
    assert client.post(PAGE).status_code == 405


def shown(client, **query):
    context = client.get(f"/en{PAGE}", query).context
    return sum(each["month"].seats for each in context["months"])


def test_everybody_sees_figures_of_what_is_in_their_reach_and_no_others(client):
    owner, project = make.organisation(), make.project()
    make.event(organisation=owner, seats=1)
    make.event(organisation=owner, project=project, seats=2)
    make.event(project=project, seats=4)
    stranger = make.event(seats=8)

    sign_in(client, Role.READER, project)
    assert shown(client) == 6
    sign_in(client, Role.READER, owner)
    assert [shown(client), shown(client, of=owner.scope)] == [3, 3]
    foreign = [
        stranger.organisation.scope,
        project.scope,
        "event:1",
        "organisation:x",
        "organisation:99999999999999999999",
    ]
    assert [shown(client, of=each) for each in foreign] == [3] * 5
    both = sign_in(client, Role.READER, owner)
    make.member(Role.READER, project).grants.update(user=both)
    assert [shown(client), shown(client, of=project.scope), shown(client, of=owner.scope)] == [7, 6, 3]


def test_the_figures_are_narrowed_by_the_address_and_nonsense_is_ignored(client):
    owner = make.organisation()
    make.event(organisation=owner, kind=Kind.COURSE, seats=1)
    make.event(organisation=owner, kind=Kind.FAIR, seats=2, first=make.at("2026-12-15 12:00"))
    sign_in(client, Role.READER, owner)

    assert shown(client) == 3
    assert [shown(client, kind=kind) for kind in ("course", "fair", "popup", "x")] == [1, 2, 0, 3]
    assert [shown(client, municipality=code) for code in ("081", "172", "x")] == [3, 3, 3]
    assert shown(client, since="2026-12-01", until="2026-12-31") == 2
    assert shown(client, since="2027-01-01", until="2027-12-31") == 0
    for days in ({"since": "2026-12-31", "until": "2026-12-01"}, {"since": "2000-01-01"}, {"until": "\x00"}):
        page = client.get(f"/en{PAGE}", days)
        assert "at most five years apart" in page.text
        assert (page.context["choice"].first, page.context["choice"].last) == (
            dt.date(2026, 1, 1),
            dt.date(2026, 12, 31),
        )


def test_every_plot_has_a_title_a_description_and_a_table_with_the_same_figures(client):
    owner = make.organisation()
    held_at(JANUARY, taken=4, came=3, organisation=owner, seats=12, kind=Kind.COURSE)
    user = sign_in(client, Role.READER, owner)

    page = client.get(f"/en{PAGE}")

    assert [page.text.count(each) for each in ('role="img"', "<title id=", "<desc id=", "<table ")] == [5, 5, 5, 5]
    assert [(table.key, [(row.name, row.numbers) for row in table.rows]) for table in page.context["tables"]] == [
        ("towns", [("Hartola", [4, 4, 0, 0])]),
        ("kinds", [("Course", [4, 4, 0, 0])]),
        ("origins", [("Directly, without a code", [4, 4, 3])]),
        ("turnout", [("All together", ["75 %", 3, 1, 0]), ("Course", ["75 %", 3, 1, 0])]),
    ]
    assert '<th scope="row">January 2026</th><td class="number">12</td>' in page.text
    assert f"Made on 23 Nov 2026 at 14:00 by {user.name}." in page.text


def test_the_page_says_whose_figures_these_are_also_when_printed(client):
    owner = make.organisation(name="Joutsan kunta")
    own, other = make.project(organisation=owner, name="Oma hanke"), make.project(name="Yhteinen hanke")
    both = sign_in(client, Role.READER, owner)
    make.member(Role.READER, other).grants.update(user=both)

    def chosen(**query):
        return client.get(f"/en{PAGE}", query).context["chosen"]

    assert chosen() == ["Joutsan kunta", "Yhteinen hanke"]
    assert chosen(of=owner.scope, kind="course") == ["Joutsan kunta", "Course"]
    assert chosen(of=own.scope) == [f"Oma hanke ({own.code})"]


def test_a_long_table_is_whole_and_its_plot_fits_on_a_page(client):
    owner = make.organisation()
    for number in range(22):
        event = make.event(organisation=owner)
        event.meetings.update(venue=make.venue(municipality=make.municipality(f"{100 + number}", f"Kunta {number}")))
        make.register(event)
    sign_in(client, Role.READER, owner)

    page = client.get(f"/en{PAGE}")

    towns = page.context["tables"][0]
    assert (len(towns.rows), len(towns.drawn), towns.height) == (22, 20, 880)
    assert "2 more lines are in the table only." in page.text


def test_the_source_of_a_code_is_shown_as_text(client):
    event = make.event()
    code = invitations.make(event=event, source="<b>Lehti</b>", by=make.user(), now=NOW)
    make.register(event)
    Registration.objects.update(invitation=code)
    sign_in(client, Role.READER, event.organisation)
    text = client.get(f"/en{PAGE}").text
    assert ("Code: &lt;b&gt;Lehti&lt;/b&gt;" in text, "<b>Lehti" in text) == (True, False)


@pytest.mark.parametrize("events", [1, 4])
def test_the_page_costs_the_same_queries_for_any_number_of_events(client, events):
    owner = make.organisation()
    for number in range(events):
        held_at(JANUARY + number * dt.timedelta(days=31), taken=2, came=1, organisation=owner, kind=Kind.values[number])
    sign_in(client, Role.READER, owner)
    client.get(PAGE)

    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)

    assert len(queries) == 11
