"""An event's letters: what leaves by itself, what the organiser writes, and the words of each."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant
from core.errors import Refused
from core.services.outbox import Letter
from core.services.texts import Text
from core.web import page
from events.models import Event
from registrations.forms import LetterPlanForm, MailingForm, initial_letter_plan
from registrations.models import Mailing, letter_plan
from registrations.services import changes, mailings, rounds
from registrations.services.letters import PLACEHOLDERS
from registrations.services.letters.previewing import preview
from registrations.services.letters.values import of_changes
from registrations.views.letter_texts import LANGUAGES, Whose, lines_of

A_LIST = 100


@require_safe
def show(request: SignedInRequest, event_pk: int) -> HttpResponse:
    return _page(request, _event(request, event_pk))


@require_POST
def change_plan(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = _event(request, event_pk)
    form = LetterPlanForm(request.POST)
    if not form.is_valid():
        return _page(request, event, form)
    rounds.change_plan(event=event, values=form.cleaned_data, by=request.user, now=timezone.now())
    messages.success(request, _("Saved."))
    return redirect("registrations:letters", event.pk)


@require_POST
def tell_changes(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """Tell what has changed now, or tell nobody."""
    event = _event(request, event_pk)
    if "nobody" in request.POST:
        changes.keep_to_oneself(event=event, by=request.user, now=timezone.now())
        messages.success(request, _("Nobody is told of these changes."))
    else:
        changes.tell(event=event, by=request.user, now=timezone.now())
        messages.success(request, _("The changes are on their way to those whom they touch."))
    return redirect("registrations:letters", event.pk)


def write(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """Write a message to some of those who are registered: first who, what and how it looks, then off it goes."""
    event, now = _event(request, event_pk), timezone.now()
    form = MailingForm(request.POST or None, event=event, initial={"nonce": uuid.uuid4()})
    reached: mailings.Reach | None = None
    if request.method == "POST" and form.is_valid():
        reached = mailings.reach(event, form.choice(), by_text=bool(form.parts))
        if "send" in request.POST:
            try:
                mailing = mailings.write(
                    event=event,
                    choice=form.choice(),
                    words=form.written(),
                    necessary=form.cleaned_data["necessary"],
                    send_at=form.send_at_or(now),
                    nonce=form.cleaned_data["nonce"],
                    by=request.user,
                    now=now,
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
                form.begin_anew()
            else:
                done = _("The message is scheduled.") if mailing.send_at > now else _("The message is on its way.")
                messages.success(request, done)
                return redirect("registrations:letters", event.pk)
    return page(
        request,
        "registrations/mailing.html",
        status=422 if form.errors else 200,
        event=event,
        project=event.project,
        form=form,
        reached=reached,
        samples=_samples(event, form, now) if reached else [],
        placeholders=[("{{" + each + "}}", PLACEHOLDERS[each], False) for each in mailings.KNOWN],
    )


class Sample(NamedTuple):
    """A message as an invented person gets it."""

    code: str
    language: str
    letter: Letter


def _samples(event: Event, form: MailingForm, now: datetime) -> list[Sample]:
    """One in each language that it is written in."""
    texts = {code: Text(words["subject"], words["body"]) for code, words in form.written().items()}
    return [
        Sample(code, LANGUAGES[code], preview(text=text, moment="message", event=event, language=code, now=now))
        for code, text in texts.items()
    ]


@require_POST
def call_off(request: SignedInRequest, event_pk: int, mailing_pk: int) -> HttpResponse:
    event = _event(request, event_pk)
    mailing = get_object_or_404(Mailing, pk=mailing_pk, event=event)
    try:
        mailings.call_off(mailing=mailing, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The message is called off."))
    return redirect("registrations:letters", event.pk)


def _page(request: SignedInRequest, event: Event, bound: LetterPlanForm | None = None) -> HttpResponse:
    now = timezone.now()
    news = changes.untold(event=event, now=now)
    return page(
        request,
        "registrations/letters.html",
        status=422 if bound else 200,
        event=event,
        project=event.project,
        plan_form=bound or LetterPlanForm(initial=initial_letter_plan(letter_plan(event))),
        news=news,
        news_lines=of_changes(news.changes).splitlines() if news else [],
        mailings=Mailing.objects.filter(event=event).order_by("-pk")[:A_LIST],
        lines=lines_of(Whose(event.organisation, "", event)),
    )


def _event(request: SignedInRequest, event_pk: int) -> Event:
    """One whose people one may see: who gets a letter is told by how many they are."""
    mine = Event.objects.people_in_reach_of(Grant.objects.scopes(request.user, Permission.MANAGE_EVENTS))
    return get_object_or_404(mine.select_related("project", "organisation").with_dates(), pk=event_pk)
