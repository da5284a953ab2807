"""People who may be one: looked through, compared, merged by hand, parted again. Who is shown is recorded."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from accounts.models import Person, PersonMerge
from accounts.services import likenesses
from core.errors import Refused
from core.scopes import Scopes
from core.text import key_of
from core.web import page
from workspace.merge_forms import MergeForm
from workspace.services import merge_rights, merging, pairs, people

A_PAGE, APART = 25, 50
TWO = 2


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    within = _reach(request)
    among = Person.objects.in_reach_of(within)
    rows = Paginator(likenesses.suggest(among=among), A_PAGE).get_page(request.GET.get("page", 1))
    apart = pairs.apart(among, APART)
    keys = {pk for each in rows for pk in (each.one, each.other)} | {
        pk for each in apart for pk in (each.lower_id, each.higher_id)
    }
    shown = Person.objects.in_bulk(keys)
    if shown:
        people.record_list(people=list(shown.values()), within=within, by=request.user, now=timezone.now())
    lines = {line.person.pk: line for line in people.lines(people=list(shown.values()), within=within)}
    return page(
        request,
        "workspace/people/alike.html",
        page=rows,
        pairs=[(lines[each.one], lines[each.other], each.reason) for each in rows],
        apart=apart,
    )


@require_POST
def compare(request: SignedInRequest) -> HttpResponse:
    """Two that somebody has chosen themselves."""
    within = _reach(request)
    chosen = {pk for each in request.POST.getlist("pick") if (pk := key_of(each))}
    two = sorted(Person.objects.in_reach_of(within).filter(pk__in=chosen).values_list("pk", flat=True))
    if len(two) != TWO or len(chosen) != TWO:
        messages.error(request, _("Choose two people in the list, no more and no fewer."))
        return redirect("workspace:people")
    return redirect("workspace:pair", *two)


@require_http_methods(["GET", "HEAD", "POST"])
def pair(request: SignedInRequest, person_pk: int, other_pk: int) -> HttpResponse:
    """Show what a merge would do, then do it: the second of the two becomes the first."""
    within = _reach(request)
    if done := _done(within, person_pk, other_pk):
        return done
    survivor, merged = _two(within, person_pk, other_pk)
    shown = pairs.pair(survivor=survivor, merged=merged, user=request.user)
    form = MergeForm(
        request.POST if request.method == "POST" else None, values=shown.values, initial={"looked_at": shown.looked_at}
    )
    refusal = None
    if form.is_valid():
        try:
            merging.merge(
                survivor=survivor,
                merged=merged,
                theirs=form.theirs,
                reason=form.cleaned_data["reason"],
                looked_at=form.cleaned_data["looked_at"],
                by=request.user,
                now=timezone.now(),
            )
        except Refused as refused:
            refusal = refused
            shown = pairs.pair(survivor=survivor, merged=merged, user=request.user)
            form = MergeForm(values=shown.values, initial={"looked_at": shown.looked_at})
        else:
            messages.success(request, _("They are one person now."))
            return redirect("workspace:person", survivor.pk)
    people.record_list(people=[survivor, merged], within=within, by=request.user, now=timezone.now())
    status = 409 if refusal else 422 if form.is_bound else 200
    return page(request, "workspace/people/pair.html", status=status, pair=shown, form=form, refusal=refusal)


@require_POST
def say_apart(request: SignedInRequest, person_pk: int, other_pk: int) -> HttpResponse:
    within = _reach(request)
    one, other = _two(within, person_pk, other_pk)
    scope = people.narrowest(person=one, within=within)
    likenesses.say_apart(one=one, other=other, by=request.user, scope=scope, now=timezone.now())
    messages.success(request, _("Remembered: they are not the same person."))
    return redirect("workspace:alike")


@require_POST
def take_back(request: SignedInRequest, person_pk: int, other_pk: int) -> HttpResponse:
    within = _reach(request)
    one, other = _two(within, person_pk, other_pk)
    scope = people.narrowest(person=one, within=within)
    likenesses.take_back(one=one, other=other, by=request.user, scope=scope, now=timezone.now())
    messages.success(request, _("Taken back. They may be suggested again."))
    return redirect("workspace:pair", one.pk, other.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: SignedInRequest, merge_pk: int) -> HttpResponse:
    """Show what parting two people again would do, then do it."""
    within = _reach(request)
    rows = PersonMerge.objects.filter(
        survivor__in=Person.objects.in_reach_of(within), merged__scopes__scope__in=within.keys
    )
    merge = get_object_or_404(rows.select_related("survivor", "merged", "by", "undone_by").distinct(), pk=merge_pk)
    known = merge_rights.known(people=[merge.survivor_id, merge.merged_id], by=request.user)
    refusal = None
    if request.method == "POST":
        try:
            merging.undo(merge=merge, by=request.user, now=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("They are two people again."))
            return redirect("workspace:person", merge.merged_id)
    people.record_card(person=merge.survivor, within=within, by=request.user, now=timezone.now())
    return page(
        request,
        "workspace/people/undo.html",
        status=409 if refusal else 200,
        merge=merge,
        allowed=not known.beyond,
        ask=merge_rights.whom_to_ask(known),
        newer=merging.newer_than(merge),
        refusal=refusal,
    )


def _reach(request: SignedInRequest) -> Scopes:
    """:raises Http404: to whoever manages nothing in which they see people"""
    within = merge_rights.reach(request.user)
    if not within.keys:
        raise Http404
    return within


def _two(within: Scopes, one: int, other: int) -> tuple[Person, Person]:
    """:raises Http404: unless both are within reach, and two"""
    found = Person.objects.in_reach_of(within).in_bulk([one, other])
    if len(found) != TWO:
        raise Http404
    return found[one], found[other]


def _done(within: Scopes, survivor: int, merged: int) -> HttpResponseRedirect | None:
    """Where a merge leads that has been done already: a button pressed twice is pressed once."""
    same = PersonMerge.objects.in_force().filter(survivor=survivor, merged=merged)
    mine = same.filter(survivor__in=Person.objects.in_reach_of(within))
    return redirect("workspace:person", survivor) if mine.exists() else None
