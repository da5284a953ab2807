"""The pages: who is suggested to whom, what a preview shows, and that strangers find nothing."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from accounts.models import AuditEntry, Grant, PeopleApart, Person, PersonMerge
from registrations.models import Registration
from tests import factories as make
from tests.factories import NOW
from tests.workspace.merging import aino, merge, office, two, undo

pytestmark = pytest.mark.django_db
ALIKE = "/en/desk/people/alike/"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def world(client):
    """Two of one name and phone, seen by somebody who manages everything of theirs and is signed in."""
    project, by = office()
    first, second = two(project, aino(phone="+358401234567"), aino(phone="+358401234567", email="aino@toinen.example"))
    client.force_login(by)
    return project, by, first.person, second.person


def address(name, *keys):
    with translation.override("en"):
        return reverse(f"workspace:{name}", args=keys)


def pair(*people, name="pair"):
    return address(name, *(person.pk for person in people))


def in_english(words):
    with translation.override("en"):
        return str(words)


def send(client, one, other, **fields):
    looked_at = client.get(pair(one, other)).context["form"].initial["looked_at"]
    return client.post(pair(one, other), {"email": "survivor", "looked_at": looked_at} | fields)


def suggested(client):
    return [(one.person, other.person, str(reason)) for one, other, reason in client.get(ALIKE).context["pairs"]]


# Suggestions


def test_two_who_are_alike_are_suggested_with_the_reason(client, world):
    _project, _by, one, other = world
    assert suggested(client) == [(one, other, "phone")]
    assert "Same name and same phone number" in client.get(ALIKE).text
    assert AuditEntry.objects.filter(action="people.read", after__people=2).exists()


def test_whom_one_may_not_see_is_suggested_to_nobody(client, world):
    _project, _by, one, _other = world
    there = make.event()
    third = make.register(there, aino(phone="+358401234567", email="aino@kolmas.example")).person
    assert len(suggested(client)) == 1
    client.force_login(make.member(Role.ORGANISER, there.organisation))
    assert suggested(client) == []
    assert [client.get(pair(one, third)).status_code, client.get(pair(third, one)).status_code] == [404, 404]


def test_to_see_people_somewhere_and_to_manage_elsewhere_is_not_enough(client, world):
    project, _by, one, other = world
    teacher = make.member(Role.TEACHER, project.organisation)
    elsewhere = make.organisation()
    Grant.objects.create(
        user=teacher, organisation=elsewhere, role=Role.ORGANISER, scope=elsewhere.scope, granted_at=NOW
    )
    client.force_login(teacher)
    assert (suggested(client), client.get(pair(one, other)).status_code) == ([], 404)


def test_said_not_to_be_the_same_they_are_suggested_no_more_until_that_is_taken_back(client, world):
    _project, by, one, other = world
    client.post(pair(other, one, name="say_apart"))
    client.post(pair(one, other, name="say_apart"))
    said = PeopleApart.objects.get()
    assert (said.by, said.at, suggested(client)) == (by, NOW, [])
    assert f"{by}, 23 Nov 2026" in client.get(ALIKE).text
    assert "They cannot be merged yet" in client.get(pair(one, other)).text

    client.post(pair(one, other, name="take_back_apart"))
    assert (PeopleApart.objects.count(), len(suggested(client))) == (0, 1)
    told = AuditEntry.objects.filter(action__startswith="person.apart").order_by("pk").values_list("action", flat=True)
    assert list(told) == ["person.apart", "person.apart_undo"]


@pytest.mark.parametrize("people", [2, 6])
def test_suggestions_cost_the_same_queries_for_any_number(client, django_assert_num_queries, people):
    project, by = office()
    for number in range(people):
        two(project, aino(email=f"aino{number}@example.fi", phone="+358401234567"))
    client.force_login(by)
    client.get(ALIKE)
    with django_assert_num_queries(13):
        client.get(ALIKE)


def test_a_persons_page_names_who_may_be_the_same(client, world):
    _project, _by, one, other = world
    assert client.get(address("person", one.pk)).context["alike"] == [other]


def test_two_that_nothing_speaks_for_are_compared_by_hand(client, world):
    project, _by, one, _other = world
    [stranger] = two(project, make.contact())
    answer = client.post("/en/desk/people/compare/", {"pick": [stranger.person_id, one.pk]})
    assert answer.headers["Location"] == pair(one, stranger.person)
    assert client.get(pair(one, stranger.person)).status_code == 200


@pytest.mark.parametrize("picks", [[], ["1"], ["x", "y"], ["9" * 30, "1"]])
def test_fewer_than_two_are_not_compared(client, world, picks):
    answer = client.post("/en/desk/people/compare/", {"pick": picks})
    assert answer.headers["Location"] == "/en/desk/people/"


# Preview and merge


def test_the_preview_shows_what_differs_and_what_moves_and_changes_nothing(client, world):
    _project, _by, one, other = world
    shown = client.get(pair(one, other)).context["pair"]
    assert [(value.name, value.ours, value.theirs) for value in shown.values if value.differs] == [
        ("email", "aino@example.fi", "aino@toinen.example")
    ]
    assert {in_english(count.label): (count.ours, count.theirs) for count in shown.counts} == {
        "Sent mail": (1, 1), "Background forms": (0, 0), "Attended days": (0, 0), "Participation in projects": (0, 0),
        "Attempts to get a form": (0, 0), "States in EURA 2021": (0, 0), "Certificates, jobs and other outcomes": (0, 0),
        "Newsletters": (0, 0), "Registrations": (1, 1), "Background forms that are begun": (0, 0),
    }  # fmt: skip
    assert (PersonMerge.objects.count(), Person.objects.filter(merged_into=None).count()) == (0, 2)


def test_merged_by_hand_with_the_values_that_were_chosen(client, world):
    _project, by, one, other = world
    answer = send(client, one, other, email="merged", reason="Soitin hänelle.")
    assert answer.headers["Location"] == address("person", one.pk)
    done = PersonMerge.objects.get()
    assert (done.survivor, done.merged, done.by, done.reason) == (one, other, by, "Soitin hänelle.")
    page = client.get(answer.headers["Location"]).text
    assert f"Merged with Aino Virtanen by {by} on 23 Nov 2026." in page
    assert "aino@toinen.example" in page


def test_sent_twice_the_second_leads_to_the_one_person(client, world):
    _project, _by, one, other = world
    fields = {"looked_at": client.get(pair(one, other)).context["form"].initial["looked_at"], "email": "survivor"}
    answers = [client.post(pair(one, other), fields) for _time in range(2)]
    assert [answer.headers["Location"] for answer in answers] == [address("person", one.pk)] * 2
    assert PersonMerge.objects.count() == 1


def test_a_form_that_lacks_a_choice_merges_nobody(client, world):
    _project, _by, one, other = world
    assert send(client, one, other, email="both").status_code == 422
    assert client.post(pair(one, other), {"email": "survivor"}).status_code == 422
    assert not PersonMerge.objects.exists()


def test_what_has_changed_meanwhile_is_shown_anew(client, world):
    project, _by, one, other = world
    stale = client.get(pair(one, other)).context["form"].initial["looked_at"]
    two(project, aino())
    answer = client.post(pair(one, other), {"email": "survivor", "looked_at": stale})
    assert (answer.status_code, PersonMerge.objects.count()) == (409, 0)
    assert answer.context["form"].initial["looked_at"] != stale


def test_with_themselves_nobody_is_compared(client, world):
    _project, _by, one, _other = world
    assert [client.get(pair(one, one)).status_code, client.post(pair(one, one)).status_code] == [404, 404]


def test_whoever_does_not_reach_all_is_told_whom_to_ask_and_shown_no_data(client, world):
    _project, _by, one, other = world
    make.register(make.event(organisation=make.organisation(name="Toinen kunta", email="apu@toinen.example")), aino())
    page = client.get(pair(one, other))
    assert (page.status_code, "Toinen kunta" in page.text, "aino@toinen.example" in page.text) == (200, True, False)
    answer = client.post(pair(one, other), {"looked_at": "x", "email": "survivor"})
    assert (answer.status_code, PersonMerge.objects.count()) == (409, 0)


def test_the_preview_names_a_participation_that_becomes_one(client):
    project, by = office()
    rows = []
    for number, email in enumerate(["aino@example.fi", "aino@toinen.example"]):
        event = make.counting_event(
            project=project, organisation=project.organisation, first=NOW + dt.timedelta(days=number)
        )
        rows.append(make.register(event, aino(email=email)))
        make.check_in(rows[-1])
    client.force_login(by)
    page = client.get(pair(rows[0].person, rows[1].person))
    assert [str(remark) for remark in page.context["pair"].remarks] == [
        "Vauhtia työhön: their participations overlap and become one, since 23 Nov 2026. It is counted once."
    ]


# Afterwards


def test_the_old_address_of_a_merged_person_leads_to_who_they_are(client, world):
    _project, by, one, other = world
    merge(one, other, by)
    old = address("person", other.pk)
    assert client.get(old).headers["Location"] == address("person", one.pk)
    client.force_login(make.member(Role.OWNER, make.organisation()))
    assert client.get(old).status_code == 404


def test_the_merge_is_taken_back_on_a_page_of_its_own(client, world):
    _project, by, one, other = world
    done = merge(one, other, by)
    page = address("undo_merge", done.pk)
    assert client.get(page).status_code == 200
    assert Person.objects.get(pk=other.pk).merged_into == one
    assert client.post(page).headers["Location"] == address("person", other.pk)
    assert set(Person.objects.visible_to(by)) == {one, other}
    assert client.post(page).status_code == 409
    assert "took it back on" in client.get(page).text


def test_an_older_merge_says_that_the_newer_comes_first(client, world):
    project, by, one, other = world
    [third] = two(project, aino(email="aino@kolmas.example"))
    older = merge(one, other, by)
    merge(one, third.person, by)
    page = address("undo_merge", older.pk)
    assert "Take that back first" in client.get(page).text
    assert client.post(page).status_code == 409
    assert Registration.objects.filter(person=one).count() == 3


def test_strangers_find_no_merge(client, world):
    _project, by, one, other = world
    done = merge(one, other, by)
    client.force_login(make.member(Role.OWNER, make.organisation()))
    addresses = [
        address("undo_merge", done.pk), pair(one, other), pair(one, other, name="say_apart"),
        pair(one, other, name="take_back_apart"),
    ]  # fmt: skip
    assert [client.post(each).status_code for each in addresses] == [404] * 4
    assert list(PersonMerge.objects.in_force()) == [done]


def test_whoever_did_not_know_the_other_is_not_told_who_they_were(client, world):
    _project, by, one, other = world
    merge(one, other, by)
    event = Registration.objects.get(email="aino@example.fi").event
    client.force_login(make.member(Role.ORGANISER, event))
    assert client.get(address("person", one.pk)).context["merges"] == []


def test_parted_they_are_suggested_again(client, world):
    _project, by, one, other = world
    undo(merge(one, other, by), by)
    assert len(suggested(client)) == 1


def test_nothing_personal_stands_in_an_address(client, world):
    _project, by, one, other = world
    merge(one, other, by)
    page = client.get(address("person", one.pk)).text.partition("<main")[2]
    assert "aino" not in " ".join(part.partition('"')[0] for part in page.split('href="/')[1:]).lower()
