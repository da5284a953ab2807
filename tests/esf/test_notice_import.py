"""Older notices from a table: judged row by row, brought all together or not at all."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from accounts.enums import Role
from accounts.models import AuditEntry, Person
from esf.models import Participation, StartNotice
from esf.notice_columns import EXAMPLE, names
from esf.services import importing, wordings
from esf.services.importing import Brought, TakesPartAlready
from events.models import Municipality
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
ROW = EXAMPLE | {"first_name": "Aino", "last_name": "Taulukko"}


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
    assert wrong(client, project) == "This person has given the project a background form already."
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
    assert "At most 500 notices" in answer.context["form"].errors["table"][0]


def test_what_is_no_table_is_said(client, organiser, project):
    answer = send(client, project, upload=SimpleUploadedFile("t.xlsx", b"PK\x03\x04rubbish"))
    assert (answer.status_code, "table" in answer.context["form"].errors) == (422, True)


def test_somebody_who_began_meanwhile_takes_all_back(project):
    rows = [
        Brought(number=number, answers=make.answers(who), started_on=dt.date(2026, 2, 2))
        for number, who in enumerate([make.contact(birth_date=dt.date(1990, 5, 17)) for _each in range(2)], start=2)
    ]
    importing.bring(project=project, rows=rows[1:], identity="KNOWN", by=make.user(), now=NOW)
    with pytest.raises(TakesPartAlready, match="Row 3"):
        importing.bring(project=project, rows=rows, identity="KNOWN", by=make.user(), now=NOW)
    assert StartNotice.objects.count() == 1


def test_the_example_can_be_brought_as_it_is(client, organiser, project):
    made = client.get(f"/en/desk/projects/{project.pk}/notices/import/example.csv").content
    answer = send(client, project, upload=SimpleUploadedFile("e.csv", made), button="look")
    assert (answer.context["right"], problems(answer)) == (1, [])
    assert made.decode("utf-8-sig").splitlines()[0] == ";".join(names())


def test_queries_grow_with_the_days_and_not_with_the_rows(client, organiser, project, django_assert_max_num_queries):
    many = [ROW | {"first_name": "Aino" + letter} for letter in "abcdefghij"]
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
