"""The organiser cancels an event: once asked, with words for those who wanted to come."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.enums import Permission
from accounts.http import SignedInRequest
from core.errors import Refused
from core.text import printable
from core.web import page
from events.models import Event
from registrations.forms import CancelEventForm
from registrations.services import cancelling

LONGEST_NOTE = 500


def show(request: SignedInRequest, event_pk: int) -> HttpResponse:
    mine = Event.objects.visible_to(request.user, Permission.MANAGE_EVENTS)
    event = get_object_or_404(mine.select_related("project").with_meetings(), pk=event_pk)
    form = CancelEventForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        notes = {f"cancel_note_{code}": form.cleaned_data[f"note_{code}"] for code, _name in settings.LANGUAGES}
        try:
            told = cancelling.cancel_event(event=event, notes=notes, by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            done = ngettext(
                "The event is cancelled. A message is on its way to %(number)s person.",
                "The event is cancelled. A message is on its way to %(number)s people.",
                told,
            )
            messages.success(request, done % {"number": told})
            return redirect("workspace:event", event.pk)
    return page(
        request,
        "registrations/cancel_event.html",
        status=422 if form.is_bound else 200,
        event=event,
        project=event.project,
        form=form,
        people=event.registrations.active().count(),
    )


@require_POST
def cancel_date(request: SignedInRequest, event_pk: int, pool_pk: int) -> HttpResponse:
    """Call one date off that has seats of its own."""
    event = get_object_or_404(Event.objects.visible_to(request.user, Permission.MANAGE_EVENTS), pk=event_pk)
    note = printable(request.POST.get("note", ""))[:LONGEST_NOTE].strip()
    try:
        told = cancelling.cancel_date(event=event, pool_pk=pool_pk, note=note, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        done = ngettext(
            "The date is called off. A message is on its way to %(number)s person.",
            "The date is called off. A message is on its way to %(number)s people.",
            told,
        )
        messages.success(request, done % {"number": told})
    return redirect("workspace:event", event.pk)
