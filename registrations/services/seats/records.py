"""What the audit log is told of a seat."""

from datetime import datetime

from accounts.models import User
from accounts.services import audit
from registrations.models import Registration


def record(
    registration: Registration, action: str, by: User | None, now: datetime, was: str = "", **more: str | int
) -> None:
    audit.changed(
        actor=by,
        action=action,
        subject=registration.key,
        scope=f"event:{registration.event_id}",
        now=now,
        before={"status": was} if was else {},
        after={"status": registration.status, **more},
    )
