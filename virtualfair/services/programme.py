"""The schedule of a fair's stage: which employer pitches when."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from accounts.services import audit
from core.errors import Refused
from core.services import streams
from virtualfair.models import Pitch, Room


class Overlaps(Refused):
    code = "overlaps"
    message = _("Another pitch is on at that time. Choose another time or a shorter one.")


class OutsideTheFair(Refused):
    code = "outside_the_fair"
    message = _("The pitch must lie within the fair's own hours.")


class HasBegun(Refused):
    code = "has_begun"
    message = _("This pitch has been on already and stays in the programme.")


@transaction.atomic
def add_pitch(
    *,
    room: Room,
    employer: str,
    business_id: str,
    title: str,
    starts_at: datetime,
    minutes: int,
    by: User,
    now: datetime,
) -> Pitch:
    """Put a pitch into the schedule. A new employer gets a row in the register.

    :raises Overlaps: if another pitch is on then
    :raises OutsideTheFair: if it does not lie within one of the fair's meetings
    """
    Room.objects.locked().get(pk=room.pk)
    ends_at = starts_at + timedelta(minutes=minutes)
    if not any(each.starts_at <= starts_at and ends_at <= each.ends_at for each in room.event.timetable):
        raise OutsideTheFair
    if room.pitches.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise Overlaps
    pitch = Pitch.objects.create(
        room=room,
        organisation=_employer(employer, business_id, room.event.organisation.municipality_code),
        title=title,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    _tell(room, "pitch.add", pitch, by, now)
    return pitch


@transaction.atomic
def remove_pitch(*, pitch: Pitch, by: User, now: datetime) -> None:
    """Take a pitch that has not been on out of the schedule.

    :raises HasBegun: if it has been on, or is
    """
    Room.objects.locked().get(pk=pitch.room_id)
    fresh = Pitch.objects.select_related("room__event").get(pk=pitch.pk)
    if fresh.began_at:
        raise HasBegun
    _tell(fresh.room, "pitch.remove", fresh, by, now)
    fresh.delete()


def _employer(name: str, business_id: str, municipality_code: str) -> Organisation:
    """The company of this business ID, else the one of this name, else a new one."""
    companies = Organisation.objects.filter(kind=OrganisationKind.COMPANY)
    same = companies.filter(business_id=business_id) if business_id else companies.filter(
        Q(name_fi__iexact=name) | Q(name_sv__iexact=name)
    )  # fmt: skip
    return same.first() or Organisation.objects.create(
        kind=OrganisationKind.COMPANY, name=name, business_id=business_id, municipality_code=municipality_code
    )


def _tell(room: Room, action: str, pitch: Pitch, by: User, now: datetime) -> None:
    audit.changed(actor=by, action=action, subject=f"pitch:{pitch.pk}", scope=room.event.scope, now=now)
    streams.append(stream=room.stream, event="schedule.changed", payload={}, now=now)
