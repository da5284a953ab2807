"""Getting a seat: hold first, form second. The token in the address opens one form and nothing else."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.enums import NoticePurpose
from accounts.models import PrivacyNotice, User
from accounts.services import privacy
from core import limits
from core.errors import Refused
from core.guessing import counted
from core.names import normalised_email
from core.secrets import digest
from core.text import key_of
from core.web import client_address, page, too_often, wants_part
from esf.models import StartNotice
from esf.rules import unusual_age
from events import shelf
from events.models import Event
from events.models.terms import LARGEST_PARTY
from events.views.public import begun_form, event_page, forget_form, remember_form
from registrations.enums import HoldKind
from registrations.forms import contact_of
from registrations.models import Hold, Party, Registration
from registrations.services import backgrounds, seats, unfinished
from registrations.views import asking, starting
from registrations.views.asked import sealed
from registrations.views.gathered import verified
from registrations.views.journey import BACKGROUND, CONTACT, SUMMARY, Journey, Screen

LONGEST_SUM = 9
"""Digits."""
LONGEST = 2000
"""Characters of one answer that are kept in a draft; every field's own limit is lower."""


@login_not_required
@require_POST
def take(request: HttpRequest, slug: str) -> HttpResponse:
    """Hold a seat, or a place at the queue's end, and open the form."""
    event = shelf.by_slug(slug)
    if event is None or not event.is_public or not event.seat_pools:
        raise Http404
    kind, pool_pk = _chosen(request)
    try:
        token = starting.start(request, event, kind=kind, pool_pk=pool_pk, number=_number(request), now=timezone.now())
    except Refused as refusal:
        return _refused(request, event, refusal)
    went_on = token == begun_form(request, event.pk)
    response = redirect(reverse("registrations:form", args=[token]) if went_on else _address(token, CONTACT))
    remember_form(response, event.pk, token)
    return response


@login_not_required
@never_cache
def fill(request: HttpRequest, token: str) -> HttpResponse:
    """The form, screen by screen. Every screen is saved when it is sent, right or wrong."""
    journey = _journey(request, token)
    if journey.hold.finished_at:
        return done(request, journey)
    if request.method == "POST":
        return _send(request, journey) if request.POST.get("step") == SUMMARY else _save(request, journey)
    if "step" not in request.GET and journey.hold.awaits_click(timezone.now()):
        return _awaits_click(request, journey)
    if before := request.GET.get("before"):
        journey = replace(journey, says_before=before == "yes")
    return _screen(request, journey, journey.reachable(request.GET.get("step", SUMMARY)))


@login_not_required
@require_POST
def renew(request: HttpRequest, token: str) -> HttpResponse:
    """Take a new seat (or a place in the queue) for a form whose seat was freed."""
    journey = _journey(request, token)
    kind = kind_of(request.POST.get("kind", ""))
    try:
        starting.renew(request, journey.hold, token, kind=kind, event=journey.event, now=timezone.now())
    except Refused as refusal:
        return _screen(request, journey, journey.first_open(), refusal=refusal)
    return redirect(_address(token, journey.first_open()))


@login_not_required
@require_POST
def stay(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody is typing: keep the seat, and say for how many seconds."""
    journey = _journey(request, token)
    now = timezone.now()
    seats.stay(hold=journey.hold, now=now)
    unfinished.prolong(token=journey.token, now=now)
    return JsonResponse({"seconds": max(0, int((journey.hold.expires_at - now).total_seconds()))})


def _chosen(request: HttpRequest) -> tuple[HoldKind, int | None]:
    """A seat or the queue, and of which pool where there is a choice; one button may say both, as `seat-12`."""
    kind, _dash, key = request.POST.get("take", "").partition("-")
    return kind_of(kind or request.POST.get("kind", "")), key_of(key or request.POST.get("pool", "")) or None


def kind_of(text: str) -> HoldKind:
    """What a button wants; a seat, where it does not say."""
    return HoldKind(text) if text in HoldKind.values else HoldKind.SEAT


def _number(request: HttpRequest) -> int:
    """How many come together."""
    return max(1, min(key_of(request.POST.get("seats", "")) or 1, LARGEST_PARTY + 1))


def _save(request: HttpRequest, journey: Journey) -> HttpResponse:
    step = request.POST.get("step", "")
    if step not in journey.steps[:-1]:
        raise Http404
    if step in journey.asks.steps:
        return _save_questions(request, journey, step)
    data = asking.corrected(request.POST) if step == CONTACT else request.POST
    form, now = journey.form(step, data), timezone.now()
    try:
        limits.count("form", client_address(request), now=now)
        if step == CONTACT:
            asking.refuse_machine(data, journey.hold, now=now)
    except Refused as refusal:
        return _screen(request, journey, step, form=form, refusal=refusal)
    typed = {name: data.get(name, "").replace("\x00", "")[:LONGEST] for name in form.fields}
    meant = asking.question(typed["email"], journey.hold.draft.get(CONTACT, {})) if step == CONTACT else ""
    asked = {asking.ASKED: typed["email"]} if step == CONTACT else {}
    seats.save_draft(hold=journey.hold, step=step, values=typed | asked, now=now)
    unfinished.prolong(token=journey.token, now=now)
    if "more" in data:  # more time is all that is asked for
        return _go(request, journey, step)
    if meant or not form.is_valid():
        return _screen(request, journey, step, form=form, meant=meant)
    journey = Journey(journey.hold, journey.event, journey.token)  # who comes may be others now, and asked other things
    journey.forms[step] = form
    return _go(request, journey, journey.reachable(journey.after(step)))


def _save_questions(request: HttpRequest, journey: Journey, step: str) -> HttpResponse:
    """The same for a screen of the organiser's own questions, with the files that come along."""
    now, address = timezone.now(), client_address(request)
    try:
        limits.count("form", address, now=now)
        if request.FILES:
            limits.count("file", address, now=now)
    except Refused as refusal:
        return _screen(
            request, journey, step, form=journey.asks.form(step, journey.asks.sent(step, request)), refusal=refusal
        )
    values, faults = journey.asks.receive(step, request, now)
    seats.save_draft(hold=journey.hold, step=step, values=sealed(values), now=now)
    unfinished.prolong(token=journey.token, now=now)
    journey = Journey(journey.hold, journey.event, journey.token)
    if "more" in request.POST:
        return _go(request, journey, step)
    form = journey.asks.form(step, values, faults)
    if not form.is_valid():
        return _screen(request, journey, step, form=form)
    if form.unseen(request.POST.get("shown", "")):
        return _screen(request, journey, step, form=form, brought_up=True)
    return _go(request, journey, journey.reachable(journey.after(step)))


def _send(request: HttpRequest, journey: Journey) -> HttpResponse:
    if journey.first_open() != SUMMARY:
        return _go(request, journey, journey.first_open())
    try:
        limits.count("send", client_address(request), now=timezone.now())
        _refuse_other_sum(request, journey)
        if journey.event.terms.confirm_by_click or journey.total:
            _ask_to_confirm(journey)
        elif all_are_new(register(journey)):  # seats that are held for nobody still count for the network that asked
            unfinished.finish(token=journey.token)
    except Refused as refusal:
        return _screen(request, journey, SUMMARY, refusal=refusal)
    return redirect("registrations:form", journey.token)


def _refuse_other_sum(request: HttpRequest, journey: Journey) -> None:
    """:raises PriceChanged: if what is to be paid is not what was shown"""
    shown = shown_sum(request)
    if journey.costs and shown is not None and shown != journey.total:
        raise seats.PriceChanged(journey.total)


def _ask_to_confirm(journey: Journey) -> None:
    """Nobody is registered before the link in the mail has been pressed."""
    who, now = contact_of(journey.contact, None), timezone.now()
    limits.count("confirm to mail", normalised_email(who.email), now=now)
    seats.ask_to_confirm(hold=journey.hold, contact=who, now=now)
    unfinished.await_click(token=journey.token, key=journey.hold.key, now=now)


def register(journey: Journey, *, seen: int | None = None) -> Party | Registration | None:
    """Turn a form whose screens are all filled into a registration, or those of a group, and return it.

    :param seen: the sum that was shown on the page on which it was sent, in cents

    :raises Refused: as `seats.register` does
    """
    claimants, now = journey.claimants(), timezone.now()
    if journey.is_party:
        who = contact_of(journey.contact, None)
        company = journey.company()
        return seats.register_party(
            hold=journey.hold,
            contact=who,
            claimants=claimants,
            company=company,
            now=now,
            filled=journey.of_group(),
            deal=journey.deal(seen),
        )
    [mine] = claimants
    return seats.register(
        hold=journey.hold,
        contact=mine.contact,
        answers=mine.answers,
        support_needs=mine.support_needs,
        pick_up=mine.pick_up,
        category=mine.category,
        filled=mine.filled,
        price=mine.price,
        deal=journey.deal(seen),
        now=now,
    )


def all_are_new(made: Party | Registration | None) -> bool:
    """Whether nobody of the form was registered before."""
    return made is not None and not (isinstance(made, Party) and made.told_apart)


def shown_sum(request: HttpRequest) -> int | None:
    """What was shown to be paid on the page that is sent, in cents."""
    shown = request.POST.get("sum", "")
    return int(shown) if shown.isdecimal() and len(shown) <= LONGEST_SUM else None


def _address(token: str, step: str) -> str:
    """Each screen has its own, so that the browser's Back goes one screen back."""
    return f"{reverse('registrations:form', args=[token])}?step={step}"


def _awaits_click(request: HttpRequest, journey: Journey) -> HttpResponse:
    return page(
        request,
        "registrations/awaits_click.html",
        "step",
        hold=journey.hold,
        event=journey.event,
        project=journey.event.project,
        meeting=journey.meeting(timezone.now()),
    )


def done(request: HttpRequest, journey: Journey) -> HttpResponse:
    """What a form says that has been sent."""
    response = page(
        request,
        "registrations/done.html",
        "step",
        journey=journey,
        hold=journey.hold,
        event=journey.event,
        project=journey.event.project,
        meeting=journey.meeting(timezone.now()),
    )
    forget_form(response, journey.event.pk)
    return response


def _go(request: HttpRequest, journey: Journey, step: str) -> HttpResponse:
    """Show the next screen: at once to htmx, by redirect to a browser without scripts."""
    url = _address(journey.token, step)
    if not wants_part(request):
        return redirect(url)
    response = _screen(request, journey, step)
    response["HX-Push-Url"] = url
    return response


def _screen(
    request: HttpRequest,
    journey: Journey,
    step: str,
    *,
    form: Screen | None = None,
    refusal: Refused | None = None,
    meant: str = "",
    brought_up: bool = False,
) -> HttpResponse:
    now = timezone.now()
    wrong = (form is not None and not brought_up) or refusal is not None
    response = page(
        request,
        "registrations/form.html",
        "step",
        status=422 if wrong else 200,
        journey=journey,
        hold=journey.hold,
        event=journey.event,
        project=journey.event.project,
        meeting=journey.meeting(now),
        step=step,
        number=journey.steps.index(step) + 1,
        before=journey.before(step),
        form=form or (None if step == SUMMARY else journey.form(step)),
        filled=journey.forms if step == SUMMARY else {},
        notices=_notices(journey) if step == SUMMARY else [],
        bill=journey.bill if step == SUMMARY and journey.first_open() == SUMMARY else [],
        doubt=step == SUMMARY and _unusual_age(journey),
        refusal=refusal,
        expired=journey.hold.expired(now),
        seconds_left=max(0, int((journey.hold.expires_at - now).total_seconds())),
        meant=meant,
        brought_up=brought_up,
        given_before=_given_before(request, journey) if step == BACKGROUND else None,
    )
    return too_often(response, refusal)


def _given_before(request: HttpRequest, journey: Journey) -> StartNotice | None:
    """Told to those alone who have signed in with the mailbox that gave it; to others nothing tells who is known."""
    if not isinstance(request.user, User) or journey.event.project is None:
        return None
    return backgrounds.given_before(emails=verified(request.user), project=journey.event.project)


def _unusual_age(journey: Journey) -> bool:
    form = journey.forms.get(BACKGROUND)
    born = form.cleaned_data.get("birth_date") if form and form.is_valid() else None
    return born is not None and unusual_age(born, timezone.localdate())


def _notices(journey: Journey) -> list[PrivacyNotice]:
    purposes = [NoticePurpose.REGISTRATION, *([NoticePurpose.ESF] if BACKGROUND in journey.steps else [])]
    return [privacy.current(purpose) for purpose in purposes]


def _journey(request: HttpRequest, token: str) -> Journey:
    with counted(request):
        return _found(token)


def _found(token: str) -> Journey:
    return journey_of(starting.HOLD_OF.first(digest=digest(token)), token)


def journey_of(hold: Hold | None, token: str) -> Journey:
    """The form that keeps `hold`.

    :raises Http404: if it, or its event, is gone
    """
    event = shelf.by_pool(hold.pool_id) if hold else None
    if hold is None or event is None:
        raise Http404
    pool = event.pool_of(hold.pool_id)
    if pool is None:
        raise Http404
    hold.pool = pool
    return Journey(hold, event, token)


def _refused(request: HttpRequest, event: Event, refusal: Refused) -> HttpResponse:
    """The event page again, read anew, with the answer on top."""
    told = event_page(
        request,
        shelf.by_pk(event.pk) or event,
        timezone.now(),
        status=409,
        refusal=refusal,
        wanted_seats=_number(request),
        fewer=isinstance(refusal, seats.FewerLeft),
    )
    return too_often(told, refusal)
