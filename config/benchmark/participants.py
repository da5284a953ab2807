"""A project with as many participants as a big city's may have one day, written in bulk: forms, spells, ends."""

import time
import tracemalloc
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import NoticePurpose, OrganisationKind
from accounts.models import Organisation, Person, PrivacyNotice
from accounts.services import privacy
from config.benchmark.fetched import RowsFetched
from config.demo.content import read
from esf import indicators
from esf.enums import (
    Answer,
    CollectionOutcome,
    Education,
    EndedBy,
    EnteredBy,
    Gender,
    LabourStatus,
    NoticeChannel,
    UnemploymentDuration,
)
from esf.models import EndNotice, Participation, StartNotice
from events.models import Municipality, Project, ProjectTarget

SEED, A_BATCH = 11, 2000
CODE = "S38887"
IMPLEMENTERS = 4
RETURNS, ENDS, ANSWERS = 20, 4, 10
"""Of so many one comes back; of so many all but one end; of so many all but one tell how it ended."""
TRIES = 3
FIRST_DAYS = 3
"""So many days after its beginning a project has few participants."""


def build(*, organisation: Organisation, number: int, now: datetime, say: Callable[[str], object]) -> dict[str, Any]:
    """Make `number` participants of one project, and return the project's key and where its report is."""
    making = _Making(organisation, now)
    for first in range(0, number, A_BATCH):
        making.write(range(first, min(number, first + A_BATCH)))
        say(f"{min(number, first + A_BATCH)} of {number} participants …")
    return {"project": making.project.pk, "url": _address(making.project), "participants": number}


def measured(report: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The same with what a report costs in this process: seconds, the best of some, and statements.

    Then rows fetched and the most memory of Python's objects, in kilobytes: of everybody, and of the `few` of the
    project's first days.
    """
    project = Project.objects.get(pk=report["project"])
    times = []
    for _i in range(TRIES):
        with CaptureQueriesContext(connection) as queries:
            started = time.perf_counter()
            indicators.report(project=project, on=now.date())
            times.append(time.perf_counter() - started)
    first = project.starts_on + timedelta(days=FIRST_DAYS)
    return report | {
        "report_s": round(min(times), 2),
        "queries": len(queries),
        "rows": _rows(project, now.date()),
        "peak_kb": _peak_kb(project, now.date()),
        "few": indicators.report(project=project, on=first).row("EECO01").total,
        "few_rows": _rows(project, first),
        "few_peak_kb": _peak_kb(project, first),
    }


def _rows(project: Project, on: date) -> int:
    with RowsFetched() as fetched:
        indicators.report(project=project, on=on)
    return fetched.number


def _peak_kb(project: Project, on: date) -> int:
    """Above what was held before."""
    tracemalloc.start()
    try:
        indicators.report(project=project, on=on)
        return round(tracemalloc.get_traced_memory()[1] / 1024)
    finally:
        tracemalloc.stop()


def _address(project: Project) -> str:
    return settings.SITE_URL + reverse("esf:report", args=[project.pk])


class _Making:
    def __init__(self, organisation: Organisation, now: datetime) -> None:
        self.now, self.chance = now, Random(SEED)  # noqa: S311 - the same people at every run
        self.today = now.date()
        self.project = _project(organisation, self.today)
        self.implementers = list(self.project.implementers.order_by("pk"))
        self.towns = list(Municipality.objects.valid_on(self.today).order_by("code").values_list("code", flat=True))
        self.privacy: PrivacyNotice = privacy.current(NoticePurpose.ESF)
        names = read("people")
        self.given, self.family = [*names["given_names_f"], *names["given_names_m"]], names["family_names"]

    def write(self, numbers: range) -> None:
        people = Person.objects.bulk_create(self._person(number) for number in numbers)
        notices = StartNotice.objects.bulk_create(self._notice(person) for person in people)
        spells = Participation.objects.bulk_create(self._first(notice) for notice in notices)
        ended = [spell for spell in spells if spell.ended_on]
        again = Participation.objects.bulk_create(
            self._second(spell) for spell in ended[::RETURNS] if spell.ended_on and spell.ended_on < self.today
        )
        last = [spell for spell in [*ended, *again] if spell.ended_on]
        EndNotice.objects.bulk_create(
            self._end(spell) for number, spell in enumerate(last) if number % ANSWERS or spell.start_notice_id is None
        )

    def _person(self, number: int) -> Person:
        return Person(
            first_name=self.chance.choice(self.given),
            last_name=self.chance.choice(self.family),
            email=f"osallistuja{number}@joukko.example",
            identity=f"joukko-{number}",
            language="fi",
            municipality_code="081",
            created_at=self.now,
        )

    def _notice(self, person: Person) -> StartNotice:
        status = self.chance.choice(LabourStatus.values)
        unemployed = status == LabourStatus.UNEMPLOYED
        return StartNotice(
            person=person,
            project=self.project,
            source=f"bench:{person.pk}",
            first_name=person.first_name,
            last_name=person.last_name,
            birth_date=date(1950, 1, 1) + timedelta(days=self.chance.randrange(21_000)),
            gender=self.chance.choices(Gender.values, [49, 49, 2])[0],
            municipality_code=self.chance.choice(self.towns),
            email=person.email,
            language="fi",
            labour_status_start=status,
            unemployment_duration=self.chance.choice(UnemploymentDuration.values) if unemployed else "",
            education_level=self.chance.choice(Education.values),
            foreign_background=self.chance.choice(Answer.values),
            privacy_notice=self.privacy,
            info_given_at=self.now,
            confirmed_at=self.now,
            submitted_at=self.now,
            wording="2026-11",
        )

    def _first(self, notice: StartNotice) -> Participation:
        started = self.project.starts_on + timedelta(days=self.chance.randrange(500))
        ends = self.chance.randrange(ENDS) > 0
        return Participation(
            person=notice.person,
            project=self.project,
            implementer=self.chance.choice(self.implementers),
            started_on=started,
            ended_on=started + timedelta(days=self.chance.randrange(1, 90)) if ends else None,
            ended_by=EndedBy.STAFF if ends else "",
            ended_at=self.now if ends else None,
            reason="more than one date",
            start_notice=notice,
            begun_at=self.now,
        )

    def _second(self, spell: Participation) -> Participation:
        started = (spell.ended_on or spell.started_on) + timedelta(days=30)
        return Participation(
            person=spell.person,
            project=self.project,
            implementer=spell.implementer,
            started_on=started,
            ended_on=started + timedelta(days=20),
            ended_by=EndedBy.STAFF,
            ended_at=self.now,
            reason="more than one date",
            begun_at=self.now,
        )

    def _end(self, spell: Participation) -> EndNotice:
        return EndNotice(
            participation=spell,
            collection_outcome=CollectionOutcome.COLLECTED,
            labour_status_end=self.chance.choice(LabourStatus.values),
            status_as_of=spell.ended_on,
            qualification=self.chance.choice([Answer.YES, Answer.NO]),
            wording="2026-11",
            channel=NoticeChannel.LINK,
            entered_by=EnteredBy.SELF,
            submitted_at=self.now,
        )


def _project(organisation: Organisation, today: date) -> Project:
    project = Project.objects.create(
        code=CODE,
        name="Joukko liikkeelle",
        organisation=organisation,
        starts_on=today - timedelta(days=600),
        ends_on=today + timedelta(days=365),
    )
    for number in range(IMPLEMENTERS):
        project.implementers.add(
            Organisation.objects.create(
                name=f"Toteuttaja {number}", kind=OrganisationKind.MUNICIPALITY, municipality_code="081"
            )
        )
    ProjectTarget.objects.create(project=project, indicator="EECO01", value=90_000, valid_from=project.starts_on)
    return project
