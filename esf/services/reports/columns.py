"""The authority's table of participants, column by column, as `docs/esf-export.md` tells them.

One row is one person, with the answers of the first entry and the results of the last exit, as the indicators count
them. The personal identity code is in no column.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from esf.enums import (
    ABROAD,
    SENSITIVE,
    Answer,
    Citizenship,
    CollectionOutcome,
    Education,
    EnteredBy,
    EuraState,
    Gender,
    IdentityCheck,
    LabourStatus,
    Profile,
    UnemploymentDuration,
)
from esf.indicators import people
from esf.indicators.counting import Counting
from esf.models import EuraStep
from esf.models.participations import ParticipationQuerySet

A_CHUNK = 500
START, END = "start_notice__", "last__end_notice__"


@dataclass(frozen=True)
class Column:
    """`key` is the heading in CSV, `title` in Excel; `source` a path from the first spell. Coded ones have a word."""

    key: str
    title: str | Promise
    source: str
    words: type[TextChoices] | None = None
    old_only: bool = False

    @property
    def has_words(self) -> bool:
        return self.words is not None or self.key == "municipality"


COLUMNS: tuple[Column, ...] = (
    Column("participant", _("Participant number"), "person"),
    Column("last_name", _("Last name"), f"{START}last_name"),
    Column("first_name", _("First name"), f"{START}first_name"),
    Column("birth_date", _("Date of birth"), f"{START}birth_date"),
    Column("gender", _("Gender"), f"{START}gender", Gender),
    Column("street_address", _("Street address"), f"{START}street_address"),
    Column("postal_code", _("Postcode"), f"{START}postal_code"),
    Column("post_office", _("Town"), f"{START}post_office"),
    Column("municipality", _("Home municipality"), f"{START}municipality_code"),
    Column("email", _("E-mail address"), f"{START}email"),
    Column("phone", _("Phone number"), f"{START}phone"),
    Column("language", _("Language"), f"{START}language"),
    Column("implementer", _("Implementer"), "implementer__name"),
    Column("started_on", _("Began on"), "started_on"),
    Column("age", _("Age at the beginning"), "age"),
    Column("status", _("Labour market status at the beginning"), f"{START}labour_status_start", LabourStatus),
    Column("duration", _("Length of unemployment"), f"{START}unemployment_duration", UnemploymentDuration),
    Column("business_id", _("Employer's business ID"), f"{START}employer_business_id"),
    Column("education", _("Highest completed education"), f"{START}education_level", Education),
    Column("citizenship", _("Citizenship"), f"{START}citizenship_group", Citizenship),
    Column("foreign_background", _("Foreign background"), f"{START}foreign_background", Answer),
    *(
        Column(name, title, f"{START}{name}", Answer, old_only=True)
        for name, title in zip(
            SENSITIVE,
            (
                _("Minority"),
                _("Disability"),
                _("Homeless or at risk of it"),
                _("Other disadvantage"),
                _("Jobless household"),
                _("Dependent children"),
                _("Only adult of the household"),
            ),
            strict=True,
        )
    ),
    Column("given_at", _("Form sent on"), f"{START}submitted_at"),
    Column("entered_by", _("Form filled by"), f"{START}entered_by", EnteredBy),
    Column("identity_check", _("Identity checked by"), f"{START}identity_checked_how", IdentityCheck),
    Column("ended_on", _("Ended on"), "last__ended_on"),
    Column("collection", _("End notice"), f"{END}collection_outcome", CollectionOutcome),
    Column("end_status", _("Labour market status at the end"), f"{END}labour_status_end", LabourStatus),
    Column("status_as_of", _("Status as of"), f"{END}status_as_of"),
    Column("qualification", _("Qualification gained"), f"{END}qualification", Answer),
    Column("qualification_name", _("Name of the qualification"), f"{END}qualification_name"),
    Column("followup_on", _("Followed up on"), f"{END}followup_on"),
    Column("followup_status", _("Status at the follow-up"), f"{END}followup_status", LabourStatus),
    Column("improved", _("Situation improved"), f"{END}improved_situation", Answer),
    Column("eura_state", _("State in EURA 2021"), "eura_state", EuraState),
    Column("eura_day", _("State in EURA 2021 since"), "eura_day"),
)


class Participants:
    """The rows, streamed. Words are in the language that is active when they are read."""

    def __init__(self, counting: Counting) -> None:
        self.counting = counting
        self.columns = [each for each in COLUMNS if counting.profile == Profile.ESF_2014 or not each.old_only]

    def number(self) -> int:
        return self._found().count()

    def titles(self) -> list[str]:
        coded = gettext("%(column)s, code")
        return self._headings(
            lambda each: [coded % {"column": each.title}, str(each.title)], lambda each: str(each.title)
        )

    def keys(self) -> list[str]:
        return self._headings(lambda each: [f"{each.key}_code", each.key], lambda each: each.key)

    def rows(self) -> Iterator[list[Any]]:
        words = [self._words(each) for each in self.columns]
        sources = [each.source for each in self.columns]
        ends, follows = sources.index("last__ended_on"), sources.index(f"{END}followup_on")
        results = [number for number, source in enumerate(sources) if source.startswith(("last__", END))]
        later = range(follows, follows + 3)
        on = self.counting.on
        for found in self._found().values_list(*sources).iterator(chunk_size=A_CHUNK):
            row = list(found)
            if row[ends] is None or row[ends] > on:
                _empty(row, results)
            elif row[follows] is None or row[follows] > on:
                _empty(row, later)
            yield _spelled(row, words)

    def _found(self) -> ParticipationQuerySet:
        project, on = self.counting.project, self.counting.on
        steps = EuraStep.objects.filter(project=project, person=OuterRef("person"), day__lte=on).order_by(
            "-day", "-at", "-pk"
        )
        rows = people.with_exits(self.counting.entered(), project, on)
        rows = rows.annotate(eura_state=Subquery(steps.values("state")[:1]), eura_day=Subquery(steps.values("day")[:1]))
        return rows.order_by("started_on", "pk")

    def _words(self, column: Column) -> Mapping[str, str] | None:
        if column.key == "municipality":
            return {code: self.counting.towns.name(code) for code in self.counting.towns.now} | {
                ABROAD: gettext("Outside Finland")
            }
        return {str(code): str(label) for code, label in column.words.choices} if column.words else None

    def _headings(self, coded: Callable[[Column], list[str]], plain: Callable[[Column], str]) -> list[str]:
        found = [coded(each) if each.has_words else [plain(each)] for each in self.columns]
        return [heading for headings in found for heading in headings]


def _empty(row: list[Any], places: Iterable[int]) -> None:
    for place in places:
        row[place] = None


def _spelled(row: list[Any], words: Sequence[Mapping[str, str] | None]) -> list[Any]:
    """After each code its word."""
    found: list[Any] = []
    for value, meaning in zip(row, words, strict=True):
        found.append(value)
        if meaning is not None:
            found.append(meaning.get(value, "") if value else "")
    return found
