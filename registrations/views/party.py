"""The page of a group's contact, opened by the link in their mail.

The contact sees to the seats of those who have no address of their own. Of the others the page shows the names alone,
as they were typed: where they stand is told to themselves, and who was registered before looks like everybody else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.services import links
from core.errors import Refused
from core.guessing import counted
from core.web import page, private
from esf.models import StartNotice
from registrations.enums import ACTIVE, Status
from registrations.models import Offer, Party, Registration
from registrations.services import letters, seats, tickets


class Line(NamedTuple):
    """One of the group. `registration` only where the contact sees to it."""

    name: str
    registration: Registration | None
    has_form: bool
    reached: bool = False
    """Was registered before, and is reached through the contact, who has got a mail about it."""


@login_not_required
@private
@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    return _page(request, token, party_of(request, token))


@login_not_required
@require_POST
def answer(request: HttpRequest, token: str, what: str) -> HttpResponse:
    """For the whole group: `accept` or `decline` an offer, `rejoin` the queue."""
    party = party_of(request, token)
    now = timezone.now()

    def accept() -> None:
        seats.accept(offer=_offer(party), now=now)

    def decline() -> None:
        seats.decline(offer=_offer(party), now=now)

    def rejoin() -> None:
        lapsed = party.members.filter(status=Status.LAPSED).order_by("-offer", "pk").first()
        if lapsed is None:
            raise seats.NothingLapsed
        seats.rejoin(registration=lapsed, now=now)

    acts: dict[str, tuple[Callable[[], None], str]] = {
        "accept": (accept, _("The seats are yours.")),
        "decline": (decline, _("You have left the seats to the next in line. Thank you for telling us.")),
        "rejoin": (rejoin, _("Your group is on the list again.")),
    }
    if what not in acts:
        raise Http404
    act, done = acts[what]
    return _try(request, token, party, act, done)


@login_not_required
@private
def cancel(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """Ask once, then give up the seat of one whom the contact sees to."""
    party = party_of(request, token)
    registration = _of(party, pk)
    if request.method != "POST":
        return page(
            request,
            "registrations/party_cancel.html",
            token=token,
            registration=registration,
            event=party.event,
            project=party.event.project,
        )

    def act() -> None:
        seats.cancel(registration=registration, by=None, now=timezone.now())

    return _try(request, token, party, act, _("The seat is cancelled."))


@login_not_required
@require_POST
def open_one(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """Go on to the own page of one whom the contact sees to: their form, their ticket."""
    registration = _of(party_of(request, token), pk)
    url = letters.personal_url(registration=registration, now=timezone.now())
    return redirect(url)


@login_not_required
@private
@require_safe
def ticket(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    registration = _of(party_of(request, token), pk)
    if registration.status != Status.CONFIRMED:
        raise Http404
    return HttpResponse(tickets.svg(registration), content_type="image/svg+xml")


def _try(request: HttpRequest, token: str, party: Party, act: Callable[[], None], done: str) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        return _page(request, token, party, refusal)
    messages.success(request, done)
    return redirect("registrations:party", token)


def party_of(request: HttpRequest, token: str) -> Party:
    with counted(request):
        key = links.find(purpose=letters.PARTY, token=token)
        if key is None:
            raise Http404
    rows = Party.objects.select_related("event__project", "event__organisation", "event__own_terms")
    return rows.get(pk=int(key.removeprefix("party:")))


def _of(party: Party, pk: int) -> Registration:
    """One whom the contact sees to; a stranger is 404."""
    found = party.members.filter(pk=pk, email=party.email).select_related("event").first()
    if found is None:
        raise Http404
    return found


def _offer(party: Party) -> Offer:
    offer = seats.of_party(party)
    if offer is None:
        raise seats.NothingOffered
    return offer


def _page(request: HttpRequest, token: str, party: Party, refusal: Refused | None = None) -> HttpResponse:
    now = timezone.now()
    members = list(Registration.objects.with_places().filter(party=party).order_by("pk"))
    states = {each.status for each in members}
    return page(
        request,
        "registrations/party.html",
        status=409 if refusal else 200,
        token=token,
        party=party,
        event=party.event,
        project=party.event.project,
        meeting=members[0].next_meeting(now) if members else party.event.next_meeting(now),
        lines=_lines(party, members, now),
        offer=seats.of_party(party),
        waiting=Status.WAITING in states or (party.waits and not members),
        place=_place(party, members),
        kept=party.kept_until is not None and party.kept_until > now,
        lapsed=Status.LAPSED in states and not states & ACTIVE,
        over=(party.event.ends_at or now) < now,
        order=party.orders.order_by("-pk").first() if party.event.price_list else None,
        refusal=refusal,
    )


def _place(party: Party, members: list[Registration]) -> int | None:
    """In the queue; of a group of whom all were registered before, where it would stand."""
    if members or not party.waits:
        return min((each.place for each in members if each.place), default=None)
    pool = party.told_apart[0]["pool"]
    return 1 + Registration.objects.waiting().filter(pool=pool, queued_at__lte=party.created_at).count()


def _lines(party: Party, members: list[Registration], now: datetime) -> list[Line]:
    mine = {each.key for each in members if each.email == party.email}
    filled = set(StartNotice.objects.filter(source__in=mine).values_list("source", flat=True))
    lines = [Line(each.name, each if each.key in mine else None, each.key in filled) for each in members]
    for known in sorted(party.told_apart, key=lambda known: known["at"]):
        lines.insert(known["at"], Line(known["name"], None, has_form=False, reached=known["reached"]))
    return lines
