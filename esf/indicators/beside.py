"""Figures that no participant's form gives: what the project estimates, and the organisations it helped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from esf.enums import Profile, SupportedKind
from esf.models import Estimate, SupportedOrganisation
from events.models import Project

NEVER_ASKED = frozenset({"EECO12", "EECO15", "EECO16"})
"""Special categories of data and what stands near them: in 2021–2027 no participant is asked (EURA 2021)."""
ORIGIN = frozenset({"EECO13", "EECO14"})
"""Asked where the project asks it (`Project.asks_origin`), else estimated."""

SME = frozenset({SupportedKind.MICRO, SupportedKind.SMALL, SupportedKind.MEDIUM})
PUBLIC = frozenset({SupportedKind.PUBLIC})
ORGANISATIONS: Mapping[Profile, Mapping[str, frozenset[SupportedKind]]] = {
    Profile.ESFPLUS_2021: {"EECO18": PUBLIC, "EECO19": SME},
    Profile.ESF_2014: {"CO22": PUBLIC, "CO23": SME},
}
"""A large enterprise, or one of unknown size, counts in neither."""


def estimated(project: Project, profile: Profile) -> frozenset[str]:
    """The indicators that this project may estimate (Regulation (EU) 2021/1057, Annex I, 1.2)."""
    if profile == Profile.ESF_2014:
        return frozenset()
    return NEVER_ASKED if project.asks_origin else NEVER_ASKED | ORIGIN


@dataclass(frozen=True, kw_only=True)
class Estimated:
    """An estimate in force: by gender, and for each gender how it was made and on which day."""

    values: Mapping[str, int]
    methods: tuple[tuple[date, str], ...]


def estimates(project: Project, on: date, codes: Iterable[str]) -> dict[str, Estimated]:
    """The newest of each indicator and gender by `on`. One query; a project has few rows."""
    rows = Estimate.objects.filter(project=project, day__lte=on, indicator__in=sorted(codes)).order_by("day", "pk")
    newest: dict[str, dict[str, Estimate]] = {}
    for row in rows:
        newest.setdefault(row.indicator, {})[row.gender] = row
    return {
        code: Estimated(
            values={gender: row.value for gender, row in found.items()},
            methods=tuple(dict.fromkeys((row.day, row.method) for row in found.values())),
        )
        for code, found in newest.items()
    }


def helped(project: Project, on: date, profile: Profile) -> dict[str, dict[str, date]]:
    """By indicator, the business IDs of those helped by `on`, each with the first day. One query.

    Of which kind an organisation is, the newest row says that knows it.
    """
    rows = SupportedOrganisation.objects.filter(project=project, day__lte=on, removed_because="").order_by("day", "pk")
    first: dict[str, date] = {}
    kinds: dict[str, str] = {}
    for business_id, kind, day in rows.values_list("business_id", "kind", "day"):
        first.setdefault(business_id, day)
        if kind != SupportedKind.UNKNOWN:
            kinds[business_id] = kind
    return {
        code: {each: day for each, day in first.items() if kinds.get(each) in counted}
        for code, counted in ORGANISATIONS[profile].items()
    }


def history(project: Project, code: str, gender: str, on: date) -> list[tuple[date, int]]:
    """Each value that an estimate has had by `on`, in the order of their days."""
    rows = Estimate.objects.filter(project=project, indicator=code, gender=gender, day__lte=on).order_by("day", "pk")
    return list(rows.values_list("day", "value"))
