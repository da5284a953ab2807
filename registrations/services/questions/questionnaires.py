"""Which questionnaires wait for somebody's answers, and what they may find in them already."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from core.names import normalised_email
from registrations.enums import AnswerKind, AskedAt, AskedOf
from registrations.models import Answer, Filling, Registration
from registrations.rules import questions as rules
from registrations.rules.conditions import Value
from registrations.services.questions.answering import may_answer
from registrations.services.questions.reading import Sheet, sheets_of
from registrations.services.questions.telling import value_of


class ToDo(NamedTuple):
    """A questionnaire that the person may answer or correct; `state` is `new`, `begun` or `sent`."""

    sheet: Sheet
    state: str


def to_do(registration: Registration, now: datetime) -> list[ToDo]:
    """Those that the person may answer by their own link, the unanswered first. Without questions no query."""
    sheets = [each for each in mine(registration) if may_answer(registration, each, now)]
    states = _states(registration, sheets)
    found = [ToDo(each, states.get(each.pk, "new")) for each in sheets]
    return sorted(found, key=lambda each: each.state == "sent")


def mine(registration: Registration) -> list[Sheet]:
    """All that are asked of the person; what a group is asked once, only of one who came alone."""
    alone = registration.party_id is None
    return [each for each in sheets_of(registration.event) if alone or each.asked_of == AskedOf.PERSON]


def unanswered(registration: Registration, moment: AskedAt) -> list[Sheet]:
    """Questionnaires of a moment that have not been sent."""
    sheets = sheets_of(registration.event, moment)
    states = _states(registration, sheets)
    return [each for each in sheets if states.get(each.pk) != "sent"]


def _states(registration: Registration, sheets: list[Sheet]) -> dict[int, str]:
    if not sheets:
        return {}
    rows = Filling.objects.filter(registration=registration, questionnaire__in=[each.pk for each in sheets])
    return {pk: "sent" if sent else "begun" for pk, sent in rows.values_list("questionnaire", "sent_at")}


def earlier(registration: Registration, sheet: Sheet) -> dict[int, Value]:
    """What the same person has answered to the same library questions of the same organisation, newest last.

    Only what came with the same address and name, because by these the link was mailed to them; nothing that is
    sensitive now or was then, no file, no consent, and nothing that could not be an answer now.
    """
    wanted = {each.library: each for each in sheet.asked if each.library and not each.sensitive}
    if not wanted or not registration.email:
        return {}
    rows = Answer.objects.filter(
        question__taken_from__in=list(wanted),
        question__sensitive=False,
        plain__isnull=False,
        registration__person=registration.person_id,
        registration__event__organisation=registration.event.organisation_id,
    ).exclude(registration=registration)
    rows = rows.exclude(wording__kind__in=[AnswerKind.FILE, AnswerKind.CONSENT]).order_by("at", "pk")
    found: dict[int, Value] = {}
    for row in rows.select_related("registration", "question"):
        asked, value = wanted[row.question.taken_from_id or 0], value_of(row)
        if row.registration and _same(row.registration, registration) and rules.is_answer(asked, value):
            found[asked.pk] = value
    return found


def _same(one: Registration, other: Registration) -> bool:
    address = normalised_email(one.email) == normalised_email(other.email)
    return address and one.name.casefold() == other.name.casefold()


def blank_answers(registration: Registration, sheet: Sheet, kept: Mapping[int, Value]) -> dict[int, Value]:
    """What a form shows at first: what was answered, else what the person answered elsewhere."""
    return {**earlier(registration, sheet), **kept} if not kept else dict(kept)
