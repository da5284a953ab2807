"""The words of letters, written by organisers: of one event, of an organisation's events of one kind, or of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant, Organisation
from core.errors import Refused
from core.models import LetterText
from core.services import texts
from core.services.texts import Place, Text
from core.web import page
from events.enums import Kind
from events.models import Event
from registrations.forms import LetterTextForm
from registrations.services import wordings
from registrations.services.letters import MOMENTS, PLACEHOLDERS, Moment
from registrations.services.letters.previewing import preview as previewed

LANGUAGES = dict(settings.LANGUAGES)
ALL_KINDS = "all"


@dataclass(frozen=True)
class Whose:
    """Whose letters are written: an event's, or an organisation's, there of one kind of event or of all."""

    organisation: Organisation
    kind: str
    event: Event | None

    @property
    def scope(self) -> str:
        return self.event.scope if self.event else f"organisation:{self.organisation.pk}"

    @property
    def title(self) -> str:
        if self.event:
            return self.event.title
        return f"{self.organisation}: {self.of_what}"

    @property
    def of_what(self) -> str:
        return str(Kind(self.kind).label) if self.kind else _("all events")

    @property
    def url(self) -> str:
        if self.event:
            return reverse("registrations:letters", args=[self.event.pk])
        return reverse("registrations:house_letters", args=[self.organisation.pk, self.kind or ALL_KINDS])

    def editor(self, moment: str, language: str) -> str:
        return f"{self.url}{moment}/{language}/"

    def sample(self) -> Event:
        """An event to show the words with."""
        mine = (
            Event.objects.filter(organisation=self.organisation).with_dates().select_related("organisation", "project")
        )
        of_kind = mine.filter(kind=self.kind) if self.kind else mine
        found = self.event or of_kind.order_by("-pk").first() or mine.order_by("-pk").first()
        if found is None:
            raise Http404
        return found


class Line(NamedTuple):
    """A letter in the list, with the address of its editor in each language and whether it is written anew there."""

    moment: Moment
    languages: list[tuple[str, str, str, bool]]


def lines_of(whose: Whose) -> list[Line]:
    """Every letter, and in which languages its words are the organiser's own. One query."""
    own = set(LetterText.objects.filter(scope=whose.scope, kind=whose.kind).values_list("moment", "language"))
    return [
        Line(
            moment,
            [
                (code, str(name), whose.editor(moment.name, code), (moment.name, code) in own)
                for code, name in LANGUAGES.items()
            ],
        )
        for moment in MOMENTS.values()
    ]


@require_safe
def house(request: SignedInRequest, organisation_pk: int, kind: str) -> HttpResponse:
    """The letters of all events of an organisation, or of one kind of them."""
    whose = _of_house(request, organisation_pk, kind)
    return page(
        request,
        "registrations/house_letters.html",
        whose=whose,
        lines=lines_of(whose),
        kinds=Kind.choices,
        all_kinds="all",
    )


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
def house_editor(request: SignedInRequest, organisation_pk: int, kind: str, moment: str, language: str) -> HttpResponse:
    return _editor(request, _of_house(request, organisation_pk, kind), moment, language)


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
def event_editor(request: SignedInRequest, event_pk: int, moment: str, language: str) -> HttpResponse:
    return _editor(request, _of_event(request, event_pk), moment, language)


@require_POST
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF], "style-src": ["'unsafe-inline'"]})  # type: ignore[arg-type]
def house_preview(
    request: SignedInRequest, organisation_pk: int, kind: str, moment: str, language: str
) -> HttpResponse:
    return _preview(request, _of_house(request, organisation_pk, kind), moment, language)


@require_POST
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF], "style-src": ["'unsafe-inline'"]})  # type: ignore[arg-type]
def event_preview(request: SignedInRequest, event_pk: int, moment: str, language: str) -> HttpResponse:
    return _preview(request, _of_event(request, event_pk), moment, language)


def _editor(request: SignedInRequest, whose: Whose, name: str, language: str) -> HttpResponse:
    moment, place = _letter(whose, name, language)
    saved = texts.find(place)
    with translation.override(language):
        built_in = moment.text()
    now = Text(saved.subject, saved.body) if saved else _words_above(whose, place) or built_in
    initial = {"subject": now.subject, "body": now.body, "edition": saved.edition if saved else 0}
    data = request.POST.copy() if request.method == "POST" else None
    form = LetterTextForm(data, initial=initial)
    if data is not None and "built_in" in data:
        wordings.restore(place=place, by=request.user, now=timezone.now())
        messages.success(request, _("The message has its built-in words again."))
        return redirect(whose.url)
    if data is not None and form.is_valid():
        try:
            wordings.save(
                place=place, text=form.text(), edition=form.cleaned_data["edition"], by=request.user, now=timezone.now()
            )
        except texts.EditedMeanwhile as refusal:
            form.add_error(None, str(refusal))
            newest = texts.find(place)
            data["edition"] = str(newest.edition if newest else 0)
        except wordings.WrongSubject as refusal:
            form.add_error("subject", str(refusal))
        except Refused as refusal:
            form.add_error("body", str(refusal))
        else:
            messages.success(request, _("The message is saved."))
            return redirect(whose.url)
    return page(
        request,
        "registrations/letter_text.html",
        status=422 if form.is_bound else 200,
        whose=whose,
        moment=moment,
        language=language,
        language_name=LANGUAGES[language],
        form=form,
        saved=saved,
        others=[(code, label, whose.editor(name, code)) for code, label in LANGUAGES.items() if code != language],
        placeholders=[("{{" + each + "}}", PLACEHOLDERS[each], each in moment.needed) for each in moment.known],
        preview_url=f"{whose.editor(name, language)}preview/",
    )


def _words_above(whose: Whose, place: Place) -> Text | None:
    """The words that hold now because they were written for more than this: where an event's editor begins."""
    scopes = whose.event.scopes if whose.event else [whose.scope]
    kind = whose.event.kind if whose.event else whose.kind
    return texts.nearest(scopes=scopes, kind=kind, moment=place.moment, language=place.language)


def _preview(request: SignedInRequest, whose: Whose, name: str, language: str) -> HttpResponse:
    """The letter as a mail program shows it; mail's styles are inline, hence the wider policy."""
    moment, _place = _letter(whose, name, language)
    form = LetterTextForm(request.POST)
    problem = ""
    if form.is_valid():
        try:
            wordings.check(moment=moment, text=form.text())
        except Refused as refusal:
            problem = str(refusal)
        letter = previewed(text=form.text(), moment=name, event=whose.sample(), language=language, now=timezone.now())
        return page(request, "registrations/letter_preview.html", letter=letter, problem=problem)
    return page(request, "registrations/letter_preview.html", problem=_("Write the subject and the message."))


def _letter(whose: Whose, name: str, language: str) -> tuple[Moment, Place]:
    if name not in MOMENTS or language not in LANGUAGES:
        raise Http404
    return MOMENTS[name], Place(scope=whose.scope, kind=whose.kind, moment=name, language=language)


def _of_house(request: SignedInRequest, organisation_pk: int, kind: str) -> Whose:
    mine = Grant.objects.scopes(request.user, Permission.MANAGE_EVENTS).ids("organisation")
    organisation = get_object_or_404(Organisation.objects.filter(pk__in=mine), pk=organisation_pk)
    if kind != ALL_KINDS and kind not in Kind.values:
        raise Http404
    return Whose(organisation, "" if kind == ALL_KINDS else kind, None)


def _of_event(request: SignedInRequest, event_pk: int) -> Whose:
    mine = Event.objects.visible_to(request.user, Permission.MANAGE_EVENTS).select_related("organisation", "project")
    event = get_object_or_404(mine.with_dates(), pk=event_pk)
    return Whose(event.organisation, "", event)
