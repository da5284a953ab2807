"""Of whom the figures are: everybody in the project, or a part of them that somebody chose to look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from esf.enums import Profile
from events.enums import Period


@dataclass(frozen=True)
class AgeGroup:
    """From `first` years up to and including `last`, on the first day."""

    code: str
    first: int
    last: int | None
    label: str | Promise

    def holds(self, age: int) -> bool:
        return self.first <= age and (self.last is None or age <= self.last)


AGE_GROUPS: Mapping[Profile, tuple[AgeGroup, ...]] = {
    Profile.ESFPLUS_2021: (
        AgeGroup("0-17", 0, 17, _("Under 18 years")),
        AgeGroup("18-29", 18, 29, _("18–29 years")),
        AgeGroup("30-54", 30, 54, _("30–54 years")),
        AgeGroup("55-", 55, None, _("55 years or older")),
    ),
    Profile.ESF_2014: (
        AgeGroup("0-24", 0, 24, _("Under 25 years")),
        AgeGroup("25-54", 25, 54, _("25–54 years")),
        AgeGroup("55-", 55, None, _("55 years or older")),
    ),
}
"""The borders are those of the age indicators, so that every group is in all of one of them or in none."""

PROFILES: Mapping[str, Profile] = {Period.P2021: Profile.ESFPLUS_2021, Period.P2014: Profile.ESF_2014}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A part of the participants; what is empty narrows nothing. `began_from` and `began_to` are counted in."""

    gender: str = ""
    age: str = ""
    municipality: str = ""
    implementer: int | None = None
    began_from: date | None = None
    began_to: date | None = None

    @property
    def is_part(self) -> bool:
        """Whether it divides people by more than their gender, so that no estimate of the whole project fits it."""
        return self != Choice(gender=self.gender)

    def condition(self, profile: Profile, codes: Mapping[str, frozenset[str]]) -> Q:
        """Of a participant with `age` and a start notice.

        :param codes: by municipality, the codes that count as it
        """
        found = Q()
        if self.gender:
            found &= Q(start_notice__gender=self.gender)
        for group in AGE_GROUPS[profile]:
            if group.code == self.age:
                found &= Q(age__gte=group.first) & (Q() if group.last is None else Q(age__lte=group.last))
        if self.municipality:
            found &= Q(start_notice__municipality_code__in=codes.get(self.municipality, {self.municipality}))
        if self.implementer:
            found &= Q(implementer=self.implementer)
        if self.began_from:
            found &= Q(started_on__gte=self.began_from)
        if self.began_to:
            found &= Q(started_on__lte=self.began_to)
        return found


EVERYBODY = Choice()
