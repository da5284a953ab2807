"""The fair's programme, for anyone: who pitches when, and what is on now."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.web import page
from events.enums import Kind
from events.models import Event
from virtualfair.models import Pitch


@login_not_required
@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    fairs = (
        Event.objects.public().filter(kind__in=[Kind.VIRTUAL_FAIR, Kind.FAIR]).select_related("organisation", "project")
    )
    fair = get_object_or_404(fairs.with_meetings(), slug=slug)
    pitches = Pitch.objects.filter(room__event=fair).in_order()
    return page(
        request,
        "virtualfair/programme.html",
        event=fair,
        project=fair.project,
        pitches=pitches,
        online=fair.kind == Kind.VIRTUAL_FAIR,
        now=timezone.now(),
    )
