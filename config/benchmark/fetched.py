"""How many rows the database sends back: what a process must hold at least, whatever its drivers keep out of sight."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Self

from django.db import connection


class RowsFetched:
    """While it is open, every SELECT is asked once more for its number of rows; they are added up in `number`."""

    def __init__(self) -> None:
        self.number, self._asking, self._open = 0, False, ExitStack()

    def __enter__(self) -> Self:
        self._open.enter_context(connection.execute_wrapper(self._execute))
        return self

    def __exit__(self, *_fault: object) -> None:
        self._open.close()

    def _execute(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 - Django's signature
        if not self._asking and sql.startswith("SELECT "):
            self._asking = True
            try:
                self.number += _number(sql, params)
            finally:
                self._asking = False
        return execute(sql, params, many, context)


def _number(sql: str, params: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({sql}) AS rows_fetched", params)  # noqa: S608 - Django's own statement
        return int(cursor.fetchone()[0])
