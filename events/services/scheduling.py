"""Drafts that publish themselves, and links that show a draft to those who are to look at it."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit, links
from core.errors import Refused
from events.enums import Status
from events.models import Event
from events.services import publishing

log = logging.getLogger(__name__)

PREVIEW = "event preview"
"""Purpose of the personal links that show a draft."""
PREVIEW_LASTS = timedelta(days=14)


class NotInTime(Refused):
    code = "not_in_time"
    message = _("Choose a time in the future.")


class NoDraft(Refused):
    code = "no_draft"
    message = _("Only a draft can be published later by itself.")


@transaction.atomic
def schedule(*, event: Event, at: datetime | None, by: User, now: datetime) -> None:
    """Let the draft publish itself at `at`; None: let it not.

    :raises NotInTime: if that has passed
    :raises NoDraft: if it is no draft
    :raises NotReady: if it could not be published now either
    """
    event = Event.objects.locked().get(pk=event.pk)
    if event.status != Status.DRAFT or event.is_template:
        raise NoDraft
    if at is not None and at <= now:
        raise NotInTime
    if at is not None:
        publishing.refuse_unless_ready(event=event, now=now)
    before, event.publish_at = event.publish_at, at
    event.save(update_fields=["publish_at"])
    audit.changed(
        actor=by,
        action="event.schedule",
        subject=event.scope,
        scope=f"organisation:{event.organisation_id}",
        now=now,
        before={"publish_at": before.isoformat() if before else None},
        after={"publish_at": at.isoformat() if at else None},
    )


def publish_due(*, now: datetime) -> int:
    """Publish the drafts whose time has come, and return how many they were.

    One that is not ready any more stays due, and the desk says why; it goes out as soon as somebody has mended it.
    """
    published = 0
    for event in Event.objects.filter(status=Status.DRAFT, publish_at__lte=now).order_by("publish_at", "pk"):
        try:
            publishing.publish(event=event, by=None, now=now)
        except publishing.NotReady:
            log.warning("scheduled event is not ready", extra={"event": event.pk})
        else:
            published += 1
    return published


@transaction.atomic
def preview_link(*, event: Event, by: User, now: datetime) -> str:
    """A new secret token that shows the event to whoever has it, for two weeks; older ones die."""
    links.revoke_all(purpose=PREVIEW, key=event.scope, now=now)
    token = links.make(purpose=PREVIEW, key=event.scope, now=now, expires_at=now + PREVIEW_LASTS)
    audit.changed(
        actor=by,
        action="event.preview_link",
        subject=event.scope,
        scope=f"organisation:{event.organisation_id}",
        now=now,
    )
    return token
