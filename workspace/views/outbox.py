"""Mail that left or did not leave, for the events one manages."""

from collections import Counter

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest, for_staff
from accounts.models import Grant
from accounts.services import audit
from core.enums import MessageState
from core.errors import Refused
from core.models import OutboxMessage, OutboxMessageQuerySet
from core.web import page
from events.models import Event
from workspace.services import letters

A_PAGE = 50


@for_staff
@require_safe
def show(request: SignedInRequest) -> HttpResponse:
    mine = _mine(request).order_by("-created_at", "-pk").defer("payload")
    event, state = request.GET.get("event", ""), request.GET.get("state", "")
    if event.isdecimal():
        mine = mine.filter(scope=f"event:{event}")
    if state in MessageState.values:
        mine = mine.filter(state=state)
    rows = Paginator(mine, A_PAGE).get_page(request.GET.get("page"))
    if rows.object_list:
        _record(request, list(rows))
    return page(request, "workspace/outbox.html", rows=rows, event=event, state=state, states=MessageState.choices)


@require_POST
def resend(request: SignedInRequest, message_pk: int) -> HttpResponse:
    message = get_object_or_404(_mine(request), pk=message_pk)
    try:
        letters.resend(message=message, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The message is on its way again."))
    return redirect("workspace:outbox")


def _record(request: SignedInRequest, rows: list[OutboxMessage]) -> None:
    """In the log of each organisation whose people were looked at."""
    owners = audit.owners({row.scope for row in rows})
    for organisation, people in Counter(owners[row.scope] for row in rows).items():
        audit.read(
            actor=request.user,
            action="messages.read",
            subject="outbox",
            scope=f"organisation:{organisation}",
            now=timezone.now(),
            people=people,
        )


def _mine(request: SignedInRequest) -> OutboxMessageQuerySet:
    events = Event.objects.people_in_reach_of(Grant.objects.scopes(request.user, Permission.MANAGE_EVENTS))
    return OutboxMessage.objects.in_scopes(frozenset(f"event:{pk}" for pk in events.values_list("pk", flat=True)))
