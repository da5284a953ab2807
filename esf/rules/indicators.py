"""Which indicators a participant counts in: the rules themselves, without a database.

`esfplus_2021`: Regulation (EU) 2021/1057, Annex I. `esf_2014`: Regulation (EU) No 1304/2013, Annex I, without CO12–CO14
(Regulation (EU, Euratom) 2018/1046). `esf.indicators` asks the same of the database; a test compares the two.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings

from esf.enums import Answer, Citizenship, Education, LabourStatus, Profile, UnemploymentDuration

INACTIVE = frozenset({LabourStatus.STUDYING, LabourStatus.NONE})
"""Neither employed nor unemployed; full-time students are among them."""
AT_WORK = frozenset({LabourStatus.EMPLOYED, LabourStatus.ENTREPRENEUR})
OUT_OF_WORK = INACTIVE | {LabourStatus.UNEMPLOYED}
NOT_EU = frozenset({Citizenship.THIRD, Citizenship.STATELESS})
"""Third-country nationals: also the stateless and those of unknown nationality (2021/1057, Article 2(1)(2))."""
PRIMARY = frozenset({Education.ISCED1, Education.ISCED2})
LOWER = PRIMARY | {Education.ISCED0}
UPPER = frozenset({Education.ISCED3, Education.ISCED4})
TERTIARY = frozenset({Education.ISCED5, Education.ISCED6, Education.ISCED7, Education.ISCED8})
RURAL = 3
"""Degree of urbanisation: thinly populated (Regulation (EU) 2017/2391)."""

MONTHS_OVER = {
    UnemploymentDuration.M0_6: 0,
    UnemploymentDuration.M6_12: 6,
    UnemploymentDuration.M12_24: 12,
    UnemploymentDuration.M24P: 24,
}
"""How many months each answer says have passed at the least."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A participant: what they told at the first entry, where they lived, and what became of them at the last exit.

    Empty is what was not asked, or is not known (yet). `age` is that of the first day.
    """

    age: int
    status: str
    duration: str = ""
    education: str = ""
    citizenship: str = ""
    foreign_background: str = ""
    minority: str = ""
    disability: str = ""
    housing_exclusion: str = ""
    other_disadvantage: str = ""
    degurba: int | None = None
    end_status: str = ""
    qualification: str = ""
    followup_status: str = ""
    improved: str = ""


Rule = Callable[[Facts], bool]


def codes(facts: Facts, profile: Profile) -> frozenset[str]:
    """The indicators that a participant of `facts` counts in."""
    return frozenset(code for code, rule in RULES[profile].items() if rule(facts))


def long_durations(*, young: bool) -> frozenset[str]:
    """The answers that mean long-term unemployment: over 12 months, of the young over 6.

    Commission guidance on the common indicators of 2014–2020, Annex C1, carried over; open, hence settings.
    """
    months = settings.ESF_LTU_YOUTH_MONTHS if young else settings.ESF_LTU_MONTHS
    return frozenset(answer for answer, over in MONTHS_OVER.items() if over >= months)


def _everybody(_facts: Facts) -> bool:
    return True


def _unemployed(facts: Facts) -> bool:
    return facts.status == LabourStatus.UNEMPLOYED


def _long_unemployed(facts: Facts) -> bool:
    return _unemployed(facts) and facts.duration in long_durations(young=facts.age < settings.ESF_LTU_YOUTH_AGE)


def _inactive(facts: Facts) -> bool:
    return facts.status in INACTIVE


def _employed(facts: Facts) -> bool:
    return facts.status in AT_WORK


def _aged(first: int, last: int | None = None) -> Rule:
    """From `first` years on, up to and including `last`."""
    return lambda facts: first <= facts.age and (last is None or facts.age <= last)


def _educated(levels: frozenset[Education]) -> Rule:
    return lambda facts: facts.education in levels


def _yes(name: str) -> Rule:
    """A refusal is no yes, and is counted nowhere."""
    return lambda facts: getattr(facts, name) == Answer.YES


def _third_country(facts: Facts) -> bool:
    return facts.citizenship in NOT_EU


def _rural(facts: Facts) -> bool:
    return facts.degurba == RURAL


def _outside_education(facts: Facts) -> bool:
    return facts.status == LabourStatus.NONE


def _old_and_outside(facts: Facts) -> bool:
    return facts.age > 54 and (_unemployed(facts) or _outside_education(facts))  # noqa: PLR2004 - the indicator's name


def _migrant_or_minority(facts: Facts) -> bool:
    return Answer.YES in (facts.foreign_background, facts.minority)


def _disadvantaged(facts: Facts) -> bool:
    """CO15–CO17; CO12–CO14 belonged to them until 2018."""
    return _migrant_or_minority(facts) or Answer.YES in (facts.disability, facts.other_disadvantage)


def _seeks_work(facts: Facts) -> bool:
    """Inactive before, and now a jobseeker."""
    return _inactive(facts) and facts.end_status == LabourStatus.UNEMPLOYED


def _studies(facts: Facts) -> bool:
    """Newly: who studied before and still does has reached nothing by it."""
    return facts.status != LabourStatus.STUDYING and facts.end_status == LabourStatus.STUDYING


def _has_work(facts: Facts) -> bool:
    return facts.status in OUT_OF_WORK and facts.end_status in AT_WORK


def _has_work_later(facts: Facts) -> bool:
    return facts.status in OUT_OF_WORK and facts.followup_status in AT_WORK


def _improved(facts: Facts) -> bool:
    """Of those at work before: to a stable, full, more demanding or higher post; a rise in pay alone is none."""
    return _employed(facts) and facts.improved == Answer.YES


def _disadvantaged_with_a_result(facts: Facts) -> bool:
    reached = _seeks_work(facts) or _studies(facts) or _yes("qualification")(facts) or _has_work(facts)
    return _disadvantaged(facts) and reached


def _old_with_work_later(facts: Facts) -> bool:
    return facts.age > 54 and _has_work_later(facts)  # noqa: PLR2004 - the indicator's name


def _disadvantaged_with_work_later(facts: Facts) -> bool:
    return _disadvantaged(facts) and _has_work_later(facts)


ESFPLUS_2021: Mapping[str, Rule] = {
    "EECO01": _everybody,
    "EECO02": _unemployed,
    "EECO03": _long_unemployed,
    "EECO04": _inactive,
    "EECO05": _employed,
    "EECO06": _aged(0, 17),
    "EECO07": _aged(18, 29),
    "EECO08": _aged(55),
    "EECO09": _educated(LOWER),
    "EECO10": _educated(UPPER),
    "EECO11": _educated(TERTIARY),
    "EECO13": _third_country,
    "EECO14": _yes("foreign_background"),
    "EECO17": _rural,
    "EECR01": _seeks_work,
    "EECR02": _studies,
    "EECR03": _yes("qualification"),
    "EECR04": _has_work,
    "EECR05": _has_work_later,
    "EECR06": _improved,
}
"""EECO12, EECO15 and EECO16 are estimated, EECO18 and EECO19 count organisations."""

ESF_2014: Mapping[str, Rule] = {
    "CO00": _everybody,
    "CO01": _unemployed,
    "CO02": _long_unemployed,
    "CO03": _inactive,
    "CO04": _outside_education,
    "CO05": _employed,
    "CO06": _aged(0, 24),
    "CO07": _aged(55),
    "CO08": _old_and_outside,
    "CO09": _educated(PRIMARY),
    "CO10": _educated(UPPER),
    "CO11": _educated(TERTIARY),
    "CO15": _migrant_or_minority,
    "CO16": _yes("disability"),
    "CO17": _yes("other_disadvantage"),
    "CO18": _yes("housing_exclusion"),
    "CO19": _rural,
    "CR01": _seeks_work,
    "CR02": _studies,
    "CR03": _yes("qualification"),
    "CR04": _has_work,
    "CR05": _disadvantaged_with_a_result,
    "CR06": _has_work_later,
    "CR07": _improved,
    "CR08": _old_with_work_later,
    "CR09": _disadvantaged_with_work_later,
}

RULES: Mapping[Profile, Mapping[str, Rule]] = {Profile.ESFPLUS_2021: ESFPLUS_2021, Profile.ESF_2014: ESF_2014}
