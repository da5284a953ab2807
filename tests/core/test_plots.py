import datetime as dt
from decimal import Decimal

from core.plots import HEIGHT, MARGIN, ROW, THICK, WIDTH, Bar, groups, line, lying, parts, slots, stacked

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


def test_groups_of_bars_stand_side_by_side_on_one_scale():
    assert groups([(20, 10), (5, 0)]) == (
        (Bar("5.00%", "20.00%", MARGIN, HEIGHT - MARGIN), Bar("25.00%", "20.00%", 105, 95)),
        (Bar("55.00%", "20.00%", 152, 48), Bar("75.00%", "20.00%", HEIGHT, 0)),
    )
    assert slots(2) == ("25.00%", "75.00%")


def test_groups_of_zeros_and_no_groups_are_drawn_too():
    assert groups([(0,)]) == ((Bar("10.00%", "80.00%", HEIGHT, 0),),)
    assert (groups([]), slots(0), lying([]), stacked([])) == ((), (), (), ())


def test_the_greatest_of_lying_bars_is_as_wide_as_the_plot():
    drawn = lying([8, 2, 0])
    assert [(bar.left, bar.width) for bar in drawn] == [("0.00%", "100.00%"), ("0.00%", "25.00%"), ("0.00%", "0.00%")]
    assert [bar.top for bar in drawn] == [20, 20 + ROW, 20 + 2 * ROW]
    assert lying([0])[0].width == "0.00%"


def test_each_stacked_bar_is_divided_among_its_own_values():
    [whole, empty] = stacked([(3, 1), (0, 0)])
    assert whole == (Bar("0.00%", "75.00%", 20, THICK), Bar("75.00%", "25.00%", 20, THICK))
    assert [bar.width for bar in empty] == ["0.00%", "0.00%"]
