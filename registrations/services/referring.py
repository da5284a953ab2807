"""An officer refers a client who has agreed to it, and sees how it goes; nothing else, and nothing of anybody else.

Whoever was registered before gets a letter. The officer gets the same answer as ever, and later the states that anybody
would have gone through who had come at that moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from accounts.services.people import Contact
from core.errors import Refused
from events.models import Event, SeatPool
from registrations.enums import ConsentHow, Status
from registrations.models import Attendance, Referral, Registration
from registrations.services import seats
from registrations.services.walk_ins import StaleEntry

AT_MOST = 200
"""So many of an officer's own stand on their page, the newest first."""


class ConsentAhead(Refused):
    code = "consent_ahead"
    message = _("The day of the consent is still ahead.")


@dataclass(frozen=True, kw_only=True)
class Consent:
    how: ConsentHow
    on: date


@dataclass(frozen=True, kw_only=True)
class State:
    """What the officer sees of a client; `place` in the queue, counted from 1."""

    referral: Referral
    status: Status
    place: int | None
    attended: bool


@transaction.atomic
def refer(
    *,
    event: Event,
    contact: Contact,
    consent: Consent,
    office: str,
    nonce: UUID,
    pool_pk: int | None,
    by: User,
    now: datetime,
) -> Referral:
    """Register a client, for a seat or else for the queue. The same form sent again refers nobody anew.

    :param office: whose officer `by` is, as the client is told
    :param nonce: names the form
    :raises ConsentAhead: if the day of the consent is not there yet
    :raises StaleEntry: if the form was used for another event, or by another officer
    :raises NotOpen, DateNeeded, GroupNeeded: see `seats.enrol`
    """
    if consent.on > timezone.localdate(now):
        raise ConsentAhead
    SeatPool.objects.lock_all_of(event)
    if earlier := Referral.objects.select_related("registration__event").filter(nonce=nonce).first():
        if (earlier.registration.event_id, earlier.by_id) != (event.pk, by.pk):
            raise StaleEntry
        return earlier
    placed = seats.place(event=event, contact=contact, referred_by=office, by=by, now=now, pool_pk=pool_pk)
    made = Referral.objects.create(
        registration=placed.registration,
        made=placed.made,
        pool_id=placed.pool_pk,
        waits=placed.waits,
        nonce=nonce,
        by=by,
        office=office,
        first_name=contact.first_name,
        last_name=contact.last_name,
        consent_how=consent.how,
        consent_on=consent.on,
        at=now,
    )
    audit.changed(
        actor=by,
        action="referral.create",
        subject=placed.registration.key,
        scope=event.scope,
        now=now,
        after={"office": office, "consent_how": str(consent.how), "consent_on": consent.on.isoformat()},
    )
    return made


def states(*, by: User) -> list[State]:
    """How it goes with those whom `by` has referred, the newest first."""
    mine = (
        Referral.objects.made_by(by)
        .select_related("registration__event__own_terms", "pool")
        .order_by("-at", "-pk")[:AT_MOST]
    )
    found = list(mine)
    keys = [each.registration_id for each in found]
    places = {row.pk: row.place for row in Registration.objects.with_places().filter(pk__in=keys)}
    came = set(Attendance.objects.filter(registration__in=keys).values_list("registration", flat=True))
    return [_own(each, places, came) if each.made else _as_if(each, came) for each in found]


def _own(referral: Referral, places: dict[int, int | None], came: Iterable[int]) -> State:
    key, status = referral.registration_id, Status(referral.registration.status)
    if status in {
        Status.OFFERED,
        Status.UNPAID,
        Status.LAPSED,
    }:  # what the client is asked is between them and the organiser
        status = Status.APPLIED if referral.registration.event.terms.by_application else Status.WAITING
    return State(referral=referral, status=status, place=places.get(key), attended=key in came)


def _as_if(referral: Referral, came: Iterable[int]) -> State:
    """Of one who had been registered before: as if they had come with the referral."""
    key, status = referral.registration_id, Status(referral.registration.status)
    if status == Status.CANCELLED:
        return State(referral=referral, status=status, place=None, attended=False)
    if referral.registration.event.terms.by_application:  # an application is what it would have been, too
        return _own(referral, {}, came)
    ahead = _ahead(referral) if referral.waits else 0
    if referral.waits and (ahead or not _served_since(referral)):
        return State(referral=referral, status=Status.WAITING, place=ahead + 1, attended=False)
    if referral.waits and referral.registration.event.terms.offer_hours is not None:  # nobody knows what they'd answer
        return State(referral=referral, status=Status.WAITING, place=None, attended=False)
    return State(referral=referral, status=Status.CONFIRMED, place=None, attended=key in came)


def _of_pool(referral: Referral) -> Q:
    """Seats that are divided later are its branches'."""
    return Q(pool=referral.pool_id) | Q(pool__parent=referral.pool_id)


def _ahead(referral: Referral) -> int:
    return Registration.objects.waiting().filter(_of_pool(referral), queued_at__lte=referral.at).count()


def _served_since(referral: Referral) -> bool:
    """Whether somebody who came then would have had their turn."""
    later = Registration.objects.filter(_of_pool(referral), confirmed_at__gt=referral.at)
    return referral.pool.unkept > 0 or later.exists()
