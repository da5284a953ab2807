"""A person's own page, opened by the link in their mail. No account."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.services import links
from core.errors import Refused
from core.guessing import counted
from core.web import page, private
from esf.forms import BackgroundForm
from esf.models import StartNotice
from events import shelf
from events.models import Event, Meeting
from events.services.calendar import calendar, personal_calendar
from events.views.public import seat_lines
from registrations import rules
from registrations.enums import Channel, Respondent, Stage, Status
from registrations.forms import ReachForm, answers_of, initial_answers
from registrations.models import Application, Order, Registration, Survey
from registrations.services import backgrounds, corrections, invites, letters, participating, seats, standings, tickets
from registrations.services.payments import giving_back
from registrations.services.questions import questionnaires
from registrations.services.surveys.answering import open_for


@login_not_required
@private
@require_safe
def mine(request: HttpRequest, token: str) -> HttpResponse:
    return page_of(request, token, registration_of(request, token))


@login_not_required
@private
def edit(request: HttpRequest, token: str) -> HttpResponse:
    registration, now = registration_of(request, token), timezone.now()
    if not rules.may_edit(status=registration.status, closes_at=registration.changes_close_at, now=now):
        return page_of(request, token, registration, corrections.ChangesClosed())
    notice = StartNotice.objects.filter(source=registration.key).select_related("participation").first()
    forms = _forms(request, registration, notice)
    if request.method == "POST" and all([form.is_valid() for form in forms]):  # noqa: C419 - every form shows its errors
        changes, *background = forms
        assert isinstance(changes, ReachForm)  # noqa: S101 - the type checker's
        try:
            corrections.change(
                registration=registration,
                changes=changes.changes(),
                answers=next(
                    (answers_of(form, registration) for form in background if isinstance(form, BackgroundForm)), None
                ),
                now=now,
            )
        except Refused as refusal:
            changes.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your changes are saved."))
            return redirect("registrations:mine", token)
    status = 422 if request.method == "POST" else 200
    context = {
        "token": token,
        "registration": registration,
        "event": registration.event,
        "project": registration.event.project,
    }
    return page(request, "registrations/edit.html", status=status, forms=forms, notice=notice, **context)


@login_not_required
@private
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once, then cancel."""
    registration = registration_of(request, token)
    if request.method != "POST" and registration.status == Status.CANCELLED:
        return redirect("registrations:mine", token)
    if request.method != "POST":
        event = registration.event
        context: dict[str, Any] = {"registration": registration, "event": event, "project": event.project}
        return page(
            request,
            "registrations/cancel.html",
            token=token,
            meeting=registration.next_meeting(timezone.now()),
            money=giving_back.preview(registration=registration, now=timezone.now()),
            **context,
        )
    try:
        seats.cancel(registration=registration, by=None, now=timezone.now())
    except Refused as refusal:
        return page_of(request, token, registration, refusal)
    messages.success(request, _("Your registration is cancelled. Thank you for telling us."))
    return redirect("registrations:mine", token)


@login_not_required
@private
def change_date(request: HttpRequest, token: str) -> HttpResponse:
    """The event's other dates with their free seats, where people register for one date."""
    registration = registration_of(request, token)
    event = shelf.by_pk(registration.event_id)
    if event is None or event.seats_per_meeting is None:
        raise Http404
    refusal, now = None, timezone.now()
    if request.method == "POST":
        key = request.POST.get("pool", "")
        try:
            chosen = next(pool for pool in event.leaves if str(pool.pk) == key)
            seats.change_date(registration=registration, pool_pk=chosen.pk, by=None, now=now)
        except StopIteration:
            raise Http404 from None
        except Refused as told:
            refusal, event = told, shelf.by_pk(registration.event_id) or event
        else:
            messages.success(request, _("Your date is changed. A message with the new time is on its way."))
            return redirect("registrations:mine", token)
    return page(
        request,
        "registrations/change_date.html",
        status=409 if refusal else 200,
        token=token,
        registration=registration,
        event=event,
        project=event.project,
        meeting=registration.next_meeting(now),
        lines=[line for line in seat_lines(event, now, invited=True) if line.pool.top.pk != _root(event, registration)],
        refusal=refusal,
    )


@login_not_required
@private
@require_safe
def ticket(request: HttpRequest, token: str) -> HttpResponse:
    """The QR code alone, as a picture."""
    registration = registration_of(request, token)
    if registration.status != Status.CONFIRMED:
        raise Http404
    return HttpResponse(tickets.svg(registration), content_type="image/svg+xml")


@login_not_required
@private
@require_safe
def calendar_file(request: HttpRequest, token: str) -> HttpResponse:
    """The dates of somebody who has a seat as their calendar knows them from our mails; else as everybody's does."""
    registration, now = registration_of(request, token), timezone.now()
    if registration.status == Status.CONFIRMED:
        entries = invites.entries(registration=registration, now=now)
        content = personal_calendar(entries=entries, name=registration.event.title)
    else:
        content = calendar(event=registration.event, meetings=registration.meetings, now=now)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{registration.event.slug}.ics"'
    return response


def _root(event: Event, registration: Registration) -> int | None:
    pool = event.pool_of(registration.pool_id)
    return pool.top.pk if pool else None


def registration_of(request: HttpRequest, token: str) -> Registration:
    """The registration that a personal link opens.

    :raises Http404: if it opens none
    :raises TooOften: if this network has tried too many that do not
    """
    with counted(request):
        key = links.find(purpose=letters.PURPOSE, token=token)
        if key is None:
            raise Http404
    about_it = ("person", "pick_up__ride", "party", "offer")
    rows = Registration.objects.select_related("event__project", "event__organisation", "event__own_terms", *about_it)
    return rows.get(pk=int(key.removeprefix("registration:")))


def _forms(
    request: HttpRequest, registration: Registration, notice: StartNotice | None
) -> list[ReachForm | BackgroundForm]:
    data = request.POST if request.method == "POST" else None
    initial = {name: getattr(registration, name) for name in ("phone", "language", "support_needs")}
    event = registration.event
    initial["pick_up"] = registration.pick_up_id
    forms: list[ReachForm | BackgroundForm] = [ReachForm(data, initial=initial, stops=event.stops)]
    if event.project and event.asks_start_notice and notice and not hasattr(notice, "participation"):
        forms.append(BackgroundForm(data, initial=initial_answers(notice), project=event.project))
    return forms


def page_of(
    request: HttpRequest, token: str, registration: Registration, refusal: Refused | None = None
) -> HttpResponse:
    """The person's page as things stand now, with a refusal on top if there is one."""
    registration.refresh_from_db(fields=["status", "offer"])
    now = timezone.now()
    attended = registration.attendances.select_related("meeting").order_by("meeting__starts_at")
    return page(
        request,
        "registrations/mine.html",
        status=409 if refusal else 200,
        token=token,
        registration=registration,
        event=registration.event,
        project=registration.event.project,
        meeting=registration.next_meeting(now),
        place=Registration.objects.with_places().get(pk=registration.pk).place,
        attended=list(attended),
        links=_links(registration, now),
        background=backgrounds.standing(registration) if backgrounds.is_asked(registration) else None,
        ending=participating.ending(registration=registration, today=timezone.localdate(now)),
        eura=participating.eura(registration=registration),
        over=(registration.ends_at or now) < now,
        may_edit=rules.may_edit(status=registration.status, closes_at=registration.changes_close_at, now=now),
        refusal=refusal,
        **_applied(registration),
        order=_order(registration),
        questionnaires=questionnaires.to_do(registration, now),
        survey=_survey(registration, now),
        referral=registration.referrals.filter(made=True).first() if registration.channel == Channel.REFERRAL else None,
        now=now,
    )


def _order(registration: Registration) -> Order | None:
    """What they pay, or have paid, themselves; a group's is its contact's."""
    if registration.price_id is None:
        return None
    rows = Order.objects.filter(payer_registration=registration)
    return rows.order_by("-pk").first()


def _survey(registration: Registration, now: datetime) -> Survey | None:
    """Where whoever had a seat can give feedback afterwards: the same address for everybody."""
    if registration.status != Status.CONFIRMED or registration.ends_at is None or now < registration.ends_at:
        return None
    return open_for(event=registration.event, respondent=Respondent.JOBSEEKER, now=now)


def _applied(registration: Registration) -> dict[str, object]:
    """What an applicant sees of their application: never points, notes or others."""
    if not registration.event.terms.by_application:
        return {"may_withdraw": True}
    rows = Application.objects.select_related("category", "interview", "event")
    application = rows.filter(registration=registration.pk).first()
    if application is None:
        return {"may_withdraw": True}
    place = None
    if application.stage == Stage.RESERVE and registration.event.terms.shows_reserve_place:
        keys = [each.pk for each in standings.reserve(event=registration.event)]
        place = keys.index(application.pk) + 1
    return {
        "application": application,
        "slot": getattr(application, "interview", None),
        "reserve_place": place,
        "may_withdraw": rules.may_follow(application.stage, Stage.WITHDRAWN),
    }


def _links(registration: Registration, now: datetime) -> list[Meeting]:
    """Meetings ahead that can be joined online; only for those who have a seat."""
    if registration.status != Status.CONFIRMED:
        return []
    return [meeting for meeting in registration.meetings if meeting.link and meeting.ends_at > now]
