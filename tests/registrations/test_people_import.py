"""Registering people from a table: the dry run, the worker's rows, the pages."""

import datetime as dt
import io
from concurrent.futures import ThreadPoolExecutor

import openpyxl
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.urls import reverse
from django.utils import translation

from accounts.employer_columns import HeadingTwice
from accounts.enums import Role
from accounts.models import AuditEntry
from core.models import OutboxMessage
from core.sheets_in import as_csv, read_table
from registrations.enums import Channel, Status
from registrations.models import ImportedRow, ImportedRowQuerySet, PeopleImport, Registration
from registrations.people_columns import COLUMNS, NamesMissing, columns_of
from registrations.services import people_import, seats
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

HEADER = "Etunimi;Sukunimi;Sähköposti;Puhelin;Kieli;Huomautus"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def brought(event, *lines, header=HEADER, by=None, **changes):
    table = read_table(ContentFile("\n".join([header, *lines]).encode()))
    plain = {"accept_queue": True, "tell": True, "now": NOW}
    return people_import.keep(event=event, table=table, by=by or make.organiser(event), **plain | changes)


def outcomes(kept):
    return [row.outcome.value for row in people_import.judge(brought=kept, now=NOW)]


def problems(kept):
    return [(each.cell, each.reason) for row in people_import.judge(brought=kept, now=NOW) for each in row.problems]


def done(kept, turns=9):
    people_import.begin(brought=kept, by=kept.by, now=NOW)
    for _turn in range(turns):
        people_import.do_due(now=NOW)
    return list(ImportedRow.objects.filter(table=kept).order_by("number").values_list("outcome", flat=True))


def test_a_dry_run_says_what_would_come_of_each_row_and_writes_nothing():
    event = make.event(seats=2)
    make.register(event, make.contact(first_name="Oili", last_name="Ollut", email="oili@example.fi"))

    kept = brought(event, "Aino;A;a@example.fi", "OILI;ollut;Oili@example.fi", "Eino;E", ";Nimetön;x", "Leena;L")

    assert outcomes(kept) == ["seated", "known", "waiting", "wrong", "waiting"]
    assert problems(kept) == [("C5", "Enter a valid email address."), ("A5", "Write the first name.")]
    assert Registration.objects.count() == 1


def test_rows_become_registrations(counters):
    event, by = make.event(seats=2), make.user()
    make.member(Role.ORGANISER, event).grants.update(user=by)

    found = done(brought(event, "Aino;A;a@example.fi;0405550199;ruotsi;Tulee myöhässä", "Eino;E", "Leena;L", by=by))

    assert found == ["seated", "seated", "waiting"]
    assert (counters(event).taken, counters(event).waiting) == (2, 1)
    first = Registration.objects.order_by("pk")[0]
    assert (first.channel, first.language, first.phone, first.desk_note) == (
        Channel.IMPORT, "sv", "+358405550199", "Tulee myöhässä",
    )  # fmt: skip
    assert [each.recipient for each in OutboxMessage.objects.all()] == ["a@example.fi"]
    assert AuditEntry.objects.get(action="people.import").after == {"rows": 3, "people": 3}


def test_nobody_is_written_to_where_that_was_chosen():
    done(brought(make.event(), "Aino;A;a@example.fi", tell=False))
    assert (Registration.objects.count(), OutboxMessage.objects.count()) == (1, 0)


def test_without_the_queue_those_for_whom_no_seat_is_free_stay_outside(counters):
    event = make.event(seats=1)
    kept = brought(event, "Aino;A", "Eino;E", accept_queue=False)
    assert outcomes(kept) == ["seated", "full"]
    assert done(kept) == ["seated", "full"]
    assert (counters(event).taken, Registration.objects.count()) == (1, 1)


def test_seats_that_are_gone_since_the_dry_run_are_not_sold_twice(counters):
    event = make.event(seats=2)
    kept = brought(event, "Aino;A;a@example.fi", "Eino;E;e@example.fi", accept_queue=False)
    assert outcomes(kept) == ["seated", "seated"]
    make.register(event)
    assert done(kept) == ["seated", "full"]
    assert counters(event).taken == 2


def test_one_who_registers_meanwhile_is_known():
    event = make.event()
    kept = brought(event, "Aino;A;a@example.fi")
    make.register(event, make.contact(first_name="Aino", last_name="A", email="a@example.fi"))
    assert done(kept) == ["known"]


def test_it_begins_once():
    kept = brought(make.event(), "Aino;A")
    people_import.begin(brought=kept, by=kept.by, now=NOW)
    with pytest.raises(people_import.Begun):
        people_import.begin(brought=kept, by=kept.by, now=NOW)


def test_whoever_may_no_longer_plan_the_event_registers_nobody():
    event = make.event()
    kept = brought(event, "Aino;A", by=make.user())
    assert done(kept) == ["refused"]


def test_of_an_event_that_is_over_nobody():
    event = make.event(first=NOW - dt.timedelta(days=3))
    kept = brought(event, "Aino;A")
    assert problems(kept) == [("2", "The event takes nobody any more.")]
    assert done(kept) == ["wrong"]


def test_the_same_person_twice_in_a_table_is_a_slip():
    kept = brought(make.event(), "Aino;A;a@example.fi", "aino;a;A@example.fi", "Eino;E", "Eino;E")
    assert outcomes(kept) == ["seated", "wrong", "seated", "wrong"]
    assert problems(kept)[0] == ("B3", "The same person stands in row 2 already.")


def divided():
    event, by = make.event(seats=9), make.user()
    for name, capacity in (("Työnhakijat", 1), ("Työnantajat", 3)):
        plan = seats.PoolPlan(names={"fi": name, "sv": f"{name} sv"}, capacity=capacity, reserved=True)
        seats.add_pool(event=event, parent_pk=event.pools.get(parent=None).pk, plan=plan, by=by, now=NOW)
    return event


def test_for_whom_the_seats_are_is_read_in_any_language(counters):
    event = divided()
    kept = brought(event, "A;A;työnhakijat", "B;B;TYÖNANTAJAT SV", "C;C;Työnhakijat", "D;D;", "E;E;Muut",
                   header="Etunimi;Sukunimi;Kenelle")  # fmt: skip
    assert outcomes(kept) == ["seated", "seated", "waiting", "wrong", "wrong"]
    assert problems(kept) == [
        ("C5", "Write for whom the seats are."),
        ("C6", "Write one of these: Työnhakijat, Työnantajat."),
    ]
    assert done(kept) == ["seated", "seated", "waiting", "wrong", "wrong"]
    counters(event)


def test_each_row_may_mean_another_date():
    event = make.event(seats=1, meetings=2, each_date=True)
    first, second = [f"{each.starts_at:%d.%m.%Y}" for each in event.meetings.order_by("starts_at")]
    kept = brought(event, f"A;A;{first}", f"A;A;{second}", "B;B;", "C;C;1.1.2020", f"D;D;{first} 14.00",
                   header="First name;Last name;Date")  # fmt: skip
    assert outcomes(kept) == ["seated", "seated", "wrong", "wrong", "waiting"]
    assert done(kept)[:2] == ["seated", "seated"]
    assert set(Registration.objects.values_list("meeting", flat=True)) >= {each.pk for each in event.meetings.all()}


@pytest.mark.parametrize("number", range(4))
def test_headings_are_understood_in_each_language(number):
    header = [column.names[number] for column in COLUMNS.values()]
    assert columns_of(header) == {name: index for index, name in enumerate(COLUMNS)}
    assert columns_of([f"{text.upper()}: " for text in header]) == columns_of(header)


def test_tables_that_cannot_be_understood_are_refused():
    with pytest.raises(NamesMissing):
        columns_of(["Nimi", "Sähköposti"])
    with pytest.raises(HeadingTwice):
        columns_of(["Etunimi", "Förnamn", "Sukunimi"])
    with pytest.raises(people_import.TooManyRows):
        brought(make.event(), *["A;A"] * (people_import.MOST_ROWS + 1))


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3"])
def test_formulas_stay_text(cell):
    event = make.event()
    kept = brought(event, f'Aino;A;a@example.fi;;;"{cell}"')
    assert done(kept) == ["seated"]
    note = Registration.objects.get().desk_note
    assert as_csv([[note]]).decode("utf-8-sig").startswith(("'", "\"'")) or note[:1] not in "=+@-"


@pytest.mark.parametrize("name", ["<script>", "http://x", "a" * 101, "a@b"])
def test_names_that_are_none_are_wrong(name):
    assert outcomes(brought(make.event(), f"{name};A")) == ["wrong"]


def test_two_thousand_rows_in_turns(counters):
    event = make.event(seats=60)
    kept = brought(event, *(f"Aino;Rivi{number};rivi{number}@example.fi" for number in range(2000)))
    assert len(outcomes(kept)) == 2000
    people_import.begin(brought=kept, by=kept.by, now=NOW)
    assert people_import.do_due(now=NOW) == people_import.A_TURN
    assert people_import.do_due(now=NOW) == people_import.A_TURN
    assert (counters(event).taken, counters(event).waiting) == (60, 40)


def test_tables_are_forgotten_after_a_day_but_not_in_the_middle():
    idle, at_work = brought(make.event(), "Aino;A"), brought(make.event(), "Aino;A")
    people_import.begin(brought=at_work, by=at_work.by, now=NOW)
    assert people_import.forget_due(now=NOW + dt.timedelta(days=1)) == 1
    assert list(PeopleImport.objects.all()) == [at_work]
    people_import.do_due(now=NOW)
    people_import.forget_due(now=NOW + dt.timedelta(days=1))
    assert (PeopleImport.objects.count(), ImportedRow.objects.count(), idle.pk is None) == (0, 0, False)


def two_workers():
    def work(_number):
        try:
            people_import.do_due(now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, range(2)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(settings.ON_SQLITE, reason="SQLite has one writer")
def test_two_workers_register_each_row_once(counters):
    event = make.event(seats=30)
    kept = brought(event, *(f"Aino;Rivi{number}" for number in range(20)))
    people_import.begin(brought=kept, by=kept.by, now=NOW)
    two_workers()
    assert (counters(event).taken, set(kept.rows.values_list("outcome", flat=True))) == (20, {"seated"})


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
def test_without_the_lock_of_a_row_two_workers_register_it_twice(counters, monkeypatch):
    monkeypatch.setattr(ImportedRowQuerySet, "locked", lambda self: self.all())
    event = make.event(seats=60)
    kept = brought(event, *(f"Aino;Rivi{number}" for number in range(25)))
    people_import.begin(brought=kept, by=kept.by, now=NOW)
    two_workers()
    assert counters(event).taken > 25


# The pages


@pytest.fixture
def event(time_machine):
    time_machine.move_to(NOW, tick=False)
    return make.event(seats=2)


@pytest.fixture
def desk(client, event):
    client.force_login(make.organiser(event))
    return reverse("registrations:bring_people", args=[event.pk])


def workbook(*rows):
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return SimpleUploadedFile("osallistujat.xlsx", out.getvalue())


def test_from_the_file_to_the_report(client, desk, event):
    file = workbook(["Etunimi", "Sukunimi", "Kenkä"], ["Aino", "A", "39"], ["Eino", None, ""])

    sent = client.post(desk, {"table": file, "accept_queue": "on", "tell": "on"}, follow=True)
    url = sent.redirect_chain[0][0]
    assert "Kenkä" in sent.text
    assert Registration.objects.count() == 0
    client.post(url)
    assert "hx-get" in client.get(url).text
    people_import.do_due(now=NOW)
    report = client.get(url)

    assert ("data-done" in report.text, Registration.objects.get().name) == (True, "Aino A")
    assert [(kind.outcome.value, kind.number) for kind in report.context_data["kinds"]] == [("wrong", 1), ("seated", 1)]
    assert Registration.objects.get().status == Status.CONFIRMED
    assert client.post(url).status_code == 302  # pressed again: nothing new
    people_import.do_due(now=NOW)
    assert Registration.objects.count() == 1


def test_looking_registers_nobody_and_is_recorded(client, desk):
    file = SimpleUploadedFile("a.csv", b"Etunimi;Sukunimi\nAino;A\n")
    url = client.post(desk, {"table": file}).headers["Location"]
    client.get(url)
    assert AuditEntry.objects.filter(action="people.read").latest("pk").after == {"people": 1}
    assert Registration.objects.count() == 0


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04junk", b"Nimi\nAino\n", b"Etunimi;Sukunimi\n"])
def test_files_that_are_no_such_table_are_refused(client, desk, content):
    response = client.post(desk, {"table": SimpleUploadedFile("a.csv", content)})
    assert (response.status_code, list(response.context_data["form"].errors)) == (422, ["table"])


def test_the_example_can_be_brought_back(client, desk, event):
    content = client.get(reverse("registrations:people_example", args=[event.pk])).content
    response = client.post(desk, {"table": SimpleUploadedFile("a.csv", content)}, follow=True)
    assert [kind.outcome.value for kind in response.context_data["kinds"]] == ["seated"]


def test_a_table_of_another_event_or_organiser_is_nobodys(client, desk, event):
    other = make.event()
    kept = brought(other, "Aino;A")
    for pk in (event.pk, other.pk):
        address = reverse("registrations:people_table", args=[pk, kept.pk])
        assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)
