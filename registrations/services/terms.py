"""On what terms an event gives its seats; changed at any time, for what happens from then on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from events.models import LANGUAGES, Event, SeatPool, Terms
from events.services.seating import DatesApart
from registrations.models import ApplicantCategory, Hold, Registration

COLUMNS = (
    "offer_hours",
    "offer_in_working_hours",
    "keep_together_hours",
    "largest_party",
    "asks_company",
    "may_hand_over",
    "confirm_by_click",
    "changes_close_at",
    "by_application",
    "applications_close_at",
    "shows_reserve_place",
    "calls_reserve",
    "notes_kept_days",
)
USUAL_CATEGORIES = (_("Unemployed"), _("On their own initiative"), _("Apprentice"))


class SeatsGiven(Refused):
    code = "seats_given"
    message = _(
        "Somebody has registered, applied or is filling the form. Whether people apply can be changed only before that."
    )


class AnswerNeeded(Refused):
    code = "answer_needed"
    message = _("Who is chosen must have time to answer. Give the hours to answer an offer.")


@transaction.atomic
def change(*, event: Event, values: Mapping[str, Any], by: User, now: datetime) -> None:
    """Set the terms of `event`; offers that stand keep their time.

    Where people apply each does so alone, and nobody hands a seat over.

    :param values: by name, of `COLUMNS`; what is missing stays
    :raises SeatsGiven: if people are to apply, or no longer to, and somebody has come already
    :raises DatesApart: if people are to apply to an event whose dates have seats of their own
    :raises AnswerNeeded: if people apply and an offer would need no answer
    """
    roots = SeatPool.objects.lock_all_of(event)
    event = Event.objects.locked().get(pk=event.pk)
    terms = Terms.objects.filter(event=event).first() or Terms(event=event)
    before = {name: getattr(terms, name) for name in COLUMNS}
    values = _fitting(before | dict(values))
    changed = [name for name in COLUMNS if before[name] != values[name]]
    if not changed:
        return
    if "by_application" in changed:
        _refuse_if_begun(event, now)
    if values["by_application"]:
        _prepare(event, roots, values)
    for name in changed:
        setattr(terms, name, values[name])
    terms.save()
    event.changed_at, event.sequence = now, event.sequence + 1  # whoever has the event on a shelf reads it anew
    event.save(update_fields=["changed_at", "sequence"])
    audit.changed(
        actor=by,
        action="seats.terms",
        subject=event.scope,
        scope=f"organisation:{event.organisation_id}",
        now=now,
        before={name: _said(before[name]) for name in changed},
        after={name: _said(values[name]) for name in changed},
    )


def _fitting(values: dict[str, Any]) -> dict[str, Any]:
    """What belongs to applying goes without it, and what does not go with it goes."""
    if values["by_application"]:
        return values | {"largest_party": 1, "may_hand_over": False}
    return values | {"applications_close_at": None}


def _refuse_if_begun(event: Event, now: datetime) -> None:
    registered = Registration.objects.filter(event=event).exists()
    filling = Hold.objects.being_filled_at(now).filter(pool__event=event).exists()
    if registered or filling:
        raise SeatsGiven


def _prepare(event: Event, roots: list[SeatPool], values: Mapping[str, Any]) -> None:
    """See that people can apply, and as what: the usual categories, which can be changed."""
    if event.seats_per_meeting is not None or any(root.meeting_id for root in roots):
        raise DatesApart
    if values["offer_hours"] is None:
        raise AnswerNeeded
    if not ApplicantCategory.objects.filter(event=event).exists():
        ApplicantCategory.objects.bulk_create(
            ApplicantCategory(event=event, position=position, **_in_all_languages(name))
            for position, name in enumerate(USUAL_CATEGORIES, start=1)
        )


def _in_all_languages(words: Promise) -> dict[str, str]:
    said = {}
    for code in LANGUAGES:
        with translation.override(code):
            said[f"name_{code}"] = str(words)
    return said


def _said(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
