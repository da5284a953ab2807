"""Our books of the last thirty days beside the payment service's, when somebody asks for it."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.http import SignedInRequest
from core.errors import Refused
from core.web import page, private
from registrations.models import Order
from registrations.services.payments import reconciling
from registrations.services.payments.comparing import Difference
from registrations.views.money_desk import organisations


@private
@require_POST
def compare(request: SignedInRequest) -> HttpResponse:
    """What differs, of the orders whose money one handles, and what belongs to no order of ours."""
    if not organisations(request).exists():
        raise Http404
    now, refusal = timezone.now(), None
    differences: list[Difference] = []
    try:
        differences = reconciling.compare(since=now - reconciling.RECENT, until=now).differences
    except Refused as refused:
        refusal = refused
    wanted = {each.order for each in differences if each.order}
    mine = Order.objects.visible_to(request.user).filter(pk__in=wanted).distinct()
    events = dict(mine.values_list("pk", "event"))
    shown = [(each, events.get(each.order or 0)) for each in differences if not each.order or each.order in events]
    return page(
        request,
        "registrations/compare.html",
        status=HTTPStatus.SERVICE_UNAVAILABLE if refusal else HTTPStatus.OK,
        refusal=refusal,
        differences=shown,
    )
