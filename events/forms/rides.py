"""Rides to an event."""

from __future__ import annotations

import re
from datetime import time
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.details import Words, WordsForm
from events.models import Ride
from events.services import rides

STOP = re.compile(r"(\d{1,2})[.:](\d{2})\s+(\S.*)")


class RideForm(WordsForm):
    """A bus or a car, with its stops written one a line."""

    words: ClassVar[dict[str, Words]] = {"name": Words(_("Name of the ride"), 200, required=True)}
    words_first = True

    seats = forms.IntegerField(
        label=_("Seats"), min_value=1, max_value=1000, required=False, help_text=_("Empty: not limited.")
    )
    stops = forms.CharField(
        label=_("Stops"),
        max_length=4000,
        help_text=_("One stop a line, the time first: 8.15 Joutsa, linja-autoasema"),
        widget=forms.Textarea({"rows": 5}),
    )

    def clean_stops(self) -> list[rides.Stop]:
        return [self._stop(line.strip()) for line in self.cleaned_data["stops"].splitlines() if line.strip()]

    def _stop(self, line: str) -> rides.Stop:
        found = STOP.fullmatch(line)
        try:
            leaves = time(int(found[1]), int(found[2])) if found else None
        except ValueError:
            leaves = None
        if found is None or leaves is None:
            raise ValidationError(
                _("“%(line)s”: write the time and the place, for example 8.15 Joutsa."), params={"line": line}
            )
        return rides.Stop(leaves=leaves, place=found[3][:200])

    def values(self) -> dict[str, Any]:
        names = {f"name_{code}": self.cleaned_data[f"name_{code}"] for code, _name in settings.LANGUAGES}
        return {"names": names, "seats": self.cleaned_data["seats"], "stops": self.cleaned_data["stops"]}


def initial_ride(ride: Ride) -> dict[str, Any]:
    stops = sorted(ride.pick_ups.all(), key=lambda stop: stop.leaves)
    lines = "\n".join(f"{stop.leaves.hour}.{stop.leaves.minute:02} {stop.place}" for stop in stops)
    names = {f"name_{code}": getattr(ride, f"name_{code}") for code, _name in settings.LANGUAGES}
    return {"seats": ride.seats, "stops": lines, **names}
