"""Values as the API takes them: nothing that a database or a clock would choke on."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Field, Header, Path, Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict

LARGEST = 2**63 - 1
"""Of a database's keys."""
DAY = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", re.ASCII)
MOMENT = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]{8,15}([Zz]|[+-][0-9]{2}:[0-9]{2})$", re.ASCII)
NAME = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.ASCII | re.IGNORECASE)
YEARS = range(2000, 2101)
NO_NUL = r"^[^\u0000]*$"

Language = Literal["fi", "sv", "en", "uk"]


class Body(Schema):
    """What a request brings. A name we do not know is an error, so that a slip does not go unnoticed."""

    model_config = ConfigDict(extra="forbid")


def example(**values: Any) -> ConfigDict:
    """Shows in the document what a body looks like."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [values]})


def _written_as(form: re.Pattern[str], example: str) -> BeforeValidator:
    """Only this one form; pydantic alone would also take a number of seconds for a time, and names in braces."""

    def check(value: Any) -> Any:
        if not (isinstance(value, str) and form.match(value)):
            raise ValueError(_("Write it like this: %(example)s") % {"example": example})
        return value

    return BeforeValidator(check)


def _of_our_time(value: datetime) -> datetime:
    if value.year not in YEARS:
        raise ValueError(_("The year must be between 2000 and 2100."))
    return value.astimezone(UTC)


Moment = Annotated[AwareDatetime, _written_as(MOMENT, "2026-11-24T17:00:00+02:00"), AfterValidator(_of_our_time)]
Uuid = Annotated[UUID, _written_as(NAME, "8b1d2c52-3c31-4c0b-9d2c-5f3f0d6d3f0e")]
Day = Annotated[date, _written_as(DAY, "2026-11-24")]


def line(longest: int, description: str = "", *, least: int = 0, **more: Any) -> Any:
    """A field of text."""
    return Field(min_length=least, max_length=longest, pattern=NO_NUL, description=description, **more)


EventId = Annotated[int, Path(ge=1, le=LARGEST, description="An event's `id`.")]
MeetingId = Annotated[int, Path(ge=1, le=LARGEST, description="A meeting's `id`, from its event.")]
RegistrationId = Annotated[int, Path(ge=1, le=LARGEST, description="A registration's `id`.")]
ProjectId = Annotated[int, Path(ge=1, le=LARGEST, description="A project's `id`.")]
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{8,200}$",
        description="Your name for this request, 8 to 200 visible ASCII characters, best a random UUID.",
    ),
]
