"""The background form to be printed."""

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from accounts.services import audit
from core.web import private
from events.models import Event
from registrations.models import Registration
from registrations.services import background_papers
from registrations.views.background_desk import event_that_asks, registration_at_desk


@private
@require_safe
def empty(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """For whoever comes without having registered, or wants to fill it in at home."""
    return _pdf(request, event_that_asks(request, event_pk), None)


@private
@require_safe
def of_person(request: SignedInRequest, event_pk: int, registration_pk: int) -> HttpResponse:
    """With the person's name, and a code by which the paper is typed in."""
    event, registration = registration_at_desk(request, event_pk, registration_pk)
    audit.people_read(actor=request.user, subject=registration.key, scope=event.scope, people=1, now=timezone.now())
    return _pdf(request, event, registration)


def _pdf(request: SignedInRequest, event: Event, registration: Registration | None) -> HttpResponse:
    """In the language that is asked for, else the person's, else the page's."""
    wanted = request.GET.get("language", "")
    fallback = registration.language if registration else get_language() or settings.LANGUAGE_CODE
    language = wanted if wanted in dict(settings.LANGUAGES) else fallback
    made = background_papers.paper(event=event, registration=registration, language=language)
    name = f'inline; filename="{event.slug}-{language}.pdf"'
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": name})
