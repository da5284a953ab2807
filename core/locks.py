"""One at a time, where there is no row to lock."""

from zlib import crc32

from django.db import connection


def alone(name: str) -> bool:
    """Whether nobody else does `name` at this moment; then nobody will until this transaction ends.

    On PostgreSQL an advisory lock. SQLite has one writer, so whoever asks in a transaction is alone.
    """
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [crc32(name.encode())])
        return bool(cursor.fetchone()[0])
