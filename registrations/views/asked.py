"""The organiser's own questions on the way to a registration: whom they are asked, screen by screen."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from core.encrypted import seal_text, unseal_text
from core.errors import Refused
from events.models import Event
from registrations.enums import AnswerKind, AskedAt, AskedOf
from registrations.forms.questions import REMOVE, UPLOAD, QuestionsForm, typed
from registrations.models import AnswerFile, Hold
from registrations.rules.conditions import Value
from registrations.rules.questions import Asked
from registrations.services.questions import files
from registrations.services.questions.answering import Filled
from registrations.services.questions.reading import Sheet, sheets_of

ME, GROUP = "me", "group"
"""Who is asked; the others of a group by their numbers, from 1."""


@dataclass(frozen=True)
class Ask:
    """One screen of one questionnaire for one of those who come."""

    sheet: Sheet
    screen: int
    who: str
    name: str

    @property
    def step(self) -> str:
        return f"q{self.sheet.pk}.{self.screen}.{self.who}"

    @property
    def title(self) -> str:
        several = len(self.sheet.screens) > 1
        title = f"{self.sheet.title} ({self.screen}/{len(self.sheet.screens)})" if several else self.sheet.title
        return f"{title} – {self.name}" if self.name else title

    @property
    def asked(self) -> Sequence[Asked]:
        return self.sheet.screens[self.screen]

    @property
    def number(self) -> int:
        """In a group: whose file it is."""
        return int(self.who) if self.who.isdecimal() else 0


class Asks:
    """All such screens of one form. What was typed lies sealed in the draft: some of it may be sensitive."""

    def __init__(
        self,
        hold: Hold,
        event: Event,
        *,
        comes: bool,
        others: int,
        contact: Mapping[str, Any],
        members: Mapping[str, Any],
    ) -> None:
        self.hold, self.comes, self.others = hold, comes, others
        self.contact, self.members = contact, members
        self.sheets = sheets_of(event, AskedAt.REGISTRATION)

    @cached_property
    def steps(self) -> dict[str, Ask]:
        """By name, in their order: the group, the contact, those of the others who have no address of their own."""
        asks = [
            Ask(sheet, screen, who, name)
            for kind, who, name in self._whom()
            for sheet in self.sheets
            if sheet.asked_of == kind
            for screen in sheet.screens
        ]
        return {each.step: each for each in asks}

    def _whom(self) -> list[tuple[AskedOf, str, str]]:
        if not self.sheets:
            return []
        several = self.hold.seats > 1
        found = [(AskedOf.PARTY, GROUP, "")]
        if self.comes:
            found.append((AskedOf.PERSON, ME, _name(self.contact, "") if several else ""))
        others = ((str(index), _name(self.members, f"_{index}")) for index in range(1, self.others + 1))
        without_address = ((who, name) for who, name in others if name and not self.members.get(f"email_{who}"))
        return [*found, *((AskedOf.PERSON, who, name) for who, name in without_address)]

    def typed(self, step: str) -> dict[str, Any] | None:
        """What was typed on a screen; None: nothing yet."""
        draft = self.hold.draft.get(step)
        return opened(draft) if draft else None

    def form(
        self, step: str, values: Mapping[str, Any] | None, faults: Mapping[str, str] | None = None
    ) -> QuestionsForm:
        ask = self.steps[step]
        return QuestionsForm(
            values,
            asked=ask.asked,
            earlier=self._answers(ask, ask.screen),
            files=self._files_for(ask),
            faults=faults,
            title=ask.title,
        )

    def filled(self, who: str) -> list[Filled]:
        """What one of them has answered, by screens that are all filled; nothing where they were not asked."""
        last = {ask.sheet.pk: ask for ask in self.steps.values() if ask.who == who}
        return [Filled(ask.sheet, self._answers(ask, ask.screen + 1)) for ask in last.values()]

    def sent(self, step: str, request: HttpRequest) -> dict[str, Any]:
        return typed(self.steps[step].asked, request.POST)

    def receive(self, step: str, request: HttpRequest, now: datetime) -> tuple[dict[str, Any], dict[str, str]]:
        """What was sent of a screen, its files kept; and what is wrong with those that are not."""
        ask = self.steps[step]

        def keep(upload: UploadedFile[Any], question: int) -> AnswerFile:
            return files.keep(upload=upload, question=question, hold=self.hold, who=ask.number, now=now)

        return receive(request, ask.asked, keep)

    def _answers(self, ask: Ask, before: int) -> dict[int, Value]:
        """To the screens of the same questionnaire and person before the screen `before`."""
        found: dict[int, Value] = {}
        for each in self.steps.values():
            if (each.sheet.pk, each.who) == (ask.sheet.pk, ask.who) and each.screen < before:
                form = QuestionsForm(
                    self.typed(each.step) or {}, asked=each.asked, earlier=found, files=self._files_for(each)
                )
                form.is_valid()
                found |= form.answers
        return found

    def _files_for(self, ask: Ask) -> Mapping[str, Mapping[str, Any]]:
        return self._files if any(each.kind == AnswerKind.FILE for each in ask.asked) else {}

    @cached_property
    def _files(self) -> dict[str, dict[str, Any]]:
        return known_files(AnswerFile.objects.filter(hold=self.hold))


def receive(
    request: HttpRequest, asked: Sequence[Asked], keep: Callable[[UploadedFile[Any], int], AnswerFile]
) -> tuple[dict[str, Any], dict[str, str]]:
    """What was sent of these questions, files kept by `keep`; and by field what is wrong with those that are not."""
    values, faults = typed(asked, request.POST), {}
    for each in asked:
        if each.kind != AnswerKind.FILE:
            continue
        if f"{each.name}{REMOVE}" in request.POST:
            values[each.name] = ""
        upload = request.FILES.get(f"{each.name}{UPLOAD}")
        if isinstance(upload, UploadedFile):
            try:
                values[each.name] = keep(upload, each.pk).key.hex
            except Refused as refusal:
                faults[each.name] = str(refusal)
    return values, faults


def known_files(rows: Any) -> dict[str, dict[str, Any]]:
    """Name and size of files by their keys, without reading them."""
    return {row.key.hex: row.known() for row in rows.defer("body")}


def sealed(values: Mapping[str, Any]) -> dict[str, str]:
    return {"sealed": seal_text(json.dumps(values))}


def opened(draft: Mapping[str, str]) -> dict[str, Any]:
    """:raises WrongKey: if it was sealed with a key that is not there any more"""
    found: dict[str, Any] = json.loads(unseal_text(draft["sealed"]))
    return found


def _name(values: Mapping[str, Any], suffix: str) -> str:
    return f"{values.get(f'first_name{suffix}', '')} {values.get(f'last_name{suffix}', '')}".strip()
