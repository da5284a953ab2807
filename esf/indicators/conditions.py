"""`esf.rules.indicators` as conditions on a row of `esf.indicators.people`: the same rules, asked of the database.

Rows are counted by age, so that it is worked out once a row, and what depends on it is told of the counts.
"""

from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q

from esf.enums import Answer, LabourStatus, Profile
from esf.indicators.towns import Towns
from esf.rules.indicators import (
    AT_WORK,
    INACTIVE,
    LOWER,
    NOT_EU,
    OUT_OF_WORK,
    PRIMARY,
    TERTIARY,
    UPPER,
    long_durations,
)

NOT_STUDYING = frozenset(LabourStatus) - {LabourStatus.STUDYING}


class Term(NamedTuple):
    """Those of `first` to `last` years for whom `condition` holds. The terms of one indicator exclude each other."""

    condition: Q = Q()
    first: int = 0
    last: int | None = None

    @property
    def asks_age(self) -> bool:
        return bool(self.first) or self.last is not None

    def holds(self, age: int) -> bool:
        return self.first <= age and (self.last is None or age <= self.last)


def conditions(profile: Profile, *, on: date, towns: Towns) -> dict[str, tuple[Term, ...]]:
    """What makes a participant count in each indicator as of the day `on`."""
    facts = _Facts(on, towns)
    return _esfplus(facts) if profile == Profile.ESFPLUS_2021 else _esf(facts)


class _Facts:
    """What the rules are made of."""

    def __init__(self, on: date, towns: Towns) -> None:
        self.on = on
        self.rural = _start(municipality_code__in=sorted(towns.rural()))
        self.unemployed = _start(labour_status_start=LabourStatus.UNEMPLOYED)
        self.inactive = _start(labour_status_start__in=INACTIVE)
        self.employed = _start(labour_status_start__in=AT_WORK)
        self.outside = _start(labour_status_start=LabourStatus.NONE)
        self.long = (
            Term(self._unemployed_for(young=True), last=settings.ESF_LTU_YOUTH_AGE - 1),
            Term(self._unemployed_for(young=False), first=settings.ESF_LTU_YOUTH_AGE),
        )
        self.migrant = _start(foreign_background=Answer.YES) | _start(minority=Answer.YES)
        self.disadvantaged = self.migrant | _start(disability=Answer.YES) | _start(other_disadvantage=Answer.YES)

        left, out_of_work = Q(last__ended_on__lte=on), _start(labour_status_start__in=OUT_OF_WORK)
        self.seeks = left & self.inactive & _end(labour_status_end=LabourStatus.UNEMPLOYED)
        self.studies = (
            left & _start(labour_status_start__in=NOT_STUDYING) & _end(labour_status_end=LabourStatus.STUDYING)
        )
        self.qualified = left & _end(qualification=Answer.YES)
        self.works = left & out_of_work & _end(labour_status_end__in=AT_WORK)

        later = left & _end(followup_on__lte=on)
        self.works_later = later & out_of_work & _end(followup_status__in=AT_WORK)
        self.improved = later & self.employed & _end(improved_situation=Answer.YES)

    def _unemployed_for(self, *, young: bool) -> Q:
        return self.unemployed & _start(unemployment_duration__in=long_durations(young=young))


def _esfplus(facts: _Facts) -> dict[str, tuple[Term, ...]]:
    return {
        "EECO01": (Term(),),
        "EECO02": (Term(facts.unemployed),),
        "EECO03": facts.long,
        "EECO04": (Term(facts.inactive),),
        "EECO05": (Term(facts.employed),),
        "EECO06": (Term(last=17),),
        "EECO07": (Term(first=18, last=29),),
        "EECO08": (Term(first=55),),
        "EECO09": (Term(_start(education_level__in=LOWER)),),
        "EECO10": (Term(_start(education_level__in=UPPER)),),
        "EECO11": (Term(_start(education_level__in=TERTIARY)),),
        "EECO13": (Term(_start(citizenship_group__in=NOT_EU)),),
        "EECO14": (Term(_start(foreign_background=Answer.YES)),),
        "EECO17": (Term(facts.rural),),
        "EECR01": (Term(facts.seeks),),
        "EECR02": (Term(facts.studies),),
        "EECR03": (Term(facts.qualified),),
        "EECR04": (Term(facts.works),),
        "EECR05": (Term(facts.works_later),),
        "EECR06": (Term(facts.improved),),
    }


def _esf(facts: _Facts) -> dict[str, tuple[Term, ...]]:
    reached = facts.seeks | facts.studies | facts.qualified | facts.works
    return {
        "CO00": (Term(),),
        "CO01": (Term(facts.unemployed),),
        "CO02": facts.long,
        "CO03": (Term(facts.inactive),),
        "CO04": (Term(facts.outside),),
        "CO05": (Term(facts.employed),),
        "CO06": (Term(last=24),),
        "CO07": (Term(first=55),),
        "CO08": (Term(facts.unemployed | facts.outside, first=55),),
        "CO09": (Term(_start(education_level__in=PRIMARY)),),
        "CO10": (Term(_start(education_level__in=UPPER)),),
        "CO11": (Term(_start(education_level__in=TERTIARY)),),
        "CO15": (Term(facts.migrant),),
        "CO16": (Term(_start(disability=Answer.YES)),),
        "CO17": (Term(_start(other_disadvantage=Answer.YES)),),
        "CO18": (Term(_start(housing_exclusion=Answer.YES)),),
        "CO19": (Term(facts.rural),),
        "CR01": (Term(facts.seeks),),
        "CR02": (Term(facts.studies),),
        "CR03": (Term(facts.qualified),),
        "CR04": (Term(facts.works),),
        "CR05": (Term(facts.disadvantaged & reached),),
        "CR06": (Term(facts.works_later),),
        "CR07": (Term(facts.improved),),
        "CR08": (Term(facts.works_later, first=55),),
        "CR09": (Term(facts.disadvantaged & facts.works_later),),
    }


def _start(**condition: object) -> Q:
    return Q(**{f"start_notice__{name}": value for name, value in condition.items()})


def _end(**condition: object) -> Q:
    return Q(**{f"last__end_notice__{name}": value for name, value in condition.items()})
