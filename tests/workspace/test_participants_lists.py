"""A project's participants on the desk: who is missing what, asking them, and one participant's page."""

import datetime as dt
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import AuditEntry
from core.models import OutboxMessage
from esf.enums import AttemptWay, CollectionOutcome, EndedBy, EuraState, NoticeChannel, NoticeKind
from esf.models import Attempt, AttendedDay, EndNotice, EuraStep, Participation
from esf.services import collecting, ending, spells
from events.services.about import EMBLEM
from registrations.enums import Channel
from registrations.models import Registration
from tests import factories as make
from tests.esf.ends import told
from workspace.enums import Missing
from workspace.participation_forms import AttemptForm, ChaseForm

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
NAMED = ("Vilja", "Peltola")


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def event():
    return make.counting_event(first=timezone.now() - 90 * DAY, seats=50)


@pytest.fixture
def organiser(client, event):
    user = make.member(Role.ORGANISER, event.project)
    client.force_login(user)
    return user


def participant(event, answers=True, name=NAMED, ended=None, **fields):
    """Somebody who came to the event, with their background form or without."""
    who = make.contact(first_name=name[0], last_name=name[1], **fields)
    now = timezone.now()
    registration = make.register(event, who, answers=make.answers(who) if answers else None, now=now - 95 * DAY)
    make.check_in(registration, now=now - 90 * DAY)
    spell = Participation.objects.get(person=registration.person)
    if ended:
        spells.end(participation=spell, day=ended, by=EndedBy.STAFF, reason="over", user=None, now=now)
        spell.refresh_from_db()
    return spell


def listed(client, event, **asked):
    return client.get(reverse("workspace:project_people", args=[event.project_id]), asked)


def on_list(client, event, **asked):
    return [line.spell.pk for line in listed(client, event, **asked).context["lines"]]


def test_each_list_has_those_who_wait_for_it(client, event, organiser, today):
    bare = participant(event, answers=False)
    over = participant(event, ended=today - 40 * DAY)
    done = participant(event, ended=today - 40 * DAY)
    ending.submit(
        participation=done,
        told=told(today - 40 * DAY),
        giver=ending.Giver(channel=NoticeChannel.LINK),
        now=timezone.now(),
    )
    back = participant(event)
    AttendedDay.objects.create(
        person=back.person, project=event.project, day=today - 2 * DAY, hours=Decimal(2), source="meeting:999"
    )

    assert on_list(client, event, list="start") == [bare.pk]
    assert on_list(client, event, list="end") == [over.pk]
    assert on_list(client, event, list="quiet") == [bare.pk]
    assert on_list(client, event, list="all") == [back.pk, done.pk, over.pk, bare.pk]


def test_who_gave_the_form_with_a_later_participation_is_not_asked_for_it_again(client, event, organiser, today):
    first = participant(event, answers=False, ended=today - 60 * DAY)
    given = participant(event)
    Participation.objects.filter(pk=given.pk).update(start_notice=None)
    Participation.objects.create(
        person=first.person, project=event.project, started_on=today, reason="x", begun_at=timezone.now(),
        start_notice=given.start_notice,
    )  # fmt: skip
    assert on_list(client, event, list="start") == [given.pk]


def test_a_list_is_searched_by_name_and_the_name_stands_in_no_address(client, event, organiser, today):
    vilja, aino = participant(event, answers=False), participant(event, name=("Aino", "Haku"), ended=today - 40 * DAY)
    page = reverse("workspace:project_people", args=[event.project_id])

    def found(which, words):
        answer = client.post(f"{page}?list={which}", {"words": words})
        return answer.status_code, [line.spell.pk for line in answer.context["lines"]]

    assert found("all", "haku") == (200, [aino.pk])
    assert found("all", "viljja") == (200, [vilja.pk])
    assert found("start", "haku") == (200, []), "she is on another list"
    assert found("all", "") == (422, [aino.pk, vilja.pk])


def test_a_long_list_has_pages_and_an_address_beyond_it_says_so(client, event, organiser, monkeypatch):
    monkeypatch.setattr("workspace.views.participation.lists.A_PAGE", 2)
    spells = [participant(event).pk for _each in range(3)]

    assert on_list(client, event, list="start") == []
    assert [on_list(client, event, list="all", page=number) for number in ("1", "2", "3", "x", "0")] == [
        spells[:0:-1], spells[:1], [], spells[:0:-1], spells[:0:-1],
    ]  # fmt: skip
    assert [listed(client, event, list="all", page=number).context["page"].has_next for number in (1, 2)] == [
        True,
        False,
    ]
    assert (
        "First page"
        in client.get(f"/en{reverse('workspace:project_people', args=[event.project_id])}?list=all&page=3").text
    )


def test_the_list_costs_the_same_queries_for_one_and_for_many(client, event, organiser):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            listed(client, event, list="all")
        return len(seen)

    participant(event)
    cost()  # what a process keeps in mind is asked once
    one = cost()
    for _more in range(4):
        participant(event)
    assert cost() == one


def test_a_follow_up_is_due_after_six_months_where_the_project_asks_for_it(client, event, organiser, today):
    spell = participant(event)
    half_a_year_ago = today - 190 * DAY
    Participation.objects.filter(pk=spell.pk).update(
        started_on=half_a_year_ago, ended_on=half_a_year_ago, ended_by=EndedBy.STAFF
    )
    EndNotice.objects.create(
        participation=spell, collection_outcome=CollectionOutcome.COLLECTED, labour_status_end="EMPLOYED",
        status_as_of=half_a_year_ago, qualification="NO", wording="x", channel="LINK", entered_by="SELF",
        submitted_at=timezone.now(),
    )  # fmt: skip

    assert on_list(client, event, list="follow_up") == []
    event.project.follows_up = True
    event.project.save()
    assert on_list(client, event, list="follow_up") == [spell.pk]


def test_a_state_in_eura_that_was_forgotten_is_not_the_newest_for_being_written_last(client, event, organiser, today):
    spell = participant(event)
    for back, state in ((5, EuraState.START_ACCEPTED), (20, EuraState.INVITED)):
        EuraStep.objects.create(
            person=spell.person, project=event.project, state=state, day=today - back * DAY, at=timezone.now()
        )
    assert on_list(client, event, list="all", eura="START_ACCEPTED") == [spell.pk]
    assert on_list(client, event, list="all", eura="INVITED") == []
    assert listed(client, event, list="all").context["lines"][0].eura == EuraState.START_ACCEPTED


def test_the_state_in_eura_is_the_newest(client, event, organiser, today):
    invited, accepted = participant(event), participant(event)
    for spell, states in ((invited, ["INVITED"]), (accepted, ["INVITED", "START_ACCEPTED"])):
        for state in states:
            to = collecting.Step(state=EuraState(state), day=today)
            collecting.step(person=spell.person, project=event.project, to=to, by=organiser, now=timezone.now())

    assert on_list(client, event, list="all", eura="INVITED") == [invited.pk]
    assert on_list(client, event, list="all", eura="START_ACCEPTED") == [accepted.pk]
    assert on_list(client, event, list="all", eura="NOT_INVITED") == []


def chase(client, event, which, spells_, **fields):
    where = reverse("workspace:chase", args=[event.project_id])
    return client.post(where, {"list": which, "row": [spell.pk for spell in spells_], **fields}, follow=True)


def letters():
    return OutboxMessage.objects.filter(payload__keys__letter__endswith="_notice_missing")


def test_the_chosen_get_a_message_with_their_link_once_a_day_and_it_is_written_down(client, event, organiser, today):
    spell = participant(event, ended=today - 40 * DAY)

    for _press in range(2):
        chase(client, event, "end", [spell], action="remind")

    [message] = letters()
    assert message.payload["keys"]["letter"] == "end_notice_missing"
    assert "/my/" in message.payload["text"]
    assert message.recipient == Registration.objects.get(person=spell.person).email
    [attempt] = Attempt.objects.all()
    assert (attempt.person, attempt.of, attempt.way, attempt.by) == (
        spell.person, NoticeKind.END, AttemptWay.MAIL, organiser,
    )  # fmt: skip


def test_whom_a_contact_registered_without_an_address_is_not_written_to_at_the_contacts(
    client, event, organiser, today
):
    spell = participant(event, ended=today - 40 * DAY)
    registration = Registration.objects.get(person=spell.person)
    party = event.parties.create(
        first_name="Contact", last_name="Person", email=registration.email, phone="", language="fi", created_at=timezone.now(),
    )  # fmt: skip
    Registration.objects.filter(pk=registration.pk).update(party=party, channel=Channel.PARTY)

    answer = chase(client, event, "end", [spell], action="remind")

    assert not letters().exists()
    assert not Attempt.objects.exists()
    assert [str(each) for each in answer.context["messages"]] == [
        "Kenellekään ei kirjoitettu: he ovat jo saaneet tämän viestin tänään, tai heillä ei ole sähköpostia.",
        "1 henkilöllä ei ole omaa sähköpostia: tulosta kirje tai soita.",
    ]


def test_letters_are_printed_with_a_code_and_written_down(client, event, organiser, today):
    spell = participant(event, ended=today - 40 * DAY)

    answer = chase(client, event, "end", [spell], action="letters")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert Attempt.objects.get().way == AttemptWay.LETTER


def test_nobody_is_chased_who_is_not_on_the_list_or_in_another_project(client, event, organiser, today):
    other = participant(make.counting_event(first=timezone.now() - 90 * DAY), ended=today - 40 * DAY)
    going_on = participant(event)

    chase(client, event, "end", [other, going_on], action="remind")

    assert not letters().exists()


def test_a_phone_call_and_an_invitation_are_written_down_for_many(client, event, organiser, today):
    chosen = [participant(event, ended=today - 40 * DAY) for _each in range(2)]

    chase(client, event, "end", chosen, action="tried", way="PHONE")
    chase(client, event, "end", chosen, action="eura", state="INVITED")
    chase(client, event, "end", chosen, action="eura", state="REFUSED")

    assert {(each.person_id, each.way) for each in Attempt.objects.all()} == {(s.person_id, "PHONE") for s in chosen}
    assert {(each.person_id, each.state) for each in EuraStep.objects.all()} == {
        (spell.person_id, "INVITED") for spell in chosen
    }


def page_of(client, event, spell):
    return client.get(reverse("workspace:participant", args=[event.project_id, spell.person_id]))


def do(client, event, spell, deed, *, about=True, **fields):
    where = reverse("workspace:participant_act", args=[event.project_id, spell.person_id, deed])
    return client.post(where, ({"participation": spell.pk} if about else {}) | fields)


def test_a_participants_page_shows_what_proves_their_attendance_and_is_recorded(client, event, organiser):
    spell = participant(event)

    shown = page_of(client, event, spell).content.decode()

    assert event.title in shown
    assert "Tultu sisään" in shown
    entry = AuditEntry.objects.filter(action="people.read", subject=spell.person.key).get()
    assert (entry.actor, entry.scope) == (organiser, event.project.scope)


def test_staff_end_a_participation_ask_how_it_went_and_write_the_answer_in(client, event, organiser, today):
    spell = participant(event)
    last = (today - 30 * DAY).isoformat()

    assert do(client, event, spell, "stop", day=last, reason="the course was over", ask="on").status_code == 302
    assert letters().count() == 1
    told_on_the_phone = {
        "ended_on": last,
        "labour_status_end": "EMPLOYED",
        "qualification": "NO",
        "exit_reason": "EMPLOYED",
        "seen": "none",
    }
    assert do(client, event, spell, "end_notice", **told_on_the_phone).status_code == 302

    notice = EndNotice.objects.get(participation=spell)
    assert (notice.labour_status_end, notice.entered_by_user, notice.channel) == ("EMPLOYED", organiser, "DESK")


def test_a_refusal_is_told_beside_the_form_and_what_was_typed_stays(client, event, organiser, today):
    spell = participant(event)

    answer = do(client, event, spell, "give_up", outcome="NOT_REACHED", day=today.isoformat(), note="kolme puhelua")

    assert answer.status_code == 422
    assert "kolme puhelua" in answer.content.decode()
    assert "Kirjaa ensin, miten henkilöä yritettiin tavoittaa." in answer.content.decode()
    assert not EndNotice.objects.exists()


@pytest.mark.parametrize("form", [AttemptForm(), ChaseForm(which=Missing.END)])
def test_nobody_asks_in_another_system_from_here(form):
    assert [code for code, _label in form.fields["way"].choices] == ["MAIL", "SMS", "LETTER", "PHONE", "MET"]


def test_eura_and_attempts_are_written_down_on_the_page(client, event, organiser, today):
    spell = participant(event)

    bare = do(client, event, spell, "eura", about=False, state="REFUSED", day=today.isoformat())
    refusing = {"state": "REFUSED", "day": today.isoformat(), "note": "ei halua tunnistautua"}
    untried = do(client, event, spell, "eura", about=False, **refusing)
    do(client, event, spell, "attempt", about=False, of="END", way="PHONE", note="ei vastannut")
    do(client, event, spell, "eura", about=False, **refusing)

    assert (bare.status_code, untried.status_code) == (422, 422)
    assert EuraStep.objects.get().note == "ei halua tunnistautua"
    assert Attempt.objects.get().note == "ei vastannut"


def test_a_first_day_is_corrected_and_a_forgotten_participation_added_on_the_page(client, event, organiser, today):
    spell = participant(event)
    day, before = spell.started_on, spell.started_on - dt.timedelta(days=30)

    do(client, event, spell, "move_start", day=(day - dt.timedelta(days=3)).isoformat(), reason="paperilista")
    open_one = do(client, event, spell, "begin", about=False, day=before.isoformat(), reason="paperilista")
    ended = (before + dt.timedelta(days=9)).isoformat()
    do(client, event, spell, "begin", about=False, day=before.isoformat(), reason="paperilista", last_day=ended)

    assert open_one.status_code == 422
    assert list(Participation.objects.order_by("started_on").values_list("started_on", flat=True)) == [
        before, day - dt.timedelta(days=3),
    ]  # fmt: skip


def test_strangers_and_door_volunteers_find_nothing(client, event):
    spell = participant(event)
    pages = [
        reverse("workspace:project_people", args=[event.project_id]),
        reverse("workspace:participant", args=[event.project_id, spell.person_id]),
    ]
    for role in (Role.DOOR, Role.READER):
        client.force_login(make.member(role, event.project))
        assert [client.get(each).status_code for each in pages] == [404, 404]


def test_somebody_elses_participation_cannot_be_named(client, event, organiser):
    spell, other = participant(event), participant(event)
    where = reverse("workspace:participant_act", args=[event.project_id, spell.person_id, "discount"])

    assert client.post(where, {"participation": other.pk, "reason": "x"}).status_code == 404
    assert Participation.objects.get(pk=other.pk).counted


def test_who_has_only_come_to_a_confidential_event_is_seen_by_its_team_alone(client, event, organiser):
    hidden = participant(event)
    event.confidential = True
    event.save()

    assert on_list(client, event, list="all") == []
    assert page_of(client, event, hidden).status_code == 404


def test_who_came_to_a_partners_event_alone_is_on_the_list_and_has_a_page_there(client, event):
    theirs = make.counting_event(
        first=timezone.now() - 90 * DAY, project=event.project, organisation=make.organisation(), seats=20
    )
    spell = participant(theirs)
    client.force_login(make.member(Role.ORGANISER, event.project.organisation))

    assert on_list(client, event, list="all") == [spell.pk]
    page = page_of(client, event, spell)
    assert (page.status_code, page.context["has_own_page"]) == (200, False)
    assert client.get(reverse("workspace:person", args=[spell.person_id])).status_code == 404


def test_what_only_a_confidential_event_has_made_is_neither_shown_nor_changed(client, event, organiser, today):
    hidden = participant(event)
    event.confidential = True
    event.save()
    Attempt.objects.create(
        person=hidden.person, project=event.project, of=NoticeKind.END, way=AttemptWay.PHONE, at=timezone.now()
    )
    open_one = make.counting_event(project=event.project, first=timezone.now() + DAY, seats=20)
    person = hidden.person
    make.register(
        open_one,
        make.contact(first_name=person.first_name, last_name=person.last_name, email=person.email),
        now=timezone.now(),
    )

    page = page_of(client, event, hidden)
    found = page.context["dossier"]

    assert (page.status_code, found.notices, found.spells, found.attempts) == (200, [], [], [])
    assert do(client, event, hidden, "discount", reason="x").status_code == 404
    assert Participation.objects.get(pk=hidden.pk).counted


def test_the_evidence_is_taken_out_as_a_table_and_recorded(client, event, organiser):
    participant(event, name=("=Anna", "Kaava"))

    answer = client.post(reverse("workspace:evidence", args=[event.project_id, "zip"]))

    with ZipFile(BytesIO(answer.content)) as archive:
        [days, about, emblem] = [archive.read(name) for name in archive.namelist()]
    [header, row] = days.decode("utf-8-sig").strip().splitlines()
    assert header.split(";")[:2] == ['"Nimi"', '"Tapahtuma"']
    assert row.startswith(f'"\'=Anna Kaava";"{event.title}"')
    assert f'"Tekijä";"{organiser}"' in about.decode("utf-8-sig").splitlines()
    assert emblem == EMBLEM.read_bytes()
    assert AuditEntry.objects.filter(action="people.export", scope=event.project.scope).count() == 1


def test_the_evidence_as_a_workbook_says_who_made_it_and_bears_the_emblem(client, event, organiser):
    participant(event, name=("Anna", "Kaava"))

    answer = client.post(reverse("workspace:evidence", args=[event.project_id, "xlsx"]))

    days, about = openpyxl.load_workbook(BytesIO(answer.content)).worksheets
    assert (days["A2"].value, days["B2"].value) == ("Anna Kaava", event.title)
    told = dict(about.iter_rows(min_row=2, values_only=True))
    assert (told["Hanke"], told["Tekijä"]) == (f"{event.project.name} ({event.project.code})", str(organiser))
    assert [image._data() for image in about._images] == [EMBLEM.read_bytes()]
    assert client.post(reverse("workspace:evidence", args=[event.project_id, "csv"])).status_code == 404


def test_a_message_is_offered_only_where_something_is_missing(client, event, organiser, today):
    spell = participant(event)

    offered = {value for value, _label in listed(client, event, list="all").context["form"].fields["action"].choices}
    chase(client, event, "all", [spell], action="remind")

    assert offered == {"tried", "eura"}
    assert not letters().exists()


def test_a_teacher_of_the_project_sees_the_page_and_changes_nothing(client, event):
    spell = participant(event)
    client.force_login(make.member(Role.TEACHER, event.project))

    assert page_of(client, event, spell).status_code == 200
    assert do(client, event, spell, "discount", reason="x").status_code == 404
    assert chase(client, event, "start", [spell], action="tried", way="PHONE").status_code == 404
