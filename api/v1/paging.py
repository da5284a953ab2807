"""Lists in pages: a cursor says after which row to go on, so that rows that come and go meanwhile shift nothing."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Schema

from api.v1.problems import FieldError, wrong_fields

Row = TypeVar("Row", bound=Model)


class Paging(Schema):
    limit: int = Field(50, ge=1, le=100, description="How many items at the most.")
    cursor: str = Field("", max_length=500, description="`next` of the page before; leave out for the first page.")


def place_in(cursor: str, *, of: str) -> list[Any] | None:
    """Where the page before ended in the list `of` that name; None at the beginning.

    :raises ApiError: 422, when the cursor is not of our making
    """
    if not cursor:
        return None
    try:
        place: list[Any] = _signer(of).unsign_object(cursor)
    except (BadSignature, ValueError) as forged:
        raise wrong_fields([FieldError(field="cursor", message=_("This cursor is not from this list."))]) from forged
    return place


def cursor_at(place: list[Any], *, of: str) -> str:
    """`place` as a cursor, signed, so that what comes back need not be judged again."""
    return _signer(of).sign_object(place)


def by_key(rows: QuerySet[Row], paging: Paging, *, of: str) -> tuple[list[Row], str | None]:
    """One page of `rows` in the order of their keys, and the cursor of the next."""
    if place := place_in(paging.cursor, of=of):
        rows = rows.filter(pk__gt=place[0])
    found, more = cut(rows.order_by("pk")[: paging.limit + 1], paging)
    return found, cursor_at([found[-1].pk], of=of) if more else None


def cut(rows: Sequence[Row] | QuerySet[Row], paging: Paging) -> tuple[list[Row], bool]:
    """The page out of `rows`, of which there is one more than wanted if the list goes on."""
    found = list(rows)
    return found[: paging.limit], len(found) > paging.limit


def link_next(request: HttpRequest, response: HttpResponse, cursor: str | None) -> None:
    """Say where the next page is, as RFC 8288 has it."""
    if cursor:
        query = request.GET.copy()
        query["cursor"] = cursor
        response["Link"] = f'<{settings.SITE_URL}{request.path}?{query.urlencode()}>; rel="next"'


def _signer(of: str) -> Signer:
    return Signer(salt=f"api.cursor.{of}")
