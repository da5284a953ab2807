"""Who was at which meeting, and what shows it: a file for whoever pays."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http import SignedInRequest
from accounts.services import audit
from core.tables import Sheet, xlsx_book, zip_response
from core.templatetags.when import moment
from core.web import private
from events.services import about
from workspace.services.participation import dossiers
from workspace.services.participation.dossiers import Evidence
from workspace.views.participation.reach import managed, within

MOST_DAYS = 200_000
"""So many rows stand in one file of evidence; more would not be cut without a word."""
FORMS = ("xlsx", "zip")


@private
@require_POST
def export(request: SignedInRequest, project_pk: int, form: str) -> HttpResponse:
    """Every attended day of every participant with what shows it, as a file that says who made it. It is recorded."""
    project, now = managed(request, project_pk), timezone.now()
    if form not in FORMS:
        raise Http404
    rows = list(islice(dossiers.evidence(project=project, within=within(request)), MOST_DAYS + 1))
    if len(rows) > MOST_DAYS:
        messages.error(request, _("There are too many days for one file. Ask those who run the service."))
        return redirect("workspace:project_people", project.pk)
    names = dossiers.names(rows)
    audit.read(
        actor=request.user, action="people.export", subject=project.scope, scope=project.scope, now=now,
        people=len(names), columns=["name", "event", "day", "hours", "let_in"],
    )  # fmt: skip
    days = _sheet(rows, names)
    made = about.sheet(project=project, facts=[(_("Authority"), project.authority)], by=str(request.user), at=now)
    name = f"osallistumiset-{project.code}-{timezone.localdate(now).isoformat()}"
    return xlsx_book(name, [days, made]) if form == "xlsx" else zip_response(name, {name: days, "about": made}, at=now)


def _sheet(rows: Iterable[Evidence], names: dict[int, str]) -> Sheet:
    header = [_("Name"), _("Event"), _("Date"), _("Hours"), _("Checked in"), _("How"), _("By whom")]
    lines = (
        [
            names.get(each.person, ""),
            each.meeting.event.title if each.meeting else "",
            each.day,
            float(each.hours),
            moment(each.let_in.at) if each.let_in else "",
            str(each.let_in.get_source_display()) if each.let_in else "",
            str(each.let_in.by) if each.let_in else "",
        ]
        for each in rows
    )
    return Sheet(_("Evidence of attendance"), header, lines)
