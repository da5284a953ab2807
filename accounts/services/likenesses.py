"""People who may be one, as they stand in the register, and what has been said about that."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.likeness import Likeness, Said, alike
from accounts.models import PeopleApart, Person, PersonQuerySet, User
from accounts.services import audit

COLUMNS = ("pk", "first_name", "last_name", "email", "phone", "birth_date")


def suggest(*, among: PersonQuerySet) -> list[Likeness]:
    """Every two of `among` who may be one person, strongest first; not those who were said to be two. Three queries.

    Both of two are of `among`, so nothing is told of people whom its asker may not see.
    """
    likenesses = alike(said(person) for person in among.only(*COLUMNS).iterator())
    into = dict(Person.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into"))
    apart = {
        frozenset([_end(lower, into), _end(higher, into)])
        for lower, higher in PeopleApart.objects.values_list("lower", "higher")
    }
    return [each for each in likenesses if frozenset([each.one, each.other]) not in apart]


def said(person: Person) -> Said:
    return Said(**{name: getattr(person, name) for name in COLUMNS})


def said_apart(one: Person, other: Person) -> PeopleApart | None:
    """Who said that these two, or any who were merged into them, are not the same; the newest who did."""
    pairs = PeopleApart.objects.of_two(everybody_in(one), everybody_in(other))
    return pairs.select_related("by").order_by("-at", "-pk").first()


def everybody_in(person: Person) -> set[int]:
    """The key of `person`, and those of all who were merged into them, and into those before."""
    found = {person.pk}
    while new := set(Person.objects.filter(merged_into__in=found).exclude(pk__in=found).values_list("pk", flat=True)):
        found |= new
    return found


@transaction.atomic
def say_apart(*, one: Person, other: Person, by: User, scope: str, now: datetime) -> None:
    """Remember that these two are not the same, so that nobody is asked again. A second time changes nothing.

    :param scope: in which `by` says so, for the log
    """
    lower, higher = sorted([one, other], key=lambda person: person.pk)
    _apart, new = PeopleApart.objects.get_or_create(lower=lower, higher=higher, defaults={"at": now, "by": by})
    if new:
        audit.changed(
            actor=by, action="person.apart", subject=lower.key, scope=scope, now=now, after={"other": higher.key}
        )


@transaction.atomic
def take_back(*, one: Person, other: Person, by: User, scope: str, now: datetime) -> None:
    """Forget that these two, or any who were merged into them, were said not to be the same."""
    gone, _each = PeopleApart.objects.of_two(everybody_in(one), everybody_in(other)).delete()
    if gone:
        audit.changed(
            actor=by, action="person.apart_undo", subject=one.key, scope=scope, now=now, after={"other": other.key}
        )


def _end(pk: int, into: Mapping[int, int | None]) -> int:
    while following := into.get(pk):
        pk = following
    return pk
