"""Letters that leave by themselves: the reminder before a meeting, and thanks after the last one."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.services import audit
from core.services import sms
from events.enums import Status as EventStatus
from events.models import Event, Meeting
from registrations.models import Attendance, LetterPlan, LetterRound, Registration, RegistrationQuerySet, letter_plan
from registrations.models.mailings import HOURS_BEFORE
from registrations.services import backgrounds, letters, unwanted

LONGEST = timedelta(days=14)
"""Before and after a meeting, within which a letter may leave by itself."""
TOO_LATE = timedelta(minutes=30)
"""Before the beginning: after that nobody is reminded."""
SMALL_MOVE = timedelta(hours=12)
"""A meeting that moves less than this is reminded of once: the letter about the change tells the new time."""
REMINDER, FOLLOW_UP = "reminder", "follow_up"


@transaction.atomic
def change_plan(*, event: Event, values: dict[str, object], by: User, now: datetime) -> None:
    """Say which letters leave by themselves for `event`."""
    plan, _made = LetterPlan.objects.select_for_update().get_or_create(event=event)
    before = {name: getattr(plan, name) for name in values}
    for name, value in values.items():
        setattr(plan, name, value)
    plan.save()
    audit.changed(
        actor=by, action="event.letters", subject=event.scope, scope=event.scope, now=now, before=before, after=values
    )


def send_due(*, now: datetime) -> int:
    """Write to those whose meeting begins soon, and to those whose event is over; return how many letters that were."""
    soon = Q(event__own_letter_plan=None, starts_at__lte=now + timedelta(hours=HOURS_BEFORE))
    planned = Q(event__own_letter_plan__reminder_hours__isnull=False, starts_at__lte=now + LONGEST)
    ahead = _meetings(REMINDER, starts_at=OuterRef("starts_at")).filter(soon | planned, starts_at__gt=now + TOO_LATE)
    behind = _meetings(FOLLOW_UP).filter(ends_at__lte=now, ends_at__gt=now - LONGEST)
    behind = behind.filter(event__own_letter_plan__follow_up_hours__isnull=False)
    return sum(_remind(meeting, now) for meeting in ahead) + sum(_thank(meeting, now) for meeting in behind)


def _meetings(moment: str, **at: OuterRef) -> QuerySet[Meeting]:
    """Held meetings of published events whose round is still to come; whose round of this very time, if given `at`."""
    done = LetterRound.objects.filter(meeting=OuterRef("pk"), moment=moment, **at)
    held = Meeting.objects.filter(~Exists(done), cancelled_at=None, event__status=EventStatus.PUBLISHED)
    return held.select_related("event").order_by("starts_at", "pk")


def _remind(meeting: Meeting, now: datetime) -> int:
    plan = letter_plan(meeting.event)
    if plan.reminder_hours is None or meeting.starts_at - timedelta(hours=plan.reminder_hours) > now:
        return 0
    people = Registration.objects.confirmed().filter(Q(meeting=None) | Q(meeting=meeting), event=meeting.event)
    people = people.filter(confirmed_at__lt=meeting.starts_at - timedelta(hours=plan.reminder_hours))
    if not plan.remind_each:
        earlier = Meeting.objects.filter(event=meeting.event, starts_at__lt=meeting.starts_at, cancelled_at=None)
        people = people.filter(Q(meeting=meeting) | ~Exists(earlier.filter(starts_at__gt=OuterRef("confirmed_at"))))
    if _reminded_of_about_then(meeting):
        people = people.filter(email="")  # no letter about the change reaches them
    return _round(meeting, REMINDER, people, letters.reminder, now)


def _reminded_of_about_then(meeting: Meeting) -> bool:
    near = (meeting.starts_at - SMALL_MOVE, meeting.starts_at + SMALL_MOVE)
    return LetterRound.objects.filter(meeting=meeting, moment=REMINDER, starts_at__range=near).exists()


def _thank(meeting: Meeting, now: datetime) -> int:
    plan = letter_plan(meeting.event)
    if plan.follow_up_hours is None or meeting.ends_at + timedelta(hours=plan.follow_up_hours) > now:
        return 0
    later = Meeting.objects.filter(event=meeting.event, starts_at__gt=meeting.starts_at, cancelled_at=None)
    came = Exists(Attendance.objects.filter(registration=OuterRef("pk")))
    people = Registration.objects.confirmed().filter(came, event=meeting.event)
    people = people.filter(meeting=meeting) if later.exists() else people.filter(Q(meeting=None) | Q(meeting=meeting))
    refused = unwanted.among(event=meeting.event, emails=set(people.values_list("email", flat=True)))
    return _round(meeting, FOLLOW_UP, people.exclude(email__in=refused), letters.follow_up, now)


@transaction.atomic
def _round(
    meeting: Meeting, moment: str, people: RegistrationQuerySet, tell: Callable[..., bool], now: datetime
) -> int:
    """Write to `people`, once: the round's row is written first, and two workers cannot both write it."""
    _done, made = LetterRound.objects.get_or_create(
        meeting=meeting, moment=moment, starts_at=meeting.starts_at, defaults={"done_at": now}
    )
    if not made:
        return 0
    event = Event.objects.with_dates().select_related("organisation", "project").get(pk=meeting.event_id)
    by_text = moment == REMINDER and sms.on()
    reached = people.exclude(email="", phone="") if by_text else people.exclude(email="")
    receivers = list(reached.select_related("party").order_by("pk"))
    lacking = backgrounds.missing(event=event, registrations=receivers)
    sent = 0
    for registration in receivers:
        registration.event = event
        once = f"{moment}/{meeting.pk}/{meeting.starts_at:%Y%m%d%H%M}/{registration.pk}"
        sent += tell(
            registration=registration,
            meeting=event.meeting_of(meeting.pk),
            form_missing=registration.pk in lacking,
            once=once,
            now=now,
        )
    return sent
