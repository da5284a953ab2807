"""The end of an event's life on the desk: into the archive, or away."""

from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit, members
from core.errors import Refused
from events.enums import Status
from events.models import Event, SeatPool
from events.services import search


class StillOn(Refused):
    code = "still_on"
    message = _("The event is not over yet. Cancel it first, or wait until it is over.")


class NotDeletable(Refused):
    code = "not_deletable"
    message = _("Only a draft or a template can be deleted. What was public is kept: put it into the archive.")


class InUse(Refused):
    code = "in_use"
    message = _("People have registered or signed up here before, so it is kept. Put it into the archive.")


@transaction.atomic
def archive(*, event: Event, by: User, now: datetime) -> None:
    """Take the event off the desk's lists, or, if it is in the archive, bring it back.

    :raises StillOn: if it is published and has dates ahead
    """
    event = Event.objects.locked().get(pk=event.pk)
    ahead = event.ends_at is not None and event.ends_at > now
    if event.archived_at is None and event.status == Status.PUBLISHED and ahead:
        raise StillOn
    event.archived_at = None if event.archived_at else now
    event.publish_at = None
    event.save(update_fields=["archived_at", "publish_at"])
    search.index(event=event)
    _record(event, "event.archive" if event.archived_at else "event.unarchive", by, now)


@transaction.atomic
def delete(*, event: Event, by: User, now: datetime) -> None:
    """Delete a draft or a template.

    :raises NotDeletable: if it was ever public
    :raises InUse: if something that must be kept refers to it
    """
    SeatPool.objects.lock_all_of(event)
    event = Event.objects.locked().get(pk=event.pk)
    if event.status != Status.DRAFT or event.published_at:
        raise NotDeletable
    _record(event, "event.delete", by, now)
    members.revoke_all(organisation=event.organisation, scope=event.scope, by=by, now=now)
    try:
        event.delete()
    except ProtectedError as referred:
        raise InUse from referred


def _record(event: Event, action: str, by: User, now: datetime) -> None:
    audit.changed(
        actor=by,
        action=action,
        subject=event.scope,
        scope=f"organisation:{event.organisation_id}",
        now=now,
        before={"title": event.title},
    )
