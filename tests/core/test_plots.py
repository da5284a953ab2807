import datetime as dt
from decimal import Decimal

from core.plots import HEIGHT, MARGIN, WIDTH, line, parts

FIRST = dt.date(2026, 1, 1)


def points(*values):
    return [(FIRST + dt.timedelta(days=10 * index), Decimal(value)) for index, value in enumerate(values)]


def test_the_line_goes_from_edge_to_edge_and_from_zero_to_the_greatest():
    drawn = line(points(0, 5, 10))
    middle = (WIDTH // 2, HEIGHT // 2)
    assert drawn.dots == ((MARGIN, HEIGHT - MARGIN), middle, (WIDTH - MARGIN, MARGIN))
    assert drawn.path == "M10 190 L300 100 L590 10"


def test_the_planned_value_is_on_the_same_scale():
    drawn = line(points(5), planned=Decimal(10))
    assert (drawn.planned, drawn.dots, drawn.highest) == (MARGIN, ((WIDTH // 2, HEIGHT // 2),), 10)


def test_what_is_below_zero_is_drawn_too():
    assert line(points(-5, 5)).lowest == -5


def test_nothing_but_zeros_lies_on_the_ground():
    assert line(points(0, 0)).dots == ((MARGIN, HEIGHT - MARGIN), (WIDTH - MARGIN, HEIGHT - MARGIN))


def test_a_bar_is_divided_without_gap_and_filled_to_its_end():
    drawn = parts([1, 1, 1, 0, 4])
    assert [(part.start, part.width) for part in drawn] == [(0, 86), (86, 85), (171, 86), (257, 0), (257, 343)]
    assert [part.width for part in parts([0, 0])] == [0, 0]
