"""Joint projects: each implementer sees its own residents, also those who take part at another implementer's event."""

from collections.abc import Iterable

from django.db.models import CharField

from accounts.models import Organisation, Person, PersonScope
from accounts.services import people
from core.compiled import Compiled, Param
from events.models import Event, Project

AT_HOME = Compiled(
    lambda: Organisation.objects.filter(
        implemented_projects=Param("project"), municipality_code=Param("municipality", CharField())
    ).values_list("pk")
)


def scopes(event: Event, municipality_code: str) -> list[str]:
    """Those in which a person from this municipality is known for coming to `event`, besides the event's own.

    Who comes to a confidential event is known to its team alone.
    """
    if event.project_id is None or event.confidential or not municipality_code:
        return []
    found = AT_HOME.all(project=event.project_id, municipality=municipality_code)
    return [f"organisation:{pk}" for (pk,) in found]


def forget(*, project: Project, by: Iterable[Organisation]) -> int:
    """Take the residents of `project` from the sight of those who no longer carry it out; return how many people.

    Whoever came to an event of theirs, or takes part in another project that they carry out, stays known to them.
    """
    gone = 0
    for organisation in by:
        own = Event.objects.filter(organisation=organisation, confidential=False).values_list("pk", flat=True)
        others = Project.objects.filter(implementers=organisation).exclude(pk=project.pk).values_list("pk", flat=True)
        kept = PersonScope.objects.filter(scope__in=[f"event:{pk}" for pk in own])
        at_home = Person.objects.filter(
            municipality_code=organisation.municipality_code, scopes__scope__in=[f"project:{pk}" for pk in others]
        )
        there = PersonScope.objects.filter(scope=project.scope)
        seen = PersonScope.objects.filter(scope=organisation.scope, person__in=there.values("person"))
        lost = seen.exclude(person__in=kept.values("person")).exclude(person__in=at_home.values("pk"))
        gone += lost.delete()[0]
    return gone


def make_known(*, project: Project, to: Iterable[Organisation]) -> None:
    """Let new implementers see the residents who take part already."""
    there = Person.objects.filter(scopes__scope=project.scope)
    for organisation in to:
        mine = there.filter(municipality_code=organisation.municipality_code)
        people.make_all_known(people=mine, scope=organisation.scope)
