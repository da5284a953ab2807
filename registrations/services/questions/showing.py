"""Answers on the desk: to those alone who may see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from accounts.models import Grant, User
from accounts.services import audit
from core.spoken import spoken
from events.models import Event
from registrations.enums import AskedAt
from registrations.models import Answer, Question, Registration
from registrations.rules import questions as rules
from registrations.services.questions import telling
from registrations.services.questions.reading import as_asked


@dataclass(frozen=True)
class Column:
    """A question whose answers somebody may read."""

    pk: int
    questionnaire: int
    label: str
    sensitive: bool

    @property
    def key(self) -> str:
        return f"q{self.pk}"


def roles_at(user: User, event: Event) -> frozenset[str]:
    """What `user` is where the event's people are seen."""
    rows = Grant.objects.usable().filter(user=user, scope__in=event.people_scopes)
    return frozenset(rows.values_list("role", flat=True))


def columns(*, event: Event, user: User, language: str) -> list[Column]:
    """The event's questions in their order, and those taken out that were answered; only what `user` may read."""
    if not event.terms.asks_questions:
        return []
    roles = roles_at(user, event)
    answered = Exists(Answer.objects.filter(question=OuterRef("pk")))
    rows = Question.objects.filter(questionnaire__event=event).exclude(questionnaire__moment=AskedAt.SURVEY)
    rows = rows.filter(Q(removed_at=None) | answered).with_wording()
    found = sorted(rows, key=lambda each: (each.questionnaire_id or 0, each.screen, each.position, each.pk))
    return [
        Column(each.pk, each.questionnaire_id or 0, spoken(as_asked(each).labels, language), each.sensitive)
        for each in found
        if rules.may_see(each.sees, roles, sensitive=each.sensitive)
    ]


def cells(*, registrations: Collection[Registration], columns: Iterable[Column]) -> dict[int, dict[int, Answer]]:
    """Of each registration: its answers by question, a group's among them. Two queries."""
    wanted = [each.pk for each in columns]
    if not wanted or not registrations:
        return {}
    parties: dict[int, list[int]] = {}
    for each in registrations:
        if each.party_id:
            parties.setdefault(each.party_id, []).append(each.pk)
    found: dict[int, dict[int, Answer]] = {each.pk: {} for each in registrations}
    rows = Answer.objects.whole().filter(question__in=wanted)
    for row in rows.filter(Q(registration__in=list(found)) | Q(party__in=list(parties))):
        for pk in [row.registration_id] if row.registration_id else parties[row.party_id or 0]:
            found[pk or 0][row.question_id] = row
    return found


def texts(found: Mapping[int, Mapping[int, Answer]], language: str) -> dict[int, dict[int, str]]:
    return {pk: {key: telling.text_of(row, language) for key, row in rows.items()} for pk, rows in found.items()}


def tell(*, user: User, event: Event, columns: Iterable[Column], people: int, now: datetime) -> None:
    """Record that sensitive answers were shown, and which."""
    secret = [each.key for each in columns if each.sensitive]
    if secret and people:
        audit.read(
            actor=user,
            action="answers.read",
            subject=event.scope,
            scope=event.scope,
            now=now,
            people=people,
            columns=secret,
        )
