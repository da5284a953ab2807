"""What staff and outcomes do to participations: begin, move, end, take out of the figures. Always with a reason.

The person's row is locked, as for a check-in: what is decided rests on all of their days and spells in the project.
"""

import json
from datetime import date, datetime

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, User
from accounts.services import audit
from core.errors import Refused
from core.templatetags.when import full_day
from esf.enums import EndedBy
from esf.models import AttendedDay, Correction, EndNotice, Participation, StartNotice
from esf.rules.ending import Bounds, bounds
from esf.rules.starting import starts
from events.models import Project

COUNTING = ("counted", "not_counted_because", "not_counted_at")


class AlreadyOpen(Refused):
    code = "participation_open"
    message = _("This person's participation is going on already.")


class NotOpen(Refused):
    code = "participation_ended"
    message = _("This participation has ended already.")


class NotEnded(Refused):
    code = "participation_not_ended"
    message = _("This participation goes on: there is nothing to open again.")


class NotCounted(Refused):
    code = "participation_not_counted"
    message = _("This participation is not in the figures. Put it back first.")


class OutsideProject(Refused):
    code = "outside_project"

    def __init__(self, project: Project) -> None:
        self.message = format_lazy(
            _("Choose a day between {first} and {last}: the project's time, and no day to come."),
            first=full_day(project.starts_on),
            last=full_day(min(project.ends_on, timezone.localdate())),
        )


class OtherSpell(Refused):
    code = "other_spell"
    message = _("Another participation of this person covers that day. Look at the days above.")


class EndMissing(Refused):
    code = "end_missing"

    def __init__(self, day: date) -> None:
        self.message = format_lazy(
            _("Another participation of this person began on {day}. Give the last day of this one, too."),
            day=full_day(day),
        )


class ImpossibleStart(Refused):
    code = "impossible_start"

    def __init__(self, possible: Bounds) -> None:
        self.message = format_lazy(
            _("The first day must be between {first} and {last}: not after the first day attended."),
            first=full_day(possible.first),
            last=full_day(possible.last),
        )


class ImpossibleEnd(Refused):
    code = "impossible_end"

    def __init__(self, possible: Bounds) -> None:
        self.message = (
            format_lazy(
                _("The last day must be between {first} and {last}: not before the last day attended."),
                first=full_day(possible.first),
                last=full_day(possible.last),
            )
            if possible.first <= possible.last
            else format_lazy(_("It cannot end yet: the person was there on {day}."), day=full_day(possible.first))
        )


@transaction.atomic
def begin(
    *, person: Person, project: Project, day: date, reason: str, by: User, now: datetime, last_day: date | None = None
) -> Participation:
    """Let the person's participation begin on `day` though the project's rule is not met, for a `reason`.

    :param last_day: of one that has ended already; None: it goes on
    :raises OutsideProject: if the day is not the project's, or still to come
    :raises AlreadyOpen: if one was going on by then
    :raises OtherSpell: if an ended one covers the day
    :raises EndMissing: if another began later, and no `last_day` says that this one had ended
    :raises ImpossibleEnd: if it cannot have ended on that day
    """
    Person.objects.locked().get(pk=person.pk)
    if not project.starts_on <= day <= min(project.ends_on, timezone.localdate(now)):
        raise OutsideProject(project)
    _refuse_covered(person, project, day)
    days = AttendedDay.objects.filter(person=person, project=project, implementer__isnull=False)
    spell = Participation(
        person=person,
        project=project,
        implementer_id=days.order_by("day", "pk").values_list("implementer", flat=True).first(),
        started_on=day,
        reason=reason,
        begun_by=by,
        begun_at=now,
        start_notice=_free_form(person, project, last_day),
    )
    if last_day:
        _put_end(spell, day=last_day, by=EndedBy.STAFF, reason=reason, now=now)
    elif later := Participation.objects.filter(person=person, project=project, started_on__gt=day).first():
        raise EndMissing(later.started_on)
    spell.save()
    _hand_on_form(spell)
    spell.refresh_from_db(fields=["start_notice"])
    told = {"ended_on": last_day.isoformat()} if last_day else {}
    _record(spell, "participation.begin", by, now, started_on=day.isoformat(), reason=reason, **told)
    return spell


def possible_starts(spell: Participation, *, today: date) -> Bounds:
    """The days on which the spell may have begun."""
    of_both = {"person": spell.person_id, "project": spell.project_id}
    earlier = Participation.objects.filter(**of_both, started_on__lt=spell.started_on).order_by("-started_on")
    return starts(
        started_on=spell.started_on,
        ended_on=spell.ended_on,
        attended=AttendedDay.objects.filter(**of_both).values_list("day", flat=True),
        ended_before=earlier.values_list("ended_on", flat=True).first(),
        project=(spell.project.starts_on, spell.project.ends_on),
        today=today,
    )


@transaction.atomic
def move_start(*, participation: Participation, day: date, reason: str, by: User, now: datetime) -> Participation:
    """Correct the day on which a participation began, for a `reason`; the person's age at the start follows it.

    :raises ImpossibleStart: if it cannot have begun on that day
    """
    spell = _locked(participation)
    if day == spell.started_on:
        return spell
    possible = possible_starts(spell, today=timezone.localdate(now))
    if day not in possible:
        raise ImpossibleStart(possible)
    was, spell.started_on = spell.started_on, day
    spell.save(update_fields=["started_on"])
    _record(spell, "participation.move_start", by, now, was=was.isoformat(), started_on=day.isoformat(), reason=reason)
    return spell


def possible_ends(spell: Participation, *, today: date) -> Bounds:
    """The days on which the spell may end; the first of them is the last day attended, which is proposed."""
    of_both = {"person": spell.person_id, "project": spell.project_id}
    later = Participation.objects.filter(**of_both, started_on__gt=spell.started_on).order_by("started_on")
    return bounds(
        started_on=spell.started_on,
        attended=AttendedDay.objects.filter(**of_both).values_list("day", flat=True),
        next_start=later.values_list("started_on", flat=True).first(),
        project_ends=spell.project.ends_on,
        today=today,
    )


@transaction.atomic
def end(
    *, participation: Participation, day: date, by: EndedBy, reason: str, user: User | None, now: datetime
) -> Participation:
    """End an open spell on `day`, its last one.

    :raises NotOpen: if it has ended
    :raises ImpossibleEnd: if it cannot end on that day
    """
    spell = _locked(participation)
    if spell.ended_on:
        raise NotOpen
    return set_end(spell, day=day, by=by, reason=reason, user=user, now=now)


def set_end(
    spell: Participation, *, day: date, by: EndedBy, reason: str, user: User | None, now: datetime
) -> Participation:
    """The same where the caller has locked the person, also where another end stood there.

    :raises ImpossibleEnd: if it cannot end on that day
    """
    before = spell.ended_on.isoformat() if spell.ended_on else None
    _put_end(spell, day=day, by=by, reason=reason, now=now)
    spell.save(update_fields=["ended_on", "ended_by", "end_reason", "ended_at"])
    _record(spell, "participation.end", user, now, ended_on=day.isoformat(), ended_by=by.value, was=before)
    return spell


@transaction.atomic
def open_again(*, participation: Participation, reason: str, by: User, now: datetime) -> Participation:
    """Take an end back that was none. An end notice goes with it: the person is asked again at the real end.

    What it said stays in the history.

    :raises NotCounted: if it is out of the figures: what the person attends later would begin nothing
    :raises NotEnded: if it goes on
    :raises AlreadyOpen: if a later one is going on
    :raises OtherSpell: if a later one has begun
    """
    spell = _locked(participation)
    if not spell.counted:
        raise NotCounted
    if spell.ended_on is None:
        raise NotEnded
    others = Participation.objects.filter(person=spell.person_id, project=spell.project_id).exclude(pk=spell.pk)
    if others.open().exists():
        raise AlreadyOpen
    if others.filter(started_on__gt=spell.started_on).exists():
        raise OtherSpell
    withdrawn = _withdraw(spell, reason, by, now)
    was = spell.ended_on.isoformat()
    spell.ended_on, spell.ended_by, spell.end_reason, spell.ended_at = None, "", "", None
    spell.save(update_fields=["ended_on", "ended_by", "end_reason", "ended_at"])
    _record(spell, "participation.open_again", by, now, was=was, reason=reason, end_notice_withdrawn=withdrawn)
    return spell


@transaction.atomic
def count(*, participation: Participation, counted: bool, reason: str, by: User, now: datetime) -> Participation:
    """Take a spell out of the figures, for a `reason`, or put it back.

    One that goes on ends with it, so that what the person attends later is judged anew. Its background form goes to the
    first spell that counts and has none: nobody is asked twice. What stays with it is destroyed in time (`unused`).
    """
    spell = _locked(participation)
    spell.counted, spell.not_counted_because = counted, "" if counted else reason
    spell.not_counted_at = None if counted else now
    if not counted and spell.ended_on is None:
        spell.ended_on = min(possible_ends(spell, today=timezone.localdate(now)).first, spell.project.ends_on)
        spell.ended_by, spell.end_reason, spell.ended_at = EndedBy.STAFF, reason, now
    spell.save(update_fields=[*COUNTING, "ended_on", "ended_by", "end_reason", "ended_at"])
    _hand_on_form(spell)
    _record(spell, "participation.count" if counted else "participation.discount", by, now, reason=reason)
    return spell


def _free_form(person: Person, project: Project, last_day: date | None) -> StartNotice | None:
    """The newest that no spell has, given by `last_day`; one of somebody who was let in or checked before any other."""
    let_in = AttendedDay.objects.filter(person=person, project=project, notice_source=OuterRef("source"))
    rows = StartNotice.objects.filter(person=person, project=project, participation=None)
    if last_day:
        rows = rows.filter(submitted_at__date__lte=last_day)
    unproven = Case(When(Exists(let_in) | ~Q(identity_checked_how=""), then=0), default=1)
    return rows.order_by(unproven, "-submitted_at", "-pk").first()


def _put_end(spell: Participation, *, day: date, by: EndedBy, reason: str, now: datetime) -> None:
    possible = possible_ends(spell, today=timezone.localdate(now))
    if day not in possible:
        raise ImpossibleEnd(possible)
    spell.ended_on, spell.ended_by, spell.end_reason, spell.ended_at = day, by, reason, now


def _refuse_covered(person: Person, project: Project, day: date) -> None:
    for spell in Participation.objects.filter(person=person, project=project, started_on__lte=day):
        if spell.ended_on is None:
            raise AlreadyOpen
        if day <= spell.ended_on:
            raise OtherSpell


def _withdraw(spell: Participation, reason: str, by: User, now: datetime) -> bool:
    """Whether there was an end notice. What it said, and had said before, is kept with the participation."""
    notice = EndNotice.objects.filter(participation=spell).first()
    if notice is None:
        return False
    notice.corrections.update(end_notice=None, withdrawn_from=spell)
    told = json.dumps({"ended_on": spell.ended_on, **notice.said()}, default=date.isoformat)
    Correction.objects.create(withdrawn_from=spell, at=now, by=by, reason=reason, before=told)
    notice.delete()
    return True


def _hand_on_form(changed: Participation) -> None:
    """The first counted spell has the form that the person gave before that spell ended, wherever it stood."""
    rows = list(
        Participation.objects.filter(person=changed.person_id, project=changed.project_id).order_by("started_on")
    )
    first = next((row for row in rows if row.counted), None)
    if first is None or first.start_notice_id:
        return
    idle = next((row for row in rows if row.start_notice_id and not row.counted), None)
    late = next((row for row in rows if row.start_notice_id and row.counted and _given_before_end(row, first)), None)
    if giver := idle or late:
        notice, giver.start_notice_id = giver.start_notice_id, None
        giver.save(update_fields=["start_notice"])
        first.start_notice_id = notice
        first.save(update_fields=["start_notice"])


def _given_before_end(row: Participation, first: Participation) -> bool:
    notice = row.start_notice
    return bool(notice and first.ended_on and timezone.localdate(notice.submitted_at) <= first.ended_on)


def _locked(participation: Participation) -> Participation:
    """As it is now, with its person locked."""
    Person.objects.locked().get(pk=participation.person_id)
    return Participation.objects.select_related("project", "person").get(pk=participation.pk)


def _record(spell: Participation, action: str, by: User | None, now: datetime, **after: object) -> None:
    audit.changed(actor=by, action=action, subject=spell.key, scope=spell.project.scope, now=now, after=after)
