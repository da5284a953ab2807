"""What the floors above hand down: outcomes of people, and organisations that a project has supported."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Person, User
from accounts.services import audit
from esf.enums import EndedBy, OutcomeKind, SupportedKind
from esf.models import Outcome, Participation, SupportedOrganisation
from esf.services import spells
from events.models import Project


@dataclass(frozen=True, kw_only=True)
class Reached:
    """Something that a person reached; `qualifies` as in `Outcome`, `ends`: whether it ends their participation."""

    kind: OutcomeKind
    name: str
    day: date
    source: str
    qualifies: bool = False
    ends: bool = False


@dataclass(frozen=True, kw_only=True)
class Supported:
    """An organisation that a project supported on `day`, as `evidence` shows."""

    business_id: str
    name: str
    kind: SupportedKind
    day: date
    evidence: str
    source: str


@transaction.atomic
def reached(*, person: Person, project: Project, what: Reached, now: datetime) -> Outcome:
    """Keep an outcome, once a `source`, and end the participation with it where it says so.

    The participation ends on the outcome's day, or on the last day attended where that is later; one that cannot end
    then, because the day lies outside the project, goes on.
    """
    Person.objects.locked().get(pk=person.pk)
    outcome, is_new = Outcome.objects.get_or_create(
        person=person,
        project=project,
        source=what.source,
        defaults={"kind": what.kind, "name": what.name, "day": what.day, "qualifies": what.qualifies},
    )
    spell = Participation.objects.open().filter(person=person, project=project).select_related("project").first()
    if is_new and what.ends and spell:
        possible = spells.possible_ends(spell, today=timezone.localdate(now))
        day = max(what.day, possible.first)
        if day in possible:
            spells.set_end(spell, day=day, by=EndedBy.OUTCOME, reason=what.name, user=None, now=now)
    return outcome


@transaction.atomic
def supported(*, project: Project, what: Supported, by: User | None, now: datetime) -> SupportedOrganisation:
    """Keep that an organisation was supported, once a `source`. What is known of its kind already stays."""
    known = SupportedOrganisation.objects.filter(project=project, business_id=what.business_id)
    kind = known.exclude(kind=SupportedKind.UNKNOWN).values_list("kind", flat=True).first() or what.kind
    row, is_new = SupportedOrganisation.objects.get_or_create(
        project=project,
        business_id=what.business_id,
        source=what.source,
        defaults={
            "name": what.name,
            "kind": kind,
            "day": what.day,
            "evidence": what.evidence,
            "at": now,
            "by": by,
        },
    )
    if is_new:
        _record(row, "supported.add", by, now, kind=row.kind)
    return row


@transaction.atomic
def set_kind(*, project: Project, business_id: str, kind: SupportedKind, by: User, now: datetime) -> None:
    """Say what an organisation is: of all its rows in the project, so that it counts once."""
    rows = SupportedOrganisation.objects.filter(project=project, business_id=business_id)
    if row := rows.first():
        rows.update(kind=kind)
        _record(row, "supported.kind", by, now, kind=kind.value)


@transaction.atomic
def remove_support(*, row: SupportedOrganisation, reason: str, by: User, now: datetime) -> None:
    """Take it out of the figures for a `reason`; the row stays."""
    row.removed_because = reason
    row.save(update_fields=["removed_because"])
    _record(row, "supported.remove", by, now, reason=reason)


def _record(row: SupportedOrganisation, action: str, by: User | None, now: datetime, **after: object) -> None:
    audit.changed(
        actor=by, action=action, subject=f"supported:{row.business_id}", scope=row.project.scope, now=now, after=after
    )
