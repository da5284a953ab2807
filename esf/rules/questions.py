"""Which questions a background form puts, by the programming period, and how they part into screens of a phone."""

from collections.abc import Collection

from esf.enums import HOUSEHOLD, SENSITIVE, Profile
from events.enums import Period

PROFILES = {Period.P2014: Profile.ESF_2014, Period.P2021: Profile.ESFPLUS_2021}

ORIGIN = ("citizenship_group", "foreign_background")
ADDRESS = ("street_address", "postal_code", "post_office")
REACH = ("email", "phone")

SCREENS: dict[str, tuple[str, ...]] = {
    "you": ("birth_date", "gender"),
    "home": ("municipality_code", *ADDRESS),
    "reach": REACH,
    "work": ("labour_status_start", "unemployment_duration", "employer_business_id"),
    "education": ("education_level",),
    "origin": ORIGIN,
    "situation": ("minority", "disability", "housing_exclusion", "other_disadvantage"),
    "household": HOUSEHOLD,
}
"""One idea each, in the order in which they are asked; a screen of which nothing is asked is left out."""


def profile_of(period: str) -> Profile:
    """The questions of a project's programming period."""
    return PROFILES[Period(period)]


def unasked(profile: Profile, *, origin: bool, household: bool) -> frozenset[str]:
    """Questions that are not put.

    ESF+ 2021-2027 never asks anything of a special category (Regulation (EU) 2021/1057, Annex I, 1.2: estimates do).
    2014-2020 asks foreign background with CO15, refusable like the others (Regulation (EU) No 1304/2013, Annex I).

    :param origin: whether the project asks citizenship and foreign background instead of estimating them
    :param household: whether the household is asked about, which was dropped in 2018
    """
    left = set() if origin else set(ORIGIN)
    if profile != Profile.ESF_2014:
        return frozenset(left | set(SENSITIVE))
    left.discard("foreign_background")
    return frozenset(left if household else left | set(HOUSEHOLD))


def screens(asked: Collection[str]) -> list[str]:
    """The names of the screens on which at least one of the questions `asked` stands."""
    return [name for name, questions in SCREENS.items() if set(questions) & set(asked)]
