"""Who gets on where: a list for each ride, made for paper."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant
from accounts.services import audit
from core.web import page
from events.models import Event
from registrations.models import Registration


@require_safe
def show(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """Confirmed passengers by ride and stop. Looking at names is recorded."""
    reach = Grant.objects.scopes(request.user, Permission.SEE_PEOPLE)
    events = Event.objects.people_in_reach_of(reach).select_related("project").with_meetings()
    event = get_object_or_404(events, pk=event_pk)
    rows = Registration.objects.visible_to(request.user).confirmed().filter(event=event, pick_up__isnull=False)
    passengers = list(rows.order_by("last_name", "first_name", "pk"))
    audit.people_read(actor=request.user, scope=event.scope, people=len(passengers), now=timezone.now())
    rides = [
        {
            "ride": ride,
            "stops": [
                {"stop": stop, "passengers": [each for each in passengers if each.pick_up_id == stop.pk]}
                for stop in sorted(ride.pick_ups.all(), key=lambda stop: (stop.leaves, stop.pk))
            ],
            "number": sum(each.pick_up_id in {stop.pk for stop in ride.pick_ups.all()} for each in passengers),
        }
        for ride in event.rides.prefetch_related("pick_ups").order_by("pk")
    ]
    return page(
        request,
        "registrations/passengers.html",
        event=event,
        project=event.project,
        meeting=event.next_meeting(timezone.now()),
        rides=rides,
    )
