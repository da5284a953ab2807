"""The stage of a fair as a page. It is whole without scripts: every command is also a plain form."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from redis.exceptions import RedisError

from accounts.models import User
from accounts.services import links
from core.errors import Refused
from core.forms import Form
from core.guessing import counted
from core.live.leases import leases
from core.services import streams
from core.web import page
from events.enums import Kind
from events.models import Event
from registrations.models import Registration
from registrations.services import letters
from virtualfair import commands, rules
from virtualfair.commands import COMMANDS
from virtualfair.enums import FairRole
from virtualfair.forms import AskForm, SayForm
from virtualfair.http import holder_in, remember
from virtualfair.models import ChatMessage, FairPass, Question, QuestionVote, Room
from virtualfair.services import admission, rooms

SHOWN_IN_FORM = {"chat.send", "qa.ask"}
ANCHORS = {"chat": "talk", "qa": "questions", "stage": "stage"}
"""Where the page goes on after a plain form, by the first part of its command."""


@login_not_required
@never_cache
@require_safe
def enter(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Come in by the personal link of a registration; the browser remembers it for the fair."""
    fair = _fair(slug)
    with counted(request):
        key = links.find(purpose=letters.PURPOSE, token=token)
        if key is None:
            raise Http404
    registration = get_object_or_404(
        Registration.objects.select_related("event"), pk=int(key.removeprefix("registration:")), event=fair
    )
    try:
        holder = admission.enter(registration=registration, now=timezone.now())
    except Refused as refusal:
        return _door(request, fair, refusal)
    remember(request.session, holder)
    return redirect("virtualfair:room", slug)


@login_not_required
@never_cache
@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    fair = _fair(slug)
    holder = _holder(request, fair)
    if holder is None:
        return _door(request, fair)
    return _page(request, rooms.stage_of(event=fair), holder)


@login_not_required
@never_cache
@require_POST
def do(request: HttpRequest, slug: str, command: str) -> HttpResponse:
    """Obey a command sent by a plain form: the same form and service as a socket's."""
    if command not in COMMANDS:
        raise Http404
    fair = _fair(slug)
    holder = _holder(request, fair)
    if holder is None:
        return _door(request, fair)
    room = rooms.stage_of(event=fair)
    try:
        commands.obey(
            name=command,
            command_id=_id(request),
            data=request.POST,
            room=room,
            by=holder,
            now=timezone.now(),
        )
    except Refused as refusal:
        return _page(request, room, holder, refused=command, refusal=refusal)
    address = reverse("virtualfair:room", args=[slug])
    return redirect(f"{address}#{ANCHORS[command.partition('.')[0]]}")


def _fair(slug: str) -> Event:
    fairs = Event.objects.public().filter(kind=Kind.VIRTUAL_FAIR).select_related("organisation", "project")
    return get_object_or_404(fairs.with_meetings(), slug=slug)


def _holder(request: HttpRequest, fair: Event) -> FairPass | None:
    user = request.user if isinstance(request.user, User) else None
    return holder_in(request.session, user, fair, timezone.now())


def _id(request: HttpRequest) -> uuid.UUID:
    """The form's own id: a page sent twice is one command."""
    try:
        return uuid.UUID(request.POST.get("id", ""))
    except ValueError:
        return uuid.uuid4()


def _door(request: HttpRequest, fair: Event, refusal: Refused | None = None) -> HttpResponse:
    """For those who have no pass, or none any more: how to come in."""
    return page(
        request,
        "virtualfair/door.html",
        status=409 if refusal else 403,
        event=fair,
        project=fair.project,
        refusal=refusal,
    )


def _page(
    request: HttpRequest, room: Room, holder: FairPass, *, refused: str = "", refusal: Refused | None = None
) -> HttpResponse:
    """Read the newest event's number first: what the page shows beyond it is told again, and changes nothing."""
    now = timezone.now()
    epoch, sq = streams.numbers([room.stream])[room.stream]
    pitches = list(room.pitches.in_order())
    questions = list(Question.objects.filter(room=room).shown().in_order().select_related("author__organisation"))
    return page(
        request,
        "virtualfair/room.html",
        "programme",
        status=_status(refusal),
        event=room.event,
        project=room.event.project,
        room=room,
        epoch=epoch,
        sq=sq,
        holder=holder,
        may={name.replace(".", "_"): FairRole(holder.role) in roles for name, roles in rules.MAY.items()},
        stage=rules.stage(pitches, now),
        pitches=pitches,
        messages_said=ChatMessage.objects.filter(room=room).newest(rooms.MESSAGES_SHOWN),
        questions=questions,
        voted=_voted(holder, questions),
        present=_present(room, now),
        open=_open(room, now),
        say=_form(request, SayForm, "chat.send", refused),
        ask=_form(request, AskForm, "qa.ask", refused),
        new_id=uuid.uuid4,
        refusal=None if refused in SHOWN_IN_FORM and isinstance(refusal, commands.Invalid) else refusal,
        now=now,
    )


def _form(request: HttpRequest, form: type[Form], command: str, refused: str) -> Form:
    """The form of `command`, with what was typed if it was refused."""
    made = form(request.POST if refused == command else None)
    made.auto_id = f"{command.partition('.')[0]}-%s"
    return made


def _present(room: Room, now: datetime) -> int | None:
    """How many people are there; None while nobody can tell."""
    try:
        return leases().count(room.stream, now=now)
    except RedisError:
        return None


def _status(refusal: Refused | None) -> int:
    if refusal is None:
        return 200
    return 422 if isinstance(refusal, commands.Invalid) else 409


def _voted(holder: FairPass, questions: list[Question]) -> set[int]:
    votes = QuestionVote.objects.filter(voter=holder, question__in=questions)
    return set(votes.values_list("question", flat=True))


def _open(room: Room, now: datetime) -> bool:
    starts_at, ends_at = room.event.starts_at, room.event.ends_at
    return bool(starts_at and ends_at and rules.room_is_open(starts_at=starts_at, ends_at=ends_at, now=now))
