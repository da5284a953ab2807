"""Two people turn out to be one, and sometimes not after all. `core.personal` says how each app's rows follow.

The law of locks: registrations first, then the people in ascending key; whoever registers, lets in or writes a form for
one of them takes the same locks, so nothing is written for somebody who is being merged away.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, PersonMerge, User
from accounts.services import audit, finding, likenesses
from core import personal
from core.errors import Refused
from core.stale import fingerprint
from workspace.services import merge_rights

FIELDS = ("first_name", "last_name", "birth_date", "email", "phone", "language", "municipality_code")
"""What a person has one of: of each, somebody chooses whose is kept."""


class Looked(Refused):
    code = "changed_meanwhile"
    message = _("Something has changed since you looked at these two. Look again: this is how it is now.")


class Hindered(Refused):
    """`obstacles` say, in sentences, what stands in the way and what to do about it."""

    code = "hindered"
    message = _("These two cannot be merged yet.")

    def __init__(self, obstacles: list[personal.Words]) -> None:
        super().__init__()
        self.obstacles = obstacles


class MergedAlready(Refused):
    code = "merged_already"
    message = _("One of the two has been merged with somebody meanwhile.")


class UndoneAlready(Refused):
    code = "undone_already"
    message = _("This merge has been taken back already.")


class NewerFirst(Refused):
    code = "newer_first"
    message = _("Another merge came after this one and builds on it. Take that back first.")


def seen(*, survivor: Person, merged: Person) -> str:
    """What a preview was made of; the merge refuses when it is not so any more."""
    values = {
        f"{person.pk} {name}": getattr(person, name) for person in (survivor, merged) for name in (*FIELDS, "user_id")
    }
    for person in (survivor, merged):
        for handler in personal.handlers():
            for number, holding in enumerate(handler.holdings(person=person.pk)):
                values[f"{person.pk} {handler.name} {number}"] = holding.keys
    return fingerprint(values)


def obstacles(*, survivor: Person, merged: Person) -> list[personal.Words]:
    """What stands in the way of a merge, each with what to do about it."""
    found = [
        words for handler in personal.handlers() for words in handler.obstacles(source=merged.pk, target=survivor.pk)
    ]
    if likenesses.said_apart(survivor, merged):
        found.append(_("Somebody has said that these two are not the same. Take that back first."))
    return found


@transaction.atomic
def merge(
    *, survivor: Person, merged: Person, theirs: Collection[str], reason: str, looked_at: str, by: User, now: datetime
) -> PersonMerge:
    """Make `merged` the same person as `survivor`. Sent twice it happens once.

    :param theirs: those of `FIELDS` of which the merged one's value is kept
    :param looked_at: `seen` of what `by` was shown
    :raises NotYours: if `by` has no rights over some of what either is known in
    :raises MergedAlready: if one of them is somebody else by now
    :raises Looked: if anything has changed since
    :raises Hindered: if both have what one person can have once
    """
    survivor, merged = _locked(survivor.pk, merged.pk)
    known = merge_rights.refuse_unless_all(people=[survivor.pk, merged.pk], by=by)
    if merged.merged_into_id == survivor.pk:
        return PersonMerge.objects.in_force().get(merged=merged)
    if merged.merged_into_id or survivor.merged_into_id:
        raise MergedAlready
    if looked_at != seen(survivor=survivor, merged=merged):
        raise Looked
    if found := obstacles(survivor=survivor, merged=merged):
        raise Hindered(found)
    journals = {
        handler.name: handler.move(source=merged.pk, target=survivor.pk, now=now) for handler in personal.handlers()
    }
    done = PersonMerge.objects.create(
        survivor=survivor, merged=merged, reason=reason, at=now, by=by, journals=journals,
        values=_take(survivor, merged, theirs),
    )  # fmt: skip
    Person.objects.filter(pk=merged.pk).update(merged_into=survivor)
    finding.write_anew(people=[survivor])
    _record("person.merge", done, known, by, now)
    return done


@transaction.atomic
def undo(*, merge: PersonMerge, by: User, now: datetime) -> None:
    """Make two people of one again: each row that the merge moved, and that is still the survivor's, goes back.

    What was written since stays with the survivor, also a value of theirs that has been changed since. Merges are taken
    back newest first, so that each gives back exactly what it took.

    :raises NotYours: if `by` has no rights over some of what either is known in
    :raises UndoneAlready: if somebody has taken it back
    :raises NewerFirst: if the survivor was merged with somebody since
    :raises ChangedSince: if a participation that the merge joined has changed since
    """
    survivor, merged = _locked(merge.survivor_id, merge.merged_id)
    merge = PersonMerge.objects.locked().get(pk=merge.pk)
    known = merge_rights.refuse_unless_all(people=[survivor.pk, merged.pk], by=by)
    if merge.undone_at:
        raise UndoneAlready
    if newer_than(merge):
        raise NewerFirst
    Person.objects.filter(pk=merged.pk).update(merged_into=None)
    for handler in personal.handlers():
        if handler.name in merge.journals:
            journal = merge.journals[handler.name]
            handler.give_back(source=merged.pk, target=survivor.pk, journal=journal, now=now)
    _give_back(survivor.pk, merge.values)
    merge.undone_at, merge.undone_by = now, by
    merge.save(update_fields=["undone_at", "undone_by"])
    finding.write_anew(people=[Person.objects.get(pk=survivor.pk)])
    _record("person.part", merge, known, by, now)


def newer_than(merge: PersonMerge) -> PersonMerge | None:
    """The merge that has to be taken back before this one."""
    later = PersonMerge.objects.in_force().filter(pk__gt=merge.pk)
    return (
        later.filter(survivor=merge.survivor_id).newest_first().first()
        or later.filter(merged=merge.survivor_id).first()
    )


def _locked(survivor: int, merged: int) -> tuple[Person, Person]:
    for handler in personal.handlers():
        handler.lock(people=[survivor, merged])
    found = {person.pk: person for person in Person.objects.locked().filter(pk__in=[survivor, merged]).order_by("pk")}
    return found[survivor], found[merged]


def _take(survivor: Person, merged: Person, theirs: Collection[str]) -> dict[str, list[Any]]:
    """Write what is kept of the merged one into the survivor's row, and return what was changed."""
    changed = {name: getattr(merged, name) for name in FIELDS if name in theirs}
    before = {name: getattr(survivor, name) for name in changed}
    for name, value in changed.items():
        setattr(survivor, name, value)
    survivor.save(update_fields=list(changed))
    return {name: [_json(before[name]), _json(value)] for name, value in changed.items() if value != before[name]}


def _give_back(survivor: int, values: Mapping[str, list[Any]]) -> None:
    for name, (before, after) in values.items():
        as_left = Person.objects.filter(pk=survivor)
        as_left = as_left.filter(**{f"{name}__isnull": True} if after is None else {name: after})
        as_left.update(**{name: before})


def _json(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _record(action: str, merge: PersonMerge, known: merge_rights.Known, by: User, now: datetime) -> None:
    """In the log of each organisation that knows either; the log tells no values, only which were changed."""
    after = {"merged": f"person:{merge.merged_id}", "fields": sorted(merge.values)}
    for scope in merge_rights.logs(known):
        audit.changed(actor=by, action=action, subject=f"person:{merge.survivor_id}", scope=scope, now=now, after=after)
