"""Columns that nobody can read who has only the database: Fernet (AES-128-CBC with HMAC-SHA-256) under keys of the
environment, the newest first. What no key opens is an error; it is never shown, and never taken for nothing.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models

_M = TypeVar("_M", bound=models.Model)


class WrongKey(Exception):  # noqa: N818 - the name says what is wrong
    """What stands in the database was written with a key that `MIITTI_FIELD_KEYS` does not have."""


def seal(content: bytes) -> bytes:
    """`content`, readable only with the newest key."""
    return _all_keys(tuple(settings.FIELD_KEYS)).encrypt(content)


def unseal(token: bytes) -> bytes:
    """:raises WrongKey: if no key opens it"""
    try:
        return _all_keys(tuple(settings.FIELD_KEYS)).decrypt(token)
    except InvalidToken:
        raise WrongKey("No key in MIITTI_FIELD_KEYS opens this value. Add the key that wrote it.") from None


def seal_text(text: str) -> str:
    return seal(text.encode()).decode()


def unseal_text(token: str) -> str:
    """:raises WrongKey: as `unseal` does"""
    return unseal(token.encode()).decode()


def is_newest(token: bytes) -> bool:
    """Whether the newest key wrote it."""
    try:
        _newest_key(settings.FIELD_KEYS[0]).decrypt(token)
    except InvalidToken:
        return False
    return True


@cache
def _all_keys(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


@cache
def _newest_key(key: str) -> Fernet:
    return Fernet(key)


class _Encrypted:
    """Can be read and written, not searched: equal values look unlike each other in the database."""

    name: str

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: nothing can be looked up in it.")
        return super().get_lookup(lookup_name)  # type: ignore[misc]  # a field's, beside which this stands

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.name} is encrypted: nothing can be looked up in it.")


class SealedQuerySet(models.QuerySet[_M]):
    """Of a model with encrypted columns: deletes rows without reading those, also rows that no key opens."""

    def delete(self) -> tuple[int, dict[str, int]]:
        sealed = [field.name for field in self.model._meta.local_fields if isinstance(field, _Encrypted)]  # noqa: SLF001 - documented
        return super(SealedQuerySet, self.defer(*sealed)).delete()

    delete.alters_data = True  # type: ignore[attr-defined]  # as Django's own
    delete.queryset_only = True  # type: ignore[attr-defined]


class EncryptedTextField(_Encrypted, models.TextField):  # type: ignore[type-arg]
    """Text; None stays None, and an empty text is as secret as any other."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else seal_text(str(value))

    def from_db_value(self, value: str | None, *_rest: object) -> str | None:
        return None if value is None else unseal_text(value)


class EncryptedBinaryField(_Encrypted, models.BinaryField):  # type: ignore[type-arg]
    """Bytes."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's
        sealed = None if value is None else seal(bytes(value))
        return super().get_db_prep_value(sealed, connection, prepared)

    def from_db_value(self, value: Any, *_rest: object) -> bytes | None:
        return None if value is None else unseal(bytes(value))
