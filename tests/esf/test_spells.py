import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from esf.rules.spells import Joined, Spell, joined


def day(number):
    return dt.date(2026, 1, 1) + dt.timedelta(days=number)


def spell(pk, started, ended=None, notice=None, counted=True):
    until = None if ended is None else day(ended)
    return Spell(pk=pk, started_on=day(started), ended_on=until, notice=notice, counted=counted)


def test_spells_apart_stay_two():
    assert joined([spell(1, 0, 5), spell(2, 6)]) == []


def test_two_that_go_on_become_the_first():
    first, second = spell(2, 3, notice=7), spell(1, 10, notice=8)
    assert joined([second, first]) == [Joined(kept=first, absorbed=(second,), ended_on=None, notice=7)]


def test_one_lasts_until_the_later_end():
    first, second = spell(1, 0, 5), spell(2, 5, 9)
    assert joined([first, second]) == [Joined(kept=first, absorbed=(second,), ended_on=day(9), notice=None)]


def test_answers_that_the_first_spell_lacks_are_the_next_ones():
    first, second, third = spell(1, 0), spell(2, 4, 5, notice=8), spell(3, 6, notice=9)
    assert joined([first, second, third])[0].notice == 8


def test_what_does_not_count_takes_no_days_from_what_does_and_gives_it_none():
    out, counted = spell(1, 0, 9, notice=7, counted=False), spell(2, 4)
    assert joined([out, counted]) == [Joined(kept=counted, absorbed=(out,), ended_on=None, notice=7)]
    ended = spell(3, 4, 6)
    assert joined([out, ended]) == [Joined(kept=ended, absorbed=(out,), ended_on=day(6), notice=7)]


def test_what_does_not_count_does_not_make_one_of_two_that_do():
    first, bridge, second = spell(1, 0, 3), spell(2, 2, 8, counted=False), spell(3, 7, 9)
    assert joined([first, bridge, second]) == [Joined(kept=first, absorbed=(bridge,), ended_on=day(3), notice=None)]


def test_two_that_do_not_count_become_one_that_does_not():
    first, second = spell(1, 0, 5, counted=False), spell(2, 5, 9, counted=False)
    assert joined([first, second]) == [Joined(kept=first, absorbed=(second,), ended_on=day(9), notice=None)]


SPELLS = st.lists(st.tuples(st.integers(0, 30), st.none() | st.integers(0, 10)), max_size=6).map(
    lambda rows: [spell(pk, start, None if long is None else start + long) for pk, (start, long) in enumerate(rows, 1)]
)


@given(SPELLS)
def test_afterwards_no_two_overlap_and_every_day_is_as_it_was(spells):
    groups = joined(spells)
    gone = {each.pk for group in groups for each in group.absorbed}
    ends = {group.kept.pk: group.ended_on for group in groups}
    left = [
        (each.started_on, ends.get(each.pk, each.ended_on) or dt.date.max) for each in spells if each.pk not in gone
    ]

    assert all(a[1] < b[0] for a, b in zip(sorted(left), sorted(left)[1:], strict=False))
    for number in range(45):
        before = any(each.started_on <= day(number) <= (each.ended_on or dt.date.max) for each in spells)
        assert before == any(start <= day(number) <= end for start, end in left)
