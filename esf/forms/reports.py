"""What a report is to tell, and as which file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organisation
from core.fields import NumberField
from core.forms import Form, PlainDateInput
from esf.enums import Dimension, FileFormat, Gender, ReportKind, Rhythm
from esf.indicators import AGE_GROUPS, PROFILES, Choice, labels
from esf.rules.rhythms import month_end
from esf.services import estimates
from esf.services.reports.asking import FORMATS
from esf.services.reports.choices import Asked
from events.filters import EARLIEST, LATEST
from events.models import Project


def _day(label: Any) -> forms.DateField:
    limits = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
    return forms.DateField(label=label, required=False, widget=PlainDateInput, validators=limits)


class DayFilter(Form):
    """As of which day; nonsense is ignored."""

    on = _day(_("Figures as of"))

    def __init__(self, data: Mapping[str, Any], *, project: Project, today: date) -> None:
        self.project, self.today = project, today
        super().__init__({"on": today, **{name: data[name] for name in data if data[name]}})
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    def asked(self) -> Asked:
        self.is_valid()
        return Asked(on=self._on())

    def _on(self) -> date:
        """Never a day to come: nothing is known of it."""
        return min(self.cleaned_data.get("on") or self.today, self.today)


class MonthEndFilter(DayFilter):
    """The same for those who see no people: ends of months alone. What differs between two days would be one person."""

    def _on(self) -> date:
        return month_end(super()._on())


class ReportFilter(DayFilter):
    """Also of whom, and divided by what; for those who see people."""

    gender = forms.ChoiceField(label=_("Gender"), required=False, choices=[("", _("All")), *Gender.choices])
    age = forms.ChoiceField(label=_("Age group"), required=False)
    municipality = forms.ChoiceField(label=_("Home municipality"), required=False)
    implementer = forms.TypedChoiceField(label=_("Implementer"), required=False, coerce=int, empty_value=None)
    began_from = _day(_("Began no earlier than"))
    began_to = _day(_("Began no later than"))
    code = forms.ChoiceField(label=_("Indicator in the plot and the table of parts"), required=False)
    by = forms.ChoiceField(label=_("Divided by"), required=False, choices=[("", _("Not divided")), *Dimension.choices])

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        project: Project,
        today: date,
        towns: Iterable[tuple[str, str]],
        implementers: Iterable[Organisation],
    ) -> None:
        super().__init__(data, project=project, today=today)
        groups = [(group.code, group.label) for group in AGE_GROUPS[PROFILES[project.period]]]
        self._offer("age", [("", _("All")), *groups])
        self._offer("municipality", [("", _("All")), *towns])
        self._offer("implementer", [("", _("All")), *((each.pk, str(each)) for each in implementers)])
        self._offer("code", [(code, f"{code} {label}") for code, label in labels(project).items()])

    def asked(self) -> Asked:
        self.is_valid()
        data = self.cleaned_data
        names = ("gender", "age", "municipality", "implementer", "began_from", "began_to")
        given = {name: data[name] for name in names if data.get(name)}
        return Asked(
            on=self._on(),
            choice=Choice(**given),
            code=data.get("code") or next(iter(labels(self.project))),
            by=Dimension(data["by"]) if data.get("by") else None,
        )

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices


def _kinds(kinds: Iterable[ReportKind]) -> list[tuple[str, str]]:
    return [(f"{kind}-{each}", f"{kind.label} ({each.label})") for kind in kinds for each in FORMATS[kind]]


class FileForm(Form):
    """A file to be made. `may` are the kinds that the user may have."""

    what = forms.ChoiceField(
        label=_("Report"), help_text=_("The steering group's report tells the figures of the end of a month.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, data: Mapping[str, Any] | None = None, *, may: Iterable[ReportKind]) -> None:
        super().__init__(data, initial={"language": get_language()})
        cast("forms.ChoiceField", self.fields["what"]).choices = _kinds(may)

    def wanted(self) -> tuple[ReportKind, FileFormat]:
        return _wanted(self.cleaned_data["what"])


class ScheduleForm(Form):
    what = forms.ChoiceField(label=_("Report"), choices=lambda: _kinds(ReportKind))
    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm.choices)
    first = forms.DateField(
        label=_("For the first time on"),
        help_text=_("The figures are those of the day before; the steering group's are those of the end of a month."),
        widget=PlainDateInput,
        initial=timezone.localdate,
        validators=[MaxValueValidator(LATEST)],
    )
    roles = forms.TypedMultipleChoiceField(
        label=_("Who gets a letter when it is there"),
        help_text=_("Who has the role in this project or its organisation. In the letter is a link, no figure."),
        choices=[(role.value, role.label) for role in (Role.OWNER, Role.ORGANISER, Role.READER)],
        coerce=Role,
        widget=forms.CheckboxSelectMultiple,
    )

    def wanted(self) -> tuple[ReportKind, FileFormat]:
        return _wanted(self.cleaned_data["what"])


class EstimateForm(Form):
    """An estimate of one indicator, of each gender."""

    indicator = forms.ChoiceField(label=_("Indicator"))
    women = NumberField(label=_("Women"), min_value=0, max_value=1_000_000, max_digits=7, decimal_places=0)
    men = NumberField(label=_("Men"), min_value=0, max_value=1_000_000, max_digits=7, decimal_places=0)
    other = NumberField(label=_("Other"), min_value=0, max_value=1_000_000, max_digits=7, decimal_places=0)
    method = forms.CharField(
        label=_("How it was estimated"),
        help_text=_("Such as: from what partners told, or from a survey of a part of the participants. No names."),
        max_length=500,
        widget=forms.Textarea,
    )
    day = forms.DateField(label=_("As of the day"), widget=PlainDateInput, initial=timezone.localdate)

    def __init__(self, data: Mapping[str, Any] | None = None, *, project: Project) -> None:
        super().__init__(data)
        offered = [(each.value, f"{each.value} {each.label}") for each in estimates.choices(project)]
        cast("forms.ChoiceField", self.fields["indicator"]).choices = offered

    def values(self) -> dict[Gender, int]:
        data = self.cleaned_data
        return {Gender.F: int(data["women"]), Gender.M: int(data["men"]), Gender.X: int(data["other"])}


def _wanted(what: str) -> tuple[ReportKind, FileFormat]:
    kind, _dash, form = what.partition("-")
    return ReportKind(kind), FileFormat(form)
