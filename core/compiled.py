"""Statements composed once. Django composes each one anew, which costs three times what asking the database costs.

For the few statements that every door and every form sends; all others are plain querysets. They run on the default
database and do what their querysets do; `insert` and `update` do what `save` does, without signals.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from threading import Lock
from typing import Any, Generic, TypeVar, cast

from django.db import connection, models
from django.db.models.constants import OnConflict
from django.db.models.expressions import Expression
from django.db.models.query import ModelIterable
from django.db.models.sql import InsertQuery, UpdateQuery
from django.db.models.sql.compiler import SQLCompiler, SQLInsertCompiler
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row")


_compiled: list[Compiled[Any] | CompiledUpdate] = []


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


class CompiledUpdate:
    """What `update(**changes)` of a queryset with `Param`s does, composed at its first use; `changes` hold some too."""

    def __init__(self, build: Callable[[], models.QuerySet[Any, Any]], **changes: Expression) -> None:
        self.build, self.changes = build, changes
        self.statement: tuple[str, Sequence[Any]] | None = None
        self.composing = Lock()
        _compiled.append(self)

    def run(self, **values: object) -> int:
        """Return how many rows matched."""
        sql, params = self.statement or self._compose()
        with connection.cursor() as cursor:
            cursor.execute(sql, [_value(param, values) for param in params])
            return int(cursor.rowcount)

    def _compose(self) -> tuple[str, Sequence[Any]]:
        with self.composing:
            query = self.build().query.chain(UpdateQuery)
            query.add_update_values(self.changes)  # type: ignore[attr-defined]
            self.statement = query.get_compiler(connection=connection).as_sql()
            return self.statement


def forget() -> None:
    """Compose everything anew, for tests that change how a queryset is built."""
    for each in _compiled:
        each.statement = None


def insert(row: models.Model) -> None:
    """Save a new row and give it its key."""
    _insert(row, None)


def insert_unless_there(row: models.Model) -> bool:
    """The same, unless a unique constraint says that it is there already; return whether it was saved."""
    return _insert(row, OnConflict.IGNORE)


def _insert(row: models.Model, on_conflict: OnConflict | None) -> bool:
    sql, fields = _insertion(type(row), on_conflict)
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        made = cursor.fetchone()
    if made is None:
        return False
    [row.pk] = made
    row._state.adding, row._state.db = False, "default"  # noqa: SLF001 - as `save` leaves it
    return True


def update(row: models.Model, *names: str) -> None:
    """Save the named fields of a row that is there."""
    changed = _update(type(row), names)
    changed.run(
        pk=row.pk, **{name: param.output_field.pre_save(row, add=False) for name, param in changed.changes.items()}
    )


@cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> CompiledUpdate:
    fields = {name: model._meta.get_field(name) for name in names}  # noqa: SLF001 - documented model API
    changes = {name: Param(name, cast("models.Field[Any, Any]", field)) for name, field in fields.items()}
    return CompiledUpdate(lambda: model._default_manager.filter(pk=Param("pk")), **changes)  # noqa: SLF001 - documented


def insert_all(table: str, types: dict[str, str], rows: Collection[Sequence[object]]) -> None:
    """Write rows of one table, any number of them by the same statement; those that are there stay as they are.

    :param types: the columns with PostgreSQL's names of their types
    """
    if not rows:
        return
    columns = ", ".join(types)
    if connection.vendor == "postgresql":
        arrays = ", ".join(f"%s::{kind}[]" for kind in types.values())
        source, values = f"SELECT * FROM UNNEST({arrays})", list(map(list, zip(*rows, strict=True)))  # noqa: S608 - ours
    else:
        row = f"({', '.join(['%s'] * len(types))})"
        source, values = f"VALUES {', '.join([row] * len(rows))}", list[Any](chain.from_iterable(rows))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) {source} ON CONFLICT DO NOTHING", values)


@cache
def _insertion(model: type[models.Model], on_conflict: OnConflict | None) -> tuple[str, list[models.Field[Any, Any]]]:
    meta = model._meta  # noqa: SLF001 - documented model API
    fields = [field for field in meta.local_concrete_fields if field is not meta.auto_field]
    query = InsertQuery(model, on_conflict=on_conflict)
    query.insert_values(fields, [model()], raw=True)
    compiler = cast("SQLInsertCompiler", query.get_compiler(connection=connection))
    compiler.returning_fields = [meta.pk]
    [(sql, _values)] = compiler.as_sql()
    return sql, fields


def _value(param: Any, values: dict[str, object]) -> Any:
    if not isinstance(param, Param):
        return param
    return param.output_field.get_db_prep_value(values[param.name], connection)
