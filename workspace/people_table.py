"""The table of people on an event's desk: its columns and their order, the same on the page and in a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, When
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.kept import kept
from core.models import OutboxMessage
from esf.forms import BackgroundForm
from esf.models import StartNotice
from events.models import Event, Municipality
from registrations.enums import Status
from registrations.models import Attendance, Registration, RegistrationQuerySet
from registrations.services.questions import showing


@dataclass(frozen=True)
class Row:
    """One person at one event, with the background form that they filled for its project, if that may be seen."""

    registration: Registration
    notice: StartNotice | None = None
    answers: Mapping[int, str] = field(default_factory=dict)
    """To the event's own questions, by their keys."""


@dataclass(frozen=True)
class Column:
    """`sort` names the columns of the database that order it; without, it cannot be ordered by."""

    key: str
    label: Any
    value: Callable[[Row], object]
    sort: tuple[str, ...] = ()
    background: bool = False
    question: showing.Column | None = None


def _plain(name: str) -> Callable[[Row], object]:
    return lambda row: getattr(row.registration, name)


def _answer(name: str) -> Callable[[Row], object]:
    """An answer in words where it has some, else as it stands."""

    def read(row: Row) -> object:
        if row.notice is None:
            return ""
        value = getattr(row.notice, name)
        return _words(name, get_language() or "fi").get(value, value)

    return read


@kept(seconds=60)
def _words(name: str, language: str) -> dict[object, str]:
    """What the codes of an answer mean; composing a label for each cell would take half of a file's time."""
    if name == "municipality_code":
        return {town.code: town.name for town in Municipality.objects.all()}
    answer = StartNotice._meta.get_field(name)  # noqa: SLF001 - documented model API
    return {value: str(label) for value, label in getattr(answer, "flatchoices", ())}


def _source(row: Row) -> object:
    return row.registration.invitation.source if row.registration.invitation else ""


def _form(row: Row) -> object:
    return _("Filled") if row.registration.__dict__.get("has_notice") else _("Missing")


ANSWERS = (
    "birth_date",
    "gender",
    "municipality_code",
    "labour_status_start",
    "unemployment_duration",
    "employer_business_id",
    "education_level",
    "citizenship_group",
    "foreign_background",
    "street_address",
    "postal_code",
    "post_office",
)

COLUMNS = (
    Column("name", _("Name"), _plain("name"), ("last_name", "first_name", "pk")),
    Column("status", _("State"), lambda row: row.registration.get_status_display(), ("status", "registered_at", "pk")),
    Column("place", _("Place in the queue"), lambda row: row.registration.place),
    Column("date", _("Date"), lambda row: row.registration.meeting and row.registration.meeting.starts_at,
           ("meeting__starts_at", "pk")),
    Column("email", _("E-mail"), _plain("email"), ("email", "pk")),
    Column("phone", _("Phone"), _plain("phone")),
    Column("language", _("Language"), lambda row: row.registration.get_language_display(), ("language", "pk")),
    Column("needs", _("What helps to take part"), _plain("support_needs")),
    Column("stop", _("Ride"), lambda row: str(row.registration.pick_up or "")),
    Column("source", _("Came by"), _source, ("invitation__source", "pk")),
    Column("registered", _("Registered"), _plain("registered_at"), ("registered_at", "pk")),
    Column("times", _("Been there"), lambda row: row.registration.__dict__.get("times") or 0, ("times", "pk")),
    Column("form", _("Background form"), _form, ("has_notice", "pk")),
    Column("note", _("Note"), _plain("desk_note")),
    Column("code", pgettext_lazy("ticket", "Code"), _plain("readable_code")),
    *(Column(name, BackgroundForm.base_fields[name].label, _answer(name), background=True) for name in ANSWERS),
)  # fmt: skip
BY_KEY = {column.key: column for column in COLUMNS}
ORDER = (Status.CONFIRMED, Status.UNPAID, Status.OFFERED, Status.WAITING, Status.LAPSED, Status.CANCELLED)
AT_FIRST = ("name", "status", "email", "phone", "registered", "times", "form", "note")


def _asked(question: showing.Column) -> Column:
    return Column(question.key, question.label, lambda row: row.answers.get(question.pk, ""), question=question)


def columns_for(event: Event, *, background: bool, questions: Sequence[showing.Column] = ()) -> list[Column]:
    """Those that say something about this event, and that one may see.

    :param questions: the event's own questions whose answers one may read
    """
    senseless = {
        "date": event.seats_per_meeting is None,
        "stop": not event.stops,
        "form": not (event.project_id and event.asks_start_notice),
    }
    plain = [
        column
        for column in COLUMNS
        if not senseless.get(column.key) and (not column.background or (background and not senseless["form"]))
    ]
    return [*plain, *map(_asked, questions)]


def people_of(event: Event, columns: list[Column]) -> RegistrationQuerySet:
    """Everybody who has registered, with what `columns` need. The number of queries does not grow with them."""
    places = any(column.key == "place" for column in columns)
    notices = StartNotice.objects.filter(project=event.project_id, person=OuterRef("person"))
    times = Attendance.objects.filter(registration=OuterRef("pk")).order_by().values("registration")
    returned = OutboxMessage.objects.still_returned().filter(scope=event.scope, recipient=OuterRef("email"))
    return (
        (Registration.objects.with_places() if places else Registration.objects.all())
        .filter(event=event)
        .annotate(
            has_notice=Exists(notices),
            times=Subquery(times.annotate(number=Count("pk")).values("number")),
            address_returned=Exists(returned),
            status_order=Case(*(When(status=status, then=number) for number, status in enumerate(ORDER))),
        )
        .select_related("meeting", "pick_up__ride", "invitation")
    )


def matching(rows: RegistrationQuerySet, words: str) -> RegistrationQuerySet:
    """Those whose name, address, number or code has every one of these `words` somewhere."""
    for word in words.split()[:8]:
        anywhere = Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word)
        anywhere |= Q(code__iexact=word.replace("-", ""))
        if digits := word.lstrip("0"):
            anywhere |= Q(phone__contains=digits)
        rows = rows.filter(anywhere)
    return rows


def rows_of(
    event: Event, found: list[Registration], columns: list[Column], *, whole_project: bool = False
) -> list[Row]:
    """With the newest background form of each, where a column shows answers.

    :param whole_project: whether forms that came by the project's other events may be seen too
    """
    asked = [column.question for column in columns if column.question]
    language = get_language() or "fi"
    told = showing.texts(showing.cells(registrations=found, columns=asked), language) if asked else {}
    if not any(column.background for column in columns):
        return [Row(registration, answers=told.get(registration.pk, {})) for registration in found]
    notices = StartNotice.objects.filter(project=event.project_id).order_by("submitted_at", "pk")
    if whole_project:
        notices = notices.filter(person__in={registration.person_id for registration in found})
    else:
        notices = notices.filter(source__in=[registration.key for registration in found])
    newest = {notice.person_id: notice for notice in notices}
    return [
        Row(registration, newest.get(registration.person_id), told.get(registration.pk, {})) for registration in found
    ]


def cells(row: Row, columns: list[Column]) -> list[object]:
    """The row as a file has it."""
    return [_cell(column.value(row)) for column in columns]


def _cell(value: object) -> object:
    return value if value is None or isinstance(value, str | int) or hasattr(value, "isoformat") else str(value)
