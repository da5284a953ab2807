"""No hidden cell can be worked out from what is shown: tried with an arithmetic of its own."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esf.rules.suppression import Sum, hidden


def table(rows):
    """The cells of a table with its sums: `("r", 0, 1)` and the like; None is a sum."""
    columns = len(rows[0])
    values = {(r, c): rows[r][c] for r in range(len(rows)) for c in range(columns)}
    values |= {(r, None): sum(rows[r]) for r in range(len(rows))}
    values |= {(None, c): sum(row[c] for row in rows) for c in range(columns)}
    values[None, None] = sum(map(sum, rows))
    sums = [Sum((r, None), tuple((r, c) for c in range(columns))) for r in range(len(rows))]
    sums += [Sum((None, c), tuple((r, c) for r in range(len(rows)))) for c in [*range(columns), None]]
    return values, [*sums, Sum((None, None), tuple((None, c) for c in range(columns)))]


def rank(lines):
    """By fractions, line by line."""
    lines, found = [list(map(Fraction, line)) for line in lines], 0
    for column in range(len(lines[0]) if lines else 0):
        pivot = next((number for number in range(found, len(lines)) if lines[number][column]), None)
        if pivot is None:
            continue
        lines[found], lines[pivot] = lines[pivot], lines[found]
        for number in range(found + 1, len(lines)):
            factor = lines[number][column] / lines[found][column]
            lines[number] = [a - factor * b for a, b in zip(lines[number], lines[found], strict=True)]
        found += 1
    return found


def follows(cell, unknown, sums):
    """Whether the sums fix the value of an unknown cell: then its own line adds nothing to theirs."""
    order = sorted(unknown, key=repr)
    lines = [[(each in one.parts) - (each == one.whole) for each in order] for one in sums]
    return rank([*lines, [each == cell for each in order]]) == rank(lines)


TABLES = st.integers(1, 4).flatmap(
    lambda columns: st.lists(
        st.lists(st.one_of(st.integers(0, 6), st.integers(0, 60)), min_size=columns, max_size=columns),
        min_size=1,
        max_size=5,
    )
)


@given(TABLES)
def test_no_hidden_cell_follows_from_what_is_shown(rows):
    values, sums = table(rows)
    hiding = hidden(values, sums)

    assert {cell for cell, value in values.items() if 1 <= value <= 4} <= hiding
    assert not any(values[cell] == 0 for cell in hiding)
    assert not [cell for cell in hiding if follows(cell, hiding, sums)] or not _shown(values, hiding)


@given(TABLES)
def test_hidden_parts_of_a_shown_sum_are_not_all_one(rows):
    values, sums = table(rows)
    hiding = hidden(values, sums)
    for one in sums:
        parts = [part for part in one.parts if part in hiding]
        if parts and one.whole not in hiding:
            assert sum(values[part] for part in parts) > len(parts)


@given(TABLES)
def test_a_table_without_small_cells_is_shown_whole(rows):
    values, sums = table([[5 + each for each in row] for row in rows])
    assert hidden(values, sums) == frozenset()


def _shown(values, hiding):
    return [cell for cell, value in values.items() if value and cell not in hiding]


@pytest.mark.parametrize(
    ("rows", "hiding"),
    [
        ([[10, 20, 0]], set()),
        ([[10, 20, 3]], {(0, 2), (0, 0), (None, 2), (None, 0)}),  # the sum would tell the three, so the ten goes too
        ([[3, 20]], {(0, 0), (0, 1), (None, 0), (None, 1)}),
    ],
)
def test_the_next_smallest_part_is_hidden_with_a_small_one(rows, hiding):
    values, sums = table(rows)
    assert hidden(values, sums) == hiding


def test_others_that_no_table_shows_must_not_follow_either():
    """Of 20, 8 are young and 10 are old: two are in between, though no line says so."""
    values = {"all": 20, "young": 8, "old": 10, "between": 2}
    sums = [Sum("all", ("young", "old", "between"))]
    assert hidden(values, sums, frozenset({"between"})) == {"young"}
    assert hidden(values | {"all": 25, "between": 7}, sums, frozenset({"between"})) == frozenset()
