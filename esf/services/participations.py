"""Participations begin by attendance, by the project's rule; nothing else begins them."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from accounts.models import Person
from accounts.services import audit
from core.compiled import Compiled, Param, insert
from esf.models import AttendedDay, Participation, StartNotice
from esf.rules import Day, beginning
from events.models import Project

OF_BOTH = {"person": Param("person"), "project": Param("project")}
LOCK = Compiled(lambda: Person.objects.locked().filter(pk=Param("pk")).values_list("pk"))
DAYS = Compiled(lambda: AttendedDay.objects.filter(**OF_BOTH))
SPELLS = Compiled(lambda: Participation.objects.filter(**OF_BOTH))
FREE_NOTICES = Compiled(
    lambda: StartNotice.objects.filter(**OF_BOTH, participation=None).values_list(
        "pk", "source", "submitted_at", "confirmations__source", "identity_checked_how"
    )
)
"""A row for each confirmation, too."""


@transaction.atomic(savepoint=False)
def attend(
    *,
    person_pk: int,
    project: Project,
    day: date,
    hours: Decimal,
    source: str,
    at_once_because: str,
    notice_source: str,
    now: datetime,
    implementer_pk: int | None = None,
) -> Participation | None:
    """Record that the person was there, and begin the participation once the rule is met.

    The person's row is locked, because the rule judges all of their days together. The same `source` twice counts once.

    :param at_once_because: the event's reason to count from the first attendance; empty: the project's rule decides
    :param notice_source: where the person's background form came from, such as `registration:7`
    :param implementer_pk: the organisation whose event it was
    :return: the open participation, new or old; None while the rule is not met
    """
    LOCK.all(pk=person_pk)
    days = DAYS.all(person=person_pk, project=project.pk)
    if not any(each.source == source for each in days):
        attended = AttendedDay(
            person_id=person_pk,
            project=project,
            source=source,
            day=day,
            hours=hours,
            at_once=bool(at_once_because),
            reason=at_once_because,
            notice_source=notice_source,
            implementer_id=implementer_pk,
        )
        insert(attended)
        days.append(attended)
    return _going_on(person_pk, project, days, notice_source, now)


def judge(*, person_pk: int, project: Project, now: datetime) -> Participation | None:
    """Begin the participation if the days that the person has by now meet the rule; their row is locked by the caller.

    :return: the open participation, new or old; None while the rule is not met
    """
    return _going_on(person_pk, project, DAYS.all(person=person_pk, project=project.pk), "", now)


def _going_on(
    person_pk: int, project: Project, days: list[AttendedDay], notice_source: str, now: datetime
) -> Participation | None:
    spells = SPELLS.all(person=person_pk, project=project.pk)
    if going_on := next((spell for spell in spells if spell.ended_on is None), None):
        return going_on
    ended = max((spell.ended_on for spell in spells if spell.ended_on), default=date.min)
    since = max(project.starts_on, ended + timedelta(days=1))
    counted = [
        Day(day=each.day, hours=each.hours, at_once=each.at_once, reason=each.reason)
        for each in days
        if since <= each.day <= project.ends_on
    ]
    start = beginning(counted, min_hours=project.min_hours)
    if start is None:
        return None
    return _begin(
        Participation(
            person_id=person_pk,
            project=project,
            implementer_id=_implementer(days, start.day),
            started_on=start.day,
            reason=start.reason,
            start_notice_id=_notice(person_pk, project, days, notice_source) or _taken_over(spells),
            begun_at=now,
        )
    )


def _taken_over(spells: list[Participation]) -> int | None:
    """The form of a spell that staff have taken out of the figures: nobody is asked twice."""
    idle = next((spell for spell in spells if spell.start_notice_id and not spell.counted), None)
    if idle is None or any(spell.counted for spell in spells):
        return None
    Participation.objects.filter(pk=idle.pk).update(start_notice=None)
    return idle.start_notice_id


def _implementer(days: list[AttendedDay], start: date) -> int | None:
    """Whose event the person came to first."""
    first = min((day for day in days if day.day >= start), key=lambda day: (day.day, day.pk), default=None)
    return first.implementer_id if first else None


def _begin(spell: Participation) -> Participation:
    insert(spell)
    audit.changed(
        actor=spell.begun_by,
        action="participation.begin",
        subject=f"participation:{spell.pk}",
        scope=spell.project.scope,
        now=spell.begun_at,
        after={"started_on": spell.started_on.isoformat(), "reason": spell.reason},
    )
    return spell


def _notice(person_pk: int, project: Project, days: list[AttendedDay], source: str) -> int | None:
    """The form given or confirmed with the registration let in just now, else the newest of one let in before, or of
    somebody whose identity was checked.
    """
    let_in = {each.notice_source for each in days} - {""}
    rows = FREE_NOTICES.all(person=person_pk, project=project.pk)
    free = [
        (pk, {given, confirmed}, at)
        for pk, given, at, confirmed, checked in rows
        if checked or {given, confirmed} & let_in
    ]
    own = [notice for notice in free if source in notice[1]]
    return next((pk for pk, _sources, _at in own or sorted(free, key=lambda notice: notice[2], reverse=True)), None)
