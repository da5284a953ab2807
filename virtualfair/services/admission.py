"""Who comes into a fair: jobseekers and employers by their registration, organisers by their login."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import Permission
from accounts.models import Organisation, User
from accounts.services import audit
from core.errors import Refused
from events.models import Event
from registrations.enums import Status
from registrations.models import Registration
from virtualfair.enums import FairRole
from virtualfair.models import FairPass


class NoSeat(Refused):
    code = "no_seat"
    message = _("This registration has no seat at the fair. You can come in when it is confirmed.")


@transaction.atomic
def enter(*, registration: Registration, now: datetime) -> FairPass:
    """Give the holder of a confirmed registration their pass; the same one every time.

    Others see the first name alone, and an employer's name beside it.

    :raises NoSeat: if the registration waits or has been cancelled
    """
    if registration.status != Status.CONFIRMED:
        raise NoSeat
    made, _new = FairPass.objects.get_or_create(
        registration=registration,
        defaults={
            "event": registration.event,
            "role": FairRole.JOBSEEKER,
            "name": registration.first_name,
            "made_at": now,
        },
    )
    return made


@transaction.atomic
def enter_as_organiser(*, event: Event, user: User, now: datetime) -> FairPass | None:
    """Give an organiser of `event` their pass, or None to somebody who is not."""
    if not Event.objects.visible_to(user, Permission.MANAGE_EVENTS).filter(pk=event.pk).exists():
        return None
    made, _new = FairPass.objects.get_or_create(
        event=event, user=user, defaults={"role": FairRole.MODERATOR, "name": user.name[:100], "made_at": now}
    )
    return made


@transaction.atomic
def name_representative(
    *, registration: Registration, organisation: Organisation | None, by: User, now: datetime
) -> FairPass:
    """Let the holder of a registration speak for an employer at the fair; None makes them a jobseeker again.

    :raises NoSeat: if the registration waits or has been cancelled
    """
    given = enter(registration=registration, now=now)
    given.role = FairRole.EMPLOYER if organisation else FairRole.JOBSEEKER
    given.organisation = organisation
    given.save(update_fields=["role", "organisation"])
    audit.changed(
        actor=by,
        action="fair.representative",
        subject=registration.key,
        scope=registration.event.scope,
        now=now,
        after={"organisation": organisation.pk if organisation else None},
    )
    return given


def still_admitted(passes: Collection[int]) -> frozenset[int]:
    """Which of the passes still open their fair: the registration holds, the organiser still is one."""
    found = list(FairPass.objects.admitted().filter(pk__in=passes).select_related("user", "event"))
    return frozenset(each.pk for each in found if each.user is None or _organises(each.user, each.event))


def _organises(user: User, event: Event) -> bool:
    mine = Event.objects.visible_to(user, Permission.MANAGE_EVENTS)
    return user.is_active and mine.filter(pk=event.pk).exists()
