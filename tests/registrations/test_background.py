"""The background form by the personal link: one idea a screen, kept as it is typed."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from accounts.models import AuditEntry
from core.models import OutboxMessage
from esf.enums import NoticeChannel
from esf.models import NoticeConfirmation, NoticeDraft, Participation, StartNotice
from esf.services import corrections, drafts
from registrations.enums import Channel
from registrations.models import Registration
from registrations.services import backgrounds, letters, seats
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
YOU = {"step": "you", "birth_date": "17.5.1990", "gender": "F"}
HOME = {"step": "home", "municipality_code": "081"}
WORK = {"step": "work", "labour_status_start": "UNEMPLOYED", "unemployment_duration": "M12_24"}
EDUCATION = {"step": "education", "education_level": "ISCED3"}
SEND = {"step": "summary"}
BORN = dt.date(1990, 5, 17)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)
    make.municipality()
    translation.activate("en")


@pytest.fixture
def registration():
    return make.register(make.counting_event(), make.contact(language="en"))


def address(registration):
    return (
        letters.personal_url(registration=registration, now=NOW).removeprefix("https://miitti.example") + "background/"
    )


@pytest.fixture
def url(registration):
    return address(registration)


def walk(client, url, *screens):
    return [client.post(url, screen).headers.get("Location") for screen in screens]


def notice_of(registration):
    return StartNotice.objects.get(source=registration.key)


def test_four_short_screens_and_a_summary(client, registration, url):
    assert client.get(url).context["step"] == "you"
    onward = walk(client, url, YOU, HOME, WORK, EDUCATION)
    assert onward == [f"{url}?screen={step}" for step in ("home", "work", "education", "summary")]
    summary = client.get(onward[-1])
    assert "Over 12 and up to 24 months" in summary.text
    assert walk(client, url, SEND) == [url.removesuffix("background/")]
    notice = notice_of(registration)
    assert (notice.channel, notice.entered_by, notice.birth_date, notice.unemployment_duration) == (
        "LINK",
        "SELF",
        BORN,
        "M12_24",
    )
    assert NoticeDraft.objects.count() == 0


def test_each_screen_asks_at_most_four_things(client, url):
    walk(client, url, YOU, HOME, WORK, EDUCATION)
    sizes = {step: len(client.get(f"{url}?screen={step}").context["form"].fields) for step in ("you", "home", "work", "education")}  # fmt: skip
    assert sizes == {"you": 2, "home": 4, "work": 3, "education": 1}


def test_what_is_typed_is_kept_encrypted_and_gone_on_with_by_the_same_link(client, registration, url):
    walk(client, url, YOU)
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM esf_noticedraft")
        [(stored,)] = cursor.fetchall()
    assert "1990" not in stored
    assert drafts.of(registration.key)["you"] == {"birth_date": "17.5.1990", "gender": "F"}
    other_phone = Client()
    assert other_phone.get(url).context["step"] == "home"
    assert "17.5.1990" in other_phone.get(f"{url}?screen=you").text


def test_what_is_wrong_stays_as_it_was_typed_and_nothing_goes_on(client, url):
    answer = client.post(url, YOU | {"birth_date": "31.2.1990"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["birth_date"])
    assert 'value="31.2.1990"' in answer.text
    assert client.get(f"{url}?screen=summary").context["step"] == "you"


def test_unemployment_cannot_last_for_somebody_at_work(client, url):
    walk(client, url, YOU, HOME)
    answer = client.post(url, WORK | {"labour_status_start": "EMPLOYED"})
    assert answer.context["form"].errors["unemployment_duration"] == [
        "Leave this empty, or choose “Unemployed jobseeker” above."
    ]


def test_going_back_loses_nothing(client, registration, url):
    walk(client, url, YOU)
    assert walk(client, url, {"step": "home", "street_address": "Kotitie 3", "back": "1"}) == [f"{url}?screen=you"]
    assert drafts.of(registration.key)["home"]["street_address"] == "Kotitie 3"


def test_saving_for_later_goes_back_to_the_persons_page_which_says_so(client, url):
    mine = url.removesuffix("background/")
    assert walk(client, url, YOU | {"later": "1"}) == [mine]
    page = client.get(mine)
    assert "Begun, not sent yet." in page.text
    assert page.context["background"].begun


def test_sending_with_a_screen_missing_leads_to_that_screen(client, url):
    walk(client, url, YOU, HOME, EDUCATION)
    assert walk(client, url, SEND) == [f"{url}?screen=work"]
    assert StartNotice.objects.count() == 0


def test_until_the_participation_begins_it_can_be_corrected_and_the_old_is_kept(client, registration, url):
    walk(client, url, YOU, HOME, WORK, EDUCATION, SEND)
    assert client.get(url).context["step"] == "summary"
    walk(client, url, EDUCATION | {"education_level": "ISCED6"}, SEND)
    notice = notice_of(registration)
    assert notice.education_level == "ISCED6"
    [change] = corrections.of(notice)
    assert (change.before, change.by, change.reason) == ({"education_level": "ISCED3"}, None, "own")


def test_given_anew_after_a_newer_privacy_notice_it_still_says_what_was_shown_before(client, registration, url):
    walk(client, url, YOU, HOME, WORK, EDUCATION, SEND)
    first = notice_of(registration)
    newer = make.newer_privacy_notice()

    walk(client, url, EDUCATION, SEND)

    notice = notice_of(registration)
    [change] = corrections.of(notice)
    assert (notice.privacy_notice, change.privacy_notice, change.before) == (newer, first.privacy_notice.version, {})


def test_once_it_counts_it_is_shown_and_can_no_longer_be_changed(client, registration, url):
    walk(client, url, YOU, HOME, WORK, EDUCATION, SEND)
    make.check_in(registration)
    page = client.get(url)
    assert "Ask the organiser" in page.text or "ask the organiser" in page.text
    answer = client.post(url, EDUCATION | {"education_level": "ISCED6"})
    assert (answer.status_code, answer.context["refusal"].code) == (409, "notice_in_use")
    assert notice_of(registration).education_level == "ISCED3"


def test_a_form_filled_in_after_the_event_completes_its_participation(client, registration, url):
    make.check_in(registration)
    assert Participation.objects.get().start_notice is None
    walk(client, url, YOU, HOME, WORK, EDUCATION, SEND)
    assert Participation.objects.get().start_notice == notice_of(registration)


def test_the_person_sees_which_privacy_notice_they_were_shown(client, registration, url):
    walk(client, url, YOU, HOME, WORK, EDUCATION, SEND)
    page = client.get(url.removesuffix("background/"))
    assert "You were shown version 1 of the privacy notice, on 23 Nov 2026." in page.text
    assert "/privacy/esf/1/" in page.text


@pytest.mark.parametrize("why", ["not asked", "cancelled"])
def test_where_nothing_is_asked_there_is_no_form(client, registration, url, why):
    if why == "cancelled":
        seats.cancel(registration=registration, by=None, now=NOW)
    else:
        registration.event.__class__.objects.update(asks_start_notice=False, counting="none", counting_reason="")
    assert client.get(url).status_code == 404
    assert client.post(url, YOU).status_code == 404
    assert client.get("/my/" + "x" * 27 + "/background/").status_code == 404


def test_drafts_are_forgotten_after_thirty_days(registration):
    drafts.save(source=registration.key, screen="you", typed={"gender": "F"}, now=NOW)
    assert drafts.forget_due(now=NOW + dt.timedelta(days=30)) == 0
    assert drafts.forget_due(now=NOW + dt.timedelta(days=30, seconds=1)) == 1


def test_who_left_no_address_is_asked_how_to_be_reached(client):
    event = make.counting_event()
    registration = make.register(event, make.contact(email="", phone=""))
    url = address(registration)
    assert walk(client, url, YOU, HOME) == [f"{url}?screen=home", f"{url}?screen=reach"]
    walk(client, url, {"step": "reach", "phone": "040 123 4567"}, WORK, EDUCATION, SEND)
    assert notice_of(registration).phone == "+358401234567"


def test_an_old_project_asks_its_sensitive_questions_on_a_screen_of_their_own(client):
    event = make.counting_event(project=make.project(period="2014-2020"))
    url = address(make.register(event, make.contact(language="en")))
    walk(
        client, url, YOU, HOME | {"street_address": "Kotitie 3", "postal_code": "19600", "post_office": "Hartola"}, WORK
    )
    onward = walk(client, url, EDUCATION, {"step": "origin", "foreign_background": "REFUSED"})
    assert onward == [f"{url}?screen=origin", f"{url}?screen=situation"]
    page = client.get(onward[-1])
    assert list(page.context["form"].fields) == ["minority", "disability", "housing_exclusion", "other_disadvantage"]
    assert "You do not have to answer" in page.text


# Nobody is asked twice


def earlier(event, who):
    """Somebody who gave the form with an earlier registration to the same project."""
    other = make.counting_event(project=event.project)
    return make.register(other, who, answers=make.answers(who))


def returning(event, **fields):
    who = make.contact(language="en", birth_date=BORN, **fields)
    first = earlier(event, who)
    return first, make.register(event, who)


def test_who_comes_again_sees_what_they_told_and_says_that_it_is_right(client):
    first, again = returning(make.counting_event())
    url = address(again)
    page = client.get(url)
    assert "Is this still right?" in page.text
    assert page.context["known"].notice.source == first.key
    assert walk(client, url, {"step": "confirm"}) == [url.removesuffix("background/")]
    assert NoticeConfirmation.objects.values_list("notice__source", "source").get() == (first.key, again.key)
    assert "Filled in 23 Nov 2026." in client.get(url.removesuffix("background/")).text
    assert AuditEntry.objects.filter(action="start_notice.confirm").count() == 1


def test_a_confirmed_form_counts_for_the_new_registration(client):
    first, again = returning(make.counting_event())
    walk(client, address(again), {"step": "confirm"})
    make.check_in(again)
    assert Participation.objects.get().start_notice.source == first.key


def test_a_form_confirmed_after_the_event_completes_its_participation(client):
    first, again = returning(make.counting_event())
    make.check_in(again)
    assert Participation.objects.get().start_notice is None
    walk(client, address(again), {"step": "confirm"})
    assert Participation.objects.get().start_notice.source == first.key


def test_confirming_twice_changes_nothing(client):
    _first, again = returning(make.counting_event())
    walk(client, address(again), {"step": "confirm"}, {"step": "confirm"})
    assert NoticeConfirmation.objects.count() == 1


def test_who_comes_again_may_correct_what_is_not_in_use_yet(client):
    first, again = returning(make.counting_event())
    url = address(again)
    assert client.get(f"{url}?screen=summary").context["step"] == "summary"
    walk(client, f"{url}?screen=education", EDUCATION | {"education_level": "ISCED6"})
    walk(client, f"{url}?screen=summary", SEND)
    notice = StartNotice.objects.get()
    assert (notice.source, notice.education_level) == (first.key, "ISCED6")
    assert [change.before for change in corrections.of(notice)] == [{"education_level": "ISCED3"}]
    assert NoticeConfirmation.objects.get().source == again.key


def test_of_what_is_in_use_one_only_says_whether_it_is_right(client):
    first, again = returning(make.counting_event())
    make.check_in(first)
    url = address(again)
    page = client.get(url)
    assert page.context["known"].in_use
    assert "Correct it" not in page.text
    assert client.post(f"{url}?screen=education", EDUCATION).status_code == 409
    assert walk(client, url, {"step": "confirm"}) == [url.removesuffix("background/")]


def test_whoever_came_before_is_not_among_those_whose_form_is_missing():
    event = make.counting_event()
    first, again = returning(event)
    new = make.register(event)
    make.check_in(first)
    assert backgrounds.missing(event=event, registrations=[again, new]) == {new.pk}
    assert not backgrounds.lacks(event, again)


def test_whoever_stayed_away_the_first_time_is_asked_whether_it_is_right():
    event = make.counting_event()
    first, again = returning(event)
    assert backgrounds.missing(event=event, registrations=[again, first]) == {again.pk}
    assert (backgrounds.lacks(event, again), backgrounds.lacks(event, first)) == (True, False)

    backgrounds.confirm(registration=again, now=NOW)

    assert backgrounds.missing(event=event, registrations=[again]) == set()
    assert not backgrounds.lacks(event, again)


def test_at_the_door_they_fill_it_in_anew_and_what_they_told_before_is_not_used():
    event = make.counting_event()
    _first, again = returning(event)
    make.check_in(again)

    backgrounds.fill(registration=again, answers=make.answers(gender="X"), channel=NoticeChannel.DOOR, now=NOW)

    assert Participation.objects.get().start_notice.source == again.key
    with pytest.raises(backgrounds.GivenAlready):
        backgrounds.fill(registration=again, answers=make.answers(), channel=NoticeChannel.DOOR, now=NOW)


@pytest.mark.parametrize("channel", [Channel.DESK, Channel.REFERRAL])
def test_whoever_got_the_link_without_the_mailbox_sees_nothing_of_earlier_forms(client, channel):
    _first, again = returning(make.counting_event())
    Registration.objects.filter(pk=again.pk).update(channel=channel)
    assert client.get(address(again)).context["step"] == "you"


def test_forms_of_other_projects_are_not_offered(client):
    who = make.contact(birth_date=BORN)
    earlier(make.counting_event(), who)
    again = make.register(make.counting_event(), who)
    assert client.get(address(again)).context["step"] == "you"


def test_nothing_is_confirmed_where_nothing_is_on_record(client, registration, url):
    answer = client.post(url, {"step": "confirm"})
    assert answer.status_code in {404, 409}
    assert NoticeConfirmation.objects.count() == 0


def test_the_letter_is_the_same_whether_or_not_somebody_is_known():
    event = make.counting_event()
    returning(event)
    make.register(event, make.contact(language="en"))
    texts = [message.payload["text"] for message in OutboxMessage.objects.filter(scope=event.scope)]
    assert len({"background form" in text for text in texts}) == 1
