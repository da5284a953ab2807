"""Background forms on the desk: written in for somebody, looked at, corrected with their history."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant, User
from accounts.services import audit
from core.errors import Refused
from core.templatetags.when import full_day
from core.web import page, private
from esf.enums import NoticeChannel
from esf.forms import BackgroundForm
from esf.forms.desk import CodedForm, CorrectionForm, EntryForm
from esf.models import StartNotice
from esf.rules.personal_id import masked
from esf.services import corrections, notices, personal_ids, wordings
from events.models import Event, Municipality, Project
from registrations.forms import ContactForm, answers_of, initial_answers
from registrations.models import Registration
from registrations.services import backgrounds

IN_USE = ("participation", "privacy_notice", "project", "identity_checked_by")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One answer in words; `then` is how the question was put, where that was in other words than now."""

    label: str
    text: str
    then: str


@dataclass(frozen=True, kw_only=True)
class Past:
    """One correction: what stood there before, and the version of the privacy notice that was another then."""

    at: datetime
    by: User | None
    reason: str
    privacy_notice: int | None
    lines: list[Line]


@private
def show(request: SignedInRequest, event_pk: int, registration_pk: int) -> HttpResponse:
    """What somebody has told, and what stood there before; where they have told nothing, the form to write it in."""
    event, registration = registration_at_desk(request, event_pk, registration_pk)
    notice = _notice(registration)
    if notice is None:
        return _write_in(request, event, registration)
    may_read = _may_read(request, event, notice, registration)
    now = timezone.now()
    if may_read:
        audit.people_read(actor=request.user, subject=registration.key, scope=event.scope, people=1, now=now)
    return page(
        request,
        "registrations/background/desk.html",
        event=event,
        project=event.project,
        registration=registration,
        notice=notice,
        may_read=may_read,
        lines=list(_lines(notice)) if may_read else [],
        code=masked(notice.personal_id) if notice.personal_id and may_read else "",
        history=_history(notice) if may_read else [],
    )


@private
def correct(request: SignedInRequest, event_pk: int, registration_pk: int) -> HttpResponse:
    """Correct what is wrong, with a reason; nothing that stood there is lost."""
    event, registration = registration_at_desk(request, event_pk, registration_pk)
    notice = _notice(registration)
    if notice is None or not _may_read(request, event, notice, registration):
        return redirect("registrations:background_desk", event.pk, registration.pk)
    data = request.POST if request.method == "POST" else None
    background = BackgroundForm(
        data,
        project=notice.project,
        initial=initial_answers(notice),
        reach=True,
        on=timezone.localdate(notice.confirmed_at),
    )
    known = {"seen": corrections.seen(notice), "first_name": notice.first_name, "last_name": notice.last_name}
    stored = notice.personal_id or ""
    form = CorrectionForm(data, project=notice.project, background=background, stored=stored, initial=known)
    refusal, now = None, timezone.now()
    if background.is_valid() & form.is_valid():
        try:
            notices.correct(
                notice=notice,
                answers=form.named(answers_of(background, notice)),
                reason=form.cleaned_data["reason"],
                seen=form.cleaned_data["seen"],
                personal_id=form.code,
                by=request.user,
                now=now,
            )
        except Refused as told:
            refusal = told
        else:
            _warn(request, notice, form)
            messages.success(request, _("The background form is corrected. What stood there before is kept."))
            return redirect("registrations:background_desk", event.pk, registration.pk)
    if data is None:
        audit.people_read(actor=request.user, subject=registration.key, scope=event.scope, people=1, now=now)
    return _page(request, event, registration, background, form, notice=notice, refusal=refusal)


def _write_in(request: SignedInRequest, event: Event, registration: Registration) -> HttpResponse:
    project = event.project
    assert project is not None  # noqa: S101 - as it was looked for
    data = request.POST if request.method == "POST" else None
    reach = {"email": registration.email, "phone": registration.phone}
    background = BackgroundForm(data, project=project, initial=reach, reach=True, on=_signed_on(data))
    form = EntryForm(data, project=project, background=background)
    refusal = None
    if background.is_valid() & form.is_valid():
        entry = notices.Entry(
            channel=NoticeChannel(form.cleaned_data["channel"]),
            by=request.user,
            identity=form.cleaned_data["identity"],
            signed_on=form.signed,
            wording=form.version,
            personal_id=form.code,
        )
        try:
            notice = backgrounds.write_in(
                registration=registration,
                answers=answers_of(background, registration),
                entry=entry,
                now=timezone.now(),
            )
        except Refused as told:
            refusal = told
        else:
            _warn(request, notice, form)
            messages.success(request, _("The background form is saved."))
            return redirect("registrations:background_desk", event.pk, registration.pk)
    return _page(request, event, registration, background, form, notice=None, refusal=refusal)


def _signed_on(data: QueryDict | None) -> date | None:
    """The day as of which a paper is judged: municipalities come and go. None where it is not told, or wrong."""
    if data is None or data.get("channel") != NoticeChannel.PAPER:
        return None
    try:
        day: date | None = EntryForm.base_fields["signed_on"].clean(data.get("signed_on", ""))
    except ValidationError:
        return None
    return min(day, timezone.localdate()) if day else None


def _page(
    request: SignedInRequest,
    event: Event,
    registration: Registration,
    background: BackgroundForm,
    form: CodedForm,
    *,
    notice: StartNotice | None,
    refusal: Refused | None,
) -> HttpResponse:
    return page(
        request,
        "registrations/background/write_in.html",
        status=409 if refusal else 422 if form.is_bound else 200,
        event=event,
        project=event.project,
        registration=registration,
        background=background,
        form=form,
        notice=notice,
        refusal=refusal,
    )


def _warn(request: SignedInRequest, notice: StartNotice, form: CodedForm) -> None:
    if form.gender_differs:
        messages.warning(
            request, _("The personal identity code tells of another gender than the form. Both may be right: check.")
        )
    if form.code and personal_ids.stands_on_another(notice, form.code):
        messages.warning(
            request,
            _("Another person's form in this project has the same personal identity code. Are the two one person?"),
        )


def event_that_asks(request: SignedInRequest, event_pk: int) -> Event:
    """An event that asks the form, where the user may see people.

    :raises Http404: to everybody else
    """
    people = Grant.objects.scopes(request.user, Permission.SEE_PEOPLE)
    events = Event.objects.people_in_reach_of(people).select_related("organisation", "project", "own_terms")
    return get_object_or_404(events.filter(asks_start_notice=True, project__isnull=False), pk=event_pk)


def registration_at_desk(request: SignedInRequest, event_pk: int, registration_pk: int) -> tuple[Event, Registration]:
    """One of whom the event asks the form.

    :raises Http404: see `event_that_asks`
    """
    event = event_that_asks(request, event_pk)
    rows = Registration.objects.filter(event=event).select_related("person")
    return event, get_object_or_404(rows, pk=registration_pk)


def _notice(registration: Registration) -> StartNotice | None:
    """The registration's own, else the newest that the person gave to the project."""
    rows = StartNotice.objects.select_related(*IN_USE)
    own = rows.filter(source=registration.key).first()
    if own:
        return own
    mine = rows.filter(person=registration.person_id, project=registration.event.project_id)
    return mine.order_by("-submitted_at", "-pk").first()


def _may_read(request: SignedInRequest, event: Event, notice: StartNotice, registration: Registration) -> bool:
    """Answers are for those who plan the event; those given at another event of the project, for the project's own."""
    plans = Grant.objects.scopes(request.user, Permission.MANAGE_EVENTS).touch(event.people_scopes)
    if notice.source == registration.key:
        return plans
    people = Grant.objects.scopes(request.user, Permission.SEE_PEOPLE)
    return plans and Project.objects.in_reach_of(people).filter(pk=event.project_id or 0).exists()


def _lines(notice: StartNotice) -> Iterator[Line]:
    for name in corrections.ANSWERS:
        text = _text(name, getattr(notice, name), notice.wording)
        if text:
            yield _line(name, text, notice.wording)


def _history(notice: StartNotice) -> list[Past]:
    return [
        Past(
            at=change.at,
            by=change.by,
            reason="" if change.reason == corrections.OWN else change.reason,
            privacy_notice=change.privacy_notice,
            lines=[
                _line(name, _text(name, value, change.wording) or "–", change.wording)
                for name, value in change.before.items()
            ],
        )
        for change in corrections.of(notice)
    ]


def _line(name: str, text: str, wording: str) -> Line:
    then = wordings.reworded(wording, name, get_language() or "fi")
    return Line(label=_label(name), text=text, then=then.label if then else "")


def _label(name: str) -> str:
    if name == "personal_id":
        return _("Personal identity code")
    fields = BackgroundForm.base_fields if name in BackgroundForm.base_fields else ContactForm.base_fields
    return str(fields[name].label)


def _text(name: str, value: object, wording: str) -> str:
    """In words; an option in those of the version to which the answer was given."""
    if not value:
        return ""
    if name == "personal_id":
        return masked(str(value))
    if name == "birth_date":
        return full_day(value if isinstance(value, date) else date.fromisoformat(str(value)))
    if name == "municipality_code":
        town = Municipality.objects.filter(code=str(value)).first()
        return " ".join(filter(None, [str(value), str(town or "")]))
    if name == "language":
        return str(dict(settings.LANGUAGES).get(str(value), value))
    question = wordings.asked(wording, name, get_language() or "fi")
    return question.options.get(str(value), str(value)) if question else str(value)
