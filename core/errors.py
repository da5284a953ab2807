from django.db import OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):  # noqa: N818 - it is an answer, not an accident
    """A rule said no. `code` is stable for machines, `message` is for people, in their language."""

    code = "refused"
    message: str | Promise = _("This is not possible.")

    def __str__(self) -> str:
        return str(self.message)


BUSY = ("lock timeout", "database is locked", "couldn't get a connection", "deadlock detected")
RETRY_AFTER = 5
"""Seconds until it is worth trying again when the database was too busy."""


def is_busy(error: Exception) -> bool:
    """Whether the database was too busy (a lock, SQLite's writer, the connection pool), so that nothing was changed."""
    return isinstance(error, OperationalError) and any(sign in str(error) for sign in BUSY)
