"""An organisation's month in money, as a page and as a workbook."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from accounts.models import Organisation
from core.tables import xlsx_book
from core.text import key_of
from core.web import page, private
from registrations.services.payments import report_tables, reporting
from registrations.views.money_desk import organisations
from registrations.views.paying import is_test

MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@private
@require_safe
def show(request: SignedInRequest) -> HttpResponse:
    organisation, first = _asked(request)
    report = reporting.of_month(organisation=organisation, first=first)
    following = reporting.next_month(first)
    return page(
        request,
        "registrations/money_report.html",
        organisation=organisation,
        organisations=organisations(request),
        first=first,
        previous=(first - timedelta(days=1)).replace(day=1),
        following=following if following <= timezone.localdate() else None,
        summary=report_tables.summary(report) if report.rows else None,
        test=is_test(),
    )


@private
@require_safe
def table(request: SignedInRequest) -> HttpResponse:
    organisation, first = _asked(request)
    report = reporting.of_month(organisation=organisation, first=first)
    return xlsx_book(f"maksut-{organisation.pk}-{first:%Y-%m}", report_tables.sheets(report))


def _asked(request: SignedInRequest) -> tuple[Organisation, date]:
    """Of which organisation, the first where none is named, and of which month, the running one otherwise."""
    mine = organisations(request)
    wanted = request.GET.get("organisation", "")
    organisation = get_object_or_404(mine, pk=key_of(wanted)) if wanted else mine.first()
    if organisation is None:
        raise Http404
    found = MONTH.fullmatch(request.GET.get("month", ""))
    first = date(int(found[1]), int(found[2]), 1) if found else timezone.localdate().replace(day=1)
    return organisation, first
