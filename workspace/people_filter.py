"""Which people of an event are shown, in which order, with which columns: what the address of the table says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.templatetags.when import day
from events.models import Event
from registrations.enums import Status
from registrations.models import RegistrationQuerySet
from registrations.services.questions import showing
from workspace.people_table import AT_FIRST, BY_KEY, Column, columns_for

ALL = ("", _("All"))


class PeopleFilter(Form):
    """Every field is optional, and nonsense is ignored. Whom one searches for by name is not here: see `words`."""

    status = forms.ChoiceField(label=_("State"), required=False, choices=[ALL, *Status.choices])
    date = forms.ChoiceField(label=_("Date"), required=False)
    form = forms.ChoiceField(
        label=_("Background form"), required=False, choices=[ALL, ("missing", _("Missing")), ("filled", _("Filled"))]
    )
    came = forms.ChoiceField(label=_("Been there"), required=False, choices=[ALL, ("yes", _("Yes")), ("no", _("No"))])
    sort = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    columns = forms.MultipleChoiceField(label=_("Columns"), required=False, widget=forms.CheckboxSelectMultiple)
    """Those that this event lacks are passed over: a saved view is for all events."""

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        event: Event,
        background: bool,
        questions: Sequence[showing.Column] = (),
    ) -> None:
        super().__init__(data)
        self.available = columns_for(event, background=background, questions=questions)
        known = {column.key for column in self.available}
        if event.seats_per_meeting is None:
            del self.fields["date"]
        else:
            dates = [(str(meeting.pk), day(meeting.starts_at)) for meeting in event.timetable]
            self.fields["date"].choices = [ALL, *dates]  # type: ignore[attr-defined]
        if "form" not in known:
            del self.fields["form"]
        self.fields["columns"].choices = [  # type: ignore[attr-defined]
            (column.key, column.label) for column in self.available if column.key != "name"
        ]
        self.is_valid()
        asked = data.getlist("columns") if hasattr(data, "getlist") else []
        self.cleaned_data["columns"] = [key for key in asked if key in known]

    def value(self, name: str) -> Any:
        return self.cleaned_data.get(name) or ""

    @property
    def chosen(self) -> list[Column]:
        """The columns in their own order; the name is always there."""
        wanted = {"name", *(self.value("columns") or AT_FIRST)}
        return [column for column in self.available if column.key in wanted]

    def narrow(self, rows: RegistrationQuerySet) -> RegistrationQuerySet:
        wanted: dict[str, object] = {"status": self.value("status"), "meeting": self.value("date")}
        if form := self.value("form"):
            wanted["has_notice"] = form == "filled"
        if came := self.value("came"):
            wanted["times__isnull"] = came == "no"
        rows = rows.filter(**{name: value for name, value in wanted.items() if value != ""})
        return rows.order_by(*self.order())

    def order(self) -> list[str]:
        """Those with a seat first, then the queue, each in the order in which they came; or as one has chosen."""
        key, column = self.value("sort"), BY_KEY.get(self.value("sort").removeprefix("-"))
        if column is None or not column.sort:
            return ["status_order", "registered_at", "pk"]
        return [f"-{name}" if key.startswith("-") else name for name in column.sort]

    def query(self, **changes: str) -> str:
        """The address's question, without what is empty."""
        data = QueryDict(mutable=True)
        for name in self.fields:
            value = self.value(name)
            data.setlist(name, value if isinstance(value, list) else [value])
        for name, text in changes.items():
            data[name] = text
        filled = QueryDict(mutable=True)
        for name, values in data.lists():
            if kept := [value for value in values if value]:
                filled.setlist(name, kept)
        return filled.urlencode()

    def kept(self) -> list[tuple[str, str]]:
        """The address's question as names and values, for forms that come back to the same table."""
        return parse_qsl(self.query())

    def heads(self) -> list[dict[str, object]]:
        """Each chosen column with the address that orders by it, and how it is ordered now (ARIA's words)."""
        return [self._head(column) for column in self.chosen]

    def _head(self, column: Column) -> dict[str, object]:
        now = self.value("sort")
        up, down = now == column.key, now == f"-{column.key}"
        return {
            "column": column,
            "query": self.query(sort=f"-{column.key}" if up else column.key) if column.sort else "",
            "aria": "ascending" if up else "descending" if down else "",
        }
