import datetime as dt

import pytest
from django.utils import translation

from core.collation import alphabetical
from core.templatetags import when
from tests.factories import at


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC), tick=False)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fi", "ti 8.12. klo 17.00–19.30"),
        ("sv", "tis 8.12 kl. 17.00–19.30"),
        ("en", "Tue 8 Dec at 17:00–19:30"),
        ("uk", "вт, 8 грудня, 17:00–19:30"),
    ],
)
def test_dates_are_written_as_people_say_them(language, text):
    with translation.override(language):
        assert when.span(at("2026-12-08 17:00"), at("2026-12-08 19:30")) == text


def test_another_year_is_said():
    with translation.override("fi"):
        assert when.moment(at("2027-01-05 09:05")) == "ti 5.1.2027 klo 9.05"


def test_a_night_shows_both_days():
    with translation.override("fi"):
        assert when.span(at("2026-12-08 22:00"), at("2026-12-09 01:00")) == "ti 8.12. klo 22.00 – ke 9.12. klo 1.00"


def test_finnish_months_are_cut_where_finns_cut_them():
    with translation.override("fi"):
        assert when.month(at("2026-11-23 12:00")) == "marras"


@pytest.mark.parametrize(
    ("language", "ordered"),
    [("fi", ["Akaa", "Ylöjärvi", "Ähtäri", "Öland"]), ("uk", ["Акаа", "Ізокюрьо", "Йоенсуу", "Ялас"])],
)
def test_names_are_sorted_as_their_readers_do(language, ordered):
    with translation.override(language):
        assert sorted(set(ordered), key=alphabetical) == ordered
