"""Participations begin by attendance, by the project's rule; nothing else begins them."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import Person
from accounts.services import audit
from esf.models import AttendedDay, Participation, StartNotice
from esf.rules import Day, beginning
from events.models import Project


@transaction.atomic
def attend(
    *,
    person: Person,
    project: Project,
    day: date,
    hours: Decimal,
    source: str,
    at_once_because: str,
    notice_source: str,
    now: datetime,
) -> Participation | None:
    """Record that `person` was there, and begin the participation once the rule is met.

    The person's row is locked, because the rule judges all of their days together. The same `source` twice counts once.

    :param at_once_because: the event's reason to count from the first attendance; empty: the project's rule decides
    :param notice_source: where the person's background form came from, such as `registration:7`
    :return: the open participation, new or old; None while the rule is not met
    """
    person = Person.objects.locked().get(pk=person.pk)
    if not AttendedDay.objects.filter(person=person, project=project, source=source).exists():
        AttendedDay.objects.create(
            person=person,
            project=project,
            source=source,
            day=day,
            hours=hours,
            at_once=bool(at_once_because),
            reason=at_once_because,
            notice_source=notice_source,
        )
    if spell := Participation.objects.open().filter(person=person, project=project).first():
        return spell
    return _begin(person, project, notice_source, now)


def _begin(person: Person, project: Project, notice_source: str, now: datetime) -> Participation | None:
    days = AttendedDay.objects.filter(person=person, project=project, day__range=(project.starts_on, project.ends_on))
    if last := Participation.objects.filter(person=person, project=project).order_by("-ended_on").first():
        days = days.filter(day__gt=last.ended_on)
    start = beginning(
        [Day(day=each.day, hours=each.hours, at_once=each.at_once, reason=each.reason) for each in days],
        min_hours=project.min_hours,
    )
    if start is None:
        return None
    spell = Participation.objects.create(
        person=person,
        project=project,
        started_on=start.day,
        reason=start.reason,
        start_notice=_notice(person, project, notice_source),
        begun_at=now,
    )
    audit.changed(
        actor=None,
        action="participation.begin",
        subject=f"participation:{spell.pk}",
        scope=project.scope,
        now=now,
        after={"started_on": start.day.isoformat(), "reason": start.reason},
    )
    return spell


def _notice(person: Person, project: Project, source: str) -> StartNotice | None:
    """The form given with the registration let in just now, else with one that was let in before."""
    let_in = AttendedDay.objects.filter(person=person, project=project).values("notice_source")
    free = StartNotice.objects.filter(person=person, project=project, participation=None, source__in=let_in)
    return free.filter(source=source).first() or free.order_by("-submitted_at").first()
