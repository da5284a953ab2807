"""Many applicants are moved by one press: who moves, who cannot and why is shown before, and then done as a whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.errors import Refused
from events.enums import Status as EventStatus
from events.models import Event, SeatPool
from registrations import rules
from registrations.enums import Basis, Outcome, Stage, Status
from registrations.models import Application, Decision, Offer, Registration
from registrations.rules import move
from registrations.services import application_letters, letters, stages, standings
from registrations.services.payments import giving_back
from registrations.services.seats import charging, choosing
from registrations.services.seats.knowing import are_one_person, others_of
from registrations.services.seats.leaving import COUNTER
from registrations.services.seats.tree import NotOpen, Tree, root_of, tending

LETTERS = {
    Stage.INVITED: "invited",
    Stage.OFFERED: "offered",
    Stage.RESERVE: "reserve",
    Stage.REJECTED: "rejected",
    Stage.ACCEPTED: "accepted",
    Stage.WITHDRAWN: "withdrawn",
}
"""Where a person expects a letter. Those who start, go on or leave are there, and are told by word of mouth."""


class ChangedMeanwhile(Refused):
    code = "changed_meanwhile"
    message = gettext_lazy("Something has changed since this page was shown. Look at it again, then decide.")


class NobodyMoves(Refused):
    code = "nobody_moves"
    message = gettext_lazy("Nobody was chosen who can be moved there.")


class ReasonMissing(Refused):
    code = "reason_missing"
    message = gettext_lazy("Write why. The reason stays with the application.")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What somebody wants: the stage that these applications, as they were seen, come to.

    `frees` gives the seats of those who go on no more to others.
    """

    stage: Stage
    seen: Mapping[int, str]
    reason: str = ""
    frees: bool = False


@dataclass(kw_only=True)
class Preview:
    """Who would move, and who cannot, with the reason in words."""

    stage: Stage
    moves: list[Application] = field(default_factory=list)
    stays: list[tuple[Application, str]] = field(default_factory=list)

    @property
    def letter(self) -> str:
        """What those who move are sent; empty: nothing."""
        return LETTERS.get(self.stage, "") if self.moves else ""


def best(*, event: Event, number: int, among: Iterable[Stage], basis: Basis) -> list[Application]:
    """The first so many in order, of those at one of these stages."""
    rows = Application.objects.filter(event=event.pk, stage__in=list(among)).select_related("registration")
    by_number = {each.number: each for each in rows}
    order = rules.in_order(standings.of(event_pk=event.pk, applications=by_number.values()), basis)
    return [by_number[each] for each in order[:number]]


def plan(*, event: Event, choice: Choice, now: datetime) -> Preview:
    """What `decide` would do now. Nothing is written; seats are counted on this request's own copy of the event."""
    rows = Application.objects.filter(event=event.pk, pk__in=choice.seen).select_related("registration__person")
    found = _as_chosen(rows, choice)
    tree = Tree.of(event)
    return _sorted(tree, found, choice, now)


@transaction.atomic
def decide(*, event: Event, choice: Choice, nonce: UUID, by: User, now: datetime) -> Decision:
    """Move all that can be moved, with their letters, in one transaction. The same `nonce` again moves nobody.

    :raises ChangedMeanwhile: if one of them has come to another stage, or fewer can move than were shown
    :raises NobodyMoves: if none can
    :raises ReasonMissing: if the stage asks for a reason
    :raises NotOpen: if the event is not held any more
    """
    if choice.stage in rules.FOR_A_REASON and not choice.reason:
        raise ReasonMissing
    with tending(root_of(event), now) as tree:
        if earlier := Decision.objects.filter(nonce=nonce, event=event.pk).first():
            return earlier
        if tree.event.status != EventStatus.PUBLISHED:
            raise NotOpen
        found = _as_chosen(_locked(event, choice), choice)
        if len(found) != len(choice.seen) or any(each.stage != choice.seen[each.pk] for each in found):
            raise ChangedMeanwhile
        made = _sorted(tree, found, choice, now)
        if made.stays and made.moves:
            raise ChangedMeanwhile
        if not made.moves:
            raise NobodyMoves
        decision = Decision.objects.create(
            event=event, nonce=nonce, stage=choice.stage, number=len(made.moves), at=now, by=by
        )
        _Deed(tree, choice, decision, by, now).do(made.moves)
    return decision


def _locked(event: Event, choice: Choice) -> list[Application]:
    """The applications with their registrations, the latter locked first: a door may hold one."""
    keys = list(choice.seen)
    registrations = Registration.objects.locked().filter(application__in=keys).order_by("pk")
    by_key = {each.pk: each for each in registrations}
    found = list(Application.objects.locked().filter(event=event.pk, pk__in=keys))
    for each in found:
        each.registration = by_key[each.registration_id]
    return found


def _as_chosen(rows: Iterable[Application], choice: Choice) -> list[Application]:
    """In the order in which they were chosen: the first get the seats, if they are few."""
    places = {key: place for place, key in enumerate(choice.seen)}
    return sorted(rows, key=lambda each: places[each.pk])


def _sorted(tree: Tree, applications: Sequence[Application], choice: Choice, now: datetime) -> Preview:
    """Tell those who can move from those who cannot. The tree's counters are as before when this returns."""
    made, taken = Preview(stage=choice.stage), list[SeatPool]()
    lapsed = [each for each in applications if each.stage == Stage.LAPSED]
    for each in applications:
        pool = choosing.seat_for(tree, each, now) if choice.stage == Stage.OFFERED else None
        if reason := _obstacle(tree, each, choice, pool, lapsed):
            made.stays.append((each, reason))
            continue
        made.moves.append(each)
        if pool is not None:
            move(pool, offered=1)
            taken.append(pool)
    for pool in taken:
        move(pool, offered=-1)
    return made


def _obstacle(
    tree: Tree, application: Application, choice: Choice, pool: SeatPool | None, lapsed: Sequence[Application]
) -> str:
    """Why it cannot move; empty: it can.

    :param lapsed: those among the chosen who did not answer an offer; somebody can be there twice
    """
    stage = Stage(application.stage)
    if choice.stage in rules.BY_THEMSELVES or not rules.may_follow(stage, choice.stage):
        return _("From “%(before)s” nobody comes to “%(after)s”.") % {
            "before": stage.label,
            "after": choice.stage.label,
        }
    if choice.stage == Stage.OFFERED and pool is None:
        return _("No seat is free. Put them on the reserve list.")
    if stage == Stage.LAPSED and choice.stage != Stage.REJECTED and _has_applied_anew(tree, application, lapsed):
        return _("This person has applied anew since.")
    return ""


def _has_applied_anew(tree: Tree, application: Application, lapsed: Sequence[Application]) -> bool:
    mine = application.registration
    later = (each.registration for each in lapsed if each.number > application.number)
    return any(are_one_person(mine, each) for each in later) or others_of(tree.root, mine) is not None


@dataclass(frozen=True)
class _Deed:
    """What a decision does to those whom it moves, in a locked tree."""

    tree: Tree
    choice: Choice
    decision: Decision
    by: User
    now: datetime

    def do(self, applications: list[Application]) -> None:
        for each in applications:
            each.registration.event = self.tree.event
        how = {"by": self.by, "now": self.now, "reason": self.choice.reason, "decision": self.decision}
        if self.choice.stage == Stage.OFFERED:
            choosing.offer_to(self.tree, applications, **how)  # type: ignore[arg-type]
            return
        self._registrations([each.registration for each in applications])
        stages.step(applications, self.choice.stage, **how)  # type: ignore[arg-type]
        if letter := LETTERS.get(self.choice.stage):
            application_letters.post(letter, applications, event=self.tree.event, now=self.now)
        if self._frees:
            for each in applications:
                letters.cancelled(registration=each.registration, now=self.now)

    @property
    def _frees(self) -> bool:
        """Whether it gives the seats of those who go on no more to others; their calendars must know."""
        return self.choice.stage in rules.FREES_A_SEAT and self.choice.frees

    def _registrations(self, rows: list[Registration]) -> None:
        """Give the registrations the state that belongs to the stage, and free the seats that come free."""
        to = self.choice.stage
        if to in stages.ENDS or self._frees:
            for each in rows:
                if counter := COUNTER.get(Status(each.status)):
                    move(self.tree.pool(each.pool_id), **{counter: -1})
            self._end_offers(rows, Outcome.DECLINED)
            self._set(rows, status=Status.CANCELLED, cancelled_at=self.now)
            giving_back.give_up(self.tree.event, rows, by=self.by, now=self.now, all_back=True)
        elif to == Stage.RESERVE:
            self._set(rows, status=Status.APPLIED, offer=None, confirmed_at=None)
        elif to == Stage.ACCEPTED:
            for each in rows:
                move(self.tree.pool(each.pool_id), offered=-1, taken=1)
            self._end_offers(rows, Outcome.ACCEPTED)
            self._set(rows, status=Status.CONFIRMED, confirmed_at=self.now)
            for each in rows:  # whom the organiser seats, pays later: by invoice or at the door
                if charging.cost([each], self.now):
                    charging.bill(self.tree.event, [each], None, self.now, pay_by=None)

    def _end_offers(self, rows: list[Registration], outcome: Outcome) -> None:
        keys = [each.offer_id for each in rows if each.offer_id and each.status == Status.OFFERED]
        Offer.objects.unanswered().filter(pk__in=keys).update(ended_at=self.now, outcome=outcome)

    def _set(self, rows: list[Registration], **values: object) -> None:
        Registration.objects.filter(pk__in=[each.pk for each in rows]).update(**values)
        for each in rows:
            for name, value in values.items():
                setattr(each, name, value)
