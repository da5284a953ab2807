"""Common output indicators EECO01–11 (Regulation (EU) 2021/1057, Annex I, 1.1): queries, never stored figures.

A person counts once per project: the answers are those of the first spell's start notice. Only complete notices count.
"""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.expressions import Combinable
from django.db.models.functions import ExtractDay, ExtractMonth, ExtractYear, Lower
from django.db.models.lookups import LessThan
from django.utils.functional import Promise

from esf.enums import Education, Gender, LabourStatus, UnemploymentDuration
from esf.models import Participation
from events.enums import Indicator
from events.models import Project
from events.rules import target_on

LABELS: dict[str, str | Promise] = dict(Indicator.choices[:11])


@dataclass(frozen=True, kw_only=True)
class Row:
    """One indicator: persons in all and by gender, and what was planned (None where nothing was)."""

    code: str
    label: str | Promise
    total: int
    women: int
    men: int
    other: int
    planned: int | None


@dataclass(frozen=True, kw_only=True)
class Report:
    rows: tuple[Row, ...]
    without_notice: int
    perhaps_twice: int
    on: date

    def row(self, code: str) -> Row:
        return next(row for row in self.rows if row.code == code)


def report(*, project: Project, on: date) -> Report:
    """Figures of `project` with everything that had begun by the day `on`. Four queries, however many people."""
    spells = _first_spells(project, on)
    counted = spells.filter(start_notice__isnull=False)
    figures = counted.annotate(age=_age_at_start()).aggregate(**_aggregates())
    targets = _targets(project, on)
    rows = tuple(
        Row(
            code=code,
            label=label,
            total=figures[code],
            women=figures[f"{code}_F"],
            men=figures[f"{code}_M"],
            other=figures[f"{code}_X"],
            planned=targets.get(code),
        )
        for code, label in LABELS.items()
    )
    return Report(
        rows=rows,
        without_notice=spells.filter(start_notice=None).count(),
        perhaps_twice=_perhaps_twice(counted),
        on=on,
    )


def _perhaps_twice(counted: QuerySet[Participation]) -> int:
    """People who share name and e-mail address but not the birth date: one of two dates may be a slip of the finger."""
    same = (
        counted.exclude(start_notice__email="")
        .values(
            address=Lower("start_notice__email"),
            first=Lower("start_notice__first_name"),
            last=Lower("start_notice__last_name"),
        )
        .annotate(people=Count("person", distinct=True))
        .filter(people__gt=1)
    )
    return sum(row["people"] - 1 for row in same)


def _first_spells(project: Project, on: date) -> QuerySet[Participation]:
    """Each person's first spell in `project`, as far as it had begun."""
    own = Participation.objects.filter(project=project, person=OuterRef("person")).order_by("started_on", "pk")
    return Participation.objects.filter(project=project, started_on__lte=on, pk=Subquery(own.values("pk")[:1]))


def _conditions() -> dict[str, Q]:
    status, education = "start_notice__labour_status_start", "start_notice__education_level"
    unemployed = Q(**{status: LabourStatus.UNEMPLOYED})
    return {
        "EECO01": Q(),
        "EECO02": unemployed,
        "EECO03": unemployed & _long_term(),
        "EECO04": Q(**{f"{status}__in": [LabourStatus.STUDYING, LabourStatus.NONE]}),
        "EECO05": Q(**{f"{status}__in": [LabourStatus.EMPLOYED, LabourStatus.ENTREPRENEUR]}),
        "EECO06": Q(age__lt=18),
        "EECO07": Q(age__gte=18, age__lte=29),
        "EECO08": Q(age__gte=55),
        "EECO09": Q(**{f"{education}__in": [Education.ISCED0, Education.ISCED1, Education.ISCED2]}),
        "EECO10": Q(**{f"{education}__in": [Education.ISCED3, Education.ISCED4]}),
        "EECO11": Q(**{f"{education}__in": [Education.ISCED5, Education.ISCED6, Education.ISCED7, Education.ISCED8]}),
    }


MONTHS_OVER = {
    UnemploymentDuration.M0_6: 0,
    UnemploymentDuration.M6_12: 6,
    UnemploymentDuration.M12_24: 12,
    UnemploymentDuration.M24P: 24,
}
"""How many months each answer says have passed at the least."""


def _long_term() -> Q:
    young, duration = Q(age__lt=settings.ESF_LTU_YOUTH_AGE), "start_notice__unemployment_duration__in"
    return young & Q(**{duration: _durations_over(settings.ESF_LTU_YOUTH_MONTHS)}) | ~young & Q(
        **{duration: _durations_over(settings.ESF_LTU_MONTHS)}
    )


def _durations_over(months: int) -> list[str]:
    return [str(answer) for answer, over in MONTHS_OVER.items() if over >= months]


def _aggregates() -> dict[str, Count]:
    found: dict[str, Count] = {}
    for code, condition in _conditions().items():
        found[code] = Count("pk", filter=condition) if condition else Count("pk")
        for gender in Gender.values:
            found[f"{code}_{gender}"] = Count("pk", filter=condition & Q(start_notice__gender=gender))
    return found


def _age_at_start() -> Combinable:
    """Whole years at the start of the spell; 29 February ages on 1 March (`rules.age_on`)."""
    born, started = "start_notice__birth_date", "started_on"
    month_and_day_born = ExtractMonth(born) * 100 + ExtractDay(born)
    month_and_day_started = ExtractMonth(started) * 100 + ExtractDay(started)
    birthday_ahead = LessThan(month_and_day_started, month_and_day_born)
    years = ExtractYear(started) - ExtractYear(born)
    return years - Case(When(birthday_ahead, then=1), default=0, output_field=IntegerField())


def _targets(project: Project, on: date) -> dict[str, int | None]:
    """The planned value of each indicator in force on the day."""
    history: dict[str, list[tuple[date, int]]] = {}
    for target in project.targets.all():
        history.setdefault(target.indicator, []).append((target.valid_from, target.value))
    return {indicator: target_on(values, on) for indicator, values in history.items()}
