"""Two people side by side, as somebody sees them who may merge them."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.likeness import Reason, reason_for
from accounts.models import Organisation, PeopleApart, Person, PersonMerge, PersonQuerySet, PersonSpelling, User
from accounts.services import likenesses
from accounts.spellings import name_words
from core import personal
from core.fields import readable
from core.scopes import Scopes
from core.templatetags.when import full_day
from events.models import Municipality
from workspace.services import merge_rights, merging

LABELS: dict[str, personal.Words] = {
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "birth_date": _("Date of birth"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "language": _("Language"),
    "municipality_code": _("Municipality"),
}


@dataclass(frozen=True, kw_only=True)
class Value:
    """What two people say of one thing, as it is shown; `name` is the column's."""

    name: str
    label: personal.Words
    ours: str
    theirs: str

    @property
    def differs(self) -> bool:
        return self.ours != self.theirs


@dataclass(frozen=True, kw_only=True)
class Count:
    """How much of one kind each of the two has."""

    label: personal.Words
    ours: int
    theirs: int


@dataclass(frozen=True, kw_only=True)
class Pair:
    """`merged` would become `survivor`. Without all the rights it takes, the rest is empty; `ask` says whom to ask."""

    survivor: Person
    merged: Person
    reason: Reason | None
    apart: PeopleApart | None
    allowed: bool
    ask: list[Organisation]
    values: list[Value]
    counts: list[Count]
    remarks: list[personal.Words]
    obstacles: list[personal.Words]
    looked_at: str


def pair(*, survivor: Person, merged: Person, user: User) -> Pair:
    """A fixed number of queries."""
    known = merge_rights.known(people=[survivor.pk, merged.pk], by=user)
    allowed = not known.beyond
    return Pair(
        survivor=survivor,
        merged=merged,
        reason=reason_for(likenesses.said(survivor), likenesses.said(merged)),
        apart=likenesses.said_apart(survivor, merged),
        allowed=allowed,
        ask=merge_rights.whom_to_ask(known),
        values=_values(survivor, merged) if allowed else [],
        counts=_counts(survivor, merged) if allowed else [],
        remarks=_remarks(survivor, merged) if allowed else [],
        obstacles=merging.obstacles(survivor=survivor, merged=merged) if allowed else [],
        looked_at=merging.seen(survivor=survivor, merged=merged) if allowed else "",
    )


def like(person: Person, within: Scopes) -> list[Person]:
    """Those within reach who may be the same as `person`, strongest first.

    Two who are alike share at least one of their names to the letter, so the index of spellings is asked for these.
    """
    evidence = Q()
    for column, value in (("email__iexact", person.email), ("phone", person.phone), ("birth_date", person.birth_date)):
        if value:
            evidence |= Q(**{column: value})
    if not evidence:
        return []
    names = name_words(f"{person.first_name} {person.last_name}")
    namesakes = PersonSpelling.objects.filter(text__in=sorted(names)).values("person")
    among = Person.objects.in_reach_of(within).filter(evidence, pk__in=namesakes)
    pairs = [each for each in likenesses.suggest(among=among) if person.pk in (each.one, each.other)]
    others = [each.other if each.one == person.pk else each.one for each in pairs]
    found = Person.objects.in_bulk(others)
    return [found[pk] for pk in others]


def merges(person: Person, within: Scopes) -> list[PersonMerge]:
    """Who was merged into `person`, newest first; only those whom one would see by themselves, were they not merged."""
    mine = PersonMerge.objects.in_force().filter(survivor=person, merged__scopes__scope__in=within.keys)
    return list(mine.select_related("merged", "by").distinct().newest_first())


def apart(among: PersonQuerySet, most: int) -> list[PeopleApart]:
    """The newest of those who were said not to be one, of whom both are `among`."""
    both = PeopleApart.objects.filter(lower__in=among.values("pk"), higher__in=among.values("pk"))
    return list(both.select_related("lower", "higher", "by").order_by("-at", "-pk")[:most])


def _values(survivor: Person, merged: Person) -> list[Value]:
    codes = {survivor.municipality_code, merged.municipality_code} - {""}
    towns = {town.code: town.name for town in Municipality.objects.filter(code__in=codes)}
    ours, theirs = _shown(survivor, towns), _shown(merged, towns)
    return [Value(name=name, label=LABELS[name], ours=ours[name], theirs=theirs[name]) for name in merging.FIELDS]


def _shown(person: Person, towns: dict[str, str]) -> dict[str, str]:
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "birth_date": full_day(person.birth_date) if person.birth_date else "",
        "email": person.email,
        "phone": readable(person.phone),
        "language": person.get_language_display(),
        "municipality_code": towns.get(person.municipality_code, person.municipality_code),
    }


def _counts(survivor: Person, merged: Person) -> list[Count]:
    return [
        Count(label=ours.label, ours=len(ours.keys), theirs=len(theirs.keys))
        for handler in personal.handlers()
        for ours, theirs in zip(handler.holdings(person=survivor.pk), handler.holdings(person=merged.pk), strict=True)
    ]


def _remarks(survivor: Person, merged: Person) -> list[personal.Words]:
    return [words for handler in personal.handlers() for words in handler.remarks(source=merged.pk, target=survivor.pk)]
