"""Older notices from a table: looked through, and brought if nothing is wrong with any row. No file is kept."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.services import audit
from core.errors import Refused
from core.sheets_in import Table, as_csv, read_table
from core.web import page, private
from esf.enums import CollectionOutcome
from esf.forms.importing import NoticeTableForm
from esf.older_notices import rows
from esf.older_notices.columns import codes_of, examples, headings_of, names
from esf.older_notices.rows import Judgement
from esf.services import importing
from events.models import Project

SHOWN = 200
"""So many rows stand on the page."""


@private
def bring(request: SignedInRequest, project_pk: int) -> HttpResponse:
    """See what is wrong with each row; bring all of them once nothing is."""
    project, now = _project(request, project_pk), timezone.now()
    form = NoticeTableForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    found: Judgement | None = None
    if form.is_valid():
        try:
            found = rows.judged(
                project=project, table=_short(read_table(form.cleaned_data["table"])), today=timezone.localdate(now)
            )
            if "bring" in request.POST and not found.wrong:
                identity = form.cleaned_data["identity"]
                number = importing.bring(
                    project=project, people=found.people, identity=identity, by=request.user, now=now
                )
                told = ngettext(
                    "%(number)s participation is brought.", "%(number)s participations are brought.", number
                )
                messages.success(request, told % {"number": number})
                return redirect("esf:report", project.pk)
        except Refused as refusal:
            form.add_error("table", str(refusal))
            found = None
        else:
            audit.people_read(actor=request.user, scope=project.scope, people=found.number_of_people, now=now)
    refused = form.is_bound and (bool(form.errors) or ("bring" in request.POST and bool(found and found.wrong)))
    return page(
        request,
        "esf/import.html",
        status=422 if refused else 200,
        project=project,
        form=form,
        columns=[(name, headings_of(name), ", ".join(dict.fromkeys(codes_of(name).values()))) for name in names()],
        **_shown(found),
    )


def _shown(found: Judgement | None) -> dict[str, Any]:
    """What is wrong with the rows, or, where nothing is, what would be brought."""
    if found is None:
        return {"rows": []}
    told = found.wrong or found.rows
    return {
        "rows": found.rows,
        "right": sum(row.spell is not None for row in found.rows),
        "wrong": found.wrong[:SHOWN],
        "brought": [] if found.wrong else found.rows[:SHOWN],
        "figures": [] if found.wrong else _figures(found),
        "more": max(0, len(told) - SHOWN),
    }


def _figures(found: Judgement) -> list[tuple[int, str | Promise]]:
    """How many people, participations and ends would be brought."""
    spells = [spell for each in found.people for spell in each.spells]
    outcomes = Counter(spell.outcome for spell in spells if spell.outcome)
    return [
        (len(found.people), _("Participants")),
        (len(spells), _("Participations")),
        (sum(spell.ended_on is not None for spell in spells), pgettext("number", "Ended")),
        *((outcomes[each], each.label) for each in CollectionOutcome if outcomes[each]),
    ]


@require_safe
def example(request: SignedInRequest, project_pk: int) -> HttpResponse:
    """A table with every column and one invented person, who comes twice."""
    columns, invented = names(), examples(_project(request, project_pk))
    made = as_csv([columns, *([row.get(name, "") for name in columns] for row in invented)])
    headers = {"Content-Disposition": 'attachment; filename="notices.csv"'}
    return HttpResponse(made, content_type="text/csv; charset=utf-8", headers=headers)


def _short(table: Table) -> Table:
    """:raises TooManyNotices: if it is too long for one go"""
    if len(table.rows) > importing.MOST_ROWS:
        raise importing.TooManyNotices
    return table


def _project(request: SignedInRequest, project_pk: int) -> Project:
    return get_object_or_404(Project.objects.visible_to(request.user, Permission.MANAGE_EVENTS), pk=project_pk)
