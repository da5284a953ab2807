"""The same participants divided: by age group, home municipality or implementer, each of the parts by gender."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Organisation
from core.collation import alphabetical
from esf.enums import ABROAD, Dimension
from esf.indicators import towns
from esf.indicators.choosing import AGE_GROUPS, EVERYBODY, Choice
from esf.indicators.counting import Counting, Counts
from events.models import Project


@dataclass(frozen=True)
class Part:
    """`key` is what `Choice` calls it."""

    key: str
    label: str | Promise
    counts: Counts


def breakdown(
    *, project: Project, on: date, by: Dimension, choice: Choice = EVERYBODY, code: str = ""
) -> tuple[Part, ...]:
    """The parts in a readable order, without those of nobody; of `code` alone, if given. At most three queries."""
    counting = Counting(project=project, on=on, choice=choice, towns=towns.on(on), code=code)
    return PARTS[by](counting)


def _ages(counting: Counting) -> tuple[Part, ...]:
    found = counting.by_age()
    groups = AGE_GROUPS[counting.profile]
    return tuple(Part(group.code, group.label, found[group.code]) for group in groups if group.code in found)


def _towns(counting: Counting) -> tuple[Part, ...]:
    parts = [
        Part(code, _("Outside Finland") if code == ABROAD else counting.towns.name(code), counts)
        for code, counts in counting.by_town().items()
    ]
    return tuple(sorted(parts, key=lambda part: (part.key == ABROAD, alphabetical(str(part.label)))))


def _implementers(counting: Counting) -> tuple[Part, ...]:
    found = counting.by_implementer()
    names = dict(Organisation.objects.filter(pk__in=[pk for pk in found if pk]).values_list("pk", "name"))
    parts = [Part(str(pk or ""), names[pk] if pk else _("Not named"), counts) for pk, counts in found.items()]
    return tuple(sorted(parts, key=lambda part: (not part.key, alphabetical(str(part.label)))))


PARTS: dict[Dimension, Callable[[Counting], tuple[Part, ...]]] = {
    Dimension.AGE: _ages,
    Dimension.MUNICIPALITY: _towns,
    Dimension.IMPLEMENTER: _implementers,
}
