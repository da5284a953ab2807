"""The report of a project: every indicator of its programming period, by gender, beside what was planned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import Lower
from django.utils.functional import Promise

from esf.enums import Basis, Gender, Profile
from esf.indicators import beside, people, towns
from esf.indicators.choosing import EVERYBODY, PROFILES, Choice
from esf.indicators.counting import Counting, Counts
from esf.models import StartNotice
from esf.rules.consistency import Check, failures
from events.enums import Indicator, Indicator2014
from events.models import Project
from events.rules import target_on

LABELS: Mapping[Profile, Mapping[str, str | Promise]] = {
    Profile.ESFPLUS_2021: dict(Indicator.choices),
    Profile.ESF_2014: dict(Indicator2014.choices),
}
FOLLOWED_UP = frozenset({"EECR05", "EECR06", "CR06", "CR07", "CR08", "CR09"})
"""Six months after leaving: known where the project asks for it (`Project.follows_up`)."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One indicator: persons (or organisations, which have no gender) in all and by gender, and what was planned.

    `planned` is None where nothing was. `methods` tell of an estimate: the day and the way of each.
    """

    code: str
    label: str | Promise
    total: int
    women: int
    men: int
    other: int
    planned: int | None
    basis: Basis = Basis.COUNTED
    methods: tuple[tuple[date, str], ...] = ()

    @property
    def has_genders(self) -> bool:
        return self.basis != Basis.ORGANISATIONS


@dataclass(frozen=True, kw_only=True)
class Report:
    rows: tuple[Row, ...]
    without_notice: int
    perhaps_twice: int
    on: date
    choice: Choice = EVERYBODY
    failures: tuple[Check, ...] = ()

    def row(self, code: str) -> Row:
        return next(row for row in self.rows if row.code == code)


def report(*, project: Project, on: date, choice: Choice = EVERYBODY) -> Report:
    """Figures of `project` as of the day `on`, of those whom `choice` names. Seven queries (eight where people share
    an e-mail address), however many people.
    """
    counting = Counting(project=project, on=on, choice=choice, towns=towns.on(on))
    rows = _Rows(project, on, choice).of(counting.all())
    figures = {row.code: row.total for row in rows}
    return Report(
        rows=rows,
        without_notice=people.without_form(project, on).count(),
        perhaps_twice=_perhaps_twice(project, on),
        on=on,
        choice=choice,
        failures=failures(figures, counting.profile),
    )


def labels(project: Project) -> Mapping[str, str | Promise]:
    """The indicators of the project's programming period."""
    return LABELS[PROFILES[project.period]]


class _Rows:
    """Turns counts of people into rows: with estimates, organisations and plans where these belong."""

    def __init__(self, project: Project, on: date, choice: Choice) -> None:
        self.project, self.choice = project, choice
        self.profile = PROFILES[project.period]
        self.may_estimate = beside.estimated(project, self.profile)
        self.estimates = beside.estimates(project, on, self.may_estimate)
        self.helped = beside.helped(project, on, self.profile)
        self.targets = targets(project, on)

    def of(self, counts: Counts) -> tuple[Row, ...]:
        return tuple(self._row(code, label, counts) for code, label in LABELS[self.profile].items())

    def _row(self, code: str, label: str | Promise, counts: Counts) -> Row:
        genders, basis, methods = self._found(code, counts)
        planned = self.targets.get(code) if self.choice == EVERYBODY else None
        if basis == Basis.ORGANISATIONS:
            total = len(self.helped[code])
            return Row(code=code, label=label, total=total, women=0, men=0, other=0, planned=planned, basis=basis)
        return Row(
            code=code,
            label=label,
            total=sum(genders.values()),
            women=genders.get(Gender.F, 0),
            men=genders.get(Gender.M, 0),
            other=genders.get(Gender.X, 0),
            planned=planned,
            basis=basis,
            methods=methods,
        )

    def _found(self, code: str, counts: Counts) -> tuple[Mapping[str, int], Basis, tuple[tuple[date, str], ...]]:
        if code in self.helped:
            return {}, Basis.MISSING if self.choice != EVERYBODY else Basis.ORGANISATIONS, ()
        if code in self.may_estimate:
            estimate = None if self.choice.is_part else self.estimates.get(code)
            if estimate is None:
                return {}, Basis.MISSING, ()
            kept = {each: value for each, value in estimate.values.items() if self.choice.gender in ("", each)}
            return kept, Basis.ESTIMATED, estimate.methods
        if code in FOLLOWED_UP and not self.project.follows_up:
            return {}, Basis.MISSING, ()
        return counts.of(code), Basis.COUNTED, ()


def _perhaps_twice(project: Project, on: date) -> int:
    """People who share name and e-mail address but not the birth date: one of two dates may be a slip of the finger.

    Addresses that several forms share are few, and are found first.
    """
    forms = StartNotice.objects.filter(project=project).exclude(email="").order_by()
    shared = forms.values(address=Lower("email")).annotate(forms=Count("pk")).filter(forms__gt=1)
    addresses = list(shared.values_list("address", flat=True))
    if not addresses:
        return 0
    same = (
        people.entries(project, on)
        .annotate(address=Lower("start_notice__email"))
        .filter(address__in=addresses)
        .order_by()
        .values("address", first=Lower("start_notice__first_name"), last=Lower("start_notice__last_name"))
        .annotate(people=Count("pk"))
        .filter(people__gt=1)
    )
    return sum(row["people"] - 1 for row in same)


def targets(project: Project, on: date) -> dict[str, int | None]:
    """The planned value of each indicator in force on the day."""
    return {indicator: target_on(values, on) for indicator, values in plans(project).items()}


def plans(project: Project) -> dict[str, list[tuple[date, int]]]:
    """By indicator, each planned value with the day from which on it holds."""
    history: dict[str, list[tuple[date, int]]] = {}
    for target in project.targets.all():
        history.setdefault(target.indicator, []).append((target.valid_from, target.value))
    return history
