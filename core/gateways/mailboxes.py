"""A mailbox that programs read: IMAP (RFC 3501) by a URL, or a folder on this machine."""

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

SECONDS = 20
FLAGS_AFTER = ":2,"
"""What parts the flags of a mail in a Maildir from its unique name."""


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
    """A Maildir that the mail server of this machine delivers to. Nothing parses a mail here: it may be hostile."""

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise FileNotFoundError(path)
        self.path = path

    def unread(self, *, at_most: int, first_bytes: int) -> Iterator[tuple[str, bytes]]:
        for key, place in sorted(self._mails().items())[:at_most]:
            with place.open("rb") as file:
                yield key, file.read(first_bytes)

    def put_away(self, key: str, *, keep: bool) -> None:
        place = self._mails().get(key)
        if place is None:  # somebody else was quicker
            return
        if keep:
            flags = "".join(sorted({*place.name.partition(FLAGS_AFTER)[2], "S"}))
            place.rename(self.path / "cur" / f"{key}{FLAGS_AFTER}{flags}")
        else:
            place.unlink(missing_ok=True)

    def _mails(self) -> dict[str, Path]:
        """The files that nobody has read by the unique part of their names (https://cr.yp.to/proto/maildir.html)."""
        files = [file for folder in ("new", "cur") for file in (self.path / folder).iterdir()]
        mails = [file for file in files if not file.name.startswith(".")]
        return {file.name.partition(":")[0]: file for file in mails if "S" not in file.name.partition(FLAGS_AFTER)[2]}


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
