"""Triggers that hold the audit log in the database itself, whoever writes and by whatever way.

An entry is added, put under a seal once, and deleted only after its seal was cut; a seal is added and cut once. They
are there against mistakes; against somebody who may change the schema there are the seals.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

ENTRIES, SEALS = "accounts_auditentry", "accounts_auditseal"
SET_ONCE = {ENTRIES: "seal_id", SEALS: "cut_at"}
"""The one column of each table that may change, and only from null to something."""
REFUSAL = "the audit log is append-only"
CUT = "EXISTS (SELECT 1 FROM accounts_auditseal WHERE id = OLD.seal_id AND cut_at IS NOT NULL)"

FUNCTION = """
CREATE OR REPLACE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF to_jsonb(OLD) ->> TG_ARGV[0] IS NULL AND to_jsonb(NEW) ->> TG_ARGV[0] IS NOT NULL
       AND to_jsonb(OLD) - TG_ARGV[0] = to_jsonb(NEW) - TG_ARGV[0] THEN
      RETURN NEW;
    END IF;
  ELSIF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'accounts_auditentry' THEN
    IF EXISTS (SELECT 1 FROM accounts_auditseal WHERE id = OLD.seal_id AND cut_at IS NOT NULL) THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$"""


def lay(connection: Any) -> None:
    """Set the triggers, anew where they are set."""
    lift(connection)
    _run(connection, *(_on_postgresql() if connection.vendor == "postgresql" else _on_sqlite(connection)))


def lift(connection: Any) -> None:
    _run(connection, *(_drop(connection, table, what) for table in SET_ONCE for what in _kinds(connection)))


@contextmanager
def lifted(connection: Any) -> Iterator[None]:
    """Take the triggers away meanwhile, to empty the whole database of a test, a demo or a benchmark."""
    lift(connection)
    try:
        yield
    finally:
        lay(connection)


def _kinds(connection: Any) -> tuple[str, ...]:
    return ("update", "delete", "truncate") if connection.vendor == "postgresql" else ("update", "delete")


def _drop(connection: Any, table: str, what: str) -> str:
    """SQLite's names are the schema's, PostgreSQL's the table's."""
    name = f"DROP TRIGGER IF EXISTS {table}_{what}"
    return f"{name} ON {table}" if connection.vendor == "postgresql" else name


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
    ]


def _on_sqlite(connection: Any) -> list[str]:
    return [
        *(_trigger(table, "update", _set_once(connection, table, column)) for table, column in SET_ONCE.items()),
        _trigger(ENTRIES, "delete", CUT),
        _trigger(SEALS, "delete", "0"),
    ]


def _trigger(table: str, what: str, allowed: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{what} BEFORE {what} ON {table} WHEN NOT ({allowed})"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def _set_once(connection: Any, table: str, column: str) -> str:
    with connection.cursor() as cursor:
        names = [each.name for each in connection.introspection.get_table_description(cursor, table)]
    same = [f'OLD."{name}" IS NEW."{name}"' for name in names if name != column]
    return " AND ".join([f"OLD.{column} IS NULL", f"NEW.{column} IS NOT NULL", *same])


def _run(connection: Any, *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
