"""A participant tells through their personal link how it ended."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.enums import NoticePurpose
from accounts.models import PrivacyNotice
from esf.models import EndNotice, Participation
from registrations.enums import Channel
from registrations.models import Registration
from registrations.services import letters
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def participant():
    """Somebody whose participation began last week, and the token of their personal link."""
    now = timezone.now()
    event = make.counting_event(first=now - dt.timedelta(days=7), seats=20)
    registration = make.register(event, answers=make.answers(), now=now - dt.timedelta(days=9))
    make.check_in(registration, now=now - dt.timedelta(days=7))
    url = letters.personal_url(registration=registration, now=now)
    return registration, url.rstrip("/").rpartition("/")[2]


def answers(day, **fields):
    return {"ended_on": day.isoformat(), "labour_status_end": "EMPLOYED", "qualification": "NO"} | fields


def test_the_questions_are_answered_by_link_and_the_participation_ends(client, participant):
    registration, token = participant
    spell = Participation.objects.get(person=registration.person)
    assert "Olen jättänyt hankkeen" in client.get(reverse("registrations:mine", args=[token])).content.decode()

    sent = client.post(reverse("registrations:end_notice", args=[token]), answers(spell.started_on))

    assert sent.status_code == 302
    spell.refresh_from_db()
    assert spell.ended_on == spell.started_on
    notice = EndNotice.objects.get(participation=spell)
    assert (notice.labour_status_end, notice.status_as_of, notice.entered_by) == ("EMPLOYED", spell.ended_on, "SELF")


def test_it_keeps_which_privacy_notice_was_shown_and_when(client, participant):
    registration, token = participant
    spell = Participation.objects.get(person=registration.person)
    where = reverse("registrations:end_notice", args=[token])
    assert "Näin hanke käyttää taustatietojasi" in client.get(where).content.decode()

    client.post(where, answers(spell.started_on))

    notice = EndNotice.objects.get()
    shown = PrivacyNotice.objects.current(NoticePurpose.ESF)
    assert (notice.privacy_notice, notice.info_given_at) == (shown, notice.submitted_at)


def test_what_was_typed_stays_when_a_day_is_impossible(client, participant):
    registration, token = participant
    spell = Participation.objects.get(person=registration.person)

    sent = client.post(
        reverse("registrations:end_notice", args=[token]),
        answers(spell.started_on - dt.timedelta(days=1), qualification="YES", qualification_name="Hygieniapassi"),
    )

    assert sent.status_code == 422
    assert "Hygieniapassi" in sent.content.decode()
    assert "Viimeisen päivän pitää olla" in sent.content.decode()
    assert not EndNotice.objects.exists()


def test_a_qualification_is_named_or_there_is_none(client, participant):
    registration, token = participant
    day = Participation.objects.get(person=registration.person).started_on
    where = reverse("registrations:end_notice", args=[token])

    unnamed = client.post(where, answers(day, qualification="YES"))
    without = client.post(where, answers(day, qualification_name="Hygieniapassi"))

    assert "Kirjoita, mikä se on." in unnamed.content.decode()
    assert "Jätä tyhjäksi tai vastaa yllä kyllä." in without.content.decode()
    assert not EndNotice.objects.exists()


def test_after_four_weeks_only_staff_correct_it(client, participant):
    registration, token = participant
    spell = Participation.objects.get(person=registration.person)
    where = reverse("registrations:end_notice", args=[token])
    client.post(where, answers(spell.started_on))

    with time_machine.travel(timezone.now() + dt.timedelta(days=20), tick=False):
        assert client.get(where).status_code == 200
    with time_machine.travel(timezone.now() + dt.timedelta(days=40), tick=False):
        assert client.get(where).status_code == 404


def test_who_takes_no_part_is_asked_nothing(client):
    make.privacy_notices()
    event = make.event(project=make.project())
    now = timezone.now()
    registration = make.register(event, now=now)
    token = letters.personal_url(registration=registration, now=now).rstrip("/").rpartition("/")[2]

    assert client.get(reverse("registrations:end_notice", args=[token])).status_code == 404


def test_the_end_that_nobody_has_told_of_is_asked_about_before_what_goes_on(client, participant):
    registration, token = participant
    old = Participation.objects.get(person=registration.person)
    Participation.objects.filter(pk=old.pk).update(ended_on=old.started_on, ended_by="STAFF")
    today = timezone.localdate()
    new = Participation.objects.create(
        person=old.person, project=old.project, started_on=today, reason="came again", begun_at=timezone.now()
    )

    client.post(reverse("registrations:end_notice", args=[token]), answers(old.started_on))

    assert EndNotice.objects.get().participation == old
    new.refresh_from_db()
    assert new.ended_on is None


def test_who_may_hold_the_link_without_the_mailbox_sees_nothing_that_was_told(client, participant):
    registration, token = participant
    where = reverse("registrations:end_notice", args=[token])
    day = Participation.objects.get(person=registration.person).started_on
    client.post(where, answers(day))
    assert client.get(where).status_code == 200

    Registration.objects.filter(pk=registration.pk).update(channel=Channel.REFERRAL)

    assert client.get(where).status_code == 404
    assert "eura2021" not in client.get(reverse("registrations:mine", args=[token])).content.decode()
