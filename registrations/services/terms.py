"""On what terms an event gives its seats; changed at any time, for what happens from then on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from events.models import Event, Terms

COLUMNS = (
    "offer_hours",
    "offer_in_working_hours",
    "keep_together_hours",
    "largest_party",
    "asks_company",
    "may_hand_over",
    "confirm_by_click",
    "changes_close_at",
)


@transaction.atomic
def change(*, event: Event, values: Mapping[str, Any], by: User, now: datetime) -> None:
    """Set the terms of `event`; offers that stand keep their time.

    :param values: by name, of `COLUMNS`
    """
    event = Event.objects.locked().get(pk=event.pk)
    terms = Terms.objects.filter(event=event).first() or Terms(event=event)
    before = {name: getattr(terms, name) for name in COLUMNS}
    changed = [name for name in COLUMNS if before[name] != values[name]]
    if not changed:
        return
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


def _said(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
