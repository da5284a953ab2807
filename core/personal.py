"""What each app keeps of a person: one handler an app, registered from its `ready`, and run by `workspace`.

People are primary keys here. So far a handler knows how the rows of two people become one person's, and how they become
two people's again; what else the law asks of a person's data will be further methods of the same handlers. A test walks
every field that points to a person and fails when no handler covers it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import Refused

Words = str | Promise
Journal = dict[str, Any]
"""JSON of primary keys and of values before and after: enough to undo a move exactly."""


class ChangedSince(Refused):
    code = "changed_since"
    message = _("What was joined by the merge has changed since then, so it can no longer be taken apart exactly.")


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What an app keeps of somebody under one `label`; each of `keys` changes when its row does."""

    label: Words
    keys: tuple[str, ...]


class PersonalData:
    """One app's part. `covers` names its fields that point to a person, as `app.Model.field`."""

    name: str
    covers: frozenset[str]

    def lock(self, *, people: Collection[int]) -> None:
        """Lock those rows whose turn, by the law of locks, comes before the people themselves."""

    def holdings(self, *, person: int) -> list[Holding]:
        """What there is of `person`, for a preview; kinds of which there is nothing are there too."""
        return []

    def obstacles(self, *, source: int, target: int) -> list[Words]:
        """Why the rows of `source` cannot become those of `target`, and what to do about it. Empty: they can."""
        return []

    def remarks(self, *, source: int, target: int) -> list[Words]:
        """What will be more than a move, told before it happens."""
        return []

    def move(self, *, source: int, target: int, now: datetime) -> Journal:
        """Make the rows of `source` those of `target`, whose rows are locked, and return what was done."""
        raise NotImplementedError

    def give_back(self, *, source: int, target: int, journal: Journal, now: datetime) -> None:
        """Undo a move. What `target` got since stays, and so does what is not `target`'s any more.

        :raises ChangedSince: if a row that the move changed has been changed again
        """
        raise NotImplementedError


_handlers: dict[str, PersonalData] = {}


def register(handler: PersonalData) -> None:
    """Let `handler` answer for its app; called once an app, from `ready`, so the lowest floor comes first."""
    _handlers[handler.name] = handler


def handlers() -> list[PersonalData]:
    """One of each app, from the lowest floor up."""
    return list(_handlers.values())


def repoint(rows: models.QuerySet[Any, Any], *, field: str, to: object) -> list[int]:
    """Let `field` of all `rows` point to somebody else, and return their keys."""
    keys = sorted(rows.values_list("pk", flat=True))
    rows.model._default_manager.filter(pk__in=keys).update(**{field: to})  # noqa: SLF001 - documented manager
    return keys


def point_back(model: type[models.Model], *, field: str, keys: Iterable[int], of: object, to: object) -> None:
    """Let those of the rows `keys` that are still `of` somebody point `to` whom they pointed before."""
    model._default_manager.filter(pk__in=list(keys), **{field: of}).update(**{field: to})  # noqa: SLF001 - as above


def snapshot(row: models.Model) -> dict[str, Any]:
    """All columns of `row` as text, for a journal: `restored` makes the same row of them."""
    columns = row._meta.concrete_fields  # noqa: SLF001 - documented model API
    return {each.attname: None if getattr(row, each.attname) is None else each.value_to_string(row) for each in columns}


def restored(model: type[models.Model], columns: dict[str, Any]) -> models.Model:
    """The row that was `snapshot`, unsaved."""
    fields = {each.attname: each for each in model._meta.concrete_fields}  # noqa: SLF001 - documented model API
    return model(**{name: fields[name].to_python(value) for name, value in columns.items()})
