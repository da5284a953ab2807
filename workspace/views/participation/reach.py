"""Whose participants one may see, and whom of them."""

from django.shortcuts import get_object_or_404

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Person
from core.scopes import Scopes
from events.models import Event, Project
from registrations.models import Registration
from workspace.services import people
from workspace.services.participation import lists


def project_of(request: SignedInRequest, project_pk: int) -> Project:
    """:raises Http404: to whoever may not see the project's people"""
    return get_object_or_404(Project.objects.visible_to(request.user, Permission.SEE_PEOPLE), pk=project_pk)


def managed(request: SignedInRequest, project_pk: int) -> Project:
    """:raises Http404: to whoever may not both see the project's people and change its affairs"""
    mine = Project.objects.visible_to(request.user, Permission.SEE_PEOPLE)
    changed = Project.objects.visible_to(request.user, Permission.MANAGE_EVENTS)
    return get_object_or_404(mine.filter(pk__in=changed.values("pk")), pk=project_pk)


def manages(request: SignedInRequest, project: Project) -> bool:
    return Project.objects.visible_to(request.user, Permission.MANAGE_EVENTS).filter(pk=project.pk).exists()


def within(request: SignedInRequest) -> Scopes:
    return people.reach(request.user)


def person_of(request: SignedInRequest, project: Project, person_pk: int) -> Person:
    """Somebody who takes part in the project, or has registered for an event of it whose people one may see.

    Whoever sees a project's participants sees all of them, also those who were at a partner's events alone.

    :raises Http404: otherwise
    """
    reach = within(request)
    events = Event.objects.people_in_reach_of(reach).filter(project=project)
    registered = Registration.objects.filter(person=person_pk, event__in=events)
    known = lists.seen(project, reach).filter(person=person_pk).exists() or registered.exists()
    return get_object_or_404(Person.objects.themselves() if known else Person.objects.none(), pk=person_pk)


def has_own_page(request: SignedInRequest, person: Person) -> bool:
    """Whether one may see what else there is of them, beside this project."""
    return Person.objects.in_reach_of(within(request)).filter(pk=person.pk).exists()
