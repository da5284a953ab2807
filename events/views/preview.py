"""An event as visitors will see it: before it is published, and as it will look on another day."""

from datetime import datetime, time

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.services import links
from core.guessing import counted
from events import shelf
from events.forms.lifecycle import PreviewForm
from events.services.scheduling import PREVIEW
from events.views.public import event_page


@login_not_required
@never_cache
@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """The event's page for whoever has the secret link, on the day that `as_of` names. Nothing on it can be pressed."""
    with counted(request):
        key = links.find(purpose=PREVIEW, token=token)
        event = shelf.by_pk(int(key.removeprefix("event:"))) if key else None
        if event is None:
            raise Http404
    form = PreviewForm(request.GET or None)
    day = form.cleaned_data["as_of"] if form.is_bound and form.is_valid() else None
    moment = timezone.make_aware(datetime.combine(day, time(12))) if day else timezone.now()
    return event_page(request, event, moment, preview=form)
