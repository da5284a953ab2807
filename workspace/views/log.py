"""The audit log, for the owners of an organisation."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from core.tables import csv_response, xlsx_response
from core.web import page
from workspace.filters import LogFilter
from workspace.services import log

A_PAGE = 50
A_FILE = 20_000
"""Entries in one file at most; the page says so."""
FILES = {"csv": csv_response, "xlsx": xlsx_response}


@require_safe
def show(request: SignedInRequest) -> HttpResponse:
    within = _reach(request)
    form = LogFilter(request.GET, within=within)
    found = list(form.after(form.narrow(within.entries)).newest_first()[: A_PAGE + 1])
    return page(
        request,
        "workspace/log.html",
        organisations=within.organisations,
        form=form,
        lines=log.lines(found[:A_PAGE], within),
        older=found[A_PAGE - 1].pk if len(found) > A_PAGE else None,
        sealed_until=log.sealed_until(within.organisations),
        unsealed=within.entries.unsealed().count(),
        most=A_FILE,
    )


@require_safe
def export(request: SignedInRequest, form: str) -> HttpResponse:
    """What the page shows, all of it, as a file. It is recorded."""
    within = _reach(request)
    if form not in FILES:
        raise Http404
    wanted = LogFilter(request.GET, within=within).narrow(within.entries)
    now = timezone.now()
    found = list(wanted.newest_first()[:A_FILE])
    rows = log.export(entries=found, within=within, form=form, by=request.user, now=now)
    return FILES[form](f"log-{timezone.localdate(now).isoformat()}", log.header(), rows)


def _reach(request: SignedInRequest) -> log.Reach:
    """:raises Http404: to whoever owns no organisation"""
    within = log.reach(request.user)
    if not within.organisations:
        raise Http404
    return within
