"""A seller's bank: its files are brought here, and what paid nothing waits here for somebody."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import SignedInRequest
from accounts.models import Organisation
from core.errors import Refused
from core.text import key_of
from core.web import page, private
from registrations.forms import BankFileForm
from registrations.models import Seller
from registrations.services.payments import bank, overview
from registrations.services.payments.bank import Taken
from registrations.views.money_desk import organisations

A_PAGE = 50


@private
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: SignedInRequest, organisation_pk: int) -> HttpResponse:
    """Bring a file, and see what each of its rows did."""
    organisation = get_object_or_404(organisations(request), pk=organisation_pk)
    seller = Seller.objects.filter(organisation=organisation).exclude(iban="").first()
    form = BankFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    taken: list[Taken] = []
    passed_over = 0
    if seller is not None and form.is_valid():
        try:
            file = bank.read(upload=form.cleaned_data["file"], seller=seller)
            taken = bank.bring(seller=seller, file=file, by=request.user, now=timezone.now())
            form, passed_over = BankFileForm(), file.passed_over
        except Refused as refusal:
            form.add_error("file", str(refusal))
    return page(
        request,
        "registrations/bank.html",
        status=422 if form.is_bound else 200,
        form=form if seller else None,
        organisation=organisation,
        taken=taken,
        passed_over=passed_over,
        entries=_waiting(request, organisation),
    )


@require_POST
def deal_with(request: SignedInRequest, organisation_pk: int) -> HttpResponse:
    organisation = get_object_or_404(organisations(request), pk=organisation_pk)
    seller = get_object_or_404(Seller, organisation=organisation)
    keys = [key_of(text) for text in request.POST.getlist("entry")]
    number = bank.deal_with(seller=seller, entries=keys, by=request.user, now=timezone.now())
    if number:
        done = ngettext("%(number)s payment is dealt with.", "%(number)s payments are dealt with.", number)
        messages.success(request, done % {"number": number})
    else:
        messages.info(request, _("They are dealt with already."))
    return redirect("registrations:bank", organisation_pk)


def _waiting(request: SignedInRequest, organisation: Organisation) -> object:
    return Paginator(overview.bank_entries([organisation]), A_PAGE).get_page(request.GET.get("page"))
