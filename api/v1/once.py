"""A POST is done once, however often it is sent."""

from collections.abc import Callable

from django.http import HttpResponse
from django.utils import timezone
from ninja import Schema

from accounts.services import audit
from api.services import idempotency
from api.services.idempotency import Answer, Asked
from api.v1 import problems
from api.v1.access import ApiRequest
from core.errors import Refused

Effect = Callable[[], Schema]


def once(request: ApiRequest, key: str, effect: Effect, *, status: int = 201) -> HttpResponse:
    """Answer with what `effect` makes, or with what it refuses; done and kept in one transaction.

    :raises KeyReused: if the key came with another request
    """
    return _render(
        idempotency.answer(asked=_asked(request, key), effect=_attempt(request, effect, status), now=timezone.now())
    )


def once_piecemeal(request: ApiRequest, key: str, effect: Effect) -> HttpResponse:
    """As `once`, for an `effect` of many transactions, each of which is harmless when it is done twice.

    :raises KeyReused: if the key came with another request
    """
    return _render(
        idempotency.answer_piecemeal(
            asked=_asked(request, key), effect=_attempt(request, effect, 200), now=timezone.now()
        )
    )


def _asked(request: ApiRequest, key: str) -> Asked:
    digest = idempotency.digest_of(method=request.method or "", path=request.path, body=request.body)
    return Asked(token=request.auth, key=key, digest=digest)


def _attempt(request: ApiRequest, effect: Effect, status: int) -> Callable[[], Answer]:
    def attempt() -> Answer:
        try:
            with audit.through(request.auth.key):
                return Answer(status=status, body=effect().model_dump_json())
        except Refused as refusal:
            problem = problems.refused(refusal)
            return Answer(status=problem.status, body=problem.model_dump_json(exclude_none=True))

    return attempt


def _render(answer: Answer) -> HttpResponse:
    refused = answer.status >= problems.FIRST_ERROR
    media_type = problems.MEDIA_TYPE if refused else "application/json; charset=utf-8"
    headers = {"Idempotent-Replayed": "true"} if answer.replayed else None
    return HttpResponse(answer.body, status=answer.status, content_type=media_type, headers=headers)
