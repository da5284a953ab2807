"""How long text messages are, against 3GPP TS 23.038 and 23.040."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.segments import ALPHABET, OF_TWO, Segments, count, plain, shortened


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments(0, 1, wide=False)),
        ("Muistutus: työpaja klo 10, Åbo", Segments(30, 1, wide=False)),
        ("a" * 160, Segments(160, 1, wide=False)),
        ("a" * 161, Segments(161, 2, wide=False)),
        ("a" * 306, Segments(306, 2, wide=False)),
        ("a" * 307, Segments(307, 3, wide=False)),
        ("€" * 80, Segments(160, 1, wide=False)),
        ("€" * 81, Segments(162, 2, wide=False)),
        ("я" * 70, Segments(70, 1, wide=True)),
        ("я" * 71, Segments(71, 2, wide=True)),
        ("я" * 134, Segments(134, 2, wide=True)),
        ("š", Segments(1, 1, wide=True)),
        ("😀" * 35, Segments(70, 1, wide=True)),
        ("😀" * 36, Segments(72, 2, wide=True)),
    ],
)
def test_messages_are_counted_as_phones_send_them(text, expected):
    assert count(text) == expected


def test_the_alphabet_has_as_many_letters_as_the_standard():
    assert (len(ALPHABET), len(OF_TWO)) == (127, 10)  # and the escape


def test_signs_of_print_do_not_make_a_message_wide():
    text = "”Työpaja” 10.00–12.00 – tule…\u00a0’nyt’"
    assert (count(text).wide, count(plain(text)).wide) == (True, False)


@given(text=some.text(max_size=200), at_most=some.integers(10, 100))
def test_what_is_shortened_fits_and_begins_as_it_did(text, at_most):
    cut = shortened(text, at_most)
    assert len(cut) <= at_most
    assert cut == text or text.startswith(cut[:-3])


def test_a_text_is_cut_between_words():
    assert shortened("Työnhakijan iltapäivä Hartolassa", 28) == "Työnhakijan iltapäivä..."
