"""Form second: a hold becomes a registration, or several of people who come together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, User
from accounts.services import people
from core.compiled import Compiled, Param, insert, update
from core.errors import Refused
from esf.services import notices
from events.enums import Status as EventStatus
from events.models import SeatPool
from events.rules import door_of_pool
from events.services import residents
from registrations import rules
from registrations.enums import Channel, HoldKind, Status
from registrations.models import Hold, Party, Registration
from registrations.rules import move
from registrations.services import application_letters, letters, rides, stages, tickets
from registrations.services.questions import answering
from registrations.services.questions.answering import Filled
from registrations.services.seats import charging
from registrations.services.seats.holds import keep_for_nobody, let_go
from registrations.services.seats.knowing import active_of
from registrations.services.seats.records import record
from registrations.services.seats.tree import NotOpen, Tree, tending

HOLD = Compiled(lambda: Hold.objects.locked().filter(pk=Param("pk")))


class HoldExpired(Refused):
    code = "hold_expired"
    message = _(
        "The time to fill the form ran out and the seat was freed. What you typed is safe: take a new seat and go on."
    )


class WrongNumber(Refused):
    code = "wrong_number"
    message = _("The number of people is not the number of seats. Start again with the right number.")


@dataclass(frozen=True, kw_only=True)
class Company:
    """Whom people come for."""

    name: str
    business_id: str


@dataclass(frozen=True, kw_only=True)
class Claimant:
    """Somebody who is to have a seat. `answers` are those of the background form, where they were given already, and
    `filled` those to the organiser's own questions.

    `referred_by` is the office that refers them, as they are told; `tell` says whether they are told anything.
    """

    contact: people.Contact
    answers: notices.Answers | None = None
    support_needs: str = ""
    pick_up: int | None = None
    channel: Channel = Channel.WEB
    referred_by: str = ""
    tell: bool = True
    category: int | None = None
    filled: Sequence[Filled] = ()
    price: int | None = None


@dataclass(frozen=True, kw_only=True)
class Deal:
    """What was agreed about paying: a discount's `code` as typed, the sum that was `seen`, in cents, and until when to
    pay. `later`: seats are given at once, to be paid at the door.
    """

    code: str = ""
    seen: int | None = None
    later: bool = False


FREE = Deal()


@transaction.atomic
def register(
    *,
    hold: Hold,
    contact: people.Contact,
    answers: notices.Answers | None,
    support_needs: str,
    now: datetime,
    by: User | None = None,
    pick_up: int | None = None,
    channel: Channel = Channel.WEB,
    referred_by: str = "",
    tell: bool = True,
    category: int | None = None,
    filled: Sequence[Filled] = (),
    price: int | None = None,
    deal: Deal = FREE,
) -> Registration | None:
    """Turn a held seat into a registration, or a place at the queue's end into one that waits.

    Sending the same form twice makes one registration. Someone who is registered already gets a mail that says so; the
    caller learns nothing, because anyone can send this form: the seat stays held until it runs out, so that not even
    the number of free seats tells.

    :param by: who registers somebody else; None: the person themselves
    :param pick_up: the key of the stop where they get on a ride of the event
    :param referred_by: the office that refers them, for the letter
    :param tell: whether a letter is sent to one who is registered now
    :param category: as what they apply, where people apply
    :param filled: answers to the organiser's own questions
    :param price: the key of the price that was chosen, where there are some; a seat that costs something is kept until
        it is paid
    :return: what was made; None where there was one already
    :raises PriceNeeded, PriceGone, PriceChanged, DiscountOver: see `charging.chosen`
    :raises HoldExpired: if the seat was freed meanwhile
    :raises RideFull: if no seat is left on that ride
    :raises NotOpen: if the event has been withdrawn meanwhile
    :raises WrongNumber: if the seats were held for several people
    :raises Unanswered: if the organiser's questions are not answered as they are asked now
    """
    claimant = Claimant(
        contact=contact,
        answers=answers,
        support_needs=support_needs,
        pick_up=pick_up,
        channel=channel,
        referred_by=referred_by,
        tell=tell,
        category=category,
        filled=filled,
        price=price,
    )
    with tending(hold.pool_id, now, tidied=hold.kind == HoldKind.QUEUE) as tree:
        hold = as_it_is(hold)
        if hold.finished_at:
            return None
        made, _known = _seat(tree, hold, [claimant], contact.email, None, by, now, deal)
    return next(iter(made), None)


@transaction.atomic
def register_party(
    *,
    hold: Hold,
    contact: people.Contact,
    claimants: Sequence[Claimant],
    company: Company | None,
    now: datetime,
    by: User | None = None,
    filled: Sequence[Filled] = (),
    deal: Deal = FREE,
) -> Party | None:
    """The same for people whom one contact registers: all of them get seats, or all wait for seats together.

    Whoever has an address of their own gets their own link to their own data. Of those who were registered already the
    contact sees nothing either; their seats stay held until they run out.

    :param contact: who answers for the group, and comes with it or not
    :param claimants: those who come, as many as the hold has seats
    :param filled: answers to what a group is asked once
    :return: the party; None where the form had been sent before
    :raises HoldExpired, RideFull, NotOpen: see `register`
    :raises PriceNeeded, PriceGone, PriceChanged, DiscountOver: see `charging.chosen`
    :raises WrongNumber: if there are more or fewer people than held seats
    """
    with tending(hold.pool_id, now, tidied=hold.kind == HoldKind.QUEUE) as tree:
        hold = as_it_is(hold)
        if hold.finished_at:
            return None
        party = Party.objects.create(
            event=tree.event,
            first_name=contact.first_name,
            last_name=contact.last_name,
            email=contact.email,
            phone=contact.phone,
            language=contact.language,
            company=company.name if company else "",
            business_id=company.business_id if company else "",
            created_at=now,
        )
        made, known = _seat(tree, hold, claimants, contact.email, party, by, now, deal)
        answering.write_first(filled=filled, party=party, hold=hold, now=now)
        if known:
            party.told_apart = [
                {
                    "at": claimants.index(who),
                    "name": f"{who.contact.first_name} {who.contact.last_name}",
                    "reached": who.contact.email == contact.email,
                    "pool": hold.chosen_id,
                }
                for who in known
            ]
        party.waits = hold.kind == HoldKind.QUEUE and all(each.status == Status.WAITING for each in made)
        party.save(update_fields=["told_apart", "waits"])
        if not any(each.status == Status.UNPAID for each in made):
            letters.party_registered(party=party, registrations=made, seated=not party.waits, now=now)
    return party


def _seat(
    tree: Tree,
    hold: Hold,
    claimants: Sequence[Claimant],
    sent_to: str,
    party: Party | None,
    by: User | None,
    now: datetime,
    deal: Deal,
) -> tuple[list[Registration], list[Claimant]]:
    """Make the registrations that a hold was for. Return them, and those for whom there was one already."""
    refuse_if_late(tree, hold, now)
    if len(claimants) != hold.seats:
        raise WrongNumber
    for stop in {who.pick_up for who in claimants}:
        rides.refuse_if_full(event=tree.event, pick_up=stop, number=sum(who.pick_up == stop for who in claimants))
    chosen = tree.leaf(hold.chosen_id)
    prices = charging.chosen(
        tree.event, chosen, claimants, code=deal.code, seen=deal.seen, by_themselves=by is None, now=now
    )
    fresh, known = _told_apart(tree, claimants, now)
    pool = tree.pool(hold.pool_id)
    let_go(tree, hold, now)
    if hold.kind == HoldKind.QUEUE:  # judged by how many were asked for, so that it does not tell how many were known
        pool = next((each for each in chosen.claimable(now) if each.unkept >= hold.seats), chosen)
    seated = hold.kind == HoldKind.SEAT or (hold.kind == HoldKind.QUEUE and pool.unkept >= hold.seats)
    of = {id(who): price for who, price in zip(claimants, prices, strict=True)}
    costs = sum(of[id(who)].cents for who, _person in fresh)
    kept = seated and costs > 0 and not deal.later
    if hold.kind != HoldKind.APPLY:
        move(pool, **{"held" if kept else "taken" if seated else "waiting": len(fresh)})
    if known and hold.kind == HoldKind.SEAT:
        keep_for_nobody(pool, len(known), hold.expires_at, now)
    _finish(hold, sent_to, now)
    status = Status.UNPAID if kept else Status.CONFIRMED if seated else Status.WAITING
    if hold.kind == HoldKind.APPLY:
        status = Status.APPLIED
    made = [_create(pool, chosen, person, who, of[id(who)], party, hold, status, by, now) for who, person in fresh]
    if seated and costs:
        until = charging.pay_by(now, by_themselves=by is None) if kept else None
        order = charging.bill(tree.event, made, party, now, pay_by=until)
        if kept and all(who.tell for who in claimants):
            letters.pay(order=order, now=now)
    for registration, (who, _person) in zip(made, fresh, strict=True):  # people are locked before questionnaires
        answering.write_first(filled=who.filled, registration=registration, hold=hold, now=now)
    return made, known


def _told_apart(
    tree: Tree, claimants: Sequence[Claimant], now: datetime
) -> tuple[list[tuple[Claimant, Person]], list[Claimant]]:
    """Those to register, with who they are, and those who are registered; the latter get a mail that says so."""
    found: dict[int, tuple[Person, Registration | None]] = {}
    for index in sorted(range(len(claimants)), key=lambda each: people.identity(claimants[each].contact) or ""):
        who = claimants[index].contact  # in one order: two groups with the same people must not wait for each other
        person = people.recognise(contact=who, now=now)
        found[index] = person, active_of(tree.root, person, who)
    fresh, known = [], []
    for index, claimant in enumerate(claimants):
        person, there = found[index]
        if there is None:
            fresh.append((claimant, person))
            continue
        known.append(claimant)
        there.event = tree.event
        letters.known_already(registration=there, now=now)
    return fresh, known


def as_it_is(hold: Hold) -> Hold:
    """The row as it is now; old ones are forgotten after a day.

    :raises HoldExpired: if it is
    """
    found = HOLD.first(pk=hold.pk)
    if found is None:
        raise HoldExpired
    return found


def refuse_if_late(tree: Tree, hold: Hold, now: datetime) -> None:
    """A seat is there until its time runs out; a place at the queue's end also later, while registration is open."""
    over = tree.ends_at is not None and tree.ends_at <= now
    if tree.event.status != EventStatus.PUBLISHED or tree.event.is_off(tree.root) or over:
        raise NotOpen
    if hold.expired(now):
        raise HoldExpired
    if (hold.kind == HoldKind.APPLY) != tree.event.terms.by_application:
        raise NotOpen
    if hold.released_at is not None:  # a place at the queue's end that was left, or whose date was called off
        raise NotOpen
    door = door_of_pool(tree.event, tree.root, now, invited=True)
    late_comer = HoldKind.APPLY if hold.kind == HoldKind.APPLY else HoldKind.QUEUE
    if now >= hold.expires_at and not rules.may_start(late_comer, door):
        raise NotOpen


def _finish(hold: Hold, email: str, now: datetime) -> None:
    """Close the form; its draft is gone."""
    hold.finished_at, hold.sent_to, hold.draft = now, email, {}
    update(hold, "released_at", "finished_at", "sent_to", "draft")


def _create(
    pool: SeatPool,
    chosen: SeatPool,
    person: Person,
    who: Claimant,
    cost: charging.Chosen,
    party: Party | None,
    hold: Hold,
    status: Status,
    by: User | None,
    now: datetime,
) -> Registration:
    contact, seated = who.contact, status == Status.CONFIRMED
    registration = Registration(
        event=pool.event,
        pool=pool,
        wanted_id=chosen.pk if chosen.pk != pool.pk else None,
        meeting_id=pool.meeting_id,
        person=person,
        identity=people.identity(contact),
        party=party,
        channel=who.channel,
        status=status,
        code=tickets.new_code(),
        first_name=contact.first_name,
        last_name=contact.last_name,
        email=contact.email,
        phone=contact.phone,
        language=contact.language,
        support_needs=who.support_needs,
        pick_up_id=who.pick_up,
        price=cost.price,
        discount=cost.discount,
        invitation_id=hold.invitation_id,
        registered_at=now,
        queued_at=now,
        confirmed_at=now if seated else None,
    )
    registration.referred_by = who.referred_by
    insert(registration)
    home = contact.municipality_code or person.municipality_code
    people.make_known(person=person, scopes=[*pool.event.people_scopes, *residents.scopes(pool.event, home)])
    if status == Status.APPLIED:
        application = stages.begin(registration=registration, category=who.category, by=by, now=now)
        if who.tell:
            application_letters.post("received", [application], event=pool.event, now=now)
    elif status != Status.UNPAID and who.tell and (party is None or contact.email != party.email):
        (letters.confirmed if seated else letters.waiting)(registration=registration, now=now)
    record(registration, "registration.create", by, now)
    if who.answers and pool.event.project:
        source, project = registration.key, pool.event.project
        notices.submit_first(person=person, project=project, source=source, answers=who.answers, now=now)
    return registration
