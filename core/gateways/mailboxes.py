"""A mailbox that programs read: IMAP (RFC 3501) by a URL, or a folder on this machine."""

import imaplib
import mailbox
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

SECONDS = 20


class Mailbox(Protocol):
    """What the reader of bounces needs of a mailbox."""

    def unread(self, *, at_most: int, first_bytes: int) -> Iterator[tuple[str, bytes]]:
        """Keys and beginnings of the mails that nobody has read, the oldest first; looking marks nothing.

        :raises OSError: if the mailbox cannot be read
        """

    def put_away(self, key: str, *, keep: bool) -> None:
        """Mark a mail as read and keep it, or delete it."""


@contextmanager
def opened(url: str) -> Iterator[Mailbox]:
    """The mailbox at `imaps://user:password@host/INBOX` (`imap://` without TLS, for this machine) or `maildir:///path`.

    :raises OSError: if it cannot be reached or does not let us in; the message holds no password
    """
    parts = urlsplit(url)
    if parts.scheme == "maildir":
        yield MaildirMailbox(Path(parts.path))
        return
    server = _connected(parts.hostname or "", parts.port, safe=parts.scheme == "imaps")
    try:
        with _as_os_error():
            server.login(unquote(parts.username or ""), unquote(parts.password or ""))
            server.select(_quoted(unquote(parts.path.strip("/")) or "INBOX"))
            yield ImapMailbox(server)
            server.close()  # what is marked as deleted goes now
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.logout()


class ImapMailbox:
    """The folder that is open on an IMAP connection."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self.server = server

    def unread(self, *, at_most: int, first_bytes: int) -> Iterator[tuple[str, bytes]]:
        with _as_os_error():
            _ok, found = self.server.uid("SEARCH", "UNSEEN", "UNDELETED")
            for key in (found[0] or b"").split()[:at_most]:
                _ok, answer = self.server.uid("FETCH", key.decode(), f"(BODY.PEEK[]<0.{first_bytes}>)")
                raw = next((part[1] for part in answer if isinstance(part, tuple)), None)
                if raw is not None:  # otherwise somebody else has deleted it meanwhile
                    yield key.decode(), raw

    def put_away(self, key: str, *, keep: bool) -> None:
        with _as_os_error():
            self.server.uid("STORE", key, "+FLAGS.SILENT", r"(\Seen)" if keep else r"(\Seen \Deleted)")


class MaildirMailbox:
    """A Maildir that the mail server of this machine delivers to."""

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise FileNotFoundError(path)
        self.folder = mailbox.Maildir(path, create=False)

    def unread(self, *, at_most: int, first_bytes: int) -> Iterator[tuple[str, bytes]]:
        keys = sorted(key for key, mail in self.folder.iteritems() if "S" not in mail.get_flags())
        for key in keys[:at_most]:
            with self.folder.get_file(key) as file:
                yield key, file.read(first_bytes)

    def put_away(self, key: str, *, keep: bool) -> None:
        if keep:
            mail = self.folder[key]
            mail.set_subdir("cur")
            mail.add_flag("S")
            self.folder[key] = mail
        else:
            self.folder.discard(key)


def _connected(host: str, port: int | None, *, safe: bool) -> imaplib.IMAP4:
    with _as_os_error():
        if safe:
            return imaplib.IMAP4_SSL(host, port or 993, timeout=SECONDS)
        return imaplib.IMAP4(host, port or 143, timeout=SECONDS)


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", r"\\").replace('"', r"\"") + '"'


@contextmanager
def _as_os_error() -> Iterator[None]:
    """IMAP's errors in Python are no OSErrors, and quote what the server says, which may be anything."""
    try:
        yield
    except imaplib.IMAP4.error as error:
        raise ConnectionError("The mailbox does not answer as it should.") from error
