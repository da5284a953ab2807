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
    """Somebody who takes part in the project, was at one of its events, or has registered for one that one may see.

    :raises Http404: otherwise
    """
    reach = within(request)
    events = Event.objects.people_in_reach_of(reach).filter(project=project)
    known = (
        lists.seen(project, reach).filter(person=person_pk).exists()
        or Registration.objects.filter(person=person_pk, event__in=events).exists()
    )
    return get_object_or_404(Person.objects.in_reach_of(reach) if known else Person.objects.none(), pk=person_pk)
