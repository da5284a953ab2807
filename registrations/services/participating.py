"""What a participant of a project may still be asked through the personal link of one of their registrations."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from esf.enums import CollectionOutcome
from esf.models import EndNotice, Participation
from esf.rules.ending import STATUS_WINDOW, Bounds
from esf.services import spells
from esf.services.collecting import eura_address
from events.enums import Period
from registrations.models import Registration
from registrations.services import reaching


@dataclass(frozen=True, kw_only=True)
class Ending:
    """A participation of the person, and what they have told of its end.

    `asked`: the project waits for it now; otherwise they may tell it though it goes on, or tell a change.
    """

    participation: Participation
    notice: EndNotice | None
    possible: Bounds
    asked: bool


def ending(*, registration: Registration, today: date) -> Ending | None:
    """The participation in the event's project that is asked about; None: there is none.

    First comes one that has ended and nobody has told of, the newest of them; else the newest that goes on, or of which
    a change can be told: for four weeks after the end, then only staff correct it. Who may hold a link without having
    the person's mailbox sees nothing that was told, and only what is asked.
    """
    if registration.event.project_id is None:
        return None
    found = list(_endings(registration, today))
    asked = next((each for each in found if each.asked), None)
    if asked is None and reaching.is_own(registration):
        asked = next(iter(found), None)
    return asked


def _endings(registration: Registration, today: date) -> Iterator[Ending]:
    mine = Participation.objects.counted().filter(person=registration.person_id, project=registration.event.project_id)
    for spell in mine.select_related("project").order_by("-started_on", "-pk"):
        notice = EndNotice.objects.filter(participation=spell).first()
        collected = notice is not None and notice.collection_outcome == CollectionOutcome.COLLECTED
        if collected and spell.ended_on and today > spell.ended_on + STATUS_WINDOW:
            continue
        possible = spells.possible_ends(spell, today=today)
        if possible.first > possible.last:
            continue
        yield Ending(
            participation=spell,
            notice=notice,
            possible=possible,
            asked=spell.ended_on is not None and not collected,
        )


def eura(*, registration: Registration) -> str:
    """Where a participant gives their data to the ministry themselves; empty for everybody else.

    EURA 2021 knows the projects of the period 2021–2027 alone.
    """
    project = registration.event.project
    if project is None or project.period != Period.P2021 or not reaching.is_own(registration):
        return ""
    mine = Participation.objects.counted().filter(person=registration.person_id, project=project)
    return eura_address(project) if mine.exists() else ""
