"""The background form after registering, one idea a screen: by the personal link, and at the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import NoticePurpose
from accounts.services import privacy
from core import limits
from core.errors import Refused
from core.web import client_address, page, private, too_often
from esf.enums import NoticeChannel
from esf.forms import BackgroundForm
from esf.models import StartNotice
from esf.rules import unusual_age
from esf.rules.questions import screens
from esf.services import drafts, notices
from events.models import Project
from registrations.forms import answers_of
from registrations.models import Registration
from registrations.services import backgrounds
from registrations.services.backgrounds import Standing
from registrations.views.personal import registration_of

SUMMARY = "summary"


@dataclass(frozen=True)
class Walk:
    """One person's way through the screens: what they typed, else what they gave before.

    `here` is the address of the screens, `out` where one goes on later or when all is done. With `bare` the page leads
    nowhere else.
    """

    registration: Registration
    project: Project
    notice: StartNotice | None
    channel: NoticeChannel
    here: str
    out: str
    bare: bool = False

    @property
    def source(self) -> str:
        return backgrounds.draft_key(self.registration, self.channel)

    @cached_property
    def draft(self) -> drafts.Draft:
        return drafts.of(self.source)

    @cached_property
    def steps(self) -> list[str]:
        return [*screens(self._whole(None).fields), SUMMARY]

    def typed(self, step: str) -> Mapping[str, str] | None:
        """What is kept of a screen; None: nothing yet."""
        if step in self.draft:
            return self.draft[step]
        return _as_typed(self.notice) if self.notice else None

    def form(self, step: str, values: Mapping[str, str] | None = None) -> BackgroundForm:
        values = self.typed(step) if values is None else values
        return BackgroundForm(values, project=self.project, screen=step, reach=self._reach)

    @cached_property
    def filled(self) -> dict[str, BackgroundForm]:
        """The screens of which something is kept, right or wrong."""
        return {step: self.form(step) for step in self.steps[:-1] if self.typed(step) is not None}

    @property
    def first_open(self) -> str:
        """The first screen that is not filled rightly, the summary when all are."""
        right = (step for step, form in self.filled.items() if form.is_valid())
        done = set(right)
        return next((step for step in self.steps[:-1] if step not in done), SUMMARY)

    def reachable(self, wanted: str) -> str:
        first = self.first_open
        return wanted if wanted in self.steps[: self.steps.index(first) + 1] else first

    def before(self, step: str) -> str:
        return self.steps[max(0, self.steps.index(step) - 1)]

    def address(self, step: str) -> str:
        return f"{self.here}?screen={step}"

    def whole(self) -> BackgroundForm:
        """All the screens as one form: what is sent."""
        return self._whole({name: text for step in self.steps[:-1] for name, text in (self.typed(step) or {}).items()})

    @property
    def doubt(self) -> bool:
        form = self.filled.get("you")
        born = form.cleaned_data.get("birth_date") if form and form.is_valid() else None
        return born is not None and unusual_age(born, timezone.localdate())

    def _whole(self, values: Mapping[str, str] | None) -> BackgroundForm:
        return BackgroundForm(values, project=self.project, reach=self._reach)

    @property
    def _reach(self) -> bool:
        return not (self.registration.email or self.registration.phone)


@login_not_required
@private
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """By the personal link: fill it in, look at it, say that it is still right, correct it."""
    registration = registration_of(request, token)
    project = registration.event.project
    if project is None or not backgrounds.is_asked(registration):
        raise Http404
    known = backgrounds.standing(registration)
    if known.own and known.notice is None:
        return redirect("registrations:mine", token)
    if request.method == "POST" and request.POST.get("step") == "confirm":
        return _confirm(request, token, registration, known)
    looks = request.method != "POST" and "screen" not in request.GET
    if known.in_use or (known.notice and not known.is_given and looks):
        refusal = notices.NoticeInUse() if known.in_use and request.method == "POST" else None
        return _record(request, token, registration, known, refusal)
    walk = Walk(
        registration=registration,
        project=project,
        notice=known.notice,
        channel=NoticeChannel.LINK,
        here=request.path,
        out=reverse("registrations:mine", args=[token]),
    )
    return fill(request, walk)


def fill(request: HttpRequest, walk: Walk) -> HttpResponse:
    """Show a screen, or take what was sent from one. Each is kept when it is sent, right or wrong."""
    if request.method != "POST":
        return _screen(request, walk, walk.reachable(request.GET.get("screen", SUMMARY)))
    step = request.POST.get("step", "")
    if step not in walk.steps:
        raise Http404
    now = timezone.now()
    try:
        limits.count("form", client_address(request), now=now)
    except Refused as refusal:
        form = walk.form(step, request.POST) if step != SUMMARY else None
        return _screen(request, walk, step, form=form, refusal=refusal)
    if step == SUMMARY:
        return _send(request, walk)
    return _take(request, walk, step, now)


def _take(request: HttpRequest, walk: Walk, step: str, now: datetime) -> HttpResponse:
    form = walk.form(step, request.POST)
    typed = {name: request.POST.get(name, "") for name in form.fields}
    drafts.save(source=walk.source, screen=step, typed=typed, now=now)
    if "back" in request.POST:
        return redirect(walk.address(walk.before(step)))
    if "later" in request.POST:
        messages.success(request, _("What you have typed is saved. You can go on later by the same link."))
        return redirect(walk.out)
    if not form.is_valid():
        return _screen(request, walk, step, form=form)
    return redirect(walk.address(replace(walk).first_open))


def _send(request: HttpRequest, walk: Walk) -> HttpResponse:
    form = walk.whole()
    if walk.first_open != SUMMARY or not form.is_valid():
        return redirect(walk.address(walk.first_open))
    try:
        backgrounds.fill(
            registration=walk.registration,
            answers=answers_of(form, walk.registration),
            channel=walk.channel,
            now=timezone.now(),
        )
    except Refused as refusal:
        return _screen(request, walk, SUMMARY, refusal=refusal)
    if not walk.bare:
        messages.success(request, _("Thank you. Your background form is saved."))
    return redirect(walk.out)


def _confirm(request: HttpRequest, token: str, registration: Registration, known: Standing) -> HttpResponse:
    try:
        backgrounds.confirm(registration=registration, now=timezone.now())
    except Refused as refusal:
        return _record(request, token, registration, known, refusal)
    messages.success(request, _("Thank you. You are not asked again."))
    return redirect("registrations:mine", token)


def _screen(
    request: HttpRequest,
    walk: Walk,
    step: str,
    *,
    form: BackgroundForm | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    event = walk.registration.event
    response = page(
        request,
        "registrations/background/screen.html",
        status=409 if refusal else 422 if form else 200,
        layout="bare.html" if walk.bare else "base.html",
        walk=walk,
        step=step,
        number=walk.steps.index(step) + 1,
        all=len(walk.steps),
        before=walk.before(step),
        form=form or (None if step == SUMMARY else walk.form(step)),
        filled=walk.filled if step == SUMMARY else {},
        doubt=step == SUMMARY and walk.doubt,
        privacy_notice=privacy.current(NoticePurpose.ESF),
        event=event,
        project=event.project,
        refusal=refusal,
    )
    return too_often(response, refusal)


def _record(
    request: HttpRequest, token: str, registration: Registration, known: Standing, refusal: Refused | None
) -> HttpResponse:
    """What is on record, as it was told."""
    if known.notice is None:
        raise Http404
    shown = BackgroundForm(_as_typed(known.notice), project=known.notice.project)
    return page(
        request,
        "registrations/background/record.html",
        status=409 if refusal else 200,
        token=token,
        registration=registration,
        event=registration.event,
        project=registration.event.project,
        known=known,
        shown=shown,
        refusal=refusal,
    )


def _as_typed(notice: StartNotice) -> dict[str, str]:
    """A notice's answers as a browser would send them."""
    values = {name: getattr(notice, name) for name in BackgroundForm.base_fields}
    return {name: f"{v.day}.{v.month}.{v.year}" if isinstance(v, date) else str(v) for name, v in values.items()}
