"""An event's printed matter: its poster, and codes with how many came by each."""

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from core import qr
from core.web import page
from events.models import Event, InvitationCode
from events.services import invitations, sheets
from registrations.enums import Status
from workspace.forms import CodeForm


def show(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """The event's codes, and a form for another one."""
    event = _managed(request, event_pk)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        made = invitations.make(event=event, source=form.cleaned_data["source"], by=request.user, now=timezone.now())
        messages.success(
            request, _("The code is %(code)s. Print its postcards, or take its QR code.") % {"code": made.code}
        )
        return redirect("workspace:codes", event.pk)
    return page(
        request,
        "workspace/codes.html",
        status=422 if form.is_bound else 200,
        event=event,
        form=form,
        codes=[
            {"code": code, "address": sheets.address_of(code).partition("//")[2].rstrip("/")}
            for code in _counted(event)
        ],
        posters=settings.LANGUAGES,
    )


@require_POST
def close(request: SignedInRequest, event_pk: int, code_pk: int) -> HttpResponse:
    code = _code(request, event_pk, code_pk)
    invitations.close(invitation=code, by=request.user, now=timezone.now())
    messages.success(request, _("The code %(code)s is closed: it opens nothing any more.") % {"code": code.code})
    return redirect("workspace:codes", event_pk)


@require_safe
def drawing(request: SignedInRequest, event_pk: int, code_pk: int) -> HttpResponse:
    """The QR code for somebody's own layout."""
    code = _code(request, event_pk, code_pk)
    return _file(qr.svg(sheets.address_of(code)).encode(), "image/svg+xml", f"{code.code}.svg")


@require_safe
def postcards(request: SignedInRequest, event_pk: int, code_pk: int) -> HttpResponse:
    code = _code(request, event_pk, code_pk)
    made = sheets.postcards(invitation=code, now=timezone.now())
    return _file(made, "application/pdf", f"{code.event.slug}-{code.code}.pdf")


@require_safe
def poster(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """The poster in the language that is asked for, or else in that of the page."""
    event = _managed(request, event_pk)
    wanted = request.GET.get("language", "")
    language = wanted if wanted in dict(settings.LANGUAGES) else get_language() or settings.LANGUAGE_CODE
    made = sheets.poster(event=event, language=language, now=timezone.now())
    return _file(made, "application/pdf", f"{event.slug}-{language}.pdf")


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": f'inline; filename="{name}"'})


def _counted(event: Event) -> QuerySet[InvitationCode]:
    """With how many registered by each, and in which state; the newest first."""
    states = {status.value: Count("registrations", filter=Q(registrations__status=status)) for status in Status}
    counted = InvitationCode.objects.filter(event=event).annotate(all_told=Count("registrations"), **states)
    return counted.order_by(F("closed_at").asc(nulls_first=True), "-created_at", "-pk")


def _managed(request: SignedInRequest, event_pk: int) -> Event:
    managed = Event.objects.visible_to(request.user, Permission.MANAGE_EVENTS)
    return get_object_or_404(managed.select_related("organisation", "project").with_meetings(), pk=event_pk)


def _code(request: SignedInRequest, event_pk: int, code_pk: int) -> InvitationCode:
    """A code of an event that the user manages, with that event."""
    event = _managed(request, event_pk)
    code = get_object_or_404(InvitationCode, event=event, pk=code_pk)
    code.event = event
    return code
