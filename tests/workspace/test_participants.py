"""The table of an event's people: what is shown, what a file has, what is done to many at once."""

import csv
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO, StringIO
from threading import Barrier

import openpyxl
import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry, Grant, PersonalLink
from core.models import OutboxMessage
from events.models import EventQuerySet
from registrations.enums import HoldKind, Status
from registrations.models import Registration
from registrations.services import seats
from tests import factories as make
from tests.factories import NOW
from workspace.enums import Bulk, BulkState, Outcome
from workspace.models import BulkAction, BulkItem, SavedView
from workspace.people_table import COLUMNS
from workspace.services import bulk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def event():
    return make.event(seats=3)


@pytest.fixture
def worker(client, event):
    worker = make.organiser(event)
    client.force_login(worker)
    return worker


def someone(event, first_name, minutes=0, **fields):
    who = make.contact(first_name=first_name, **fields)
    return make.register(event, who, now=NOW - dt.timedelta(minutes=60 - minutes))


def page_of(event, query=""):
    return f"{reverse('workspace:event', args=[event.pk])}?{query}"


def names(response):
    return [row.registration.first_name for row in response.context["people"]]


def test_people_are_narrowed_ordered_and_shown_with_the_columns_one_wants(client, event, worker):
    someone(event, "Aino", 1, language="sv")
    someone(event, "Eero", 2)
    gone = someone(event, "Iida", 3)
    seats.cancel(registration=gone, by=None, now=NOW)

    assert names(client.get(page_of(event))) == ["Aino", "Eero", "Iida"]
    assert names(client.get(page_of(event, "sort=-registered"))) == ["Iida", "Eero", "Aino"]
    assert names(client.get(page_of(event, "status=cancelled"))) == ["Iida"]
    shown = client.get(page_of(event, "columns=language&status=confirmed"))
    assert [column.key for column in shown.context["table"].filter.chosen] == ["name", "language"]
    assert "aino" not in shown.text.split('id="people"')[1].split("<table")[1].split("</table>")[0].replace("Aino", "")


def test_nonsense_in_the_address_is_ignored(client, event, worker):
    someone(event, "Aino")
    assert names(client.get(page_of(event, "status=x&sort=password&columns=person__user&page=z"))) == ["Aino"]


def test_who_is_searched_for_stands_in_no_address(client, event, worker):
    someone(event, "Aino", phone="+358401234567")
    someone(event, "Eero", email="eero.esimerkki@example.fi")
    table = reverse("workspace:participants", args=[event.pk])

    for words in ("eero", "ESIMERKKI@example", "eero example.fi"):
        assert names(client.post(table, {"words": words})) == ["Eero"]
    assert names(client.post(table, {"words": "0401234567"})) == ["Aino"]
    assert names(client.post(table, {"words": "nobody"})) == []


def read_csv(response):
    return list(csv.reader(StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_a_file_has_exactly_what_the_table_shows(client, event, worker):
    someone(event, "Aino", 1)
    someone(event, "Eero", 2)
    wanted = {"columns": ["status", "note"], "sort": "-registered", "words": ""}

    rows = read_csv(client.post(reverse("workspace:export_participants", args=[event.pk, "csv"]), wanted))
    book = openpyxl.load_workbook(
        BytesIO(client.post(reverse("workspace:export_participants", args=[event.pk, "xlsx"]), wanted).content)
    )

    assert [row[0].split()[0] for row in rows[1:]] == ["Eero", "Aino"]
    assert [[cell or "" for cell in row] for row in book.active.values] == rows
    told = AuditEntry.objects.filter(action="people.export").latest("pk")
    assert (told.actor, told.after) == (worker, {"people": 2, "columns": ["name", "status", "note"]})


def test_a_name_that_is_a_formula_stays_a_name(client, event, worker):
    someone(event, "=HYPERLINK(1)")
    export = "workspace:export_participants"
    rows = read_csv(client.post(reverse(export, args=[event.pk, "csv"])))
    assert rows[1][0].startswith("'=HYPERLINK(1)")
    book = openpyxl.load_workbook(BytesIO(client.post(reverse(export, args=[event.pk, "xlsx"])).content))
    cell = book.active["A2"]
    assert (cell.data_type, cell.value.startswith("=HYPERLINK(1)")) == ("s", True)


def test_answers_to_the_background_form_are_for_those_who_plan_the_event(client):
    make.municipality()
    event = make.counting_event()
    who = make.contact()
    make.register(event, who, answers=make.answers(who))
    wanted = "columns=labour_status_start&columns=gender"

    client.force_login(make.organiser(event))
    assert "Työtön" in client.get(page_of(event, wanted)).text
    client.force_login(make.member(Role.TEACHER, event))
    shown = client.get(page_of(event, wanted))
    assert "Työtön" not in shown.text
    assert names(shown) == ["Aino"]


@pytest.mark.parametrize("people", [20, 120])
def test_the_table_costs_the_same_queries_for_any_number_of_people(client, people):
    make.municipality()
    event = make.counting_event(seats=people)
    for _i in range(people):
        who = make.contact()
        make.register(event, who, answers=make.answers(who))
    client.force_login(make.organiser(event))
    address = page_of(event, "columns=gender&columns=source&columns=times&columns=form")
    client.get(address)

    with CaptureQueriesContext(connection) as queries:
        client.get(address)

    assert len(queries) == 25


# Acting on many


def chosen(*registrations):
    return {"row": [f"{each.pk}:{each.status}" for each in registrations]}


def act(client, event, kind, *registrations):
    client.post(reverse("workspace:act_on_participants", args=[event.pk]), chosen(*registrations) | {"kind": kind})
    return BulkAction.objects.latest("pk")


LATER = NOW + bulk.TIME_TO_UNDO


def states(*registrations):
    found = dict(Registration.objects.values_list("pk", "status"))
    return [found[each.pk] for each in registrations]


def test_many_are_cancelled_a_minute_later_and_told(client, event, worker):
    first, second = someone(event, "Aino"), someone(event, "Eero")
    action = act(client, event, "cancel", first, second)

    bulk.do_due(now=NOW + dt.timedelta(seconds=59))
    assert states(first, second) == [Status.CONFIRMED] * 2
    bulk.do_due(now=LATER)

    assert states(first, second) == [Status.CANCELLED] * 2
    action.refresh_from_db()
    assert action.state == BulkState.DONE
    letters = OutboxMessage.objects.filter(payload__keys__letter="cancelled")
    assert letters.count() == 2
    assert "Aino" not in str(AuditEntry.objects.filter(action__startswith="bulk").values())


def test_until_then_it_can_be_taken_back_and_nobody_hears_of_it(client, event, worker):
    first = someone(event, "Aino")
    action = act(client, event, "cancel", first)
    undo = reverse("workspace:undo_act", args=[event.pk, action.pk])
    assert f'action="{undo}"' in client.get(page_of(event)).text
    client.post(undo)

    bulk.do_due(now=LATER)

    assert states(first) == [Status.CONFIRMED]
    assert not OutboxMessage.objects.filter(payload__keys__letter="cancelled").exists()


def test_what_has_begun_is_not_taken_back(client, event, worker):
    action = act(client, event, "cancel", someone(event, "Aino"))
    bulk.do_due(now=LATER)
    with pytest.raises(bulk.TooLate):
        bulk.undo(action=action, by=worker, now=LATER)


def test_what_has_changed_since_it_was_chosen_is_left_alone(client, event, worker):
    for _i in range(2):
        someone(event, "Muu")
    seated = someone(event, "Aino")
    waiting = make.register(event, make.contact(first_name="Eero"), kind=HoldKind.QUEUE)
    act(client, event, "cancel", waiting)
    seats.cancel(registration=seated, by=None, now=NOW)

    bulk.do_due(now=LATER)

    assert states(waiting) == [Status.OFFERED]
    assert BulkItem.objects.get().outcome == Outcome.CHANGED


def test_one_who_has_been_there_is_left_alone_and_the_others_are_done(client, event, worker):
    came, absent = someone(event, "Aino"), someone(event, "Eero")
    make.check_in(came)
    act(client, event, "cancel", came, absent)

    bulk.do_due(now=LATER)

    assert states(came, absent) == [Status.CONFIRMED, Status.CANCELLED]
    assert list(BulkItem.objects.order_by("pk").values_list("outcome", flat=True)) == ["refused", "done"]


def test_a_colleague_whose_role_was_taken_away_meanwhile_does_nothing(client, event, worker):
    first = someone(event, "Aino")
    act(client, event, "cancel", first)
    Grant.objects.all().delete()

    bulk.do_due(now=LATER)

    assert states(first) == [Status.CONFIRMED]


def test_a_dead_worker_is_followed_by_another_and_nobody_gets_two_mails(client, event, worker):
    people = [someone(event, name) for name in ("Aino", "Eero", "Iida")]
    action = act(client, event, "link", *people)
    bulk._begin(action)
    bulk._do_one(action.items.order_by("pk")[0].pk, action, LATER)
    before = OutboxMessage.objects.count()

    bulk.do_due(now=LATER)
    bulk.do_due(now=LATER)

    assert OutboxMessage.objects.count() == before + 2
    assert set(BulkItem.objects.values_list("outcome", flat=True)) == {"done"}


def test_the_desk_closes_personal_links_and_sends_new_ones(client, event, worker):
    first, second = (someone(event, name) for name in ("Aino", "Eero"))
    act(client, event, "new_link", first)

    bulk.do_due(now=LATER)

    opened = PersonalLink.objects.filter(revoked_at=None)
    assert (opened.filter(key=first.key).count(), opened.filter(key=second.key).count()) == (1, 1)
    assert PersonalLink.objects.filter(key=first.key).exclude(revoked_at=None).count() == 1
    assert OutboxMessage.objects.latest("pk").payload["keys"]["letter"] == "new_link"
    assert AuditEntry.objects.get(action="registration.link").actor == worker


def test_rows_of_other_events_and_nonsense_are_none(client, event, worker):
    other = make.register(make.event())
    url = reverse("workspace:act_on_participants", args=[event.pk])
    for rows in ([f"{other.pk}:confirmed"], ["1"], ["x:confirmed"], ["99999999999:confirmed"], []):
        client.post(url, {"row": rows, "kind": "cancel"})
    client.post(url, {"row": [], "kind": "drop"})
    client.post(url, {"row": [], "kind": ""})
    assert not BulkAction.objects.exists()


def test_teachers_look_and_change_nothing(client, event):
    first = someone(event, "Aino")
    client.force_login(make.member(Role.TEACHER, event))
    assert client.post(reverse("workspace:act_on_participants", args=[event.pk]), chosen(first)).status_code == 404
    assert client.post(reverse("workspace:note", args=[event.pk, first.pk]), {"note": "x"}).status_code == 404
    shown = client.get(page_of(event)).text
    assert ('name="row"' in shown, 'name="note"' in shown, first.first_name in shown) == (False, False, True)


# Notes and views


def test_of_two_notes_at_once_the_second_is_told_and_keeps_what_it_typed(client, event, worker):
    first = someone(event, "Aino")
    url = reverse("workspace:note", args=[event.pk, first.pk])
    client.post(url, {"note": "Soita", "seen": ""})
    told = client.post(url, {"note": "Kirjoita", "seen": ""}, headers={"HX-Request": "true"})

    first.refresh_from_db()
    assert first.desk_note == "Soita"
    assert told.status_code == 409
    assert 'value="Kirjoita"' in told.text
    assert "Soita" in told.text
    client.post(url, {"note": "Kirjoita", "seen": "Soita"})
    first.refresh_from_db()
    assert first.desk_note == "Kirjoita"


def test_a_view_is_kept_for_all_events_and_only_for_oneself(client, event, worker):
    someone(event, "Aino")
    save = reverse("workspace:save_view", args=[event.pk])
    client.post(save, {"name": "Jonossa", "status": "waiting", "columns": ["phone"], "words": "aino"})
    client.post(save, {"name": "Jonossa", "status": "waiting", "columns": ["phone", "email"]})

    view = SavedView.objects.get()
    assert (view.user, view.query) == (worker, "status=waiting&columns=phone&columns=email")
    assert "Jonossa" in client.get(page_of(event)).text
    colleague = make.organiser(event)
    client.force_login(colleague)
    assert "Jonossa" not in client.get(page_of(event)).text
    assert client.post(reverse("workspace:delete_view", args=[event.pk, view.pk])).status_code == 404


def test_a_view_needs_a_name(client, event, worker):
    client.post(reverse("workspace:save_view", args=[event.pk]), {"name": " "})
    assert not SavedView.objects.exists()


def test_the_event_tells_what_has_happened_to_it(client, event, worker):
    someone(event, "Aino")
    seats.change_capacity(event=event, capacity=9, by=worker, now=NOW)
    timeline = client.get(page_of(event)).context["timeline"]
    assert [line.entry.action for line in timeline] == ["seats.change", "registration.create"]


@pytest.mark.parametrize("kind", Bulk.values)
def test_every_action_can_be_done(client, event, worker, kind):
    act(client, event, kind, someone(event, "Aino"))
    bulk.do_due(now=LATER)
    assert BulkItem.objects.get().outcome == Outcome.DONE


# What a review found


def test_answers_given_at_another_event_are_for_those_who_may_see_the_project(client):
    make.municipality()
    project = make.project()
    who = make.contact(birth_date=dt.date(1990, 5, 17))
    elsewhere = make.counting_event(project=project)
    make.register(elsewhere, who, answers=make.answers(who))
    here = make.counting_event(project=project)
    make.register(here, who)
    wanted = "columns=labour_status_start"

    client.force_login(make.member(Role.ORGANISER, here))
    assert "Työtön" not in client.get(page_of(here, wanted)).text
    client.force_login(make.member(Role.ORGANISER, project))
    assert "Työtön" in client.get(page_of(here, wanted)).text


def test_the_same_pressed_twice_happens_once(client, event, worker):
    first = someone(event, "Aino")
    for _i in range(2):
        act(client, event, "link", first)
    assert BulkItem.objects.count() == 1


def test_who_has_no_address_got_no_link(client, event, worker):
    first = someone(event, "Aino", email="")
    act(client, event, "link", first)
    bulk.do_due(now=LATER)
    assert BulkItem.objects.get().outcome == Outcome.REFUSED


def test_a_closed_account_does_nothing(client, event, worker):
    first = someone(event, "Aino")
    act(client, event, "cancel", first)
    worker.is_active = False
    worker.save()
    bulk.do_due(now=LATER)
    assert states(first) == [Status.CONFIRMED]


def test_a_view_with_a_column_that_this_event_lacks_keeps_the_others(client, event, worker):
    someone(event, "Aino")
    shown = client.get(page_of(event, "columns=phone&columns=date"))
    assert [column.key for column in shown.context["table"].filter.chosen] == ["name", "phone"]


def test_a_search_for_zero_does_not_find_everybody(client, event, worker):
    make.register(event, make.contact(first_name="Aino", last_name="Virtanen", email="aino@example.fi"))
    assert names(client.post(reverse("workspace:participants", args=[event.pk]), {"words": "0"})) == []


def test_figures_are_of_the_dates_ahead(client, worker, time_machine):
    event = make.event(seats=6, each_date=True, meetings=3)
    time_machine.move_to(NOW + dt.timedelta(days=15), tick=False)
    client.force_login(make.organiser(event))
    assert client.get(page_of(event)).context["seats"].free == 6


def test_a_lock_that_was_not_given_in_time_is_tried_again_and_keeps_nobody_else_waiting(
    client, event, worker, monkeypatch
):
    first, second = someone(event, "Aino"), someone(event, "Eero")
    act(client, event, "cancel", first, second)
    cancel, failed = seats.cancel, []

    def late_once(*, registration, **more):
        if registration.pk == first.pk and not failed:
            failed.append(registration.pk)
            raise OperationalError("canceling statement due to lock timeout")
        cancel(registration=registration, **more)

    monkeypatch.setattr(seats, "cancel", late_once)
    bulk.do_due(now=LATER)
    assert states(first, second) == [Status.CONFIRMED, Status.CANCELLED]
    bulk.do_due(now=LATER)
    assert states(first, second) == [Status.CANCELLED] * 2


def test_a_view_holds_every_column(client):
    event = make.counting_event(seats=3, each_date=True)
    client.force_login(make.organiser(event))
    every = [column.key for column in COLUMNS]
    client.post(reverse("workspace:save_view", args=[event.pk]), {"name": "Kaikki", "columns": every})
    assert SavedView.objects.get().query.count("columns=") > 20


def plan_twice_at_once(count):
    """Press the same button twice at the same moment. Return for how many people it would happen twice."""
    by, jobs = make.user(), []
    for _i in range(count):
        registration = make.register(make.event())
        start = Barrier(2)
        jobs += [(registration, start)] * 2

    def press(job):
        registration, start = job
        try:
            start.wait()
            seen = {registration.pk: "confirmed"}
            bulk.plan(event=registration.event, kind=Bulk.LINK, seen=seen, by=by, now=NOW)
        except bulk.NothingChosen:
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as hands:
        list(hands.map(press, jobs))
    return BulkItem.objects.count() - count


@pytest.mark.django_db(transaction=True)
def test_the_same_pressed_twice_at_once_happens_once():
    assert plan_twice_at_once(20) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
def test_without_the_events_lock_it_happens_twice(monkeypatch):
    monkeypatch.setattr(EventQuerySet, "locked", lambda self: self.all())
    assert plan_twice_at_once(60) > 0
