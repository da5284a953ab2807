"""Everybody does everything at once, by schedules drawn from a seed: what holds in the end, and what never may happen.

Six threads each play a row of random deeds on one event whose seats are divided: hold, register alone or as a group,
wait, come to the desk, be referred or imported, cancel, answer offers, let them run out, hand over, come back, change
capacities, move people in the queue. Each has a clock of its own that runs ahead, so that holds and offers expire in the
middle of it.
"""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connections

from core.errors import Refused
from core.models import OutboxMessage
from core.secrets import digest
from core.sheets_in import read_table
from events import shelf
from events.models import Event, SeatPoolQuerySet
from registrations import rules
from registrations.enums import ACTIVE, ConsentHow, HoldKind, Status
from registrations.models import Hold, Offer, Registration
from registrations.services import people_import, referring, seats, walk_ins
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)

HANDS, DEEDS = 6, 30
END = NOW + dt.timedelta(days=5)


class Hand:
    """One thread's row of deeds."""

    def __init__(self, event, by, seed, number):
        self.event, self.by, self.chance, self.now = event, by, Random(f"{seed}-{number}"), NOW
        self.wrong = []

    def play(self):
        deeds = (
            *[self.register] * 6,
            *[self.queue] * 3,
            *[self.party] * 3,
            *[self.cancel] * 4,
            *[self.answer] * 4,
            *(self.abandon, self.sweep, self.resize, self.move, self.hand_over, self.come_back, self.enrol),
            *(self.bring_table, self.walk_in, self.refer),
        )
        for _deed in range(DEEDS):
            self.now += dt.timedelta(minutes=self.chance.choice([1, 5, 20, 120, 600]))
            try:
                self.chance.choice(deeds)()
            except Refused:
                pass
            except Exception as error:  # noqa: BLE001 - an exception is an answer too, a wrong one
                self.wrong.append(f"{type(error).__name__}: {error}")
        connections.close_all()
        return self.wrong

    def leaf(self):
        return self.chance.choice(shelf.by_pk(self.event.pk).leaves).pk

    def hold(self, kind=HoldKind.SEAT, number=1):
        token = seats.hold(event=self.event, pool_pk=self.leaf(), kind=kind, seats=number, now=self.now)
        return Hold.objects.get(token_digest=digest(token))

    def who(self):
        """Out of a small town, so that some come twice."""
        number = self.chance.randrange(60)
        return make.contact(first_name="Aino", last_name=f"Kylä{number}", email=f"kyla{number}@example.fi")

    def register(self, kind=HoldKind.SEAT):
        hold = self.hold(kind)
        for _press in range(self.chance.choice([1, 1, 2])):
            seats.register(hold=hold, contact=self.who(), answers=None, support_needs="", now=self.now)

    def queue(self):
        self.register(HoldKind.QUEUE)

    def party(self):
        number, kind = self.chance.choice([2, 3]), self.chance.choice(list(HoldKind))
        hold = self.hold(kind, number)
        claimants = [seats.Claimant(contact=self.who()) for _i in range(number)]
        if len({each.contact.email for each in claimants}) == number:
            seats.register_party(hold=hold, contact=make.contact(), claimants=claimants, company=None, now=self.now)

    def abandon(self):
        hold = self.hold()
        if self.chance.random() < 0.5:
            seats.renew(hold=hold, kind=self.chance.choice(list(HoldKind)), now=self.now + dt.timedelta(hours=1))

    def some(self, *states):
        rows = list(Registration.objects.filter(event=self.event, status__in=states or ACTIVE).order_by("?")[:1])
        return rows[0] if rows else None

    def cancel(self):
        if row := self.some():
            seats.cancel(registration=row, by=None, now=self.now)

    def answer(self):
        offer = Offer.objects.unanswered().order_by("?").first()
        if offer:
            (seats.accept if self.chance.random() < 0.7 else seats.decline)(offer=offer, now=self.now)

    def sweep(self):
        seats.sweep(now=self.now)

    def resize(self):
        pool = self.chance.choice(list(self.event.pools.all()))
        seats.change_capacity(
            event=self.event, pool_pk=pool.pk, capacity=self.chance.randrange(2, 14), by=self.by, now=self.now
        )

    def move(self):
        if row := self.some(Status.WAITING):
            place = self.chance.randrange(1, 6)
            seats.move_in_queue(registration=row, place=place, reason="Syy", by=self.by, now=self.now)

    def hand_over(self):
        if row := self.some(Status.CONFIRMED):
            seats.hand_over(registration=row, to=self.who(), by=None, now=self.now)

    def come_back(self):
        if row := self.some(Status.LAPSED):
            seats.rejoin(registration=row, now=self.now)

    def enrol(self):
        seats.enrol(
            event=self.event,
            pool_pk=self.leaf(),
            contact=self.who(),
            answers=None,
            support_needs="",
            accept_queue=True,
            by=self.by,
            now=self.now,
        )

    def bring_table(self):
        """Some people from a table, done at once by this hand's own worker."""
        leaf = self.chance.choice(shelf.by_pk(self.event.pk).leaves)
        people = [self.who() for _i in range(3)]
        rows = "\n".join(f"{each.first_name};{each.last_name};{each.email};{leaf.name_fi}" for each in people)
        table = read_table(ContentFile(f"Etunimi;Sukunimi;Sähköposti;Kenelle\n{rows}".encode()))
        kept = people_import.keep(event=self.event, table=table, accept_queue=True, tell=True, by=self.by, now=self.now)
        people_import.begin(brought=kept, by=self.by, now=self.now)
        people_import.do_due(now=self.now)

    def walk_in(self):
        walk_ins.add(
            event=self.event,
            contact=self.who(),
            nonce=uuid.uuid4(),
            pool_pk=self.leaf(),
            accept_queue=True,
            is_another=True,
            by=self.by,
            now=self.now,
        )

    def refer(self):
        consent = referring.Consent(how=ConsentHow.SPOKEN, on=NOW.date())
        referring.refer(
            event=self.event,
            contact=self.who(),
            consent=consent,
            office="Työvoimapalvelut",
            nonce=uuid.uuid4(),
            pool_pk=self.leaf(),
            by=self.by,
            now=self.now,
        )


def town():
    event = make.event(seats=9, first=NOW + dt.timedelta(days=30))
    root = event.pools.get()
    by = make.organiser(event)
    for name, capacity, reserved, until in (
        ("Työnhakijat", 6, True, NOW + dt.timedelta(days=1)),
        ("Työnantajat", 3, True, None),
        ("Muut", 4, False, None),
    ):
        plan = seats.PoolPlan(names={"fi": name}, capacity=capacity, reserved=reserved, reserved_until=until)
        seats.add_pool(event=event, parent_pk=root.pk, plan=plan, by=by, now=NOW)
    return event, by


def play(seed):
    """Let all hands play, then let everything run out that can. Return the event and what went wrong."""
    event, by = town()
    hands = [Hand(event, by, seed, number) for number in range(HANDS)]
    with ThreadPoolExecutor(HANDS) as threads:
        wrong = [each for wrongs in threads.map(Hand.play, hands) for each in wrongs]
    return event, wrong


def still_served(event, now):
    """Who of those that wait could sit on a free seat, although everything has been tended."""
    [root] = Event.objects.get(pk=event.pk).seat_pools
    made = rules.allot(root, seats.waiting_units, now=now, at_once=False, keeps=True)
    return [unit.key for unit, _pool in made.gifts]


def twice(event):
    """Addresses and names with two active registrations."""
    found = Registration.objects.active().filter(event=event).exclude(email="")
    keys = [(row.email.lower(), row.first_name, row.last_name) for row in found]
    return {key for key in keys if keys.count(key) > 1}


def letters_of(template):
    return sum(message.payload["keys"]["letter"] == template for message in OutboxMessage.objects.all())


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_at_once_the_seats_are_right(seed, counters):
    event, wrong = play(seed)

    assert wrong == []
    counters(event)
    seats.sweep(now=END)
    counters(event)
    assert still_served(event, END) == []
    assert twice(event) == set()
    assert Hold.objects.of_seats().unreleased().expired_at(END).count() == 0
    assert Offer.objects.expired_at(END).count() == 0
    assert letters_of("offered") + letters_of("party_offered") == Offer.objects.count()
    for offer in Offer.objects.unanswered():
        states = set(offer.registrations.values_list("status", flat=True))
        assert Status.OFFERED in states
        assert states <= {Status.OFFERED, Status.CANCELLED}


@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
def test_without_the_lock_of_the_tree_the_same_schedules_go_wrong(monkeypatch):
    monkeypatch.setattr(SeatPoolQuerySet, "locked", lambda self: self.all())
    event, wrong = play(0)
    [root] = Event.objects.get(pk=event.pk).seat_pools
    rows = Registration.objects.filter(event=event)
    counted = {name: rows.filter(status=status).count() for name, status in
               (("taken", Status.CONFIRMED), ("waiting", Status.WAITING), ("offered", Status.OFFERED))}  # fmt: skip
    assert wrong or counted != {name: getattr(root, name) for name in counted}
