"""Places that events are planned at: the list, changing one, deleting one that nothing refers to."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest, for_staff
from accounts.models import Grant
from core.stale import ChangedMeanwhile
from core.web import page
from events.forms.projects import VenueDetailsForm
from events.models import Venue
from events.services import projects, usage


@for_staff
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    venues = Venue.objects.visible_to(request.user).select_related("municipality")
    return page(
        request,
        "events/venues.html",
        venues=venues.order_by("municipality__name", "name", "pk"),
        may_plan=bool(Grant.objects.scopes(request.user, Permission.MANAGE_EVENTS).keys),
    )


def change(request: SignedInRequest, venue_pk: int) -> HttpResponse:
    venue = _known(request, venue_pk)
    form = VenueDetailsForm(request.POST if request.method == "POST" else None, thing=venue)
    if form.is_valid():
        values, seen = form.values(), form.cleaned_data["seen"]
        try:
            projects.change_venue(venue=venue, values=values, seen=seen, by=request.user, now=timezone.now())
        except ChangedMeanwhile as refusal:
            form.tell(refusal)
        else:
            messages.success(request, _("The place is saved."))
            return redirect("events:venues")
    return page(
        request,
        "events/asking.html",
        status=422 if form.is_bound else 200,
        form=form,
        heading=_("Change place"),
        lead="",
        back=reverse("events:venues"),
        back_to=_("Places"),
        delete=reverse("events:delete_venue", args=[venue.pk]),
    )


def delete(request: SignedInRequest, venue_pk: int) -> HttpResponse:
    """Say what refers to the place; delete it when nothing does."""
    venue = _known(request, venue_pk)
    if request.method == "POST":
        try:
            usage.delete_venue(venue=venue, by=request.user, now=timezone.now())
        except usage.InUse as refusal:
            messages.error(request, str(refusal))
            return redirect("events:delete_venue", venue.pk)
        messages.success(request, _("The place is deleted."))
        return redirect("events:venues")
    back = reverse("events:venue", args=[venue.pk])
    return page(
        request, "events/delete.html", thing=str(venue), uses=usage.uses(thing=venue, by=request.user), back=back
    )


def _known(request: SignedInRequest, venue_pk: int) -> Venue:
    return get_object_or_404(Venue.objects.visible_to(request.user), pk=venue_pk)
