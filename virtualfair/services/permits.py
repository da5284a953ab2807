"""What every command is judged by before it does anything."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from virtualfair import rules
from virtualfair.enums import FairRole
from virtualfair.models import FairPass, Room


class NotAllowed(Refused):
    code = "not_allowed"
    message = _("Only the organiser can do this.")


class RoomClosed(Refused):
    code = "room_closed"
    message = _("The room is closed. It is open from half an hour before the fair until an hour after it.")


class Gone(Refused):
    code = "gone"
    message = _("This is not there any more.")


def require(command: str, *, room: Room, by: FairPass, now: datetime) -> None:
    """Refuse `command` unless its role may give it while the room is open.

    :raises NotAllowed, RoomClosed: otherwise
    """
    if FairRole(by.role) not in rules.MAY[command] or by.event_id != room.event_id:
        raise NotAllowed
    starts_at, ends_at = room.event.starts_at, room.event.ends_at
    if not (starts_at and ends_at and rules.room_is_open(starts_at=starts_at, ends_at=ends_at, now=now)):
        raise RoomClosed
