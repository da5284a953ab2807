"""What only the demo opens: its front door, signing in as anyone of the staff, and every mail that left."""

import base64
from collections.abc import Callable
from functools import wraps

from allauth.usersessions.models import UserSession
from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.models import User
from config.demo import fair
from config.demo.loader import PASSWORD
from config.guard import made_by_demo
from core.models import OutboxMessage
from core.web import page
from events.enums import Kind, Status
from events.models import Event
from registrations.gateways import choosing
from registrations.models import Registration
from registrations.services import letters, tickets
from virtualfair.http import remember
from virtualfair.models import FairPass


def in_the_demos_database(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A second lock behind demo mode: these pages exist only over data that the demo made."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not made_by_demo():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@login_not_required
@in_the_demos_database
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    staff = User.objects.exclude(grants=None).prefetch_related("grants").order_by("pk")
    rows = [
        {"user": user, "roles": sorted({str(Role(grant.role).label) for grant in user.grants.all()})} for user in staff
    ]
    event = Event.objects.filter(kind=Kind.VIRTUAL_FAIR, status=Status.PUBLISHED).order_by("pk").first()
    doors = fair.doors(event) if event else []
    pretends = choosing.fake() is not None
    return page(request, "demo/front.html", staff=rows, password=PASSWORD, fair=event, doors=doors, pretends=pretends)


@login_not_required
@in_the_demos_database
@require_POST
def enter_fair(request: HttpRequest, pass_pk: int) -> HttpResponse:
    """Come into the fair as one of the invented visitors, and as nobody else."""
    logout(request)
    holder = get_object_or_404(FairPass.objects.filter(user=None).select_related("event"), pk=pass_pk)
    remember(request.session, holder)
    return redirect("virtualfair:room", holder.event.slug)


@login_not_required
@in_the_demos_database
@require_POST
def sign_in(request: HttpRequest, user_pk: int) -> HttpResponse:
    user = get_object_or_404(User.objects.exclude(grants=None).distinct(), pk=user_pk)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    UserSession.objects.create_from_request(request)  # as allauth's own sign-in does, for the page of sessions
    return redirect("workspace:desk")


@login_not_required
@in_the_demos_database
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    rows = OutboxMessage.objects.order_by("-pk").defer("payload")
    return page(request, "demo/mails.html", rows=Paginator(rows, 25).get_page(request.GET.get("page")))


@login_not_required
@in_the_demos_database
@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
def mail(request: HttpRequest, message_pk: int) -> HttpResponse:
    message = get_object_or_404(OutboxMessage, pk=message_pk)
    return page(request, "demo/mail.html", message=message, ticket=_ticket(message))


@login_not_required
@in_the_demos_database
@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF], "style-src": ["'unsafe-inline'"]})  # type: ignore[arg-type]
def mail_html(request: HttpRequest, message_pk: int) -> HttpResponse:
    """The mail as a mail program shows it; mail's styles are inline, hence the wider policy."""
    message = get_object_or_404(OutboxMessage, pk=message_pk)
    return HttpResponse(message.payload["html"])


def _ticket(message: OutboxMessage) -> str | None:
    """The attached QR code as a data address, when the mail carries one."""
    if message.kind != letters.WITH_TICKET:
        return None
    registration = Registration.objects.confirmed().filter(pk=message.payload["keys"]["registration"]).first()
    if registration is None:
        return None
    return "data:image/png;base64," + base64.b64encode(tickets.png(registration)).decode()
