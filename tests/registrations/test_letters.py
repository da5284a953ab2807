"""What letters say: built in, in four languages, and in the organiser's own words."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.db import OperationalError
from django.utils import timezone, translation

from core import kept, wording
from core.models import OutboxMessage
from core.services import outbox, texts
from core.services.texts import Place, Text
from registrations.services import application_letters, invites, seats, wordings
from registrations.services.letters import MOMENTS, PLACEHOLDERS
from tests import factories as make

NOW = timezone.now()
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("moment", MOMENTS.values(), ids=lambda moment: moment.name)
def test_built_in_words_obey_the_rules_for_written_ones(moment, language):
    with translation.override(language):
        text = moment.text()
    wording.check(text.subject, known=moment.known_in_subject)
    wording.check(text.body, known=moment.known, needed=moment.needed)
    assert set(moment.known) <= set(PLACEHOLDERS)
    assert "%(" not in text.subject + text.body


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=lambda moment: moment.name)
def test_no_two_languages_say_it_in_the_same_words(moment):
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            said.append(moment.text())
    assert len(set(said)) == len(LANGUAGES)


def own_words(scope, subject="Oma: {{event}}", body="Moi {{first_name}}!\n\n{{code}}\n\n{{link}}"):
    place = Place(scope=scope, kind="", moment="confirmed", language="fi")
    texts.save(place=place, text=Text(subject, body), edition=0, now=NOW)
    kept.forget()


@pytest.mark.django_db
def test_an_organisers_words_take_the_place_of_the_built_in_ones():
    event = make.event()
    own_words(f"organisation:{event.organisation_id}")
    registration = make.register(event, make.contact(first_name="Aino", language="fi"))
    message = OutboxMessage.objects.get()
    assert message.subject == f"Oma: {event.title}"
    greeting, code, link, _foot = message.payload["text"].split("\n\n", 3)
    assert (greeting, code) == ("Moi Aino!", registration.readable_code)
    assert re.fullmatch(r"Katso, korjaa tai peru:\nhttp\S+/my/\S+/", link)


@pytest.mark.django_db
def test_who_reads_another_language_gets_its_built_in_words():
    event = make.event()
    own_words(event.scope)
    make.register(event, make.contact(language="sv"))
    assert OutboxMessage.objects.get().subject == f"Din biljett: {event.title}"


@pytest.mark.django_db
def test_what_people_typed_is_text_in_the_html_too():
    event = make.event()
    make.register(event, make.contact(first_name="<b>Aino", language="en"))
    payload = OutboxMessage.objects.get().payload
    assert ("Hello &lt;b&gt;Aino," in payload["html"], "Hello <b>Aino," in payload["text"]) == (True, True)


@pytest.mark.django_db
def test_a_letter_whose_turn_comes_too_late_is_not_sent():
    event = make.event()
    registration = make.register(event, make.contact(language="fi"))
    seats.cancel(registration=registration, by=None, now=NOW)
    outbox.deliver_due(clock=timezone.now)
    sent = [(each.payload["keys"]["letter"], each.state) for each in OutboxMessage.objects.order_by("pk")]
    assert sent == [("confirmed", "skipped"), ("cancelled", "sent")]


@pytest.mark.parametrize("block", ["link", "facts"])
def test_a_personal_link_cannot_be_put_into_a_subject_which_organisers_see(block):
    text = Text("{{" + block + "}}", "{{code}} {{link}}")
    with pytest.raises(wordings.WrongSubject, match=block):
        wordings.check(moment=MOMENTS["confirmed"], text=text)


def test_every_letter_to_applicants_says_at_which_stage_it_is_right():
    assert set(application_letters.RIGHT_AT) == {name for name in MOMENTS if name.startswith("application_")}


@pytest.mark.django_db
def test_a_letter_that_has_left_is_sent_although_the_calendar_cannot_be_written_down(monkeypatch):
    event = make.event()
    make.register(event)

    def broken(**_calls):
        raise OperationalError

    monkeypatch.setattr(invites, "told", broken)
    for _attempt in range(2):
        outbox.deliver_due(clock=timezone.now)
    assert (OutboxMessage.objects.get().state, len(mail.outbox)) == ("sent", 1)
