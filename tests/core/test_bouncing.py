"""Letters that come back: whose report is believed, what it changes, and what does not disturb."""

import datetime as dt
import mailbox

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as some

from core import delivery_reports, postmarks
from core.gateways.mailboxes import MaildirMailbox
from core.models import OutboxMessage
from core.services import bouncing, outbox
from tests.core.reports import EXCHANGE, OUT_OF_OFFICE, POSTFIX, SHAPES, written
from tests.factories import NOW

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def post(recipient="aino@example.fi", person="person:1", scope="event:1"):
    letter = outbox.Letter(recipient=recipient, subject="Hei", text="Moi", html="", language="fi", keys={})
    return outbox.post(kind="mail", letter=letter, scope=scope, person=person, now=NOW)


def sent(now=NOW, **fields):
    message = post(**fields)
    outbox.deliver_due(clock=lambda: now)
    return message


def state(message):
    row = OutboxMessage.objects.get(pk=message.pk)
    return row.state, row.last_error, row.sent_at


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("address", ["", "palautukset@kunta.example"])
def test_a_letter_that_nobody_has_is_marked_with_what_the_server_said(settings, shape, address):
    settings.BOUNCE_ADDRESS = address
    message, other = sent(), sent()
    raw = written(SHAPES[shape], message.pk)
    later = NOW + HOUR
    assert [bouncing.take(raw=raw, now=later) for _again in range(2)] == ["returned", "known"]
    assert state(message) == ("bounced", "5.1.1", NOW)
    assert state(other) == ("sent", "", NOW)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("action", "status", "result", "after"),
    [
        ("delayed", "4.4.1", "still tried", "sent"),
        ("failed", "4.4.7", "returned", "bounced"),  # given up after days
        ("failed (bad)", "5.2.2 (mailbox full)", "returned", "bounced"),
        ("delivered", "2.0.0", "ignored", "sent"),
        ("relayed", "2.0.0", "ignored", "sent"),
        ("expanded", "2.0.0", "ignored", "sent"),
        ("failed", "2.0.0", "ignored", "sent"),
        ("failed", "what", "ignored", "sent"),
    ],
)
def test_only_a_server_that_has_given_up_brings_a_letter_back(shape, action, status, result, after):
    message = sent()
    raw = written(SHAPES[shape], message.pk, action=action, status=status)
    assert bouncing.take(raw=raw, now=NOW) == result
    assert state(message)[0] == after


def test_a_report_whose_returned_head_is_missing_is_known_by_the_address_it_came_to(settings):
    settings.BOUNCE_ADDRESS = "palautukset@kunta.example"
    message = sent()
    raw = written(POSTFIX, message.pk, message_id="<somebody@else.example>")
    assert bouncing.take(raw=raw, now=NOW) == "returned"


@pytest.mark.parametrize("number", [1, 2])
def test_a_forged_report_changes_nothing(number):
    message = sent()
    right = postmarks.message_id(message.pk)
    wrong = {
        1: right.replace(f"outbox-{message.pk}.", f"outbox-{message.pk + 1}."),  # another's signature
        2: f"<outbox-{message.pk}.{'0' * 20}@miitti.example>",
    }[number]
    other = sent()
    assert bouncing.take(raw=written(EXCHANGE, 0, message_id=wrong, verp="a@b.example"), now=NOW) == "ignored"
    assert (state(message)[0], state(other)[0]) == ("sent", "sent")


def test_another_installations_report_is_not_ours(settings):
    message = sent()
    raw = written(EXCHANGE, message.pk)
    settings.SECRET_KEY = "another" * 9
    assert bouncing.take(raw=raw, now=NOW) == "ignored"


def test_an_answer_by_a_machine_and_a_report_of_reading_are_no_returns():
    message = sent()
    opened = EXCHANGE.replace("report-type=delivery-status", "report-type=disposition-notification")
    for shape in (OUT_OF_OFFICE, opened):
        assert bouncing.take(raw=written(shape, message.pk), now=NOW) == "ignored"
    assert state(message)[0] == "sent"


@pytest.mark.parametrize("shape", SHAPES)
def test_a_truncated_report_is_read_as_far_as_it_goes(shape):
    message = sent()
    raw = written(SHAPES[shape], message.pk)
    results = {delivery_reports.read(raw[:length]) for length in range(0, len(raw), 7)}
    assert results == {None, delivery_reports.Report(message.pk, "5.1.1", given_up=True)}


def test_a_huge_report_is_read_up_to_a_limit_and_is_none_behind_it():
    message = sent()
    raw = written(EXCHANGE, message.pk)
    head, rest = raw.split(b"Content-Type: message/delivery-status", 1)
    behind = head + b"x" * delivery_reports.MOST_BYTES + b"\n\nContent-Type: message/delivery-status" + rest
    assert bouncing.take(raw=behind, now=NOW) == "ignored"
    assert bouncing.take(raw=raw + b"x" * 5_000_000, now=NOW) == "returned"


def test_a_charset_that_nobody_knows_and_bytes_of_none_do_not_disturb():
    message = sent()
    raw = written(POSTFIX, message.pk)
    raw = raw.replace(b"charset=us-ascii", b"charset=klingon-8").replace(b"I'm sorry", b"\xff\xfe\x80 sorry")
    raw = raw.replace(b"Subject: Undelivered", b"Subject: =?klingon?Q?=FF?= \xe4\xf6")
    assert bouncing.take(raw=raw, now=NOW) == "returned"


@given(raw=some.binary(max_size=500))
def test_whatever_comes_is_answered(raw):
    head = b"Content-Type: multipart/report; report-type=delivery-status; boundary=a\n\n--a\n"
    for mail_ in (raw, head + raw, head + b"Content-Type: message/delivery-status\n\n" + raw):
        assert delivery_reports.read(mail_) is None


@pytest.mark.parametrize("part", ["multipart/mixed; boundary=b{inner}", "message/rfc822"])
def test_a_mail_that_exhausts_the_parser_is_put_away_and_the_next_one_is_read(tmp_path, part):
    message = sent()
    lines = ["Content-Type: multipart/report; report-type=delivery-status; boundary=b0", ""]
    for depth in range(3000):
        lines += [f"--b{depth}"] if "boundary" in part or not depth else []
        lines += ["Content-Type: " + part.format(inner=depth + 1), ""]
    folder = mailbox.Maildir(tmp_path / "bounces")
    folder.add("\n".join(lines).encode())
    folder.add(written(POSTFIX, message.pk))
    visit = MaildirMailbox(tmp_path / "bounces")
    assert bouncing.empty(mailbox=visit, clock=lambda: NOW) == {"ignored": 1, "returned": 1}
    assert bouncing.empty(mailbox=visit, clock=lambda: NOW) == {}


def test_a_report_that_is_quicker_than_the_worker_is_not_written_over():
    message = post()

    def quick(row):
        bouncing.take(raw=written(POSTFIX, row.pk), now=NOW)

    outbox.handle("quick", quick)
    OutboxMessage.objects.filter(pk=message.pk).update(kind="quick")
    outbox.deliver_due(clock=lambda: NOW)
    assert state(message) == ("bounced", "5.1.1", NOW)


def test_a_letter_of_which_nobody_knew_whether_it_arrived_did_not():
    message = sent()
    OutboxMessage.objects.update(state="unknown", sent_at=None)
    bouncing.take(raw=written(POSTFIX, message.pk), now=NOW)
    assert state(message) == ("bounced", "5.1.1", NOW)


def test_a_letter_that_is_still_to_be_sent_does_not_come_back():
    message = post()
    assert bouncing.take(raw=written(POSTFIX, message.pk), now=NOW) == "known"
    assert state(message)[0] == "queued"


def test_what_came_back_needs_somebody_until_a_later_letter_has_left():
    first = sent()
    bouncing.take(raw=written(POSTFIX, first.pk), now=NOW)
    assert list(OutboxMessage.objects.needing_a_person()) == [first]
    sent(NOW + HOUR, recipient="other@example.fi", person="person:2")
    sent(NOW + HOUR, scope="event:2")
    assert list(OutboxMessage.objects.still_returned()) == [first]
    again = sent(NOW + HOUR, recipient="aino.right@example.fi")  # the address was corrected
    assert (list(OutboxMessage.objects.needing_a_person()), state(first)[0]) == ([], "bounced")
    bouncing.take(raw=written(POSTFIX, again.pk), now=NOW + HOUR)
    assert set(OutboxMessage.objects.still_returned()) == {first, again}


def test_every_letter_leaves_with_its_mark_and_people_see_the_sender(settings):
    settings.BOUNCE_ADDRESS = "palautukset@kunta.example"
    message = sent()
    left = mail.outbox[0]
    assert left.message()["From"] == "Miitti <miitti@miitti.example>"
    assert left.message()["Message-ID"] == postmarks.message_id(message.pk)
    assert left.from_email == postmarks.envelope_sender(message.pk)
    assert postmarks.read(left.from_email) == postmarks.read(left.message()["Message-ID"]) == message.pk
    assert postmarks.read(left.from_email.upper()) == message.pk
    assert len(left.from_email.partition("@")[0]) <= 64  # RFC 5321, section 4.5.3.1.1


def test_without_an_address_for_bounces_reports_go_to_the_sender():
    assert postmarks.envelope_sender(7) == "Miitti <miitti@miitti.example>"
