"""Who may merge two people, or take a merge back: whoever manages all that either is known in."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.enums import Permission
from accounts.models import Grant, Organisation, PersonScope, User
from accounts.services import audit
from core.errors import Refused
from core.scopes import Scopes
from esf.models import AttendedDay, Participation, StartNotice
from events.models import Event, Project


class NotYours(Refused):
    """They are known also where the user manages nothing; `ask` names whom to ask, as far as it may be told."""

    code = "not_yours"
    message = _("One of the two is known also where you have no rights, so you cannot merge them or part them.")

    def __init__(self, ask: list[Organisation]) -> None:
        super().__init__()
        self.ask = ask


@dataclass(frozen=True, kw_only=True)
class Known:
    """In which scopes people are known, and which of these are `beyond` somebody.

    `secret` are those that only a confidential event's own team may hear of.
    """

    scopes: frozenset[str]
    beyond: frozenset[str]
    secret: frozenset[str]


def reach(user: User) -> Scopes:
    """Where `user` both sees people and manages events: there they may look for two who are one."""
    sees, manages = (Grant.objects.scopes(user, each) for each in (Permission.SEE_PEOPLE, Permission.MANAGE_EVENTS))
    return Scopes(sees.keys & manages.keys)


def known(*, people: Collection[int], by: User) -> Known:
    """Hold everything in which `people` are known against the rights of `by`. A fixed number of queries.

    A merge changes what everybody sees of both: names and addresses in each organisation's lists, figures in each
    project's report. So the narrowest rule that is safe asks for rights over every scope of both, each for itself: an
    event by a role in what it lies in (a confidential one only by a role for that very event), a project by a role in
    it or in its organisation, an organisation by a role in all of it. An organisation that knows one of them only as
    its resident, through a joint project, counts like any other. So does a project in which one of them takes part by
    a confidential event, though nobody of the project sees them.
    """
    seen = frozenset(PersonScope.objects.filter(person__in=people).values_list("scope", flat=True))
    scopes = seen | _taken_part_in(people)
    within, everywhere = reach(by), Scopes(scopes)
    events = Event.objects.filter(pk__in=everywhere.ids("event"))
    projects = Project.objects.filter(pk__in=everywhere.ids("project"))
    reached = {
        *(event.scope for event in events.people_in_reach_of(within)),
        *(project.scope for project in projects.in_reach_of(within)),
        *(scope for scope in scopes if scope in within.keys),
    }
    secret = (scopes - seen) | {event.scope for event in events.filter(confidential=True)}
    return Known(scopes=scopes, beyond=scopes - reached, secret=secret)


def _taken_part_in(people: Collection[int]) -> frozenset[str]:
    notices, days, spells = (
        model.objects.filter(person__in=people).values_list("project", flat=True)
        for model in (StartNotice, AttendedDay, Participation)
    )
    return frozenset(f"project:{pk}" for pk in notices.union(days, spells))


def refuse_unless_all(*, people: Collection[int], by: User) -> Known:
    """:raises NotYours: if `by` has no rights over some of what `people` are known in"""
    found = known(people=people, by=by)
    if found.beyond:
        raise NotYours(whom_to_ask(found))
    return found


def whom_to_ask(found: Known) -> list[Organisation]:
    """Whose the scopes are that are beyond. A confidential event is told of to nobody, so its owner is not named."""
    owners = audit.owners(found.beyond - found.secret)
    return list(Organisation.objects.filter(pk__in=set(owners.values())).order_by("name", "pk"))


def logs(found: Known) -> list[str]:
    """In which scopes the log tells of it: once in each organisation's, and in each confidential event's own."""
    owners = audit.owners(found.scopes - found.secret)
    return sorted({f"organisation:{pk}" for pk in owners.values()} | found.secret)
