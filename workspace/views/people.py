"""Looking for people, and one person's page. Whoever is looked at is recorded; words never stand in an address."""

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from accounts.models import Person
from accounts.services import finding
from core.fields import readable
from core.scopes import Scopes
from core.web import page
from workspace.forms import PeopleForm
from workspace.services import merge_rights, pairs, people

A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: SignedInRequest) -> HttpResponse:
    within = _reach(request)
    form = PeopleForm(request.POST if request.method == "POST" else None)
    found = _found(form, within)
    rows = _rows(form, found)
    if rows and rows.object_list:
        people.record_list(people=list(rows), within=within, by=request.user, now=timezone.now())
    return page(
        request,
        "workspace/people/index.html",
        "found",
        status=422 if form.is_bound and not form.is_valid() else 200,
        form=form,
        rows=rows,
        lines=people.lines(people=list(rows), within=within) if rows else [],
        more=found is not None and found.more,
        most=finding.MOST,
        may_merge=bool(merge_rights.reach(request.user).keys),
    )


@require_safe
def show(request: SignedInRequest, person_pk: int) -> HttpResponse:
    within = _reach(request)
    person = Person.objects.in_reach_of(within).filter(pk=person_pk).first()
    if person is None:
        return redirect("workspace:person", _merged_into(person_pk, within).pk)
    card = people.card(person=person, user=request.user, within=within)
    people.record_card(person=person, within=within, by=request.user, now=timezone.now())
    managed = merge_rights.reach(request.user)
    return page(
        request,
        "workspace/people/person.html",
        card=card,
        person=person,
        phone=readable(person.phone),
        merges=pairs.merges(person, within),
        alike=pairs.like(person, managed) if managed.keys else [],
        may_merge=bool(managed.keys),
    )


def _merged_into(person_pk: int, within: Scopes) -> Person:
    """Whom the address of a merged person leads to.

    :raises Http404: unless it is one, known within reach like the one they are now
    """
    known = Person.objects.filter(scopes__scope__in=within.keys, merged_into__isnull=False).distinct()
    merged = get_object_or_404(known.select_related("merged_into"), pk=person_pk)
    while merged.merged_into:
        merged = merged.merged_into
    return get_object_or_404(Person.objects.in_reach_of(within), pk=merged.pk)


def _found(form: PeopleForm, within: Scopes) -> finding.Found | None:
    if not form.is_valid():
        return None
    return finding.find(words=form.cleaned_data["words"], among=Person.objects.in_reach_of(within))


def _rows(form: PeopleForm, found: finding.Found | None) -> Page[Person] | None:
    """The page asked for, the last one when there are not so many."""
    return Paginator(found.people, A_PAGE).get_page(form.cleaned_data["page"] or 1) if found else None


def _reach(request: SignedInRequest) -> Scopes:
    """:raises Http404: to whoever may see nobody"""
    within = people.reach(request.user)
    if not within.keys:
        raise Http404
    return within
