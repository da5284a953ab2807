import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, connections
from django.utils import translation

from accounts.employer_columns import COLUMNS, HeadingTwice, NoNames, columns_of, passed_over
from accounts.employer_rows import Verdict
from accounts.enums import Stage
from accounts.models import (
    AuditEntry,
    Employer,
    EmployerContact,
    EmployerImport,
    EmployerImportQuerySet,
    EmployerStage,
    Organisation,
    OrganisationQuerySet,
)
from accounts.services import employer_import, employers
from core.sheets_in import read_table
from core.stale import fingerprint
from tests import factories as make
from tests.factories import NOW

TODAY = dt.date(2026, 11, 23)
TOWNS = {"081": "081", "hartola": "081", "joutsa": "172", "172": "172"}
ALL = "Työnantaja;Y-tunnus;Kunta;Toimiala;Koko;Verkkosivu;Vaihe;Vaihe alkaen;Yhteyshenkilö;Rooli;Sähköposti;Puhelin"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def keeper(db):
    return make.organisation()


def brought(keeper, *lines, header=ALL, now=NOW):
    table = read_table(ContentFile("\n".join([header, *lines]).encode()))
    return employer_import.keep(organisation=keeper, table=table, by=make.user(), now=now)


def judged(kept):
    return employer_import.judge(brought=kept, towns=TOWNS, now=NOW)


def verdicts(kept):
    return [row.verdict.value for row in judged(kept)]


def problems(kept):
    return [(each.cell, each.reason) for row in judged(kept) for each in row.problems]


def apply(kept, by=None):
    found = employer_import.apply(brought=kept, towns=TOWNS, by=by or make.user(), now=NOW)
    return found[Verdict.NEW], found[Verdict.CHANGED], found[Verdict.SAME], found[Verdict.WRONG]


def known(keeper, name="Puutyö Oy", stage=Stage.CONTACTED, from_day=dt.date(2026, 5, 1), **changes):
    plain = dict.fromkeys(employers.COLUMNS, "") | {"name": name, "size": "unknown"}
    return employers.create(
        organisation=keeper, values=plain | changes, stage=stage, from_day=from_day, by=make.user(), now=NOW
    )


FULL = (
    "Puutyö Oy;91000451;hartola;Puuteollisuus;Pieni;puutyo.example;Sopimus;1.3.2026;Elli;johtaja;elli@puutyo.example;"
    "050 555 0199"
)


def test_a_whole_row_becomes_an_employer_with_its_stage_and_contact(keeper):
    kept = brought(keeper, FULL)
    assert (verdicts(kept), Employer.objects.count()) == (["new"], 0)
    assert apply(kept) == (1, 0, 0, 0)
    made = Employer.objects.get()
    assert [getattr(made, name) for name in employers.COLUMNS] == [
        "Puutyö Oy", "9100045-1", "081", "Puuteollisuus", "small", "https://puutyo.example",
    ]  # fmt: skip
    assert (made.stage, made.stage_since, made.organisation) == ("agreement", dt.date(2026, 3, 1), keeper)
    stage = EmployerStage.objects.get()
    assert (stage.stage, stage.from_day) == ("agreement", dt.date(2026, 3, 1))
    person = EmployerContact.objects.get()
    assert (person.name, person.role, person.email, person.phone, person.delete_after) == (
        "Elli", "johtaja", "elli@puutyo.example", "+358505550199", TODAY + dt.timedelta(days=730),
    )  # fmt: skip


def test_done_twice_it_imports_once(keeper):
    kept = brought(keeper, FULL, "Toinen;;Joutsa", "Väärä;123")
    assert [apply(kept), apply(kept), apply(brought(keeper, FULL))] == [(2, 0, 0, 1), (0, 0, 0, 0), (0, 0, 1, 0)]
    assert (Employer.objects.count(), EmployerStage.objects.count(), EmployerContact.objects.count()) == (2, 2, 1)


def test_what_a_colleague_changed_after_the_import_is_not_written_over(keeper):
    kept = brought(keeper, FULL)
    apply(kept)
    made = Employer.objects.get()
    facts = employers.values_of(made)
    seen = fingerprint(facts)
    employers.change(employer=made, values=facts | {"industry": "Metalli"}, seen=seen, by=make.user(), now=NOW)

    assert apply(kept) == (0, 0, 0, 0)

    assert Employer.objects.get().industry == "Metalli"
    assert AuditEntry.objects.filter(action="employer.import").count() == 1


def test_a_known_employer_is_changed_by_what_the_row_says_and_by_nothing_else(keeper):
    day = dt.date(2026, 2, 1)
    one = known(keeper, business_id="9100045-1", industry="Metalli", website="https://vanha.example", from_day=day)
    kept = brought(keeper, FULL.replace(";puutyo.example;", ";;"))
    [row] = judged(kept)
    assert row.verdict == Verdict.CHANGED
    assert [(str(each.label), str(each.before), str(each.after)) for each in row.differences] == [
        ("Municipality", "", "081"), ("Industry", "Metalli", "Puuteollisuus"),
        ("Size", "Not known", "Small, under 50 persons"), ("Stage", "Contacted", "Agreement"),
        ("Contact person", "", "a new one"),
    ]  # fmt: skip
    assert (apply(kept), verdicts(kept)) == ((0, 1, 0, 0), ["same"])
    one.refresh_from_db()
    assert (one.website, one.industry, one.stage) == ("https://vanha.example", "Puuteollisuus", "agreement")
    assert one.stages.count() == 2
    entries = AuditEntry.objects.filter(subject=one.key).order_by("pk")
    assert [entry.action for entry in entries] == [
        f"employer.{name}" for name in ("create", "contact", "change", "stage")
    ]
    assert entries[2].before == {"municipality_code": "", "industry": "Metalli", "size": "unknown"}
    assert "elli" not in " ".join(f"{entry.before} {entry.after}" for entry in entries).casefold()


def test_a_known_contact_person_is_changed_by_name_and_another_is_added(keeper):
    apply(brought(keeper, FULL))
    again = FULL.replace("elli@", "elli.uusi@").replace(";Elli;", ";ELLI;")
    assert apply(brought(keeper, again)) == (0, 1, 0, 0)
    assert apply(brought(keeper, FULL.replace(";Elli;", ";Olli;"))) == (0, 1, 0, 0)
    people = EmployerContact.objects.order_by("pk").values_list("name", "email")
    assert list(people) == [("ELLI", "elli.uusi@puutyo.example"), ("Olli", "elli@puutyo.example")]


def test_a_business_id_that_was_not_known_is_filled_in_by_the_name(keeper):
    one = known(keeper)
    assert apply(brought(keeper, "PUUTYÖ OY;9100045-1")) == (0, 1, 0, 0)
    one.refresh_from_db()
    assert (one.business_id, one.name) == ("9100045-1", "PUUTYÖ OY")


@pytest.mark.parametrize(
    ("line", "cell", "reason"),
    [
        (";9100045-1", "A2", "Write the employer's name."),
        ("A;9100045-2", "B2", "Check the business ID. Example: 0165116-3"),
        (
            "A;1651163",
            "B2",
            "Check the business ID. Example: 0165116-3 Excel may have taken it for a number: 0165116-3?",
        ),
        ("A;;Atlantis", "C2", "There is no municipality of this name or code in the register."),
        ("A;;;;iso", "E2", "Write one of these: mikro, pieni, keskisuuri, suuri."),
        ("A;;;;;not an address", "F2", "Enter a valid URL."),
        ("A;;;;;javascript:alert(1)", "F2", "Enter a valid URL."),
        ("A;;;;;;ystävä", "G2", "Write one of these: kontaktoitu, yhteistyössä, sopimus."),
        ("A;;;;;;sopimus;24.11.2026", "H2", "This day is still ahead."),
        ("A;;;;;;sopimus;soon", "H2", "Enter a valid date."),
        ("A;;;;;;;;;;elli@paja.example", "I2", "Write the contact person's name, or leave their other cells empty."),
        ("A;;;;;;;;Elli;;elli", "K2", "Enter a valid email address."),
        ("A;;;;;;;;Elli;;;12", "L2", "Check the phone number. Example: 040 123 4567"),
    ],
)
def test_a_wrong_cell_is_named_and_explained(keeper, line, cell, reason):
    kept = brought(keeper, line)
    assert problems(kept) == [(cell, reason)]
    assert (apply(kept), Employer.objects.count()) == ((0, 0, 0, 1), 0)


def test_all_that_is_wrong_with_a_row_is_said_at_once(keeper):
    assert [cell for cell, _reason in problems(brought(keeper, ";123;Atlantis"))] == ["B2", "C2", "A2"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["A;9100045-1", "B;9100045-1"], ["new", "wrong"]),
        (["A", "a"], ["new", "wrong"]),
        (["A;9100045-1", "A"], ["new", "wrong"]),
        (["A", "A;9100045-1"], ["new", "wrong"]),
        (["A;9100045-1", "A;9100079-3"], ["new", "new"]),
        (["Puutyö Oy", "Puutyö Oy;0165116-3"], ["same", "wrong"]),
        (["A;1", "A"], ["wrong", "new"]),
    ],
)
def test_an_employer_may_stand_in_a_table_once(keeper, lines, expected):
    known(keeper, business_id="0165116-3")
    kept = brought(keeper, *lines)
    assert verdicts(kept) == expected
    apply(kept)
    assert verdicts(kept) == ["same" if verdict == "new" else verdict for verdict in expected]


def test_one_of_several_with_the_same_name_wants_its_business_id(keeper):
    known(keeper, business_id="0165116-3")
    known(keeper, business_id="9100045-1")
    assert problems(brought(keeper, "puutyö oy")) == [
        ("A2", "Several employers have this name. Write the business ID.")
    ]


def test_what_is_in_the_archive_or_has_moved_since_is_left_alone(keeper):
    employers.archive(employer=known(keeper, "Lopetettu"), by=make.user(), now=NOW)
    known(keeper, stage=Stage.COOPERATING)
    kept = brought(keeper, "Lopetettu", "Puutyö Oy;;;;;;sopimus;30.4.2026", "Puutyö Oy;;;;;;sopimus;1.5.2026")
    assert problems(kept) == [
        ("A2", "This employer is in the archive. Bring it back first."),
        ("H3", "Its stage has changed since: Cooperating from 1 May 2026 on."),
    ]
    assert verdicts(kept) == ["wrong", "wrong", "changed"]


def test_another_organisations_register_is_not_looked_at(keeper):
    known(make.organisation(), business_id="9100045-1")
    assert verdicts(brought(keeper, FULL)) == ["new"]


def test_a_formula_is_only_a_name(keeper):
    apply(brought(keeper, '"=HYPERLINK(""https://paha.example"";""A"")"'))
    assert Employer.objects.get().name == '=HYPERLINK("https://paha.example";"A")'


def test_headings_are_known_in_three_languages_and_others_are_passed_over():
    for language in range(3):
        headings = [column.names[language].upper() for column in COLUMNS.values()]
        assert columns_of(headings) == {name: index for index, name in enumerate(COLUMNS)}
    assert columns_of(["Huom", "Nimi *", "y tunnus:"]) == {"name": 1, "business_id": 2}
    assert passed_over(["Huom", "Nimi *", "", "Syy"]) == ["Huom", "Syy"]


@pytest.mark.parametrize(("header", "refusal"), [("Y-tunnus;Kunta", NoNames), ("Nimi;Yritys", HeadingTwice)])
def test_a_table_that_cannot_be_understood_is_refused_whole(keeper, header, refusal):
    with pytest.raises(refusal):
        brought(keeper, "A;B", header=header)
    assert EmployerImport.objects.count() == 0


def test_a_name_of_odd_letters_fits_in_the_database(keeper):
    assert apply(brought(keeper, "\ufdfa" * 200, "---")) == (2, 0, 0, 0)


def test_a_table_is_forgotten_after_a_day(keeper):
    brought(keeper, FULL)
    later = NOW + dt.timedelta(days=1)
    assert [employer_import.forget_due(now=now) for now in (later - dt.timedelta(seconds=1), later)] == [0, 1]


def test_who_imported_how_much_is_written_down(keeper):
    by = make.user()
    kept = brought(keeper, FULL, "A;1")
    apply(kept, by)
    entry = AuditEntry.objects.get(action="employer.import")
    assert (entry.actor, entry.subject, entry.scope, entry.after) == (
        by, kept.key, keeper.scope, {"new": 1, "changed": 0, "same": 0, "wrong": 1},
    )  # fmt: skip


# Two at once


def import_together(count):
    """Two colleagues import the same table at the same moment; return how often the database had to refuse."""

    def run(job):
        kept, start = job
        try:
            start.wait()
            employer_import.apply(brought=kept, towns=TOWNS, by=kept.by, now=NOW)
        except IntegrityError:
            return 1
        else:
            return 0
        finally:
            connections.close_all()

    jobs = []
    for _i in range(count):
        keeper, start = make.organisation(), Barrier(2)
        jobs += [(brought(keeper, FULL, *(f"Työ {number}" for number in range(20))), start) for _j in range(2)]
    with ThreadPoolExecutor(max_workers=2) as pair:
        refused = sum(pair.map(run, jobs))
    assert Employer.objects.count() == 21 * Organisation.objects.count()
    return refused


@pytest.mark.django_db(transaction=True)
def test_two_imports_come_in_turn():
    assert import_together(10) == 0


@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_without_the_organisations_lock_they_run_into_each_other(monkeypatch):
    monkeypatch.setattr(OrganisationQuerySet, "locked", lambda self: self.all())
    assert import_together(10) > 0


def same_table_together(count):
    """The same table is sent twice at the same moment; return how many imports there were."""

    def run(job):
        kept, start = job
        try:
            start.wait()
            employer_import.apply(brought=kept, towns=TOWNS, by=kept.by, now=NOW)
        except IntegrityError:
            pass
        finally:
            connections.close_all()

    jobs = []
    for _i in range(count):
        kept, start = brought(make.organisation(), *(f"Työ {number}" for number in range(20))), Barrier(2)
        jobs += [(kept, start)] * 2
    with ThreadPoolExecutor(max_workers=2) as pair:
        list(pair.map(run, jobs))
    return AuditEntry.objects.filter(action="employer.import").count()


@pytest.mark.django_db(transaction=True)
def test_a_table_sent_twice_at_once_is_imported_once():
    assert same_table_together(10) == 10


@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_its_own_lock_is_enough_for_that(monkeypatch):
    monkeypatch.setattr(OrganisationQuerySet, "locked", lambda self: self.all())
    assert same_table_together(10) == 10


@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_without_both_locks_the_second_sees_a_table_not_imported_yet(monkeypatch):
    looked = []
    monkeypatch.setattr(OrganisationQuerySet, "locked", lambda self: self.all())
    monkeypatch.setattr(EmployerImportQuerySet, "locked", lambda self: self.all())
    monkeypatch.setattr(employer_import, "_judged", lambda *args: looked.append(args) or [])
    same_table_together(20)
    assert len(looked) > 20
