"""The lists of a project's participants: who is missing what; asking them, one by one or many at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from accounts.services import audit
from core import qr
from core.text import key_of
from core.web import page, private
from esf.enums import AttemptWay, EuraState, NoticeKind
from esf.models import Participation
from esf.services import collecting
from esf.services.collecting import Step, eura_address
from events.models import Project
from workspace.enums import Chase, Missing
from workspace.forms import PeopleForm
from workspace.participation_forms import ChaseForm
from workspace.services.participation import chasing, lists
from workspace.views.participation.reach import managed, manages, project_of, within

A_PAGE = 50
MOST_DIGITS = 6
"""Of a page's number."""


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Fifty rows of a list that nobody counts: with a hundred thousand people that would take longer than the page."""

    number: int
    rows: list[Participation]
    has_next: bool

    @classmethod
    def of(cls, found: lists.Rows, asked: str | None) -> Slice:
        """The page asked for, the first one if that is no number."""
        number = max(1, int(asked)) if asked and asked.isdecimal() and len(asked) <= MOST_DIGITS else 1
        keys = list(found.values_list("pk", flat=True)[(number - 1) * A_PAGE : number * A_PAGE + 1])
        whole = Participation.objects.select_related("person", "start_notice", "end_notice")
        rows = whole.defer("start_notice__personal_id").in_bulk(keys[:A_PAGE])
        return cls(number=number, rows=[rows[key] for key in keys[:A_PAGE]], has_next=len(keys) > A_PAGE)

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1


@private
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: SignedInRequest, project_pk: int) -> HttpResponse:
    """One of the lists, fifty at a time, or those of it whom one looks for. Looking at names is recorded."""
    project, today = project_of(request, project_pk), timezone.localdate()
    reach, which, eura, may = within(request), _which(request), _eura(request), manages(request, project)
    found = lists.rows(project=project, which=which, within=reach, today=today)
    if eura:
        found = lists.with_eura(found, project, eura)
    words = PeopleForm(request.POST if request.method == "POST" else None, auto_id="whom-%s")
    if words.is_valid():
        found = lists.of_people(found, words.cleaned_data["words"])
    shown = Slice.of(found, request.GET.get("page"))
    audit.people_read(
        actor=request.user, subject=project.scope, scope=project.scope, people=len(shown.rows), now=timezone.now()
    )
    return page(
        request,
        "workspace/participation/lists.html",
        status=422 if words.is_bound and not words.is_valid() else 200,
        project=project,
        which=which,
        eura=eura,
        eura_states=EuraState.choices,
        tabs=lists.tabs(project=project, within=reach, today=today),
        page=shown,
        lines=lists.lines(project=project, spells=shown.rows, which=which, within=reach),
        form=ChaseForm(which=which) if may else None,
        words=words,
        manages=may,
        address=eura_address(project),
        today=today,
    )


@private
@require_safe
def eura_code(request: SignedInRequest, project_pk: int) -> HttpResponse:
    """The QR code by which a participant opens the ministry's own form with the project filled in."""
    project = project_of(request, project_pk)
    return HttpResponse(qr.svg(eura_address(project)), content_type="image/svg+xml")


@private
@require_POST
def chase(request: SignedInRequest, project_pk: int) -> HttpResponse:
    """Do one thing with those who are ticked, as far as they are on the list that one sees."""
    project, which, now = managed(request, project_pk), _which(request), timezone.now()
    form = ChaseForm(request.POST, which=which)
    keys = [key_of(key) for key in request.POST.getlist("row")]
    found = lists.rows(project=project, which=which, within=within(request), today=timezone.localdate(now))
    spells = list(found.filter(pk__in=keys).select_related("person", "project__organisation")[:A_PAGE])
    if not spells:
        messages.error(request, _("Choose at least one person in the table."))
    elif form.is_valid():
        if form.cleaned_data["action"] == Chase.LETTERS:
            content = chasing.on_paper(project=project, spells=spells, of=_kind(which), by=request.user, now=now)
            headers = {"Content-Disposition": f'attachment; filename="kirjeet-{project.code}.pdf"'}
            return HttpResponse(content, content_type="application/pdf", headers=headers)
        _do(request, project, spells, form, now)
    return redirect(reverse("workspace:project_people", args=[project.pk]) + f"?list={which.value}")


def _do(
    request: SignedInRequest, project: Project, spells: list[Participation], form: ChaseForm, now: datetime
) -> None:
    data, kind = form.cleaned_data, _kind(_which(request))
    if data["action"] == Chase.REMIND:
        asked = chasing.remind(project=project, spells=spells, of=kind, by=request.user, now=now)
        _tell(request, asked)
    elif data["action"] == Chase.TRIED:
        if not data["way"]:
            messages.error(request, _("Say how you asked them."))
            return
        people, way = [spell.person_id for spell in spells], AttemptWay(data["way"])
        number = collecting.tried(people=people, project=project, of=kind, way=way, note="", by=request.user, now=now)
        messages.success(
            request,
            ngettext("Written down for %(n)s person.", "Written down for %(n)s people.", number) % {"n": number},
        )
    elif not data["state"]:
        messages.error(request, _("Choose the state in EURA 2021."))
    elif data["state"] in {EuraState.REFUSED, EuraState.NOT_REACHED, EuraState.STAFF_ENTERED}:
        messages.error(request, _("This state needs a note of its own: set it on the person's page."))
    else:
        to = Step(state=EuraState(data["state"]), day=timezone.localdate(now))
        for spell in spells:
            collecting.step(person=spell.person, project=project, to=to, by=request.user, now=now)
        messages.success(
            request,
            ngettext("Set for %(n)s person.", "Set for %(n)s people.", len(spells)) % {"n": len(spells)},
        )


def _tell(request: SignedInRequest, asked: chasing.Asked) -> None:
    if asked.written:
        messages.success(
            request,
            ngettext("A message goes to %(n)s person.", "A message goes to %(n)s people.", asked.written)
            % {"n": asked.written},
        )
    else:
        messages.warning(request, _("Nobody was written to: they have had this message today, or have no mailbox."))
    if asked.unreachable:
        messages.warning(
            request,
            ngettext(
                "%(n)s person has no mailbox of their own: print a letter, or call.",
                "%(n)s people have no mailbox of their own: print letters, or call.",
                asked.unreachable,
            )
            % {"n": asked.unreachable},
        )


def _which(request: SignedInRequest) -> Missing:
    asked = request.POST.get("list") or request.GET.get("list", "")
    return Missing(asked) if asked in Missing.values else Missing.START


def _eura(request: SignedInRequest) -> EuraState | None:
    asked = request.GET.get("eura", "")
    return EuraState(asked) if asked in EuraState.values else None


def _kind(which: Missing) -> NoticeKind:
    return NoticeKind.START if which == Missing.START else NoticeKind.END
