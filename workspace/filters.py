"""What somebody looks for in the audit log, as the address says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import AuditEntryQuerySet, Grant, User
from core.forms import Form, PlainDateInput
from core.text import key_of
from events.filters import EARLIEST, LATEST, QueryField
from events.models import LANGUAGES
from workspace.enums import Deed
from workspace.services.log import Reach
from workspace.words import ACTIONS

KEY = re.compile(r"[a-z_]+:[0-9]+")
NOBODY = "none"
MANY = 200
"""Events of one name that are looked for at most."""


def _day(label: Any) -> forms.DateField:
    limits = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
    return forms.DateField(label=label, required=False, widget=PlainDateInput, validators=limits)


class LogFilter(Form):
    """Every field is optional; nonsense is ignored. People are chosen by their key: no name is in an address."""

    since = _day(pgettext_lazy("day", "From"))
    until = _day(pgettext_lazy("day", "To"))
    who = forms.ChoiceField(label=_("Who"), required=False)
    deed = forms.ChoiceField(label=_("What"), required=False, choices=[("", _("Everything")), *Deed.choices])
    about = QueryField(
        label=_("About"), required=False, help_text=_("Part of an event's title, or a key such as registration:12.")
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], *, within: Reach) -> None:
        super().__init__(data)
        self.within = within
        people = User.objects.filter(pk__in=self._members() | self._asked_for()).order_by("name", "pk")
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            ("", _("Everybody")),
            (NOBODY, _("The person themselves, or the service")),
            *((str(user.pk), str(user)) for user in people),
        ]
        self.is_valid()

    def narrow(self, entries: AuditEntryQuerySet) -> AuditEntryQuerySet:
        """What was looked for, without the place in the list."""
        found = self.cleaned_data
        if found.get("since"):
            entries = entries.filter(at__gte=_midnight(found["since"]))
        if found.get("until"):
            entries = entries.filter(at__lt=_midnight(found["until"] + timedelta(days=1)))
        if who := found.get("who"):
            entries = entries.filter(actor=None) if who == NOBODY else entries.filter(actor=int(who))
        if deed := found.get("deed"):
            entries = entries.filter(action__in=list(ACTIONS[Deed(deed)]))
        if about := found.get("about"):
            entries = entries.filter(self._about(about))
        return entries

    def after(self, entries: AuditEntryQuerySet) -> AuditEntryQuerySet:
        """Older than the last that was seen."""
        seen = self.cleaned_data.get("before")
        return entries.filter(pk__lt=seen) if seen else entries

    def _about(self, text: str) -> Q:
        if KEY.fullmatch(text):
            return Q(subject=text) | Q(scope=text)
        titles = (Q(**{f"title_{code}__icontains": text}) for code in LANGUAGES)
        events = self.within.events.filter(reduce(or_, titles)).order_by("-pk")[:MANY]
        keys = [event.scope for event in events]
        return Q(subject__in=keys) | Q(scope__in=keys)

    def _members(self) -> set[int]:
        mine = Grant.objects.filter(organisation__in=self.within.organisations)
        return set(mine.values_list("user_id", flat=True))

    def _asked_for(self) -> set[int]:
        """One who was a member once, if something of theirs is in reach."""
        who = key_of(self.data.get("who", ""))
        return {who} if who and self.within.entries.filter(actor=who).exists() else set()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
