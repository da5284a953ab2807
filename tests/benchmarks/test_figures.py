import json

import pytest

from benchmarks.figures import Figure, percentile, table


def test_a_figure_is_one_json_object_a_line():
    line = Figure("rush", "sold", 20, "registrations").line()
    assert line == '{"bench": "rush", "figure": "sold", "value": 20, "unit": "registrations"}'
    assert json.loads(line)["value"] == 20


def test_the_table_lines_its_columns_up():
    figures = [Figure("rush", "sold", 20, "registrations"), Figure("pages", "event_per_s", 312.5, "pages/s")]
    assert table(figures).splitlines() == [
        "bench  figure       value  unit",
        "rush   sold            20  registrations",
        "pages  event_per_s  312.5  pages/s",
    ]


@pytest.mark.parametrize(("percent", "expected"), [(50, 5), (95, 10), (100, 10), (10, 1), (1, 1)])
def test_a_percentile_is_a_value_that_was_measured(percent, expected):
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], percent) == expected
