"""Texts in several languages, read in one of them."""

from django.utils import translation

from core import spoken
from events.models import SeatPool

LANGUAGES = ("fi", "sv", "en", "uk")


def test_what_is_not_said_in_a_language_is_said_in_the_nearest():
    words = {"fi": "Ruoka", "sv": "", "en": "Food", "uk": ""}
    assert [spoken.spoken(words, code) for code in LANGUAGES] == ["Ruoka", "Ruoka", "Food", "Food"]


def test_what_is_not_said_at_all_is_empty():
    assert [spoken.spoken({"fi": ""}, code) for code in LANGUAGES] == ["", "", "", ""]


def test_a_row_speaks_the_language_of_the_reader():
    pool, found = SeatPool(name_fi="Nuoret", name_sv="Unga", name_en="Young people"), []
    for code in LANGUAGES:
        with translation.override(code):
            found.append(spoken.here(pool, "name"))
    assert found == ["Nuoret", "Unga", "Young people", "Young people"]
