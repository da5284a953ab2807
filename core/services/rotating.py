"""Write encrypted columns anew with the newest key, so that an old one can be thrown away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import ExpressionWrapper, F, Value

from core.encrypted import EncryptedBinaryField, EncryptedTextField, WrongKey, is_newest, seal, unseal

BATCH = 200

_followers: list[Callable[[], int]] = []


def afterwards(do: Callable[[], int]) -> None:
    """Call `do` once all columns are at the newest key: what was made of the keys themselves is to be made anew."""
    _followers.append(do)


@dataclass
class Rotated:
    """How many values of one column were looked at, how many written anew, and which rows no key opens."""

    column: str
    seen: int
    changed: int
    closed: list[int]


def columns() -> list[models.Field[Any, Any]]:
    """Every encrypted column of every model."""
    kinds = (EncryptedTextField, EncryptedBinaryField)
    found = (field for model in apps.get_models() for field in model._meta.local_fields)  # noqa: SLF001 - documented
    return [field for field in found if isinstance(field, kinds)]


def rotate(*, tell: Callable[[Rotated], None] = lambda _state: None) -> list[Rotated]:
    """Bring all columns to the newest key, batch by batch; what is there already is left alone.

    It can be stopped and begun again, and run beside the pages: a value that changes meanwhile is written by the newest
    key anyway, and stays.

    :param tell: is called after each batch with how far a column has come
    """
    done = [_column(field, tell) for field in columns()]
    for do in _followers:
        do()
    return done


def _column(field: models.Field[Any, Any], tell: Callable[[Rotated], None]) -> Rotated:
    state = Rotated(f"{field.model._meta.label}.{field.name}", 0, 0, [])  # noqa: SLF001 - documented
    for keys in _batches(field):
        with transaction.atomic():
            for key in keys:
                _value(field, key, state)
        tell(state)
    return state


def _batches(field: models.Field[Any, Any]) -> Iterator[list[int]]:
    rows = field.model._default_manager.filter(**{f"{field.name}__isnull": False}).order_by("pk")  # noqa: SLF001 - documented
    last = 0
    while keys := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        yield keys
        last = keys[-1]


def _value(field: models.Field[Any, Any], key: int, state: Rotated) -> None:
    binary = isinstance(field, EncryptedBinaryField)
    plain: models.Field[Any, Any] = models.BinaryField() if binary else models.TextField()
    rows = field.model._default_manager.filter(pk=key)  # noqa: SLF001 - documented
    rows = rows.annotate(as_it_stands=ExpressionWrapper(F(field.name), output_field=plain))
    found = rows.values_list("as_it_stands", flat=True).first()
    if found is None:
        return
    state.seen += 1
    token = bytes(found) if binary else found.encode()
    if is_newest(token):
        return
    try:
        fresh = seal(unseal(token))
    except WrongKey:
        state.closed.append(key)
        return
    now = Value(fresh if binary else fresh.decode(), output_field=plain)
    state.changed += rows.filter(as_it_stands=found).update(**{field.name: now})
