"""Bringing a table of employers: what it may hold, a dry run, the import, and the wrong rows to mend."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.employer_columns import COLUMNS, REASON, passed_over
from accounts.employer_rows import Judged, Verdict
from accounts.http import SignedInRequest
from accounts.models import EmployerImport
from accounts.services import audit, employer_import
from core.errors import Refused
from core.sheets_in import as_csv, read_table
from core.web import page
from workspace.employer_forms import TableForm
from workspace.views.employers import reach

SHOWN = 200
"""So many rows of each kind stand on the page."""

SPOKEN = ("fi", "sv", "en")
"""The languages that a column's first names are in."""


@dataclass(frozen=True)
class Rows:
    """The first rows of one kind, and how many more there are."""

    shown: list[Judged]
    more: int


def bring(request: SignedInRequest) -> HttpResponse:
    organisations = reach.keepers(request)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = TableForm(*sent, organisations=organisations)
    if form.is_valid():
        organisation = form.cleaned_data["organisation"]
        try:
            table = read_table(form.cleaned_data["table"])
            kept = employer_import.keep(organisation=organisation, table=table, by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error("table", str(refusal))
        else:
            return redirect("workspace:employer_table", kept.pk)
    columns = [(column.label, column.names[: len(SPOKEN)], column.example) for column in COLUMNS.values()]
    status = 422 if form.is_bound else 200
    return page(request, "workspace/employers/bring.html", status=status, form=form, columns=columns)


@require_safe
def example(request: SignedInRequest) -> HttpResponse:
    reach.keepers(request)
    language = _spoken()
    headings = [column.names[SPOKEN.index(language)] for column in COLUMNS.values()]
    return _file(as_csv([headings, [column.example for column in COLUMNS.values()]]), "employers.csv")


@require_http_methods(["GET", "HEAD", "POST"])
def table(request: SignedInRequest, table_pk: int) -> HttpResponse:
    """The dry run; sent, the import."""
    brought, now = _brought(request, table_pk), timezone.now()
    towns = reach.spellings()
    if request.method == "POST":
        found = employer_import.apply(brought=brought, towns=towns, by=request.user, now=now)
        if any(found.values()):
            words = _("Imported. New: %(new)s, changed: %(changed)s.")
            messages.success(request, words % {"new": found[Verdict.NEW], "changed": found[Verdict.CHANGED]})
        else:
            messages.info(request, _("The table was imported before. Nothing is changed now."))
        return redirect("workspace:employer_table", brought.pk)
    judged = employer_import.judge(brought=brought, towns=towns, now=now)
    counts = employer_import.counted(judged)
    return page(
        request,
        "workspace/employers/table.html",
        brought=brought,
        counts=[(verdict, number) for verdict, number in counts.items()],
        wrong=_first(judged, Verdict.WRONG),
        changed=_first(judged, Verdict.CHANGED),
        new=_first(judged, Verdict.NEW),
        right=counts[Verdict.NEW] + counts[Verdict.CHANGED],
        passed_over=passed_over(brought.header),
    )


@require_safe
def wrong_rows(request: SignedInRequest, table_pk: int) -> HttpResponse:
    """The wrong rows as they came, each with its reasons, to be mended and brought again."""
    brought, now = _brought(request, table_pk), timezone.now()
    judged = employer_import.judge(brought=brought, towns=reach.spellings(), now=now)
    reasons = {row.number: " ".join(f"{each.cell}: {each.reason}" for each in row.problems) for row in judged}
    kept = [index for index, heading in enumerate(brought.header) if heading not in REASON.values()]
    rows = [
        [*(cells[index] if index < len(cells) else "" for index in kept), reasons[number]]
        for number, cells in brought.rows
        if reasons[number]
    ]
    scope, people = brought.organisation.scope, len(rows)
    audit.people_read(actor=request.user, subject=brought.key, scope=scope, people=people, now=now)
    headings = [*(brought.header[index] for index in kept), REASON[get_language() or "fi"]]
    return _file(as_csv([headings, *rows]), "wrong-rows.csv")


def _brought(request: SignedInRequest, table_pk: int) -> EmployerImport:
    mine = EmployerImport.objects.visible_to(request.user).kept_at(timezone.now()).select_related("organisation")
    return get_object_or_404(mine, pk=table_pk)


def _first(judged: list[Judged], verdict: Verdict) -> Rows:
    rows = [row for row in judged if row.verdict == verdict]
    return Rows(rows[:SHOWN], max(0, len(rows) - SHOWN))


def _spoken() -> str:
    language = get_language() or ""
    return language if language in SPOKEN else "en"


def _file(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
