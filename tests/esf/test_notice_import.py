"""Older notices from a table: judged row by row, brought all together or not at all."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from accounts.enums import Role
from accounts.models import AuditEntry, Person
from core import sheets_in
from esf.indicators import report
from esf.models import Attempt, EndNotice, Participation, StartNotice
from esf.older_notices.columns import END, EXAMPLE, headings_of, names
from esf.services import ending, importing, notices, wordings
from esf.services.ending import NotTried
from esf.services.importing import Brought, Spell, TakesPartAlready
from events.models import Municipality, Project
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
ROW = {name: told for name, told in EXAMPLE.items() if name not in END} | {
    "last_name": "Taulukko",
    "started_on": "2.2.2026",
    "ended_on": "30.6.2026",
}
ENDED = ROW | {"labour_status_end": "EMPLOYED", "qualification": "NO"}
AGAIN = {name: ROW[name] for name in ("first_name", "last_name", "birth_date")} | {
    "started_on": "3.8.2026",
    "ended_on": "30.9.2026",
}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)
    make.privacy_notices()
    make.municipality()
    translation.activate("en")


@pytest.fixture
def project():
    return make.project(starts_on=dt.date(2024, 1, 1), ends_on=dt.date(2027, 12, 31))


@pytest.fixture
def organiser(client, project):
    made = make.member(Role.ORGANISER, project.organisation)
    client.force_login(made)
    return made


def table(*rows, columns=None):
    columns = columns or list(dict.fromkeys(name for row in rows for name in row))
    lines = [columns, *([row.get(name, "") for name in columns] for row in rows)]
    return SimpleUploadedFile("t.csv", "\r\n".join(";".join(line) for line in lines).encode("utf-8-sig"))


def send(client, project, *rows, button="bring", **more):
    upload = more.pop("upload", None) or table(*rows, **more)
    data = {"table": upload, "identity": "KNOWN", button: "1"}
    return client.post(f"/en/desk/projects/{project.pk}/notices/import/", data)


def problems(answer):
    return [(row.number, problem.cell, problem.reason) for row in answer.context["wrong"] for problem in row.problems]


def wrong(client, project, **changes):
    [(_row, _cell, reason)] = problems(send(client, project, ROW | changes, button="look"))
    return reason


def test_a_row_becomes_a_person_a_notice_and_a_participation(client, organiser, project):
    assert send(client, project, ROW).headers["Location"] == f"/en/desk/projects/{project.pk}/report/"
    notice, spell = StartNotice.objects.get(), Participation.objects.get()
    assert (notice.channel, notice.identity_checked_by, notice.identity_checked_how) == ("IMPORT", organiser, "KNOWN")
    assert (notice.confirmed_at, notice.municipality_code, notice.phone) == (
        make.at("2026-02-02 12:00"),
        "081",
        "+358505550199",
    )
    assert (spell.start_notice, spell.person, spell.started_on, spell.ended_on, spell.begun_by) == (
        notice,
        notice.person,
        dt.date(2026, 2, 2),
        dt.date(2026, 6, 30),
        organiser,
    )
    assert (spell.ended_by, spell.reason) == ("STAFF", "brought from a table")
    assert spell.implementer == project.organisation, "the only one there is"
    assert Person.objects.visible_to(organiser).get() == notice.person
    actions = set(AuditEntry.objects.values_list("action", "actor"))
    assert {("start_notice.import", organiser.pk), ("participation.begin", organiser.pk)} <= actions


def test_what_the_other_systems_form_said_and_told_is_not_claimed(client, organiser, project):
    send(client, project, ROW)
    notice = StartNotice.objects.get()
    assert (notice.wording, notice.privacy_notice, notice.info_given_at) == ("elsewhere", None, None)
    page = client.get(f"/en/desk/projects/{project.pk}/participants/{notice.person_id}/").content.decode()
    assert "Brought from a table" in page
    assert "privacy notice, version" not in page
    assert wordings.asked(notice.wording, "education_level", "en") == wordings.asked(
        wordings.NEWEST, "education_level", "en"
    )
    assert wordings.reworded(notice.wording, "education_level", "en") is None


@pytest.mark.parametrize("told", ["Hämeen opisto", "2345678-6"])
def test_an_implementer_is_named_or_told_by_its_business_id(client, organiser, project, told):
    partner = make.organisation(name="Hämeen opisto", business_id="2345678-6")
    project.implementers.add(partner)
    send(client, project, ROW | {"implementer": told}, ROW | {"first_name": "Eino", "implementer": ""})
    assert [spell.implementer for spell in Participation.objects.order_by("start_notice__first_name")] == [
        partner, None,
    ]  # fmt: skip


def test_an_organisation_that_is_not_of_the_project_is_no_implementer(client, organiser, project):
    make.organisation(name="Vieras oy")
    names = project.organisation.name
    reason = f"The project has no such implementer. It has: {names}."
    assert wrong(client, project, implementer="Vieras oy") == reason


def test_looking_brings_nothing(client, organiser, project):
    answer = send(client, project, ROW, button="look")
    assert (answer.status_code, answer.context["right"], problems(answer)) == (200, 1, [])
    assert StartNotice.objects.count() == 0


def test_one_wrong_row_keeps_all_of_them_out(client, organiser, project):
    answer = send(client, project, ROW, ROW | {"first_name": "Eino", "gender": "Q"})
    assert answer.status_code == 422
    assert problems(answer) == [(3, "D3", "“Q” is not known here. Write one of these codes: F, M, X.")]
    assert (StartNotice.objects.count(), Person.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"birth_date": "31.2.1985"}, "Write the date as day.month.year, for example 31.12.1985."),
        ({"birth_date": "31.12.1885"}, "Check the date of birth: the year seems wrong."),
        ({"birth_date": "3.3.2026"}, "Check the date of birth: the year seems wrong."),
        ({"education_level": "ISCED9"}, "“ISCED9” is not known here. Write one of these codes: ISCED0, ISCED1, ISCED2, ISCED3, ISCED4, ISCED5, ISCED6, ISCED7, ISCED8."),
        ({"labour_status_start": "NONE"}, "Leave this empty, or choose “Unemployed jobseeker” above."),
        ({"unemployment_duration": ""}, "Say how long you have been unemployed without a break."),
        ({"phone": ""}, "Give an e-mail address or a phone number, or both."),
        ({"first_name": ""}, "Fill this in."),
        ({"started_on": "31.12.2023", "ended_on": ""}, "The day must lie in the project's time, 1 Jan 2024–31 Dec 2027, and not in the future."),
        ({"started_on": "24.11.2026", "ended_on": ""}, "The day must lie in the project's time, 1 Jan 2024–31 Dec 2027, and not in the future."),
        ({"ended_on": "1.2.2026"}, "The end lies before the start."),
        ({"municipality_code": "000"}, "There is no such municipality."),
        ({"language": "eesti"}, "“eesti” is not known here. Write one of these codes: fi, sv, en, uk."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_the_readers_words(client, organiser, project, changes, reason):
    assert wrong(client, project, **changes) == reason


def test_a_municipality_that_was_merged_away_by_then_is_told_with_its_successor(client, organiser, project):
    heir = make.municipality("507", "Mäntyharju")
    Municipality.objects.create(
        code="588", name="Pertunmaa", valid_from="2014-01-01", valid_to="2024-12-31", successor=heir
    )
    told = "Pertunmaa was a municipality until 31 Dec 2024; since then it belongs to Mäntyharju. Write 507."
    for text in ("588", "Pertunmaa"):
        assert wrong(client, project, municipality_code=text) == told
    send(client, project, ROW | {"municipality_code": "588", "started_on": "2.2.2024", "ended_on": ""})
    assert StartNotice.objects.get().municipality_code == "588"


@pytest.mark.parametrize(("text", "code"), [("81", "081"), ("Hartola", "081"), ("999", "999")])
def test_a_municipality_may_be_named_or_lose_its_zero_and_be_abroad(client, organiser, project, text, code):
    send(client, project, ROW | {"municipality_code": text})
    assert StartNotice.objects.get().municipality_code == code


def test_answers_and_headings_may_be_words_of_any_language(client, organiser, project):
    finnish = {
        "Etunimi": "Aino",
        "Sukunimi": "Taulukko",
        "Syntymäaika": "31.12.1985",
        "Kön": "Kvinna",
        "Home municipality": "Hartola",
        "Puhelin": "050 555 0199",
        "Korkein suoritettu koulutus": "Maisterin tutkinto tai ylempi ammattikorkeakoulututkinto",
        "Mikä on työmarkkina-asemasi aloittaessasi hankkeen?": "Ei missään edellä mainituista",
        "Aloituspäivä": "2.2.2026",
        "Muistiinpano": "ohitetaan",
    }
    send(client, project, finnish)
    notice = StartNotice.objects.get()
    assert (notice.gender, notice.education_level, notice.labour_status_start, notice.language) == (
        "F",
        "ISCED7",
        "NONE",
        "fi",
    )
    assert Participation.objects.get().ended_on is None


def test_a_person_stands_in_the_table_once_and_gives_the_project_one_form(client, organiser, project):
    answer = send(client, project, ROW, ROW, button="look")
    assert problems(answer) == [(3, "3", "This person stands in row 2, too.")]
    send(client, project, ROW)
    assert wrong(client, project) == "This person takes part in the project already."
    assert StartNotice.objects.count() == 1


def test_an_old_project_needs_its_sensitive_answers(client, project):
    old = make.project(period="2014-2020", starts_on=dt.date(2017, 1, 1), ends_on=dt.date(2019, 12, 31))
    client.force_login(make.member(Role.ORGANISER, old.organisation))
    row = ROW | {"started_on": "2.2.2018", "ended_on": "", "street_address": "Tie 1", "postal_code": "19600", "post_office": "Hartola"}  # fmt: skip
    told = {cell: reason for _row, cell, reason in problems(send(client, old, row, button="look"))}
    asked = {"2: foreign_background", "2: minority", "2: disability", "2: housing_exclusion", "2: other_disadvantage"}
    assert (set(told), set(told.values())) == (asked, {"Choose one."})
    answers = dict.fromkeys(["minority", "disability", "housing_exclusion", "other_disadvantage"], "En halua vastata")
    send(client, old, row | answers | {"foreign_background": "NO"})
    assert StartNotice.objects.values_list("profile", "disability").get() == ("esf_2014", "REFUSED")


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        (["first_name", "last_name", "birth_date"], "at least these columns"),
        (["first_name", "Etunimi", "last_name", "birth_date", "started_on"], "mean the same"),
    ],
)
def test_a_table_that_lacks_columns_is_refused_as_a_whole(client, organiser, project, columns, code):
    answer = send(client, project, ROW, columns=columns)
    assert code in answer.context["form"].errors["table"][0]


def test_too_long_a_table_is_split(client, organiser, project, monkeypatch):
    monkeypatch.setattr(importing, "MOST_ROWS", 1)
    answer = send(client, project, ROW, ROW | {"first_name": "Eino"})
    assert "At most 500 rows" in answer.context["form"].errors["table"][0]


def test_what_is_no_table_is_said(client, organiser, project):
    answer = send(client, project, upload=SimpleUploadedFile("t.xlsx", b"PK\x03\x04rubbish"))
    assert (answer.status_code, "table" in answer.context["form"].errors) == (422, True)


def test_somebody_who_began_meanwhile_takes_all_back(project):
    rows = [
        Brought(answers=make.answers(who), spells=(Spell(number=number, started_on=dt.date(2026, 2, 2)),))
        for number, who in enumerate([make.contact(birth_date=dt.date(1990, 5, 17)) for _each in range(2)], start=2)
    ]
    importing.bring(project=project, people=rows[1:], identity="KNOWN", by=make.user(), now=NOW)
    with pytest.raises(TakesPartAlready, match="Row 3"):
        importing.bring(project=project, people=rows, identity="KNOWN", by=make.user(), now=NOW)
    assert StartNotice.objects.count() == 1


def test_the_example_can_be_brought_as_it_is(client, organiser, project):
    made = client.get(f"/en/desk/projects/{project.pk}/notices/import/example.csv").content
    answer = send(client, project, upload=SimpleUploadedFile("e.csv", made), button="look")
    assert (answer.context["right"], problems(answer)) == (2, [])
    assert made.decode("utf-8-sig").splitlines()[0] == ";".join(names())


def test_queries_grow_with_the_days_and_not_with_the_rows(client, organiser, project, django_assert_max_num_queries):
    many = [row | {"first_name": "Aino" + letter} for letter in "abcde" for row in (ENDED, AGAIN)]
    send(client, project, many[0], button="look")
    with django_assert_max_num_queries(12):
        assert send(client, project, *many, button="look").context["right"] == 10


def test_strangers_find_nothing(client, project):
    path = f"/en/desk/projects/{project.pk}/notices/import/"
    assert client.get(path).status_code == 302
    client.force_login(make.member(Role.OWNER, make.organisation()))
    assert client.get(path).status_code == 404
    client.force_login(make.member(Role.READER, project))
    assert client.get(path).status_code == 404


def test_a_row_tells_the_end_too(client, organiser, project):
    told = {"status_as_of": "15.7.2026", "qualification": "YES", "qualification_name": "Hygieniapassi"}
    send(client, project, ENDED | told | {"exit_reason": "EMPLOYED"})
    end = EndNotice.objects.get()
    assert end.said() == {
        "collection_outcome": "COLLECTED",
        "labour_status_end": "EMPLOYED",
        "status_as_of": dt.date(2026, 7, 15),
        "qualification": "YES",
        "qualification_name": "Hygieniapassi",
        "exit_reason": "EMPLOYED",
        "wording": "elsewhere",
        "channel": "IMPORT",
    }
    assert (end.entered_by, end.entered_by_user, end.participation) == ("STAFF", organiser, Participation.objects.get())
    assert AuditEntry.objects.filter(action="end_notice.submit", actor=organiser.pk).count() == 1


def test_without_another_day_the_situation_is_that_of_the_last_day(client, organiser, project):
    send(client, project, ENDED)
    assert EndNotice.objects.get().status_as_of == dt.date(2026, 6, 30)


def test_an_end_without_answers_leaves_the_person_to_be_asked(client, organiser, project):
    send(client, project, ROW)
    assert (Participation.objects.get().ended_on, EndNotice.objects.count()) == (dt.date(2026, 6, 30), 0)


@pytest.mark.parametrize("outcome", ["REFUSED", "NOT_REACHED"])
def test_who_refused_or_was_not_reached_has_an_attempt_of_the_other_system(client, organiser, project, outcome):
    send(client, project, ROW | {"collection_outcome": outcome})
    end, attempt = EndNotice.objects.get(), Attempt.objects.get()
    assert (end.collection_outcome, end.labour_status_end, end.channel, end.wording) == (
        outcome,
        "",
        "IMPORT",
        "elsewhere",
    )
    assert (attempt.person, attempt.of, attempt.way, attempt.at, attempt.by, attempt.note) == (
        end.participation.person,
        "END",
        "IMPORT",
        make.at("2026-06-30 12:00"),
        organiser,
        "brought from a table",
    )


def test_the_other_systems_attempt_is_none_for_a_later_participation(client, organiser, project):
    send(client, project, ROW | {"collection_outcome": "REFUSED"}, AGAIN)
    later = Participation.objects.get(started_on=dt.date(2026, 8, 3))
    giver = ending.Giver(channel="DESK", by=organiser)
    with pytest.raises(NotTried):
        ending.give_up(participation=later, outcome="REFUSED", day=later.ended_on, note="no", giver=giver, now=NOW)


ASK_AGAIN = "Leave this empty: nothing is known of who refused or was not reached."
FOUR_WEEKS = "Tell the situation of a day between 30 Jun 2026 and 28 Jul 2026: within four weeks of the end."


@pytest.mark.parametrize(
    ("changes", "cell", "reason"),
    [
        ({"labour_status_end": "WORKING"}, "labour_status_end", "“WORKING” is not known here. Write one of these codes: UNEMPLOYED, STUDYING, EMPLOYED, ENTREPRENEUR, NONE."),
        ({"labour_status_end": ""}, "labour_status_end", "Choose one."),
        ({"qualification": ""}, "qualification", "Choose one."),
        ({"qualification": "REFUSED"}, "qualification", "“REFUSED” is not known here. Write one of these codes: YES, NO."),
        ({"qualification": "YES"}, "qualification_name", "Write what it is called."),
        ({"qualification_name": "Hygieniapassi"}, "qualification_name", "Leave this empty, or answer yes above."),
        ({"status_as_of": "29.6.2026"}, "status_as_of", FOUR_WEEKS),
        ({"status_as_of": "29.7.2026"}, "status_as_of", FOUR_WEEKS),
        ({"status_as_of": "31.6.2026"}, "status_as_of", "Write the date as day.month.year, for example 31.12.1985."),
        ({"exit_reason": "ILL"}, "exit_reason", "“ILL” is not known here. Write one of these codes: COMPLETED, EMPLOYED, STUDIES, TRANSFERRED, INTERRUPTED, MOVED, OTHER."),
        ({"collection_outcome": "LOST"}, "collection_outcome", "“LOST” is not known here. Write one of these codes: COLLECTED, REFUSED, NOT_REACHED."),
        ({"ended_on": ""}, "ended_on", "Write when the participation ended, or leave these columns empty: labour_status_end, qualification."),
        ({"ended_on": "1.2.2026"}, "ended_on", "The end lies before the start."),
        ({"ended_on": "24.11.2026"}, "ended_on", "The day must lie in the project's time, 1 Jan 2024–31 Dec 2027, and not in the future."),
        ({"followup_status": "EMPLOYED", "ended_on": "24.5.2026"}, "followup_status", "The follow-up tells the situation on 24 Nov 2026, which is still to come."),
        ({"followup_status": "WELL", "ended_on": "20.5.2026"}, "followup_status", "“WELL” is not known here. Write one of these codes: UNEMPLOYED, STUDYING, EMPLOYED, ENTREPRENEUR, NONE."),
        ({"followup_status": "EMPLOYED", "improved_situation": "YES", "ended_on": "20.5.2026"}, "improved_situation", "Leave this empty: only who was at work at the start is asked."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_end_is_said_by_its_cell(client, organiser, project, changes, cell, reason):
    project.follows_up = True
    project.save()
    columns = [*ROW, *END]
    [(number, told_cell, told)] = problems(send(client, project, ENDED | changes, columns=columns, button="look"))
    assert (number, told_cell, told) == (2, sheets_in.address(2, columns.index(cell)), reason)


def test_of_who_refused_nothing_else_is_told(client, organiser, project):
    answer = send(client, project, ENDED | {"collection_outcome": "REFUSED"})
    assert {(cell[0], reason) for _row, cell, reason in problems(answer)} == {("M", ASK_AGAIN), ("N", ASK_AGAIN)}
    assert EndNotice.objects.count() == 0


def test_a_follow_up_is_brought_where_the_project_asks_for_it(client, organiser, project):
    row = ENDED | {"ended_on": "20.5.2026", "followup_status": "EMPLOYED", "improved_situation": "YES"}
    row |= {"labour_status_start": "ENTREPRENEUR", "unemployment_duration": ""}
    reason = "This project does not ask how people are six months after the end. Leave this empty."
    assert [told for _row, _cell, told in problems(send(client, project, row))] == [reason, reason]
    project.follows_up = True
    project.save()
    assert "After six months: At work" in send(client, project, row, button="look").content.decode()
    send(client, project, row)
    end = EndNotice.objects.get()
    assert (end.followup_status, end.followup_on, end.improved_situation) == ("EMPLOYED", dt.date(2026, 11, 20), "YES")


def test_a_follow_up_needs_an_end_notice_and_a_situation(client, organiser, project):
    project.follows_up = True
    project.save()
    row = ROW | {"ended_on": "20.5.2026", "labour_status_start": "EMPLOYED", "unemployment_duration": ""}
    told = problems(send(client, project, row | {"followup_status": "EMPLOYED"}, button="look"))
    assert [reason for _row, _cell, reason in told] == [str(ending.NoEndNotice.message)]
    row |= {"labour_status_end": "EMPLOYED", "qualification": "NO", "improved_situation": "NO"}
    told = problems(send(client, project, row, button="look"))
    assert told == [(2, "2: followup_status", "Fill this in.")]


def test_ends_are_understood_in_words_of_any_language(client, organiser, project):
    finnish = ROW | {
        "Mikä on työmarkkina-asemasi lopettaessasi hankkeen?": "Opiskelemassa tai koulutuksessa",
        "Minkä päivän tilanne tämä on?": "1.7.2026",
        "Suorititko tutkinnon tai saavutitko muun ammattipätevyyden hankkeeseen osallistumisen ansiosta?": "Kyllä",
        "Tutkinnon tai pätevyyden nimi": "Hygieniapassi",
        "Päättymissyy": "Aloitti opinnot",
        "Lopetustietojen keruu": "Saatu",
    }
    swedish = ROW | {"first_name": "Eino", "Insamling av slutuppgifter": "Personen nåddes inte"}
    send(client, project, finnish)
    send(client, project, swedish)
    told = EndNotice.objects.order_by("pk").values_list(
        "collection_outcome", "labour_status_end", "status_as_of", "qualification_name", "exit_reason"
    )
    assert set(told) == {
        ("COLLECTED", "STUDYING", dt.date(2026, 7, 1), "Hygieniapassi", "STUDIES"),
        ("NOT_REACHED", "", None, "", ""),
    }


def test_no_two_columns_are_called_the_same():
    headings = [heading for name in names() for heading in {name, *headings_of(name)}]
    assert len(headings) == len(set(headings))


def test_who_came_again_stands_in_several_rows_in_any_order(client, organiser, project):
    end = {"labour_status_end": "EMPLOYED", "qualification": "NO"}
    send(
        client,
        project,
        AGAIN | end,
        ENDED | {"labour_status_end": "UNEMPLOYED"},
        AGAIN | {"started_on": "1.10.2026", "ended_on": ""},
    )
    first, second, third = Participation.objects.order_by("started_on")
    assert {first.person, second.person, third.person} == {Person.objects.get()}
    assert (first.start_notice, second.start_notice, third.start_notice) == (StartNotice.objects.get(), None, None)
    assert (first.end_notice.labour_status_end, second.end_notice.labour_status_end, third.ended_on) == (
        "UNEMPLOYED",
        "EMPLOYED",
        None,
    )


def test_who_came_again_counts_once_with_the_first_answers_and_the_last_exit(client, organiser, project):
    send(
        client,
        project,
        ENDED | {"labour_status_end": "UNEMPLOYED"},
        AGAIN | {"labour_status_end": "EMPLOYED", "qualification": "YES", "qualification_name": "Hygieniapassi"},
    )
    figures = report(project=project, on=NOW.date())
    codes = ["EECO01", "EECO02", "EECR03", "EECR04"]
    assert [(code, figures.row(code).total) for code in codes] == [(code, 1) for code in codes]


def test_people_without_an_address_come_again_too(client, organiser, project):
    assert "email" not in ROW
    send(client, project, ROW, AGAIN)
    assert (Person.objects.count(), Participation.objects.count()) == (1, 2)


def test_answers_of_a_later_row_may_repeat_those_of_the_first(client, organiser, project):
    same = AGAIN | {
        "gender": "Nainen",
        "municipality_code": "Hartola",
        "phone": "+358 50 555 0199",
        "language": "suomi",
    }
    send(client, project, ROW, same)
    assert (Participation.objects.count(), StartNotice.objects.count()) == (2, 1)


def test_other_answers_of_a_later_row_are_refused(client, organiser, project):
    other = {"gender": "M", "municipality_code": "999", "language": "sv", "labour_status_start": "EMPLOYED"}
    answer = send(client, project, AGAIN | other, ROW, columns=list(ROW))
    reason = "The answers of the first entry stand, those of row 3. Leave this empty."
    cells = [
        f"{chr(ord('A') + list(ROW).index(name))}2"
        for name in ("gender", "municipality_code", "labour_status_start", "language")
    ]
    assert problems(answer) == [(2, cell, reason) for cell in cells]
    assert Person.objects.count() == 0


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([{}, {"started_on": "30.6.2026"}], (3, "started_on", "By row 2 this person took part until 30 Jun 2026. The next participation begins after it.")),
        ([{"started_on": "3.3.2026", "ended_on": "4.3.2026"}, {"started_on": "2.2.2026"}], (2, "started_on", "By row 3 this person took part until 30 Sep 2026. The next participation begins after it.")),
        ([{"ended_on": ""}, {}], (2, "ended_on", "This person comes again in row 3. Write when the participation of this row ended.")),
        ([{"ended_on": ""}, {"ended_on": ""}], (2, "ended_on", "This person comes again in row 3. Write when the participation of this row ended.")),
    ],
)  # fmt: skip
def test_participations_of_one_person_lie_apart_and_only_the_last_goes_on(client, organiser, project, rows, told):
    row, column, reason = told
    answer = send(client, project, ROW | rows[0], ROW | {"ended_on": "30.9.2026", "started_on": "3.8.2026"} | rows[1])
    assert problems(answer) == [(row, sheets_in.address(row, list(ROW).index(column)), reason)]
    assert Participation.objects.count() == 0


def test_all_rows_of_who_takes_part_already_are_refused(client, organiser, project):
    send(client, project, ROW)
    reason = "This person takes part in the project already."
    assert problems(send(client, project, ROW, AGAIN)) == [(2, "2", reason), (3, "3", reason)]
    assert Participation.objects.count() == 1


def test_the_same_table_brought_at_the_same_moment_is_brought_once(project):
    """Nobody recognises people without an e-mail address; what stands in the way is the project's own row."""
    brought = Brought(
        answers=make.answers(make.contact(email="", phone="+358505550199")),
        spells=(Spell(number=2, started_on=dt.date(2026, 2, 2)),),
    )
    asked = {"project": project, "people": [brought], "identity": "KNOWN", "by": make.user(), "now": NOW}
    importing.bring(**asked)
    with pytest.raises(TakesPartAlready):
        importing.bring(**asked)
    assert Participation.objects.count() == 1


def test_a_form_of_whoever_has_not_taken_part_stands_in_nobodys_way(client, organiser, project):
    who = make.contact(first_name="Aino", last_name="Taulukko")
    answers = make.answers(who, birth_date=dt.date(1985, 12, 31))
    notices.submit(person=make.person(), project=project, source="registration:1", answers=answers, now=NOW)
    send(client, project, ROW)
    assert Participation.objects.get().start_notice.channel == "IMPORT"


def test_the_example_stands_in_the_projects_own_time(client, organiser, project):
    Project.objects.filter(pk=project.pk).update(starts_on=dt.date(2017, 1, 1), ends_on=dt.date(2019, 12, 31))
    made = client.get(f"/en/desk/projects/{project.pk}/notices/import/example.csv").content.decode("utf-8-sig")
    assert [day in made for day in ("1.1.2017", "2.1.2017", "3.1.2017", "4.1.2017")] == [True] * 4


def test_a_later_row_whose_person_cannot_be_read_is_not_asked_for_answers(client, organiser, project):
    answer = send(client, project, ROW, AGAIN | {"birth_date": "31.2.1985"})
    assert problems(answer) == [(3, "C3", "Write the date as day.month.year, for example 31.12.1985.")]


def test_looking_shows_who_comes_and_how_it_ended(client, organiser, project):
    named = ENDED | {"qualification": "YES", "qualification_name": "Hygieniapassi"}
    answer = send(client, project, named, AGAIN | {"collection_outcome": "REFUSED"}, button="look")
    assert [(number, str(label)) for number, label in answer.context["figures"]] == [
        (1, "Participants"), (2, "Participations"), (2, "Ended"), (1, "Collected"), (1, "The person refused"),
    ]  # fmt: skip
    page = answer.content.decode()
    assert "At work (also includes apprenticeship), 30 Jun 2026<br>Hygieniapassi" in page
    assert "Came first in row 2" in page
    assert "<td>The person refused</td>" in page
