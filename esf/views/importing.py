"""Older notices from a table: looked through, and brought if nothing is wrong with any row. No file is kept."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.services import audit
from core.errors import Refused
from core.sheets_in import Table, as_csv, read_table
from core.web import page, private
from esf import notice_rows
from esf.forms.importing import NoticeTableForm
from esf.notice_columns import EXAMPLE, codes_of, headings_of, names
from esf.notice_rows import Judged
from esf.services import importing
from events.models import Project

SHOWN = 200
"""So many rows with problems stand on the page."""


@private
def bring(request: SignedInRequest, project_pk: int) -> HttpResponse:
    """See what is wrong with each row; bring all of them once nothing is."""
    project, now = _project(request, project_pk), timezone.now()
    form = NoticeTableForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    rows: list[Judged] = []
    if form.is_valid():
        try:
            rows = notice_rows.judged(
                project=project, table=_short(read_table(form.cleaned_data["table"])), today=timezone.localdate(now)
            )
            good = [row.brought for row in rows if row.brought]
            if "bring" in request.POST and len(good) == len(rows):
                identity = form.cleaned_data["identity"]
                number = importing.bring(project=project, rows=good, identity=identity, by=request.user, now=now)
                told = ngettext("%(number)s notice is brought.", "%(number)s notices are brought.", number)
                messages.success(request, told % {"number": number})
                return redirect("esf:report", project.pk)
        except Refused as refusal:
            form.add_error("table", str(refusal))
            rows = []
        else:
            audit.people_read(actor=request.user, scope=project.scope, people=len(rows), now=now)
    wrong = [row for row in rows if row.problems]
    refused = form.is_bound and (bool(form.errors) or ("bring" in request.POST and bool(wrong)))
    return page(
        request,
        "esf/import.html",
        status=422 if refused else 200,
        project=project,
        form=form,
        rows=rows,
        right=len(rows) - len(wrong),
        wrong=wrong[:SHOWN],
        more=max(0, len(wrong) - SHOWN),
        columns=[(name, headings_of(name), ", ".join(dict.fromkeys(codes_of(name).values()))) for name in names()],
    )


@require_safe
def example(request: SignedInRequest, project_pk: int) -> HttpResponse:
    """A table with every column and one invented person."""
    _project(request, project_pk)
    columns = names()
    made = as_csv([columns, [EXAMPLE.get(name, "") for name in columns]])
    headers = {"Content-Disposition": 'attachment; filename="notices.csv"'}
    return HttpResponse(made, content_type="text/csv; charset=utf-8", headers=headers)


def _short(table: Table) -> Table:
    """:raises TooManyNotices: if it is too long for one go"""
    if len(table.rows) > importing.MOST_ROWS:
        raise importing.TooManyNotices
    return table


def _project(request: SignedInRequest, project_pk: int) -> Project:
    return get_object_or_404(Project.objects.visible_to(request.user, Permission.MANAGE_EVENTS), pk=project_pk)
