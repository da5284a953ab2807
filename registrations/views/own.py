"""What a person does with their own registration besides its seat: new link, language, ticket on paper, own data."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import limits
from core.web import client_address, page, private
from registrations.enums import Status
from registrations.services import corrections, papers
from registrations.views import own_data
from registrations.views.personal import registration_of


@login_not_required
@private
@require_POST
def new_link(request: HttpRequest, token: str) -> HttpResponse:
    """Close every old link. The new one comes by mail; where there is no mailbox, it opens here."""
    registration, now = registration_of(request, token), timezone.now()
    limits.count("link", client_address(request), now=now)
    address = corrections.renew_link(registration=registration, by=None, now=now)
    if not address:
        return redirect("registrations:new_link_sent")
    messages.success(request, _("This is your new link. The old ones do not work any more."))
    return redirect(address.removeprefix(settings.SITE_URL))


@login_not_required
@private
@require_safe
def new_link_sent(request: HttpRequest) -> HttpResponse:
    return page(request, "registrations/new_link_sent.html")


@login_not_required
@private
@require_POST
def speak(request: HttpRequest, token: str) -> HttpResponse:
    """Change the language of mail and page with one press."""
    registration, language = registration_of(request, token), request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise Http404
    corrections.speak(registration=registration, language=language, now=timezone.now())
    with translation.override(language):
        messages.success(request, _("From now on we write to you in this language."))
        return redirect(reverse("registrations:mine", args=[token]))


@login_not_required
@private
@require_safe
def ticket_pdf(request: HttpRequest, token: str) -> HttpResponse:
    registration = registration_of(request, token)
    if registration.status != Status.CONFIRMED:
        raise Http404
    now = timezone.now()
    limits.count("paper", client_address(request), now=now)
    made = papers.ticket(registration=registration, now=now)
    name = f'attachment; filename="{registration.event.slug}.pdf"'
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": name})


@login_not_required
@private
@require_safe
def data(request: HttpRequest, token: str) -> HttpResponse:
    """What we hold about this registration, to read or to print."""
    registration = registration_of(request, token)
    return page(
        request,
        "registrations/own_data.html",
        token=token,
        registration=registration,
        event=registration.event,
        project=registration.event.project,
        parts=own_data.parts(registration=registration),
    )


@login_not_required
@private
@require_safe
def data_json(request: HttpRequest, token: str) -> HttpResponse:
    registration = registration_of(request, token)
    told = own_data.as_json(registration=registration, now=timezone.now())
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{registration.event.slug}.json"'
    return response
