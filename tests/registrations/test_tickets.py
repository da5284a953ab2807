import io

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from registrations.models import Registration
from registrations.services import tickets


def ticket(pk=7, rotation=0, code="BCDFGHJK"):
    return Registration(pk=pk, rotation=rotation, code=code)


def test_a_ticket_reads_back_as_what_it_was_made_from():
    assert tickets.read(tickets.text(ticket(pk=1234, rotation=2))) == tickets.Claim(pk=1234, rotation=2)


def test_the_mailed_picture_is_readable_by_another_library():
    image = Image.open(io.BytesIO(tickets.png(ticket())))
    assert [found.text for found in zxingcpp.read_barcodes(image)] == [tickets.text(ticket())]


@pytest.mark.parametrize("typed", ["BCDF-GHJK", "bcdfghjk", " bcdf ghjk "])
def test_a_code_may_be_typed_as_people_type(typed):
    assert tickets.read(typed) == tickets.Claim(code="BCDFGHJK")


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("MIITTI1-8-0-" + "A" * 16, tickets.ForgedTicket),
        (tickets.text(ticket()).replace("-7-", "-8-"), tickets.ForgedTicket),
        (tickets.text(ticket()).replace("-7-0-", "-7-1-"), tickets.ForgedTicket),
        (tickets.text(ticket())[:-1], tickets.ForgedTicket),
        ("MIITTI1-", tickets.ForgedTicket),
        ("https://example.com/a-poster-on-the-wall", tickets.ForgedTicket),
        ("AEIOU123", tickets.UnknownCode),
        ("BCDF", tickets.UnknownCode),
        ("", tickets.UnknownCode),
    ],
)
def test_what_we_did_not_make_is_refused(text, refusal):
    with pytest.raises(refusal):
        tickets.read(text)


@given(st.text(max_size=60))
def test_no_text_whatever_breaks_the_reader(text):
    try:
        tickets.read(text)
    except (tickets.ForgedTicket, tickets.UnknownCode):
        return
    assert set(text.upper()) <= set(tickets.ALPHABET) | {"-", " "} | set(" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0")


def test_codes_have_no_letters_that_look_alike():
    assert all(set(tickets.new_code()) <= set(tickets.ALPHABET) for _i in range(200))
    assert not set(tickets.ALPHABET) & set("0O1IL")
