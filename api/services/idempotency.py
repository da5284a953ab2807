"""The same request sent twice has one effect and one answer (the Idempotency-Key header)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from api.models import ApiToken, IdempotentAnswer
from core.errors import Refused

KEPT = timedelta(hours=24)


class KeyReused(Refused):
    code = "idempotency_key_reused"
    message = _("This Idempotency-Key came with another request before. Use a new key for a new request.")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as its sender named it. `digest` tells it from others."""

    token: ApiToken
    key: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A status and the JSON that went with it."""

    status: int
    body: str
    replayed: bool = False


def digest_of(*, method: str, path: str, body: bytes) -> str:
    """SHA-256 in hex of what makes two requests the same."""
    return hashlib.sha256(b"\n".join([method.encode(), path.encode(), body])).hexdigest()


def answer(*, asked: Asked, effect: Callable[[], Answer], now: datetime) -> Answer:
    """Answer as before if this was asked before; else do `effect` and keep its answer, both in one transaction.

    Of two at once the unique key lets one commit; the other's effect is rolled back, and it gets the first's answer.

    :raises KeyReused: if the key came with another request
    """
    if earlier := find(asked=asked):
        return earlier
    try:
        with transaction.atomic():
            given = effect()
            _keep(asked, given, now)
    except IntegrityError:
        if earlier := find(asked=asked):
            return earlier
        raise
    return given


def answer_piecemeal(*, asked: Asked, effect: Callable[[], Answer], now: datetime) -> Answer:
    """As `answer`, for an `effect` of many transactions that may each be done twice: only its answer is kept.

    :raises KeyReused: if the key came with another request
    """
    if earlier := find(asked=asked):
        return earlier
    given = effect()
    return answer(asked=asked, effect=lambda: given, now=now)


def find(*, asked: Asked) -> Answer | None:
    """The answer given before, or None.

    :raises KeyReused: if the key came with another request
    """
    row = IdempotentAnswer.objects.filter(token=asked.token, key=asked.key).first()
    if row is None:
        return None
    if row.request_digest != asked.digest:
        raise KeyReused
    return Answer(status=row.status, body=row.body, replayed=True)


@transaction.atomic
def sweep(*, now: datetime) -> int:
    """Forget the answers of yesterday, and return how many they were."""
    return IdempotentAnswer.objects.older_than(now - KEPT).delete()[0]


def _keep(asked: Asked, given: Answer, now: datetime) -> None:
    IdempotentAnswer.objects.create(
        token=asked.token, key=asked.key, request_digest=asked.digest, status=given.status, body=given.body, at=now
    )
