"""Text messages through the outbox: sent, tried again, refused, or cut off, as mail is."""

import pytest

from core.gateways import sms as gateways
from core.models import OutboxMessage
from core.services import outbox, sms
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def post(to="+358401234567", text="Moi"):
    letter = sms.write(recipient=to, subject="Tekstiviesti", text=text, language="fi", keys={})
    return outbox.post(kind=sms.KIND, letter=letter, scope="event:1", person="", now=NOW)


def delivered():
    outbox.deliver_due(clock=lambda: NOW)
    return OutboxMessage.objects.values_list("state", "last_error").get()


def test_a_message_is_handed_over_once_and_its_words_go(settings, tmp_path):
    settings.SMS_URL = (tmp_path / "sms.jsonl").as_uri()
    message = post()
    assert [delivered(), delivered()] == [("sent", "")] * 2
    written = (tmp_path / "sms.jsonl").read_text()
    assert written == f'{{"reference": "outbox-{message.pk}", "to": "+358401234567", "text": "Moi"}}\n'
    assert OutboxMessage.objects.get().payload["text"] == ""


def test_a_number_that_cannot_be_fails_for_good(settings, tmp_path):
    settings.SMS_URL = (tmp_path / "sms.jsonl").as_uri()
    post(to="040")
    assert delivered() == ("failed", "number")


def test_a_gateway_that_is_down_is_tried_again(settings, tmp_path):
    settings.SMS_URL = (tmp_path / "no" / "sms.jsonl").as_uri()
    post()
    assert delivered() == ("queued", "FileNotFoundError")


def test_a_gateway_that_breaks_midway_leaves_it_to_a_person(settings, monkeypatch):
    class Breaking:
        def send(self, *, to, text, reference):
            raise gateways.Interrupted("line")

    monkeypatch.setattr(gateways, "at", lambda url: Breaking())
    post()
    assert delivered() == ("unknown", "line")


def test_a_gateway_that_was_switched_off_meanwhile_is_said():
    post()
    assert delivered() == ("failed", "MIITTI_SMS")


@pytest.mark.parametrize(("text", "most"), [("a" * 2000, 765), ("я" * 2000, 335)])
def test_no_message_is_longer_than_five_parts(text, most):
    letter = sms.write(recipient="+358401234567", subject="", text=text, language="fi", keys={})
    assert len(letter.text) <= most
