"""Mailboxes keep one promise, over IMAP and in a folder; and what the reader of bounces does with them."""

import io
import mailbox as stdlib
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.gateways import mailboxes
from core.models import OutboxMessage
from tests.core.imap_server import serving
from tests.core.reports import OUT_OF_OFFICE, POSTFIX, written
from tests.core.test_bouncing import sent


@contextmanager
def imap(_path, *mails):
    with serving(*mails) as (kept, url):
        yield url, lambda: sorted(raw for raw, _flags in kept.values())


@contextmanager
def maildir(path, *mails):
    folder = stdlib.Maildir(path / "Maildir")
    for raw in mails:
        folder.add(raw)
    yield f"maildir://{path}/Maildir", lambda: sorted(folder.get_bytes(key) for key in folder.keys())  # noqa: SIM118 - a mailbox goes through its mails


both = pytest.mark.parametrize("kind", [imap, maildir])


def read(url, *, first_bytes=1000, at_most=10):
    with mailboxes.opened(url) as box:
        return list(box.unread(at_most=at_most, first_bytes=first_bytes))


@both
def test_looking_at_mails_marks_none(tmp_path, kind):
    with kind(tmp_path, b"A: 1\n\none\n", b"A: 2\n\ntwo\n") as (url, _kept):
        assert sorted(raw for _key, raw in read(url)) == [b"A: 1\n\none\n", b"A: 2\n\ntwo\n"]
        assert len(read(url)) == 2
        assert len(read(url, at_most=1)) == 1


@both
def test_of_a_long_mail_only_the_beginning_is_fetched(tmp_path, kind):
    with kind(tmp_path, b"A: 1\n\n" + b"x" * 100_000) as (url, _kept):
        assert [len(raw) for _key, raw in read(url, first_bytes=500)] == [500]


@both
def test_what_is_put_away_does_not_come_again_and_is_kept_or_gone(tmp_path, kind):
    one, two = b"A: 1\n\none\n", b"A: 2\n\ntwo\n"
    with kind(tmp_path, one, two) as (url, kept):
        with mailboxes.opened(url) as box:
            for key, raw in box.unread(at_most=10, first_bytes=1000):
                box.put_away(key, keep=raw == one)
        assert (read(url), kept()) == ([], [one])


@both
def test_a_mailbox_that_is_not_there_says_so_without_its_password(tmp_path, kind):
    with kind(tmp_path) as (url, _kept), pytest.raises(OSError) as failed:
        read(url.replace("sala", "arvaus").replace("Maildir", "Nowhere"))
    assert "arvaus" not in str(failed.value)


def test_a_server_that_is_down_is_an_os_error(unused_tcp_port):
    with pytest.raises(OSError):
        read(f"imap://a:b@127.0.0.1:{unused_tcp_port}/INBOX")


@pytest.fixture
def unused_tcp_port():
    with serving() as (_mails, url):
        return int(url.rsplit(":", 1)[1].split("/")[0])


@both
@pytest.mark.django_db
def test_reports_of_our_letters_go_and_the_rest_stays(settings, tmp_path, kind):
    now = timezone.now()
    back, late = sent(now), sent(now)
    mails = [
        written(POSTFIX, back.pk),
        written(POSTFIX, late.pk, action="delayed", status="4.4.1"),
        written(OUT_OF_OFFICE, late.pk),
    ]
    with kind(tmp_path, *mails) as (url, kept):
        settings.BOUNCE_MAILBOX = url
        said = io.StringIO()
        for _again in range(2):
            call_command("read_bounces", stdout=said)
        assert kept() == [mails[2]]
    assert said.getvalue() == "ignored: 1, returned: 1, still tried: 1\nnothing new\n"
    assert list(OutboxMessage.objects.order_by("pk").values_list("state", flat=True)) == ["bounced", "sent"]


def test_the_command_says_what_is_missing(settings):
    settings.BOUNCE_MAILBOX = ""
    with pytest.raises(CommandError, match="MIITTI_BOUNCE_MAILBOX is not set"):
        call_command("read_bounces")
    settings.BOUNCE_MAILBOX = "maildir:///nowhere/at/all"
    with pytest.raises(CommandError, match="cannot be read: FileNotFoundError"):
        call_command("read_bounces")
