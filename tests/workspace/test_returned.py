"""What an organiser sees of letters that came back: on the desk, among the sent mail, in the table of people."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from core import delivery_reports
from core.models import OutboxMessage
from core.services import bouncing, outbox
from registrations.services import letters
from tests import factories as make
from tests.core.reports import POSTFIX, written
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def returned(client, time_machine):
    """A registration whose ticket came back, with its event's organiser signed in."""
    time_machine.move_to(NOW, tick=False)
    event = make.event()
    registration = make.register(event)
    make.register(event)
    outbox.deliver_due(clock=timezone.now)
    ticket = OutboxMessage.objects.get(recipient=registration.email)
    bouncing.take(raw=written(POSTFIX, ticket.pk), now=NOW)
    client.force_login(make.organiser(event))
    return registration


def page(client, name, *args):
    with translation.override("en"):
        return client.get(reverse(f"workspace:{name}", args=args)).content.decode()


def table(client, event):
    return page(client, "event", event.pk)


def test_the_address_is_marked_and_the_desk_and_the_sent_mail_say_why(client, returned):
    assert table(client, returned.event).count("Does not work") == 1
    assert "1 message did not arrive" in page(client, "desk")
    sent_mail = page(client, "outbox")
    assert sent_mail.count("There is no such address") == 1
    assert "Send again" not in sent_mail
    assert "There is no such address" in page(client, "person", returned.person_id)


def test_a_letter_to_the_corrected_address_clears_it(client, returned):
    returned.email = "oikea@example.fi"
    returned.save()
    letters.again(registration=returned, now=NOW)
    outbox.deliver_due(clock=lambda: NOW + outbox.CLAIM_LASTS)
    assert "Does not work" not in table(client, returned.event)
    assert "did not arrive" not in page(client, "desk")
    assert "There is no such address" in page(client, "outbox")  # what happened, stays


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("5.1.1", "There is no such address"),
        ("5.2.2", "The mailbox is full"),
        ("5.7.1", "unwanted mail"),
        ("4.4.7", "could not be reached for days"),
        ("5.4.4", "did not take it"),
        ("", "did not take it"),
        ("550", "did not take it"),
    ],
)
def test_codes_are_told_in_words(status, words):
    with translation.override("en"):
        assert words in delivery_reports.reason(status)
