import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role, Stage
from accounts.models import AuditEntry, Employer, EmployerContact, EmployerImport
from accounts.services import employer_contacts, employer_import, employers
from core.sheets_in import read_table
from core.stale import fingerprint
from events.enums import StandState
from events.models import Stand, Vacancy
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def keeper(client):
    make.municipality()
    organisation = make.organisation(name="Hartolan kunta")
    client.force_login(make.member(Role.ORGANISER, organisation))
    return organisation


def known(keeper, name="Puutyö Oy", stage=Stage.CONTACTED, from_day=TODAY, **changes):
    plain = dict.fromkeys(employers.COLUMNS, "") | {"name": name, "size": "unknown"}
    return employers.create(
        organisation=keeper, values=plain | changes, stage=stage, from_day=from_day, by=make.user(), now=NOW
    )


def person(employer, **changes):
    plain = {"name": "Elli Esimerkki", "role": "", "email": "elli@paja.example", "phone": "", "delete_after": TODAY}
    return employer_contacts.add(employer=employer, values=plain | changes, by=make.user(), now=NOW)


def note(employer):
    return employer_contacts.add_note(employer=employer, text="Soitetaan", delete_after=TODAY, by=make.user(), now=NOW)


def url(name, *args):
    return reverse(f"workspace:{name}", args=args)


def listed(client, **query):
    return [row.name for row, _town in client.get(url("employers"), query).context["lines"]]


# The list


def test_the_list_is_searched_by_name_business_id_stage_municipality_and_industry(client, keeper):
    known(keeper, "Äänekosken Paja", business_id="9100045-1", industry="Metalliala")
    known(keeper, "Höyläämö", municipality_code="081", stage=Stage.AGREEMENT)
    employers.archive(employer=known(keeper, "Lopetettu"), by=make.user(), now=NOW)
    queries = [{}, {"q": "ÄÄNEKOSKEN paja"}, {"q": "9100045"}, {"q": "paja"}, {"stage": "agreement"},
               {"municipality": "081"}, {"industry": "metalli"}, {"q": "xyzzy"}, {"archived": "on"},
               {"stage": "nonsense", "municipality": "999", "on": "yesterday"}]  # fmt: skip
    assert [listed(client, **query) for query in queries] == [
        ["Höyläämö", "Äänekosken Paja"], ["Äänekosken Paja"], ["Äänekosken Paja"], ["Äänekosken Paja"], ["Höyläämö"],
        ["Höyläämö"], ["Äänekosken Paja"], [], ["Lopetettu"], ["Höyläämö", "Äänekosken Paja"],
    ]  # fmt: skip


def test_a_contact_person_is_not_searched_for_in_an_address(client, keeper):
    person(known(keeper, "Äänekosken Paja"))
    assert listed(client, q="elli") == []


def test_the_stages_are_counted_as_they_were_on_a_day(client, keeper):
    known(keeper, from_day=TODAY - 9 * DAY)
    known(keeper, "Toinen", stage=Stage.AGREEMENT)

    def counted(**query):
        steps = client.get(url("employers"), query).context["steps"]
        return [(step.number, step.part.width) for step in steps]

    assert counted() == [(1, 300), (0, 0), (1, 300)]
    assert counted(on=(TODAY - DAY).isoformat()) == [(1, 600), (0, 0), (0, 0)]
    assert counted(q="toinen") == [(0, 0), (0, 0), (1, 600)]
    assert counted(on="2001-01-01") == [(0, 0)] * 3


def test_the_list_is_paged_by_fifty(client, keeper):
    for number in range(51):
        known(keeper, f"Työ {number:02}")
    assert listed(client, page=2) == ["Työ 50"]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_queries_for_any_number_of_employers(client, keeper, number):
    for index in range(number):
        person(known(keeper, f"Työ {index}", municipality_code="081"))
    client.get(url("employers"))
    with CaptureQueriesContext(connection) as queries:
        client.get(url("employers"))
    assert len(queries) == 10


# One employer


def fields(**changes):
    return {"name": "Höyläämö", "size": "small", "stage": "contacted", "from_day": TODAY.isoformat()} | changes


def test_an_employer_is_taken_in_and_changed(client, keeper):
    sent = fields(organisation=str(keeper.pk), business_id="91000451", municipality_code="081", website="paja.example")
    response = client.post(url("add_employer"), sent)
    made = Employer.objects.get()
    assert response.headers["Location"] == url("employer", made.pk)
    assert (made.business_id, made.website, made.stage) == ("9100045-1", "https://paja.example", "contacted")

    seen = client.get(url("change_employer", made.pk)).context["form"]["seen"].value()
    client.post(url("change_employer", made.pk), fields(name="Uusi", business_id="9100045-1", seen=seen))
    assert Employer.objects.get().name == "Uusi"


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"name": "\x01"}, "name"),
        ({"business_id": "9100045-2"}, "business_id"),
        ({"municipality_code": "999"}, "municipality_code"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"stage": "friend"}, "stage"),
        ({"from_day": (TODAY + DAY).isoformat()}, "from_day"),
        ({"organisation": "0"}, "organisation"),
        ({"business_id": "0165116-3"}, "__all__"),
    ],
)
def test_a_wrong_employer_is_explained(client, keeper, changes, wrong):
    known(keeper, business_id="0165116-3")
    response = client.post(url("add_employer"), fields(organisation=str(keeper.pk)) | changes)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [wrong])


def test_the_second_who_changes_an_employer_is_told_and_loses_nothing(client, keeper):
    address = url("change_employer", known(keeper).pk)
    seen = client.get(address).context["form"]["seen"].value()
    client.post(address, fields(name="Eka", size="micro", seen=seen))
    told = client.post(address, fields(name="Toka", seen=seen))
    form = told.context["form"]
    assert (told.status_code, sorted(form.errors), form["name"].value()) == (422, ["__all__", "name", "size"], "Toka")
    assert "micro" not in form.errors["size"][0]
    client.post(address, fields(name="Toka", seen=form["seen"].value()))
    assert Employer.objects.get().name == "Toka"


def test_the_second_who_records_a_stage_is_told_on_the_page(client, keeper):
    employer = known(keeper, from_day=TODAY - 9 * DAY)
    seen = client.get(url("employer", employer.pk)).context["stage_form"]["seen"].value()
    sent = {
        "stage-stage": "agreement",
        "stage-from_day": TODAY.isoformat(),
        "stage-note": "Sovittu",
        "stage-seen": seen,
    }
    client.post(url("move_employer", employer.pk), sent | {"stage-stage": "cooperating"})
    told = client.post(url("move_employer", employer.pk), sent)
    form = told.context["stage_form"]
    assert (told.status_code, sorted(form.errors), form["note"].value()) == (422, ["__all__", "stage"], "Sovittu")
    client.post(url("move_employer", employer.pk), sent | {"stage-seen": form["seen"].value()})
    employer.refresh_from_db()
    assert (employer.stage, employer.stages.count()) == ("agreement", 3)


def test_contacts_and_notes_are_kept_for_two_years_unless_another_day_is_said(client, keeper):
    employer = known(keeper)
    page = client.get(url("employer", employer.pk))
    assert page.context["contact_form"]["delete_after"].value() == TODAY + 730 * DAY
    sent = {"contact-name": "Elli", "contact-phone": "050 555 0199", "contact-delete_after": "2027-01-31"}
    client.post(url("add_employer_contact", employer.pk), sent)
    client.post(url("add_employer_note", employer.pk), {"note-text": "Soitetaan", "note-delete_after": "2027-02-01"})
    contact, kept = employer.contacts.get(), employer.notes.get()
    assert (contact.phone, contact.delete_after) == ("+358505550199", dt.date(2027, 1, 31))
    assert (kept.text, kept.delete_after) == ("Soitetaan", dt.date(2027, 2, 1))

    address = url("change_employer_contact", employer.pk, contact.pk)
    seen = client.get(address).context["form"]["seen"].value()
    changed = sent | {"contact-name": "Elli Uusi", "contact-seen": seen}
    assert client.post(address, changed).status_code == 302
    assert client.post(address, changed | {"contact-name": "Myöhässä"}).status_code == 422
    assert employer.contacts.get().name == "Elli Uusi"

    client.post(url("remove_employer_contact", employer.pk, contact.pk))
    client.post(url("remove_employer_note", employer.pk, kept.pk))
    assert (employer.contacts.count(), employer.notes.count()) == (0, 0)


@pytest.mark.parametrize(
    ("name", "form", "sent", "wrong"),
    [
        ("add_employer_contact", "contact_form", {"contact-name": ""}, ["name"]),
        ("add_employer_contact", "contact_form", {"contact-name": "A", "contact-delete_after": "2026-11-22"},
         ["delete_after"]),
        ("add_employer_contact", "contact_form", {"contact-name": "A", "contact-delete_after": "2036-11-24"},
         ["delete_after"]),
        ("add_employer_note", "note_form", {"note-text": "", "note-delete_after": "2026-11-22"},
         ["text", "delete_after"]),
        ("move_employer", "stage_form", {"stage-stage": "agreement", "stage-from_day": "2026-11-24"}, ["from_day"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_on_the_employers_page(client, keeper, name, form, sent, wrong):
    base = {"contact-delete_after": "2027-01-01"} if form == "contact_form" else {}
    response = client.post(url(name, known(keeper).pk), base | sent)
    assert (response.status_code, list(response.context[form].errors)) == (422, wrong)


def test_looking_at_contacts_is_a_read_of_so_many_people(client, keeper):
    employer = known(keeper)
    client.get(url("employer", employer.pk))
    assert AuditEntry.objects.filter(action="people.read").count() == 0
    contact = person(employer)
    person(employer, name="Toinen")
    client.get(url("employer", employer.pk))
    client.get(url("change_employer_contact", employer.pk, contact.pk))
    reads = AuditEntry.objects.filter(action="people.read", subject=employer.key, scope=keeper.scope).order_by("pk")
    assert [entry.after for entry in reads] == [{"people": 2}, {"people": 1}]


def test_looking_at_a_note_or_a_stages_remark_alone_is_a_read_too(client, keeper):
    noted, remarked = known(keeper), known(keeper, "Toinen")
    note(noted)
    seen = fingerprint(employers.stage_of(remarked))
    employers.move(
        employer=remarked, stage=Stage.AGREEMENT, from_day=TODAY, note="Elli sopii", seen=seen, by=make.user(), now=NOW
    )
    for employer in (noted, remarked):
        client.get(url("employer", employer.pk))
    reads = AuditEntry.objects.filter(action="people.read").order_by("pk")
    assert [(entry.subject, entry.after) for entry in reads] == [
        (each.key, {"people": 1}) for each in (noted, remarked)
    ]


def test_its_stands_and_jobs_are_found_by_business_id_or_else_by_name(client, keeper):
    event = make.event(organisation=keeper)
    employer = known(keeper, business_id="9100045-1")

    def stand(event=event, **fields):
        plain = {"name": "X", "language": "fi", "contact_name": "A", "contact_email": "a@a.example", "applied_at": NOW,
                 "state": StandState.APPROVED, "decided_at": NOW}  # fmt: skip
        return Stand.objects.create(event=event, **plain | fields)

    def job(organisation=keeper, **fields):
        plain = {"employer": "X", "title": "Hitsaaja", "deadline": TODAY, "created_at": NOW, "changed_at": NOW}
        return Vacancy.objects.create(organisation=organisation, **plain | fields)

    stands = [stand(business_id="9100045-1"), stand(name="puutyö oy")]
    stand(name="Puutyö Oy", business_id="9100079-3")
    stand(business_id="9100045-1", state=StandState.APPLIED, decided_at=None)
    stand(make.event(), business_id="9100045-1")
    jobs = [job(employer="Puutyö Oy"), job(business_id="9100045-1")]
    job(make.organisation(), business_id="9100045-1")
    context = client.get(url("employer", employer.pk)).context
    assert sorted(each.pk for each in context["stands"]) == [each.pk for each in stands]
    assert sorted(vacancy.pk for vacancy, _state in context["vacancies"]) == [each.pk for each in jobs]


def test_an_employer_goes_into_the_archive_and_comes_back(client, keeper):
    employer = known(keeper)
    client.post(url("archive_employer", employer.pk))
    assert (listed(client), listed(client, archived="on")) == ([], ["Puutyö Oy"])
    client.post(url("archive_employer", employer.pk), {"back": "1"})
    assert listed(client) == ["Puutyö Oy"]


# A table


def upload(client, keeper, text, name="tyonantajat.csv"):
    file = SimpleUploadedFile(name, text.encode())
    return client.post(url("bring_employers"), {"organisation": str(keeper.pk), "table": file})


def test_a_table_is_looked_at_and_then_imported(client, keeper):
    known(keeper, "Vanha")
    text = "Nimi;Kunta;Vaihe;Huom\nUusi;Hartola;;\nVanha;;sopimus;\nVäärä;Atlantis;;\nVanhempi;;;\n"
    address = upload(client, keeper, text).headers["Location"]
    page = client.get(address)
    assert (page.status_code, Employer.objects.count()) == (200, 1)
    assert [number for _verdict, number in page.context["counts"]] == [2, 1, 0, 1]
    assert page.context["passed_over"] == ["Huom"]
    assert "B4" in page.text
    address, said = f"/en{address}", []
    for _i in range(2):
        assert client.post(address).headers["Location"] == address
        said += [str(message) for message in client.get(address).context["messages"]]
    assert said == ["Imported. New: 2, changed: 1.", "The table was imported before. Nothing is changed now."]
    assert listed(client) == ["Uusi", "Vanha", "Vanhempi"]
    assert [number for _verdict, number in client.get(address).context["counts"]] == [0, 0, 3, 1]
    assert [employer.delete()[0] > 0 for employer in Employer.objects.filter(name="Uusi")] == [True]
    assert "Import 1 right row" not in client.get(address).text


def test_the_wrong_rows_are_given_back_to_be_mended(client, keeper):
    text = 'Nimi;Kunta;Sähköposti;Yhteyshenkilö\nOikea;081;;\n"=A";Atlantis;a@a.example;-Elli\n'
    address = upload(client, keeper, text).headers["Location"]
    file = client.get(f"{address}wrong.csv")
    again = read_table(SimpleUploadedFile("a.csv", file.content))
    assert (again.header[:4], again.header[4]) == (("Nimi", "Kunta", "Sähköposti", "Yhteyshenkilö"), "Syy")
    assert again.rows[0].cells[:4] == ("=A", "Atlantis", "a@a.example", "-Elli")
    assert again.rows[0].cells[4].startswith("B3: ")
    assert b"'=A;" in file.content
    assert file.headers["Cache-Control"].startswith("private, no-store")
    assert AuditEntry.objects.get(action="people.read").after == {"people": 1}

    mended = file.content.decode("utf-8-sig").replace("Atlantis", "Hartola")
    address = upload(client, keeper, mended).headers["Location"]
    client.post(address)
    assert EmployerContact.objects.get().name == "-Elli"


@pytest.mark.parametrize("text", ["", "Nimi\n", "Yhtiö;Kunta\nA;B\n", "Nimi;Yritys\nA;B\n", 'Nimi\n"A\n'])
def test_a_table_that_cannot_be_read_is_explained(client, keeper, text):
    response = upload(client, keeper, text)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["table"])
    assert EmployerImport.objects.count() == 0


def test_the_example_can_be_imported(client, keeper):
    file = client.get(url("employers_example"))
    address = upload(client, keeper, file.content.decode("utf-8-sig")).headers["Location"]
    assert [number for _verdict, number in client.get(address).context["counts"]] == [1, 0, 0, 0]


def test_ten_thousand_wrong_rows_show_the_first_two_hundred(client, keeper):
    rows = "".join(f"Työ {number};{number}\n" for number in range(10_000))
    page = client.get(upload(client, keeper, f"Nimi;Y-tunnus\n{rows}").headers["Location"])
    wrong = page.context["wrong"]
    assert (len(wrong.shown), wrong.more) == (200, 9_800)
    assert len(page.content) < 150_000


def test_a_table_is_gone_after_a_day(client, keeper, time_machine):
    address = upload(client, keeper, "Nimi\nA\n").headers["Location"]
    time_machine.move_to(NOW + dt.timedelta(hours=11), tick=False)
    assert client.get(address).status_code == 200
    EmployerImport.objects.update(expires_at=NOW)
    assert [client.get(address).status_code, client.post(address).status_code] == [404, 404]


# Strangers


def test_the_register_is_for_those_who_manage_all_events_of_its_organisation(client, keeper):
    employer = known(keeper)
    contact, kept = person(employer), note(employer)
    table = read_table(SimpleUploadedFile("a.csv", b"Nimi\nA\n"))
    brought = employer_import.keep(organisation=keeper, table=table, by=make.user(), now=NOW)
    elsewhere = known(make.organisation())
    pages = [
        url("employer", employer.pk), url("change_employer", employer.pk),
        url("change_employer_contact", employer.pk, contact.pk), url("employer_table", brought.pk),
        url("wrong_employers", brought.pk),
    ]  # fmt: skip
    general = [url("employers"), url("add_employer"), url("bring_employers"), url("employers_example")]
    sent = [
        url("employer_table", brought.pk), url("move_employer", employer.pk), url("archive_employer", employer.pk),
        url("add_employer_contact", employer.pk), url("remove_employer_contact", employer.pk, contact.pk),
        url("add_employer_note", employer.pk), url("remove_employer_note", employer.pk, kept.pk),
    ]  # fmt: skip

    assert {client.get(page).status_code for page in [*pages, *general]} == {200}
    assert {client.get(page).status_code for page in sent[1:]} == {405}
    mixed = url("change_employer_contact", elsewhere.pk, contact.pk)
    assert client.get(mixed).status_code == 404

    strangers = [make.member(role, keeper) for role in (Role.TEACHER, Role.DOOR, Role.READER)]
    for stranger in [*strangers, make.member(Role.ORGANISER, make.event(organisation=keeper))]:
        client.force_login(stranger)
        assert {client.get(page).status_code for page in [*pages, *general]} == {404}
        assert {client.post(page).status_code for page in sent} == {404}
    client.force_login(make.member(Role.OWNER, make.organisation()))
    assert {client.get(page).status_code for page in pages} == {404}
    assert {client.post(page).status_code for page in sent} == {404}
    assert listed(client) == []
    response = client.post(url("add_employer"), fields(organisation=str(keeper.pk)))
    assert list(response.context["form"].errors) == ["organisation"]
    response = upload(client, keeper, "Nimi\nA\n")
    assert list(response.context["form"].errors) == ["organisation"]
    client.logout()
    assert {client.get(page).status_code for page in [*pages, *general]} == {302}
    assert (Employer.objects.count(), EmployerContact.objects.count(), employer.notes.count()) == (2, 1, 1)
