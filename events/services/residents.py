"""Joint projects: each implementer sees its own residents, also those who take part at another implementer's event."""

from collections.abc import Iterable

from django.db.models import CharField

from accounts.models import Organisation, Person
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


def make_known(*, project: Project, to: Iterable[Organisation]) -> None:
    """Let new implementers see the residents who take part already."""
    there = Person.objects.filter(scopes__scope=project.scope)
    for organisation in to:
        mine = there.filter(municipality_code=organisation.municipality_code)
        people.make_all_known(people=mine, scope=organisation.scope)
