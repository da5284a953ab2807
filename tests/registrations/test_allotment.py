"""Who gets a free seat, decided without a database: examples, and a machine that plays whole evenings at random."""

import datetime as dt
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from events.models import SeatPool, grow
from registrations.rules import Unit, allot, move
from tests.factories import NOW

LATER = NOW + dt.timedelta(days=2)


def pool(pk, capacity, parent=None, **fields):
    return SeatPool(pk=pk, capacity=capacity, parent_id=parent, root_id=1 if parent else None, **fields)


def tree(*pools):
    [root] = grow(pools)
    return root


def unit(number, pool_pk, size=1, kept_until=None):
    members = tuple(f"{number}.{each}" for each in range(size))
    return Unit(
        key=("party" if size > 1 else "registration", number), pool=pool_pk, members=members, kept_until=kept_until
    )


def queue_of(units):
    return lambda pools: [each for each in units if each.pool in pools]


def served(root, units, *, now=NOW, at_once=False, keeps=True):
    """Let `units` wait, hand out what is free, and return who got seats of which pool."""
    for each in units:
        move(next(leaf for leaf in root.leaves if leaf.pk == each.pool), waiting=each.size)
    made = allot(root, queue_of(units), now=now, at_once=at_once, keeps=keeps)
    return [(given.key[1], seat.pk) for given, seat in made.gifts], made


def test_first_come_first_served():
    root = tree(pool(1, 2))
    gifts, _made = served(root, [unit(1, 1), unit(2, 1), unit(3, 1)])
    assert gifts == [(1, 1), (2, 1)]
    assert (root.offered, root.waiting, root.for_newcomers) == (2, 1, 0)


def test_a_group_at_the_head_has_the_free_seats_kept_until_there_are_enough():
    root = tree(pool(1, 3, taken=1))
    gifts, made = served(root, [unit(1, 1, size=3), unit(2, 1)])
    assert (gifts, [each.key[1] for each in made.keeping]) == ([], [1])
    assert (root.kept, root.for_newcomers) == (2, 0)

    move(root, taken=-1)
    again = allot(root, queue_of([unit(1, 1, 3, kept_until=LATER), unit(2, 1)]), now=NOW, at_once=False, keeps=True)
    assert [given.key[1] for given, _pool in again.gifts] == [1]


def test_after_its_time_the_group_lets_smaller_ones_pass_and_newcomers_too():
    root = tree(pool(1, 5, taken=3))
    gifts, made = served(root, [unit(1, 1, size=3, kept_until=NOW), unit(2, 1)])
    assert (gifts, made.keeping) == ([(2, 1)], [])
    assert root.for_newcomers == 1


def test_where_nothing_is_kept_the_next_one_passes_at_once():
    assert served(tree(pool(1, 1)), [unit(1, 1, size=2), unit(2, 1)], keeps=False)[0] == [(2, 1)]


def test_siblings_share_what_their_parent_has_in_the_order_of_arrival():
    root = tree(pool(1, 3), pool(2, 3, 1, name_fi="Job"), pool(3, 2, 1, name_fi="Employer", reserved=True))
    gifts, _made = served(root, [unit(1, 3), unit(2, 2), unit(3, 2), unit(4, 3)])
    assert gifts == [(1, 3), (2, 2), (3, 2)]
    assert (root.free, root.leaves[0].room, root.leaves[1].room) == (0, 0, 0)


def test_a_reserved_seat_is_for_those_who_chose_it_and_later_for_all():
    def pools():
        return tree(
            pool(1, 10), pool(2, 1, 1, name_fi="All"), pool(3, 2, 1, name_fi="Job", reserved=True, reserved_until=LATER)
        )

    units = [unit(1, 2), unit(2, 2), unit(3, 3)]
    assert served(pools(), units, now=NOW)[0] == [(1, 2), (3, 3)]
    assert served(pools(), units, now=LATER)[0] == [(1, 2), (3, 3), (2, 3)]


def test_a_group_that_finds_its_seats_elsewhere_gives_back_what_was_kept_for_it():
    root = tree(pool(1, 10), pool(2, 1, 1, name_fi="All"), pool(3, 2, 1, name_fi="Other"))
    gifts, made = served(root, [unit(1, 2, size=2), unit(2, 2)])
    assert gifts == [(1, 3), (2, 2)]
    assert (root.kept, made.keeping) == (0, [])


LEAVES = st.integers(2, 4)
SIZES = st.sampled_from([1, 1, 1, 2, 3, 5])


class Evening(RuleBasedStateMachine):
    """People come, wait, answer, give up; organisers change the seats; time passes. Three pools share one house."""

    @initialize(house=st.integers(1, 12), sizes=st.tuples(*[st.integers(1, 8)] * 3), reserved=st.booleans())
    def open(self, house, sizes, reserved):
        self.now, self.numbers = NOW, count(1)
        until = NOW + dt.timedelta(hours=30) if reserved else None
        flags = [{"reserved": True, "reserved_until": until}, {"reserved": reserved, "reserved_until": None}, {}]
        branches = [
            pool(pk, capacity, 1, name_fi=str(pk), **flag)
            for pk, capacity, flag in zip((2, 3, 4), sizes, flags, strict=True)
        ]
        self.root = tree(pool(1, house), *branches)
        self.queue, self.seated, self.offers, self.kept_until = [], [], [], {}

    def leaf(self, pk):
        return next(leaf for leaf in self.root.leaves if leaf.pk == pk)

    def settle(self):
        units = [
            Unit(key=each.key, pool=each.pool, members=each.members, kept_until=self.kept_until.get(each.key))
            for each in self.queue
        ]
        made = allot(self.root, queue_of(units), now=self.now, at_once=False, keeps=True)
        for given, seats in made.gifts:
            self.queue = [each for each in self.queue if each.key != given.key]
            self.offers.append((given, seats))
        for each in made.keeping:
            self.kept_until[each.key] = self.now + dt.timedelta(hours=5)

    @rule(pk=LEAVES, size=SIZES)
    def come(self, pk, size):
        chosen = self.leaf(pk)
        seats = next((each for each in chosen.claimable(self.now) if each.unkept >= size), None)
        newcomer = unit(next(self.numbers), pk, size)
        if seats:
            move(seats, taken=size)
            self.seated.append((newcomer, seats))
        else:
            move(chosen, waiting=size)
            self.queue.append(newcomer)
        self.settle()

    @precondition(lambda self: self.offers)
    @rule(accept=st.booleans(), index=st.integers(0, 50))
    def answer(self, accept, index):
        given, seats = self.offers.pop(index % len(self.offers))
        move(seats, offered=-given.size, taken=given.size if accept else 0)
        if accept:
            self.seated.append((given, seats))
        self.settle()

    @precondition(lambda self: self.seated)
    @rule(index=st.integers(0, 50))
    def cancel(self, index):
        gone, seats = self.seated.pop(index % len(self.seated))
        move(seats, taken=-gone.size)
        self.settle()

    @precondition(lambda self: self.queue)
    @rule(index=st.integers(0, 50))
    def leave_the_queue(self, index):
        gone = self.queue.pop(index % len(self.queue))
        move(self.leaf(gone.pool), waiting=-gone.size)
        self.settle()

    @precondition(lambda self: len(self.queue) > 1)
    @rule(index=st.integers(0, 50))
    def let_somebody_go_first(self, index):
        self.queue.insert(0, self.queue.pop(index % len(self.queue)))
        self.settle()

    @rule(pk=st.integers(1, 4), capacity=st.integers(0, 15))
    def change_capacity(self, pk, capacity):
        each = next(each for each in self.root.tree_pools if each.pk == pk)
        if capacity >= each.taken + each.held + each.offered:
            each.capacity = capacity
            self.settle()

    @rule(hours=st.integers(1, 20))
    def wait(self, hours):
        self.now += dt.timedelta(hours=hours)
        self.settle()

    @invariant()
    def nothing_is_oversold_and_every_counter_is_the_sum_of_its_branches(self):
        for each in self.root.tree_pools:
            assert each.taken + each.held + each.offered + each.kept <= each.capacity
            for name in ("taken", "held", "offered", "waiting", "kept"):
                assert not each.below or getattr(each, name) == sum(getattr(leaf, name) for leaf in each.below)

    @invariant()
    def no_free_seat_is_left_that_somebody_waiting_may_take(self):
        for each in self.queue:
            keep = self.kept_until.get(each.key)
            for seats in self.leaf(each.pool).claimable(self.now):
                assert seats.unkept < each.size
            if each.size == 1 or (keep is not None and keep <= self.now):
                assert not any(seats.unkept >= each.size for seats in self.leaf(each.pool).claimable(self.now))

    @invariant()
    def seats_are_kept_for_a_group_that_waits_and_has_time_left_or_not_at_all(self):
        keeping = [key for key, until in self.kept_until.items() if until > self.now]
        waiting = {each.key for each in self.queue}
        assert self.root.kept == 0 or any(key in waiting for key in keeping)


Evening.TestCase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
TestEvening = Evening.TestCase
