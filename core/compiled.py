"""Statements composed once. Django composes each one anew, which costs three times what asking the database costs.

For the few statements that every door and every form sends; all others are plain querysets. They run on the default
database and do what their querysets do; `insert` does what `save` does for a new row, without signals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any, Generic, TypeVar, cast

from django.db import connection, models
from django.db.models.expressions import Expression
from django.db.models.query import ModelIterable
from django.db.models.sql import InsertQuery
from django.db.models.sql.compiler import SQLCompiler, SQLInsertCompiler
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row")


_compiled: list[Compiled[Any]] = []


class Param(Expression):
    """Stands in a filter for a value that each call gives anew, such as `filter(pk=Param("pk"))`."""

    def __init__(self, name: str, field: models.Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=field or models.BigIntegerField())
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


@dataclass(frozen=True)
class Statement:
    """SQL with places for its values, and how its rows are read."""

    sql: str
    params: Sequence[Any]
    locks: bool
    read: Callable[[list[tuple[Any, ...]]], list[Any]]


class Compiled(Generic[Row]):
    """A queryset with `Param`s, composed at its first use. It reads all of its rows at each call."""

    def __init__(self, build: Callable[[], models.QuerySet[Any, Row]]) -> None:
        self.build = build
        self.statement: Statement | None = None
        self.composing = Lock()
        _compiled.append(self)

    def all(self, **values: object) -> list[Row]:
        """:raises TransactionManagementError: if it locks rows and no transaction is open"""
        statement = self.statement or self._compose()
        if statement.locks and connection.get_autocommit():
            raise TransactionManagementError("This query locks rows, so it needs a transaction.")
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, [_value(param, values) for param in statement.params])
            rows = cursor.fetchall()
        return statement.read(rows)

    def first(self, **values: object) -> Row | None:
        return next(iter(self.all(**values)), None)

    def _compose(self) -> Statement:
        with self.composing:
            queryset = self.build()
            compiler = queryset.query.get_compiler(connection=connection)
            sql, params = compiler.as_sql()
            locks = bool(queryset.query.select_for_update)
            self.statement = Statement(sql, params, locks, _reader(queryset, compiler))
            return self.statement


def _reader(queryset: models.QuerySet[Any, Any], compiler: SQLCompiler) -> Callable[[list[Any]], list[Any]]:
    """What makes models, or the tuples of `values_list`, of the rows."""
    columns = [expression for expression, _sql, _alias in compiler.select or ()]
    converters = compiler.get_converters(columns)

    def converted(rows: list[Any]) -> list[Any]:
        return list(compiler.apply_converters(rows, converters)) if converters else rows

    if not issubclass(queryset._iterable_class, ModelIterable):  # noqa: SLF001 - what `values_list` sets
        return lambda rows: [tuple(row) for row in converted(rows)]
    model, names = queryset.model, [column.target.attname for column in columns]
    return lambda rows: [model.from_db("default", names, row) for row in converted(rows)]


def forget() -> None:
    """Compose everything anew, for tests that change how a queryset is built."""
    for each in _compiled:
        each.statement = None


def insert(row: models.Model) -> None:
    """Save a new row and give it its key."""
    sql, fields, returning = _insertion(type(row))
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        [row.pk] = connection.ops.fetch_returned_insert_columns(cursor, returning)  # type: ignore[attr-defined]
    row._state.adding, row._state.db = False, "default"  # noqa: SLF001 - as `save` leaves it


@cache
def _insertion(model: type[models.Model]) -> tuple[str, list[models.Field[Any, Any]], Any]:
    meta = model._meta  # noqa: SLF001 - documented model API
    fields = [field for field in meta.local_concrete_fields if field is not meta.auto_field]
    query = InsertQuery(model)
    query.insert_values(fields, [model()], raw=True)
    compiler = cast("SQLInsertCompiler", query.get_compiler(connection=connection))
    compiler.returning_fields = [meta.pk]
    [(sql, _values)] = compiler.as_sql()
    return sql, fields, compiler.returning_params


def _value(param: Any, values: dict[str, object]) -> Any:
    if not isinstance(param, Param):
        return param
    return param.output_field.get_db_prep_value(values[param.name], connection)
