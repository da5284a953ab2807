import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import wording
from core.wording import Piece

BUTTON = Piece("Avaa:\nhttps://miitti.example/my/x/", '<a href="https://miitti.example/my/x/">Avaa</a>')


def paragraph(html):
    return wording.PARAGRAPH.format(html)


def test_a_text_becomes_plain_text_and_html():
    filled = wording.fill("Hei {{first_name}},\n\n**Tervetuloa!**\nNähdään.", {"first_name": "Aino"})
    assert filled.text == "Hei Aino,\n\nTervetuloa!\nNähdään."
    assert filled.html == paragraph("Hei Aino,") + "\n" + paragraph("<strong>Tervetuloa!</strong><br>Nähdään.")


def test_a_piece_stands_by_itself_also_among_words():
    filled = wording.fill("Alku {{link}} loppu", {"link": BUTTON})
    assert filled.text == f"Alku\n\n{BUTTON.text}\n\nloppu"
    assert filled.html == "\n".join([paragraph("Alku"), BUTTON.html, paragraph("loppu")])


def test_a_paragraph_of_which_nothing_is_left_is_left_out():
    assert wording.fill("A\n\n{{note}}\n\n{{note}} B", {"note": ""}).text == "A\n\nB"


def test_bold_may_hold_a_value_and_a_star_without_a_partner_is_a_star():
    filled = wording.fill("**Vastaa {{answer_by}} mennessä.** 2 ** 3", {"answer_by": "ti 8.12."})
    assert filled.text == "Vastaa ti 8.12. mennessä. 2 ** 3"
    assert filled.html == paragraph("<strong>Vastaa ti 8.12. mennessä.</strong> 2 ** 3")


def test_addresses_that_are_written_become_links_and_those_in_values_do_not():
    filled = wording.fill("https://kunta.example {{first_name}}", {"first_name": "https://evil.example"})
    assert filled.html == paragraph('<a href="https://kunta.example">https://kunta.example</a> https://evil.example')


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "{{link}}", "**", "{% now %}", '"><b>'])
def test_what_stands_in_a_value_stays_what_it_is(typed):
    filled = wording.fill("{{first_name}}", {"first_name": typed, "link": BUTTON})
    assert (filled.text, "<script" in filled.html, "href" in filled.html) == (typed, False, False)


def test_what_is_written_cannot_become_markup():
    assert wording.fill("<img src=x onerror=alert(1)>", {}).html == paragraph("&lt;img src=x onerror=alert(1)&gt;")


def test_a_subject_is_one_line():
    assert (
        wording.line("Lippu:\n{{event}}\r\nBcc: x@y.example", {"event": "Kurssi"}) == "Lippu: Kurssi Bcc: x@y.example"
    )


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("{{nimi}}", wording.UnknownPlaceholder),
        ("{{first_name}", wording.BrokenPlaceholder),
        ("{{first name}}", wording.BrokenPlaceholder),
        ("first_name}}", wording.BrokenPlaceholder),
        ("Hei", wording.MissingPlaceholder),
    ],
)
def test_a_wrong_placeholder_is_refused(text, refusal):
    with pytest.raises(refusal):
        wording.check(text, known=["first_name", "link"], needed=["link"])


def test_the_refusal_names_what_is_wrong():
    with pytest.raises(wording.UnknownPlaceholder, match=r"\{\{nimi\}\}, \{\{osoite\}\}"):
        wording.check("{{nimi}} {{osoite}} {{link}}", known=["link"])


@given(st.text(max_size=200), st.dictionaries(st.sampled_from("abc"), st.text(max_size=20)))
def test_no_text_and_no_value_can_open_a_tag_of_its_own(text, values):
    html = wording.fill(text, values).html
    for tag in ("<strong>", "</strong>", "<br>", '<p style="margin:0 0 16px">', "</p>", "</a>"):
        html = html.replace(tag, "")
    assert html.count("<") == html.count('<a href="')
