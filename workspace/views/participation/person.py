"""One participant of a project, and what staff do there. Every act tells what became of it on the same page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from accounts.models import Person
from accounts.services import audit
from core.errors import Refused
from core.fields import readable
from core.text import key_of
from core.web import page, private
from esf.enums import Answer, AttemptWay, CollectionOutcome, EndedBy, LabourStatus, NoticeChannel, NoticeKind
from esf.forms.ending import FollowUpForm, StaffEndForm
from esf.models import EndNotice, Outcome, Participation
from esf.services import collecting, ending, spells
from esf.services.ending import Giver
from events.models import Project
from workspace.participation_forms import (
    AttemptForm,
    BeginForm,
    DiscountForm,
    EuraForm,
    GiveUpForm,
    MoveForm,
    ReasonForm,
    StopForm,
)
from workspace.services.participation import chasing, dossiers, lists
from workspace.services.participation.dossiers import Dossier, Spell
from workspace.views.participation.reach import has_own_page, managed, manages, person_of, project_of, within

AT_WORK = ending.AT_WORK
Form = forms.Form


@private
@require_safe
def show(request: SignedInRequest, project_pk: int, person_pk: int) -> HttpResponse:
    project = project_of(request, project_pk)
    return _page(request, project, person_of(request, project, person_pk))


@private
@require_POST
def act(request: SignedInRequest, project_pk: int, person_pk: int, deed: str) -> HttpResponse:
    """One of `DEEDS`. A form with faults, or a refusal, comes back with what was typed."""
    project = managed(request, project_pk)
    person, now = person_of(request, project, person_pk), timezone.now()
    if deed not in DEEDS:
        raise Http404
    spell = _spell(request, project, person)
    form = _form(deed, spell, request.POST)
    if form.is_valid():
        try:
            DEEDS[deed](request, project, person, spell, form, now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("workspace:participant", project.pk, person.pk)
    return _page(request, project, person, wrong=(deed, spell.pk if spell else None, form))


def _page(
    request: SignedInRequest,
    project: Project,
    person: Person,
    wrong: tuple[str, int | None, Form] | None = None,
) -> HttpResponse:
    now, may = timezone.now(), manages(request, project)
    found = dossiers.dossier(person=person, project=project, within=within(request), today=timezone.localdate(now))
    audit.people_read(actor=request.user, subject=person.key, scope=project.scope, people=1, now=now)
    return page(
        request,
        "workspace/participation/person.html",
        status=422 if wrong else 200,
        project=project,
        person=person,
        has_own_page=has_own_page(request, person),
        phone=readable(person.phone),
        dossier=found,
        spells=[(each, _forms_of(each, wrong) if may else {}) for each in found.spells],
        forms=_forms(found, wrong) if may else {},
        wrong=wrong[2] if wrong else None,
    )


def _forms_of(spell: Spell, wrong: tuple[str, int | None, Form] | None) -> dict[str, Form]:
    """The forms beneath one participation: only those that make sense now."""
    row, end = spell.participation, spell.end
    wanted = ["count" if not row.counted else "discount"]
    starts = spells.possible_starts(row, today=timezone.localdate())
    if starts.first <= starts.last:
        wanted.append("move_start")
    if spell.possible.first <= spell.possible.last:
        wanted += ["end_notice", *([] if end else ["give_up"])]
        if row.ended_on is None:
            wanted.append("stop")
    if row.ended_on is not None and row.counted:
        wanted.append("open_again")
    if end and row.project.follows_up and spell.follow_up_on and spell.follow_up_on <= timezone.localdate():
        wanted.append("follow_up")
    made = {name: _form(name, row) for name in wanted}
    if wrong and wrong[1] == row.pk:
        made[wrong[0]] = wrong[2]
    return made


def _forms(found: Dossier, wrong: tuple[str, int | None, Form] | None) -> dict[str, Form]:
    names = ["attempt", "eura", "begin"]
    made = {name: _form(name, None) for name in names}
    if wrong and wrong[1] is None:
        made[wrong[0]] = wrong[2]
    return made


def _form(name: str, row: Participation | None, data: Any = None) -> Form:
    """:raises Http404: if the deed is about a participation and none is named"""
    own = f"{name}-{row.pk}" if row else name
    if name in PLAIN:
        return PLAIN[name](data, auto_id=f"id_{own}_%s")
    if row is None:
        raise Http404
    return _of_spell(name, row, data, f"id_{own}_%s")


def _of_spell(name: str, row: Participation, data: Any, auto_id: str) -> Form:
    possible = spells.possible_ends(row, today=timezone.localdate())
    if name == "move_start":
        return MoveForm(data, initial={"day": row.started_on}, auto_id=auto_id)
    if name == "stop":
        return StopForm(data, possible=possible, auto_id=auto_id)
    if name == "give_up":
        return GiveUpForm(data, possible=possible, ended=row.ended_on is not None, auto_id=auto_id)
    notice = EndNotice.objects.filter(participation=row).first()
    if name == "follow_up":
        return FollowUpForm(data, was_at_work=_was_at_work(row), auto_id=auto_id)
    told = notice is not None and notice.collection_outcome == CollectionOutcome.COLLECTED
    outcomes = Outcome.objects.filter(person=row.person_id, project=row.project_id, qualifies=True)
    initial = {"ended_on": row.ended_on or possible.first, "seen": ending.state_of(notice)}
    if notice is not None and told:
        asked = ("labour_status_end", "status_as_of", "qualification", "qualification_name", "exit_reason", "outcome")
        initial |= {field: getattr(notice, field) for field in asked}
    return StaffEndForm(
        data, possible=possible, outcomes=outcomes.order_by("-day"), told_before=told, initial=initial, auto_id=auto_id
    )


def _was_at_work(row: Participation) -> bool:
    """At the start of the first participation whose form is known: its answers count."""
    rows = Participation.objects.counted().filter(person=row.person_id, project=row.project_id)
    first = rows.filter(start_notice__isnull=False).select_related("start_notice").order_by("started_on").first()
    notice = first.start_notice if first else None
    return notice is not None and notice.labour_status_start in AT_WORK


def _spell(request: SignedInRequest, project: Project, person: Person) -> Participation | None:
    """The participation that the form names; None where it names none.

    :raises Http404: if it is another person's, or another project's, or hidden with a confidential event
    """
    key = request.POST.get("participation", "")
    if not key:
        return None
    mine = lists.seen(project, within(request)).filter(person=person)
    rows = mine.select_related("project", "start_notice")
    found = rows.filter(pk=key_of(key)).first()
    if found is None:
        raise Http404
    return found


# What is done. Each gets the project, the person, the participation (where the deed is about one) and a valid form.


def _begin(
    request: SignedInRequest, project: Project, person: Person, _row: Participation | None, form: Form, now: datetime
) -> None:
    spells.begin(person=person, project=project, by=request.user, now=now, **form.cleaned_data)


def _move_start(
    request: SignedInRequest, _project: Project, _person: Person, row: Participation | None, form: Form, now: datetime
) -> None:
    spells.move_start(participation=_there(row), by=request.user, now=now, **form.cleaned_data)


def _stop(
    request: SignedInRequest, project: Project, _person: Person, row: Participation | None, form: Form, now: datetime
) -> None:
    data = form.cleaned_data
    ended = spells.end(
        participation=_there(row), day=data["day"], by=EndedBy.STAFF, reason=data["reason"], user=request.user, now=now
    )
    if data["ask"]:
        asked = chasing.remind(project=project, spells=[ended], of=NoticeKind.END, by=request.user, now=now)
        if asked.unreachable:
            messages.warning(request, _("The person has no mailbox of their own: print a letter, or call."))


def _open_again(
    request: SignedInRequest, _project: Project, _person: Person, row: Participation | None, form: Form, now: datetime
) -> None:
    spells.open_again(participation=_there(row), by=request.user, now=now, **form.cleaned_data)


def _count(
    request: SignedInRequest, _project: Project, _person: Person, row: Participation | None, form: Form, now: datetime
) -> None:
    spells.count(participation=_there(row), counted=True, by=request.user, now=now, **form.cleaned_data)


def _discount(
    request: SignedInRequest, _project: Project, _person: Person, row: Participation | None, form: Form, now: datetime
) -> None:
    spells.count(participation=_there(row), counted=False, by=request.user, now=now, **form.cleaned_data)


def _end_notice(
    request: SignedInRequest, _project: Project, _person: Person, row: Participation | None, form: Form, now: datetime
) -> None:
    assert isinstance(form, StaffEndForm)  # noqa: S101 - the type checker's
    ending.submit(
        participation=_there(row),
        told=form.end(form.cleaned_data.get("outcome")),
        giver=Giver(channel=NoticeChannel.DESK, by=request.user),
        reason=form.cleaned_data.get("correction", ""),
        seen=form.cleaned_data["seen"],
        now=now,
    )


def _give_up(
    request: SignedInRequest, _project: Project, _person: Person, row: Participation | None, form: Form, now: datetime
) -> None:
    data = form.cleaned_data
    ending.give_up(
        participation=_there(row),
        outcome=CollectionOutcome(data["outcome"]),
        day=data.get("day") or _there(row).started_on,
        note=data["note"],
        giver=Giver(channel=NoticeChannel.DESK, by=request.user),
        now=now,
    )


def _follow_up(
    request: SignedInRequest, _project: Project, _person: Person, row: Participation | None, form: Form, now: datetime
) -> None:
    improved = form.cleaned_data.get("improved_situation")
    ending.follow_up(
        participation=_there(row),
        status=LabourStatus(form.cleaned_data["followup_status"]),
        improved=Answer(improved) if improved else None,
        giver=Giver(channel=NoticeChannel.DESK, by=request.user),
        now=now,
    )


def _attempt(
    request: SignedInRequest, project: Project, person: Person, _row: Participation | None, form: Form, now: datetime
) -> None:
    data = form.cleaned_data
    collecting.tried(
        people=[person.pk],
        project=project,
        of=NoticeKind(data["of"]),
        way=AttemptWay(data["way"]),
        note=data["note"],
        by=request.user,
        now=now,
    )


def _eura(
    request: SignedInRequest, project: Project, person: Person, _row: Participation | None, form: Form, now: datetime
) -> None:
    assert isinstance(form, EuraForm)  # noqa: S101 - the type checker's
    collecting.step(person=person, project=project, to=form.step(), by=request.user, now=now)


def _there(row: Participation | None) -> Participation:
    if row is None:
        raise Http404
    return row


Deed = Callable[[SignedInRequest, Project, Person, Participation | None, Form, datetime], None]
DEEDS: dict[str, Deed] = {
    "begin": _begin,
    "move_start": _move_start,
    "stop": _stop,
    "open_again": _open_again,
    "count": _count,
    "discount": _discount,
    "end_notice": _end_notice,
    "give_up": _give_up,
    "follow_up": _follow_up,
    "attempt": _attempt,
    "eura": _eura,
}
PLAIN: dict[str, type[Form]] = {
    "begin": BeginForm,
    "open_again": ReasonForm,
    "count": ReasonForm,
    "discount": DiscountForm,
    "attempt": AttemptForm,
    "eura": EuraForm,
}
