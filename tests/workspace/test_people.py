"""People across events: who finds whom, and what of them is shown."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry, Grant, Person
from esf.services import spells
from events.services import projects
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
PAGE = "/en/desk/people/"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def sign_in(client, role, scope, **fields):
    user = make.member(role, scope, **fields)
    client.force_login(user)
    return user


def aino(**fields):
    plain = {"first_name": "Aino", "last_name": "Virtanen", "email": "aino@example.fi", "municipality_code": "081"}
    return make.contact(**plain | fields)


def look_for(client, words="virtanen", **fields):
    return client.post(PAGE, {"words": words, **fields})


def card_of(client, person):
    return client.get(reverse("workspace:person", args=[person.pk])).context["card"]


def reads():
    return list(AuditEntry.objects.filter(action="people.read").values_list("subject", "scope", "after__people"))


# Looking for people


def test_the_page_shows_nobody_until_somebody_is_looked_for(client):
    event = make.event()
    make.register(event, aino())
    sign_in(client, Role.TEACHER, event)
    page = client.get(PAGE)
    assert (page.status_code, page.context["rows"], "Aino" in page.text) == (200, None, False)
    assert reads() == []


def test_people_are_found_within_reach_with_what_they_did_there(client):
    event = make.event(first=NOW, title="Hygieniapassi")
    who = aino()
    registration = make.register(event, who)
    make.check_in(registration)
    make.register(make.event(), who)
    make.register(make.event(), aino(email="toinen@example.fi"))
    sign_in(client, Role.ORGANISER, event)

    [line] = look_for(client, "virtanem").context["lines"]

    assert (line.person, line.town, line.registrations, line.attended, line.last) == (
        registration.person, "Hartola", 1, 1, event
    )  # fmt: skip
    assert reads() == [("people", event.organisation.scope, 1)]


def test_a_cancelled_registration_is_not_counted(client):
    event = make.event()
    registration = make.register(event, aino())
    registration.status, registration.cancelled_at = "cancelled", NOW
    registration.save()
    sign_in(client, Role.ORGANISER, event)
    [line] = look_for(client).context["lines"]
    assert (line.registrations, line.attended, line.last) == (0, 0, None)


def test_words_are_sent_as_a_form_and_stand_in_no_address(client):
    event = make.event(seats=60)
    for number in range(51):
        make.register(event, aino(email=f"aino{number}@example.fi"))
    sign_in(client, Role.ORGANISER, event)

    assert client.get(PAGE, {"words": "virtanen"}).context["rows"] is None
    first, second = look_for(client), look_for(client, page="2")

    assert (len(first.context["lines"]), len(second.context["lines"])) == (50, 1)
    assert "?" not in first.text.partition("<main")[2].partition("</main")[0]
    assert 'name="page" value="2"' in first.text
    assert len(look_for(client, page="99").context["lines"]) == 1


def test_htmx_gets_the_piece(client):
    event = make.event()
    make.register(event, aino())
    sign_in(client, Role.ORGANISER, event)
    piece = client.post(PAGE, {"words": "virtanen"}, headers={"HX-Request": "true"}).text
    assert (piece.strip().startswith('<div id="found"'), "Aino Virtanen" in piece) == (True, True)


@pytest.mark.parametrize("words", ["", "  "])
def test_nothing_to_look_for_is_said(client, words):
    sign_in(client, Role.ORGANISER, make.event())
    page = look_for(client, words)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["words"])


def test_nobody_found_is_not_a_read(client):
    sign_in(client, Role.ORGANISER, make.event())
    page = look_for(client)
    assert (page.status_code, page.context["lines"], reads()) == (200, [], [])
    assert "Nobody is found" in page.text


@pytest.mark.parametrize("role", [Role.DOOR, Role.READER, Role.EXHIBITOR])
def test_who_may_see_nobody_has_no_such_page(client, role):
    registration = make.register(make.event(), aino())
    sign_in(client, role, registration.event)
    person = reverse("workspace:person", args=[registration.person_id])
    assert [client.get(PAGE).status_code, look_for(client).status_code, client.get(person).status_code] == [404] * 3


@pytest.mark.parametrize("people", [1, 7])
def test_a_search_costs_the_same_queries_for_any_number_of_people(client, django_assert_num_queries, people):
    event = make.event(project=make.project())
    for number in range(people):
        make.register(event, aino(email=f"aino{number}@example.fi"))
    sign_in(client, Role.ORGANISER, event)
    look_for(client)
    with django_assert_num_queries(13):
        look_for(client)


# A person's page


def test_a_stranger_finds_no_page(client):
    person = make.register(make.event(), aino()).person
    sign_in(client, Role.OWNER, make.organisation())
    assert client.get(reverse("workspace:person", args=[person.pk])).status_code == 404
    assert look_for(client).context["lines"] == []
    assert reads() == []


def test_the_page_shows_contact_registrations_attendance_and_letters(client):
    event = make.counting_event(first=NOW, hours=3)
    who = aino(phone="+358401234567")
    registration = make.register(event, who, answers=make.answers(who))
    make.check_in(registration)
    sign_in(client, Role.ORGANISER, event.organisation)
    text = client.get(reverse("workspace:person", args=[registration.person_id])).text
    card = card_of(client, registration.person)

    assert [(visit.registration, visit.attended) for visit in card.visits] == [(registration, [event.meetings.get()])]
    assert (card.notices, card.birth_date, card.spells) == ([], None, [])  # the project is another organisation's
    assert [(message.recipient, message.state) for message in card.messages] == [("aino@example.fi", "queued")]
    assert "+358 40 1234567" in text


def test_forms_and_participation_are_for_those_who_see_the_projects_people(client):
    event = make.counting_event(first=NOW, hours=3)
    who = aino()
    registration = make.register(event, who, answers=make.answers(who))
    make.check_in(registration)
    sign_in(client, Role.ORGANISER, event.project)

    card = card_of(client, registration.person)

    assert [(notice.source, card.birth_date) for notice in card.notices] == [(registration.key, dt.date(1990, 5, 17))]
    assert [(spell.participation.started_on, spell.hours) for spell in card.spells] == [(NOW.date(), 3)]


def test_a_participation_that_staff_let_begin_is_shown_though_nobody_scanned_anything(client):
    event = make.counting_event(first=NOW, hours=3)
    registration = make.register(event, aino())
    begun = spells.begin(
        person=registration.person, project=event.project, day=NOW.date(), reason="coached", by=make.user(), now=NOW
    )
    sign_in(client, Role.ORGANISER, event.project)

    assert [each.participation for each in card_of(client, registration.person).spells] == [begun]


def test_a_teacher_sees_no_letters(client):
    registration = make.register(make.event(), aino())
    sign_in(client, Role.TEACHER, registration.event)
    card = card_of(client, registration.person)
    assert ([visit.registration for visit in card.visits], card.messages) == ([registration], [])


def test_opening_the_page_is_recorded_in_the_narrowest_scope(client):
    project = make.project()
    registration = make.register(make.event(project=project, organisation=project.organisation), aino())
    user = sign_in(client, Role.ORGANISER, project.organisation)
    card_of(client, registration.person)
    Grant.objects.create(
        user=user, organisation=project.organisation, role=Role.TEACHER, scope=project.scope, granted_at=NOW
    )
    card_of(client, registration.person)
    key = registration.person.key
    assert reads() == [(key, project.organisation.scope, 1), (key, project.scope, 1)]


def test_an_implementer_sees_its_own_residents_but_not_their_registrations_elsewhere(client):
    make.municipality("142", "Iitti")
    project, partner = make.project(), make.organisation(municipality_code="142")
    projects.set_implementers(project=project, organisations=[partner], by=make.user(), now=NOW)
    event = make.event(project=project, organisation=project.organisation)
    mine = make.register(event, aino(municipality_code="142", email="iitti@example.fi"))
    make.register(event, aino())
    own = make.register(make.event(organisation=partner), aino(municipality_code="142", email="iitti@example.fi"))
    sign_in(client, Role.ORGANISER, partner)

    [line] = look_for(client).context["lines"]
    card = card_of(client, mine.person)

    assert (line.person, line.registrations, line.last) == (mine.person, 1, own.event)
    assert [visit.registration for visit in card.visits] == [own]
    assert {message.scope for message in card.messages} == {own.event.scope}


def test_nothing_tells_of_a_confidential_event_but_to_its_own_team(client):
    project = make.project()
    secret = make.counting_event(
        project=project, organisation=project.organisation, first=NOW, title="Salainen ilta", confidential=True
    )
    who = aino()
    registration = make.register(secret, who, answers=make.answers(who))
    make.check_in(registration)
    make.register(make.event(project=project, organisation=project.organisation), who)
    sign_in(client, Role.OWNER, project.organisation)

    [line] = look_for(client).context["lines"]
    card = card_of(client, registration.person)

    assert (line.registrations, line.attended) == (1, 0)
    assert (len(card.visits), card.notices, card.birth_date, card.spells) == (1, [], None, [])
    assert "Salainen" not in client.get(reverse("workspace:person", args=[registration.person_id])).text

    sign_in(client, Role.ORGANISER, secret, organisation=project.organisation)
    assert [visit.registration for visit in card_of(client, registration.person).visits] == [registration]


@pytest.mark.parametrize("events", [1, 4])
def test_a_persons_page_costs_the_same_queries_whatever_has_happened(client, django_assert_num_queries, events):
    owner, project, who = make.organisation(), make.project(), aino()
    for _i in range(events):
        event = make.counting_event(first=NOW, organisation=owner, project=project)
        make.check_in(make.register(event, who, answers=make.answers(who)))
    person = Person.objects.get()
    sign_in(client, Role.ORGANISER, owner)
    card_of(client, person)
    with django_assert_num_queries(23):
        card_of(client, person)
