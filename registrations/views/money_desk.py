"""An organisation's page of money: who sells, and what needs a person's hand."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest, for_staff
from accounts.models import Grant, Organisation
from accounts.services import audit
from core.errors import Refused
from core.web import page
from registrations.forms import SellerForm
from registrations.gateways import choosing
from registrations.models import Order, Seller
from registrations.services.payments import overview, sellers
from registrations.views.paying import is_test

A_PAGE = 50


@for_staff
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """All orders about which somebody must do something, of every event whose money one handles."""
    now = timezone.now()
    rows = Order.objects.visible_to(request.user).filter(overview.odd_at(now)).distinct().order_by("-pk")
    shown = Paginator(
        rows.select_related("event").prefetch_related("payments__refunds", "payments__invoice"), A_PAGE
    ).get_page(request.GET.get("page"))
    for scope, people in Counter(order.event.scope for order in shown.object_list).items():
        audit.people_read(actor=request.user, scope=scope, people=people, now=now)
    mine = list(organisations(request))
    entries = Paginator(overview.bank_entries(mine), A_PAGE).get_page(request.GET.get("entries"))
    return page(
        request,
        "registrations/money.html",
        orders=[(order, overview.why(order, now)) for order in shown.object_list],
        shown=shown,
        entries=entries,
        organisations=mine,
        compares=choosing.provider() is not None,
        test=is_test(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def seller(request: SignedInRequest, organisation_pk: int) -> HttpResponse:
    """Who sells the seats of an organisation, as receipts and invoices say it."""
    organisation = get_object_or_404(organisations(request), pk=organisation_pk)
    found = Seller.objects.filter(organisation=organisation).first()
    known = {name: getattr(found, name) for name in sellers.COLUMNS} if found else {"name": organisation.name}
    form = SellerForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            sellers.save(organisation=organisation, values=form.cleaned_data, by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error("iban", str(refusal))
        else:
            messages.success(request, _("The seller's details are saved."))
            return redirect("registrations:seller", organisation_pk)
    return page(
        request,
        "registrations/seller.html",
        status=422 if form.is_bound else 200,
        form=form,
        organisation=organisation,
    )


def organisations(request: SignedInRequest) -> QuerySet[Organisation]:
    """Whose money `request.user` handles as a whole, not only that of one event."""
    keys = Grant.objects.scopes(request.user, Permission.HANDLE_MONEY).ids("organisation")
    return Organisation.objects.filter(pk__in=keys).order_by("name")
