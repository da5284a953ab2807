"""An event that will not be held: everybody who wanted to come is told, in one transaction with the change itself."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from events.enums import StandState
from events.enums import Status as EventStatus
from events.models import Event, Meeting, SeatPool, Stand, grow
from events.services import search
from registrations import rules
from registrations.enums import Outcome, RefundReason, Stage, Status
from registrations.models import Attendance, Hold, Offer, Registration
from registrations.services import letters, stages
from registrations.services.payments import giving_back


class NotOn(Refused):
    code = "not_on"
    message = _("Only a published event that is not over can be cancelled.")


@transaction.atomic
def cancel_event(*, event: Event, notes: dict[str, str], by: User, now: datetime) -> int:
    """Cancel `event` and its registrations, tell everybody by mail, and return how many people those are.

    The pool's lock keeps visitors out meanwhile; nobody is promoted to what is not held. It cannot be undone.

    :param notes: columns such as `cancel_note_sv` with the reason in words; stands in the mails and on the page
    :raises NotOn: if it is a draft, cancelled, or over
    """
    pools = SeatPool.objects.lock_all_of(event)
    event = Event.objects.locked().select_related("project", "organisation").get(pk=event.pk)
    if event.status != EventStatus.PUBLISHED or (event.ends_at and event.ends_at <= now):
        raise NotOn
    for name, words in notes.items():
        setattr(event, name, words)
    event.status, event.cancelled_at, event.changed_at, event.sequence = (
        EventStatus.CANCELLED,
        now,
        now,
        event.sequence + 1,
    )
    event.save(update_fields=[*notes, "status", "cancelled_at", "changed_at", "sequence"])
    search.index(event=event)
    told = _cancel_registrations(event, pools, by, now)
    _tell_stands(event, now)
    audit.changed(
        actor=by,
        action="event.cancel",
        subject=event.scope,
        scope=f"organisation:{event.organisation_id}",
        now=now,
        before={"status": EventStatus.PUBLISHED},
        after={"status": EventStatus.CANCELLED, "people": told},
    )
    return told


@transaction.atomic
def cancel_date(*, event: Event, pool_pk: int, note: str, by: User, now: datetime) -> int:
    """Call one date off that has seats of its own, tell those who had or wanted one, and return how many they are.

    The other dates stay. It cannot be undone.

    :param note: the reason in words, for the mail
    :raises NotOn: if the event is not published, or the date is over or called off already
    """
    pools = SeatPool.objects.lock_all_of(event)
    event = Event.objects.locked().select_related("project", "organisation").get(pk=event.pk)
    pool = next((each for each in pools if each.pk == pool_pk), None)
    meeting = event.meeting_of(pool.meeting_id) if pool else None
    if event.status != EventStatus.PUBLISHED or meeting is None or pool is None:
        raise NotOn
    if meeting.cancelled_at or meeting.ends_at <= now:
        raise NotOn
    meeting.cancelled_at = now
    meeting.save(update_fields=["cancelled_at"])
    event.changed_at, event.plan_changed_at, event.sequence = now, now, event.sequence + 1
    event.save(update_fields=["changed_at", "plan_changed_at", "sequence"])
    search.index(event=event)
    told = _cancel_registrations(event, [pool], by, now, meeting=meeting, note=note)
    audit.changed(
        actor=by,
        action="event.cancel_date",
        subject=event.scope,
        scope=f"organisation:{event.organisation_id}",
        now=now,
        after={"starts_at": meeting.starts_at.isoformat(), "people": told},
    )
    return told


def _cancel_registrations(
    event: Event, pools: list[SeatPool], by: User, now: datetime, *, meeting: Meeting | None = None, note: str = ""
) -> int:
    """Cancel whoever has not been there yet; who has been keeps that, and is told all the same.

    :param pools: locked roots
    """
    keys = [pool.pk for pool in pools]
    roots = grow(SeatPool.objects.filter(Q(pk__in=keys) | Q(root__in=keys)))
    every = [pool for root in roots for pool in root.tree_pools]
    active = list(Registration.objects.locked().active().filter(pool__in=every).order_by("pk"))
    came = set(Attendance.objects.filter(registration__in=active).values_list("registration", flat=True))
    gone = [each for each in active if each.pk not in came]
    Registration.objects.filter(pk__in=[each.pk for each in gone]).update(status=Status.CANCELLED, cancelled_at=now)
    giving_back.give_up(event, gone, by=by, now=now, all_back=True, reason=RefundReason.EVENT)
    Hold.objects.unreleased().filter(pool__in=every).update(released_at=now)
    Offer.objects.unanswered().filter(pool__in=every).update(ended_at=now, outcome=Outcome.DECLINED)
    for pool in every:
        inside = {each.pk for each in pool.tree_pools}
        pool.taken = sum(each.pool_id in inside for each in active if each.pk in came)
        pool.held = pool.offered = pool.kept = pool.waiting = 0
        pool.save(update_fields=["taken", "held", "offered", "kept", "waiting"])
    for registration in active:
        registration.event = event
        registration.meeting = meeting or registration.meeting
        if meeting:
            letters.date_cancelled(registration=registration, note=note, now=now)
        else:
            letters.event_cancelled(registration=registration, now=now)
    if event.terms.by_application:
        left = [each for each in stages.of(gone) if rules.may_follow(each.stage, Stage.WITHDRAWN)]
        stages.step(left, Stage.WITHDRAWN, by=by, now=now, reason=gettext("The event was cancelled."))
    for registration in gone:
        was, registration.status = registration.status, Status.CANCELLED
        _record(registration, was, by, now)
    return len(active)


def _record(registration: Registration, was: str, by: User, now: datetime) -> None:
    audit.changed(
        actor=by,
        action="registration.cancel",
        subject=registration.key,
        scope=f"event:{registration.event_id}",
        now=now,
        before={"status": was},
        after={"status": registration.status},
    )


def _tell_stands(event: Event, now: datetime) -> None:
    for stand in Stand.objects.filter(event=event, state__in=[StandState.APPLIED, StandState.APPROVED]):
        stand.event = event
        letters.stand(moment="stand_event_cancelled", stand=stand, now=now)
