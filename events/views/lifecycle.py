"""What happens to an event as a whole: published, scheduled, copied, kept as a template, archived, deleted."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http import SignedInRequest
from core.errors import Refused
from core.web import page
from events.forms.lifecycle import CopyForm, ScheduleForm
from events.forms.series import SeriesChangeForm, SeriesForm
from events.models import Event, Venue
from events.services import copying, publishing, retiring, scheduling
from events.views.planning import mine


@require_POST
def publish(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = mine(request, event_pk)
    try:
        publishing.publish(event=event, by=request.user, now=timezone.now())
    except publishing.NotReady as refusal:
        for problem in refusal.problems:
            messages.error(request, str(problem))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The event is published."))
    return redirect("workspace:event", event.pk)


@require_POST
def unpublish(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = mine(request, event_pk)
    done = _("The event is a draft again. Nobody else sees it.")
    return _try(request, event, done, lambda: publishing.unpublish(event=event, by=request.user, now=timezone.now()))


def schedule(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """Choose when the draft publishes itself; an empty time takes that back."""
    event = mine(request, event_pk)
    form = ScheduleForm(request.POST if request.method == "POST" else None, initial={"at": event.publish_at})
    if request.method == "POST" and form.is_valid():
        try:
            scheduling.schedule(event=event, at=form.cleaned_data["at"], by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error("at", str(refusal))
        else:
            messages.success(request, _("The time of publishing is saved."))
            return redirect("workspace:event", event.pk)
    return _ask(request, event, form, heading=_("Publish later"), button=_("Save the time"))


def copy(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """Make an event like this one, or from this template, on other dates."""
    event = mine(request, event_pk)
    form = CopyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        first_day = form.cleaned_data["first_day"]
        made = copying.copy(event=event, first_day=first_day, by=request.user, now=timezone.now())
        messages.success(request, _("The copy is a draft. Check its texts and dates, and publish it."))
        return redirect("events:change", made.pk)
    heading = _("New event from a template") if event.is_template else _("Copy the event")
    return _ask(request, event, form, heading=heading, button=_("Make the draft"))


@require_POST
def make_template(request: SignedInRequest, event_pk: int) -> HttpResponse:
    made = copying.make_template(event=mine(request, event_pk), by=request.user, now=timezone.now())
    messages.success(request, _("The template is saved. It is offered when you make a new event."))
    return redirect("workspace:event", made.pk)


@require_POST
def archive(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = mine(request, event_pk)
    done = _("The event is in the archive.") if not event.archived_at else _("The event is back from the archive.")
    return _try(request, event, done, lambda: retiring.archive(event=event, by=request.user, now=timezone.now()))


def delete(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """Ask, then delete a draft or a template that nobody has had to do with."""
    event = mine(request, event_pk)
    refusal = None
    if request.method == "POST":
        try:
            retiring.delete(event=event, by=request.user, now=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The draft is deleted."))
            return redirect("workspace:desk")
    return page(request, "events/delete_draft.html", status=409 if refusal else 200, event=event, refusal=refusal)


@require_POST
def preview_link(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """Make a new secret address that shows the event to whoever has it, and show it once."""
    event = mine(request, event_pk)
    token = scheduling.preview_link(event=event, by=request.user, now=timezone.now())
    url = request.build_absolute_uri(reverse("events:preview", args=[token]))
    return page(request, "events/preview_link.html", event=event, url=url, lasts=scheduling.PREVIEW_LASTS.days)


def dates(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """The dates of a series: add many at once, or change all that are ahead."""
    event = mine(request, event_pk)
    asked = request.POST.get("do") if request.method == "POST" else ""
    venues = Venue.objects.visible_to(request.user).select_related("municipality").order_by("name")
    like = event.next_meeting(timezone.now())
    adding = SeriesForm(request.POST if asked == "repeat" else None, venues=venues, like=like)
    changing = SeriesChangeForm(request.POST if asked == "change" else None, venues=venues, like=like, prefix="all")
    known: dict[str, SeriesForm | SeriesChangeForm] = {"repeat": adding, "change": changing}
    form = known.get(asked or "")
    if form and form.is_valid():
        try:
            number = form.carry_out(event, request.user, timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Dates saved: %(number)s.") % {"number": number})
            return redirect("events:dates", event.pk)
    return page(
        request,
        "events/dates.html",
        status=422 if form else 200,
        event=event,
        adding=adding,
        changing=changing,
        now=timezone.now(),
    )


def _ask(request: SignedInRequest, event: Event, form: object, *, heading: str, button: str) -> HttpResponse:
    bound = getattr(form, "is_bound", False)
    return page(
        request,
        "events/ask.html",
        status=422 if bound else 200,
        event=event,
        form=form,
        heading=heading,
        button=button,
    )


def _try(request: HttpRequest, event: Event, done: str, deed: Callable[[], object]) -> HttpResponse:
    try:
        deed()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("workspace:event", event.pk)
