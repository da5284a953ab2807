"""Triggers that hold the audit log in the database itself, whoever writes and by whatever way.

An entry is added, put under a seal once, and deleted only after its seal was cut; a seal is added uncut, and cut once,
at a moment that has come. They are there against mistakes; against whoever may change the schema there are the seals.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

ENTRIES, SEALS = "accounts_auditentry", "accounts_auditseal"
SET_ONCE = {ENTRIES: "seal_id", SEALS: "cut_at"}
"""The one column of each table that may change, and only from null to something."""
REFUSAL = "the audit log is append-only"
CUT = "EXISTS (SELECT 1 FROM accounts_auditseal WHERE id = OLD.seal_id AND cut_at IS NOT NULL)"
HAS_COME = "NEW.cut_at <= strftime('%Y-%m-%d %H:%M:%f', 'now', '+1 minute')"
"""The clocks of the service and of the database may differ a little."""

BODY = """
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF to_jsonb(OLD) ->> TG_ARGV[0] IS NULL AND to_jsonb(NEW) ->> TG_ARGV[0] IS NOT NULL
       AND to_jsonb(OLD) - TG_ARGV[0] = to_jsonb(NEW) - TG_ARGV[0]
       AND COALESCE((to_jsonb(NEW) ->> 'cut_at')::timestamptz <= clock_timestamp() + interval '1 minute', true) THEN
      RETURN NEW;
    END IF;
  ELSIF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'accounts_auditentry' THEN
    IF EXISTS (SELECT 1 FROM accounts_auditseal WHERE id = OLD.seal_id AND cut_at IS NOT NULL) THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'integrity_constraint_violation';
END """
FUNCTION = f"CREATE OR REPLACE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql AS $${BODY}$$"
ADDED_UNCUT = (
    f"CREATE TRIGGER {SEALS}_insert BEFORE INSERT ON {SEALS} FOR EACH ROW WHEN (NEW.cut_at IS NOT NULL)"
    " EXECUTE FUNCTION audit_guard('cut_at')"
)


def lay(connection: Any) -> None:
    """Set the triggers, anew where they are set."""
    lift(connection)
    _run(connection, *(_on_postgresql() if connection.vendor == "postgresql" else _on_sqlite(connection)))


def lift(connection: Any) -> None:
    _run(connection, *(_drop(connection, table, name) for name, table in _names(connection).items()))


@contextmanager
def lifted(connection: Any) -> Iterator[None]:
    """Take the triggers away meanwhile, to empty the whole database of a test, a demo or a benchmark.

    It is one transaction: nobody else writes unguarded, and whatever fails leaves the triggers where they were.
    """
    with transaction.atomic(using=connection.alias):
        lift(connection)
        yield
        lay(connection)


def missing(connection: Any) -> list[str]:
    """The triggers that are not there, are switched off or do something else than ours."""
    found = _found_on_postgresql(connection) if connection.vendor == "postgresql" else _found_on_sqlite(connection)
    return [name for name in _names(connection) if name not in found]


def _names(connection: Any) -> dict[str, str]:
    """Each trigger's table."""
    each = ("update", "delete", "truncate") if connection.vendor == "postgresql" else ("update", "delete")
    return {f"{table}_{what}": table for table in SET_ONCE for what in each} | {f"{SEALS}_insert": SEALS}


def _drop(connection: Any, table: str, name: str) -> str:
    """SQLite's names are the schema's, PostgreSQL's the table's."""
    drop = f"DROP TRIGGER IF EXISTS {name}"
    return f"{drop} ON {table}" if connection.vendor == "postgresql" else drop


def _found_on_postgresql(connection: Any) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE tgrelid IN (to_regclass(%s), to_regclass(%s)) AND tgfoid = to_regprocedure('audit_guard()')"
            " AND tgenabled IN ('O', 'A') AND prosrc = %s",
            [ENTRIES, SEALS, BODY],
        )
        return {name for (name,) in cursor.fetchall()}


def _found_on_sqlite(connection: Any) -> set[str]:
    ours = set(_on_sqlite(connection))
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {name for name, sql in cursor.fetchall() if sql in ours}


def _on_postgresql() -> list[str]:
    """A truncation knows no rows, so it has a trigger of its own."""
    each = {"update": "FOR EACH ROW", "delete": "FOR EACH ROW", "truncate": "FOR EACH STATEMENT"}
    return [
        FUNCTION,
        *(
            f"CREATE TRIGGER {table}_{what} BEFORE {what} ON {table} {rows} EXECUTE FUNCTION audit_guard('{column}')"
            for table, column in SET_ONCE.items()
            for what, rows in each.items()
        ),
        ADDED_UNCUT,
    ]


def _on_sqlite(connection: Any) -> list[str]:
    return [
        _trigger(ENTRIES, "update", _set_once(connection, ENTRIES)),
        _trigger(SEALS, "update", f"{_set_once(connection, SEALS)} AND {HAS_COME}"),
        _trigger(SEALS, "insert", "NEW.cut_at IS NULL"),
        _trigger(ENTRIES, "delete", CUT),
        _trigger(SEALS, "delete", "0"),
    ]


def _trigger(table: str, what: str, allowed: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{what} BEFORE {what} ON {table} WHEN NOT ({allowed})"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def _set_once(connection: Any, table: str) -> str:
    column = SET_ONCE[table]
    with connection.cursor() as cursor:
        names = [each.name for each in connection.introspection.get_table_description(cursor, table)]
    same = [f'OLD."{name}" IS NEW."{name}"' for name in names if name != column]
    return " AND ".join([f"OLD.{column} IS NULL", f"NEW.{column} IS NOT NULL", *same])


def _run(connection: Any, *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
