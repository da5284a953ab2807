"""Background forms on the desk: written in, with identity checked; corrected, with the old kept."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from accounts.enums import Role
from accounts.models import AuditEntry
from esf.models import Participation, StartNotice
from esf.services import corrections, notices
from esf.services.notices import ReasonMissing, correct
from registrations.services import backgrounds, letters
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
BACKGROUND = {
    "birth_date": "17.5.1990",
    "gender": "F",
    "municipality_code": "081",
    "labour_status_start": "UNEMPLOYED",
    "unemployment_duration": "M12_24",
    "education_level": "ISCED3",
    "phone": "040 123 4567",
}
TOLD = BACKGROUND | {"channel": "DESK", "identity": "ID_CARD"}
PAPER = BACKGROUND | {"channel": "PAPER", "identity": "KNOWN", "signed_on": "2026-11-20"}
CODE, MANS_CODE, TEST_CODE = "170590-1247", "170590-1236", "170590-9008"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)
    make.municipality()
    translation.activate("en")


@pytest.fixture
def event():
    return make.counting_event()


@pytest.fixture
def organiser(client, event):
    made = make.organiser(event)
    client.force_login(made)
    return made


@pytest.fixture
def registration(event):
    return make.register(event, make.contact(email="", phone="", language="en"))


def address(registration, tail=""):
    return f"/en/desk/events/{registration.event_id}/people/{registration.pk}/background/{tail}"


def errors(answer):
    found = {}
    for name in ("background", "form"):
        found |= {field: told[0] for field, told in answer.context[name].errors.items()}
    return answer.status_code, found


def test_what_the_person_told_is_written_in_by_staff_who_checked_who_they_are(client, organiser, registration):
    answer = client.post(address(registration), TOLD)
    notice = StartNotice.objects.get()
    assert answer.headers["Location"] == address(registration)
    assert (notice.channel, notice.entered_by, notice.identity_checked_by, notice.identity_checked_how) == (
        "DESK",
        "STAFF",
        organiser,
        "ID_CARD",
    )
    assert (notice.source, notice.phone, notice.confirmed_at) == (registration.key, "+358401234567", NOW)
    assert AuditEntry.objects.get(action="start_notice.submit").actor == organiser


def test_a_form_on_paper_was_confirmed_on_the_day_of_its_signature(client, organiser, registration):
    client.post(address(registration), PAPER)
    notice = StartNotice.objects.get()
    assert (notice.channel, notice.confirmed_at, notice.submitted_at) == ("PAPER", make.at("2026-11-20 12:00"), NOW)


def test_a_paper_may_name_a_municipality_of_its_day_that_has_been_merged_away_since(client, organiser, registration):
    make.municipality("588", "Pertunmaa", valid_to=dt.date(2026, 11, 21))
    told = client.post(address(registration), TOLD | {"municipality_code": "588"})
    assert told.status_code == 422
    client.post(address(registration), PAPER | {"municipality_code": "588"})
    assert StartNotice.objects.get().municipality_code == "588"


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        (TOLD | {"identity": ""}, {"identity": "Choose one."}),
        (TOLD | {"channel": ""}, {"channel": "Choose one."}),
        (TOLD | {"channel": "IMPORT"}, {"channel": "Select a valid choice. IMPORT is not one of the available choices."}),
        (PAPER | {"signed_on": ""}, {"signed_on": "Write the day that stands beside the signature."}),
        (PAPER | {"signed_on": "2026-11-24"}, {"signed_on": "This day is still to come."}),
        (TOLD | {"phone": ""}, {"email": "Give an e-mail address or a phone number, or both."}),
        (TOLD | {"birth_date": "30.2.1990"}, {"birth_date": "Write the date as day.month.year, for example 31.12.1985."}),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_is_kept(client, organiser, registration, sent, wrong):
    assert errors(client.post(address(registration), sent)) == (422, wrong)
    assert StartNotice.objects.count() == 0


def test_it_completes_a_participation_that_began_without_one(client, organiser, registration):
    make.check_in(registration)
    client.post(address(registration), TOLD)
    assert Participation.objects.get().start_notice == StartNotice.objects.get()


def test_what_staff_wrote_in_after_checking_stands_at_every_event_of_the_project(client, organiser, event):
    who = make.contact(language="en")
    client.post(address(make.register(event, who)), TOLD)
    other = make.counting_event(project=event.project)
    again = make.register(other, who)

    assert backgrounds.missing(event=other, registrations=[again]) == set()
    make.check_in(again)

    assert Participation.objects.get().start_notice == StartNotice.objects.get()


def test_nobody_is_written_in_twice(client, organiser, registration):
    client.post(address(registration), TOLD)
    assert client.post(address(registration), TOLD).status_code == 200
    assert StartNotice.objects.count() == 1


# The personal identity code


@pytest.fixture
def coded(event):
    event.project.asks_personal_id = True
    event.project.save()


def test_the_code_is_asked_only_where_the_project_asks_staff_for_it(client, organiser, registration, event):
    assert "personal_id" not in client.get(address(registration)).context["form"].fields
    client.post(address(registration), TOLD | {"personal_id": CODE})
    assert StartNotice.objects.get().personal_id is None


def test_the_code_is_encrypted_and_shown_masked_on_that_page_alone(client, organiser, registration, coded):
    client.post(address(registration), TOLD | {"personal_id": " 170590-1247 "})
    notice = StartNotice.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT personal_id, personal_id_index FROM esf_startnotice")
        [stored] = cursor.fetchall()
    assert (notice.personal_id, [CODE in text for text in stored]) == (CODE, [False, False])
    page = client.get(address(registration))
    assert (page.context["code"], CODE in page.text) == ("170590-••••", False)
    correcting = client.get(address(registration, "correct/"))
    people = client.get(f"/en/desk/events/{registration.event_id}/people/")
    assert [CODE in each.text for each in (correcting, people)] == [False, False]
    assert CODE not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("170590-124A", "Check the personal identity code: it is eleven characters long, and its last one tells of slips."),
        ("170590", "Check the personal identity code: it is eleven characters long, and its last one tells of slips."),
        (TEST_CODE, "Check the personal identity code: it is eleven characters long, and its last one tells of slips."),
        ("131052-308T", "This code is of somebody born on another day than the form says. Check both against the document."),
    ],
)  # fmt: skip
def test_a_wrong_code_is_refused_in_words(client, organiser, registration, coded, code, wrong):
    assert errors(client.post(address(registration), TOLD | {"personal_id": code})) == (422, {"personal_id": wrong})


def test_codes_of_test_persons_pass_where_the_setting_lets_them(client, organiser, registration, coded, settings):
    settings.TEST_PERSONS = True
    client.post(address(registration), TOLD | {"personal_id": TEST_CODE})
    assert StartNotice.objects.get().personal_id == TEST_CODE


def test_the_person_gives_no_date_of_birth_that_contradicts_the_code(client, organiser, event, coded):
    registration = make.register(event, make.contact(language="en"))
    client.post(address(registration), TOLD | {"personal_id": CODE})
    notice = StartNotice.objects.get()
    telling = {"registration": registration, "channel": "LINK", "now": NOW}

    with pytest.raises(notices.CodeDiffers):
        backgrounds.fill(answers=make.answers(birth_date=notice.birth_date + dt.timedelta(days=1)), **telling)
    backgrounds.fill(answers=make.answers(birth_date=notice.birth_date, gender="X"), **telling)

    assert StartNotice.objects.get().gender == "X"


def test_staff_correct_no_date_of_birth_to_one_that_contradicts_the_code(client, organiser, registration, coded):
    client.post(address(registration), TOLD | {"personal_id": CODE})
    wrong = correction(client, registration, birth_date="18.5.1990")
    answer = client.post(address(registration, "correct/"), wrong)
    assert answer.status_code == 422
    assert "This code is of somebody born on another day than the form says" in answer.text


def test_another_gender_in_the_code_is_told_and_refuses_nothing(client, organiser, registration, coded):
    page = client.post(address(registration), TOLD | {"personal_id": MANS_CODE}, follow=True)
    assert "tells of another gender than the form" in page.text
    assert StartNotice.objects.get().gender == "F"


def test_the_same_code_on_another_persons_form_is_told_without_saying_whose(
    client, organiser, event, registration, coded
):
    other = make.register(event, make.contact(email="", phone="", last_name="Toinen"))
    client.post(address(other), TOLD | {"personal_id": CODE})
    page = client.post(address(registration), TOLD | {"personal_id": CODE}, follow=True)
    assert "Are the two one person?" in page.text
    assert "Toinen" not in page.text


# Corrections


@pytest.fixture
def given(event):
    who = make.contact(language="en")
    return make.register(event, who, answers=make.answers(who))


def correction(client, registration, **changes):
    page = client.get(address(registration, "correct/"))
    seen, form = page.context["form"]["seen"].value(), page.context["notice"]
    return (
        BACKGROUND
        | {
            "email": form.email,
            "phone": "",
            "first_name": form.first_name,
            "last_name": form.last_name,
            "reason": "Kertoi puhelimessa",
            "seen": seen,
        }
        | changes
    )


def test_a_form_in_use_is_corrected_with_a_reason_and_the_old_is_shown(client, organiser, given):
    make.check_in(given)
    answer = client.post(address(given, "correct/"), correction(client, given, education_level="ISCED6"))
    assert answer.headers["Location"] == address(given)
    notice = StartNotice.objects.get()
    [change] = corrections.of(notice)
    assert (notice.education_level, change.before, change.by, change.reason) == (
        "ISCED6",
        {"education_level": "ISCED3"},
        organiser,
        "Kertoi puhelimessa",
    )
    page = client.get(address(given))
    [past] = page.context["history"]
    assert [(line.label, line.text) for line in past.lines] == [
        ("Highest completed education", "Upper secondary school or vocational qualification")
    ]
    assert (notice.channel, notice.entered_by) == ("REGISTRATION", "SELF")


def test_every_correction_stays(client, organiser, given):
    for level in ("ISCED6", "ISCED7", "ISCED3"):
        client.post(address(given, "correct/"), correction(client, given, education_level=level))
    told = [change.before["education_level"] for change in corrections.of(StartNotice.objects.get())]
    assert told == ["ISCED7", "ISCED6", "ISCED3"]


def test_what_stood_there_is_encrypted(client, organiser, given):
    client.post(address(given, "correct/"), correction(client, given, last_name="Korjattu"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT before FROM esf_correction")
        [(stored,)] = cursor.fetchall()
    assert given.last_name not in stored
    assert next(corrections.of(StartNotice.objects.get())).before == {"last_name": given.last_name}


def test_where_the_person_corrects_what_staff_wrote_in_it_still_says_who_checked_them(client, organiser, event):
    registration = make.register(event, make.contact(language="en"))
    client.post(address(registration), TOLD)
    backgrounds.fill(registration=registration, answers=make.answers(gender="X"), channel="LINK", now=NOW)
    notice = StartNotice.objects.get()
    assert (notice.gender, notice.channel, notice.entered_by, notice.identity_checked_by) == (
        "X",
        "DESK",
        "STAFF",
        organiser,
    )


def test_a_link_that_may_be_in_other_hands_shows_nothing_of_what_staff_wrote_in(client, organiser, registration):
    client.post(address(registration), TOLD)
    url = letters.personal_url(registration=registration, now=NOW).removeprefix("https://miitti.example")
    stranger = Client()
    page = stranger.get(url)
    assert "somebody else may have it too" in page.text
    assert stranger.get(f"{url}background/").headers["Location"] == url
    assert stranger.post(f"{url}background/", {"step": "summary"}).headers["Location"] == url
    assert "background_form" not in stranger.get(f"{url}data.json").json()
    with pytest.raises(backgrounds.GivenAlready):
        backgrounds.fill(registration=registration, answers=make.answers(), channel="LINK", now=NOW)


def test_the_person_sees_the_correction_among_their_own_data(client, organiser, given):
    client.post(address(given, "correct/"), correction(client, given, education_level="ISCED6"))
    url = letters.personal_url(registration=given, now=NOW).removeprefix("https://miitti.example")
    [form, corrected] = client.get(f"{url}data.json").json()["background_form"]
    assert (form["education_level"], corrected["before_education_level"], corrected["reason"]) == (
        "ISCED6",
        "ISCED3",
        "Kertoi puhelimessa",
    )


def test_nothing_changed_is_no_correction(client, organiser, given):
    client.post(address(given, "correct/"), correction(client, given))
    assert list(corrections.of(StartNotice.objects.get())) == []
    assert AuditEntry.objects.filter(action="start_notice.correct").count() == 0


def test_a_correction_needs_a_reason(client, organiser, given):
    answer = client.post(address(given, "correct/"), correction(client, given, reason=""))
    assert errors(answer) == (422, {"reason": "Fill this in."})
    notice = StartNotice.objects.get()
    with pytest.raises(ReasonMissing):
        correct(notice=notice, answers=make.answers(), reason=" ", seen=corrections.seen(notice), by=organiser, now=NOW)


def test_of_two_who_correct_at_once_the_later_is_told(client, organiser, given):
    first = correction(client, given, education_level="ISCED6")
    second = correction(client, given, education_level="ISCED7")
    client.post(address(given, "correct/"), first)
    answer = client.post(address(given, "correct/"), second)
    assert (answer.status_code, answer.context["refusal"].code) == (409, "changed_meanwhile")
    assert StartNotice.objects.get().education_level == "ISCED6"


def test_the_code_stays_where_none_is_typed_anew(client, organiser, registration, coded):
    client.post(address(registration), TOLD | {"personal_id": CODE})
    sent = correction(client, registration, phone="040 123 4567", education_level="ISCED6")
    client.post(address(registration, "correct/"), sent)
    assert (StartNotice.objects.get().personal_id, StartNotice.objects.get().education_level) == (CODE, "ISCED6")


# Who sees what


def test_each_look_is_recorded(client, organiser, given):
    client.get(address(given))
    entry = AuditEntry.objects.get(action="people.read")
    assert (entry.actor, entry.subject, entry.after) == (organiser, given.key, {"people": 1})


def test_a_teacher_writes_forms_in_and_reads_none(client, event, given, registration):
    client.force_login(make.member(Role.TEACHER, event))
    assert client.post(address(registration), TOLD).status_code == 302
    page = client.get(address(given))
    assert (page.status_code, page.context["lines"], page.context["may_read"]) == (200, [], False)
    assert client.get(address(given, "correct/")).headers["Location"] == address(given)


def test_what_was_told_at_another_event_of_the_project_is_for_the_projects_own(client, event, given):
    other = make.counting_event(project=event.project, organisation=event.organisation)
    again = make.register(
        other, make.contact(first_name=given.first_name, last_name=given.last_name, email=given.email)
    )
    StartNotice.objects.update(person=again.person)
    client.force_login(make.member(Role.ORGANISER, other))
    assert not client.get(address(again)).context["may_read"]
    client.force_login(make.member(Role.ORGANISER, event.project))
    assert client.get(address(again)).context["may_read"]


@pytest.mark.parametrize("tail", ["", "correct/"])
def test_strangers_find_nothing(client, given, tail):
    assert client.get(address(given, tail)).status_code == 302
    client.force_login(make.member(Role.OWNER, make.organisation()))
    assert client.get(address(given, tail)).status_code == 404
    client.force_login(make.member(Role.DOOR, given.event))
    assert client.get(address(given, tail)).status_code == 404


def test_a_registration_of_another_event_is_not_found_here(client, organiser, event):
    elsewhere = make.register(make.counting_event())
    assert client.get(f"/en/desk/events/{event.pk}/people/{elsewhere.pk}/background/").status_code == 404
