"""What organisers write, as visitors read it: an allow-list of HTML, whatever was typed."""

import pytest

from core.richtext import plain, render


def test_markdown_becomes_paragraphs_lists_and_emphasis():
    text = "Tule **mukaan**!\nToinen rivi\n\n- kahvi\n- pulla\n\n# Ohjelma"
    assert render(text) == (
        "<p>Tule <strong>mukaan</strong>!<br>\nToinen rivi</p>\n<ul>\n<li>kahvi</li>\n<li>pulla</li>\n</ul>\n<h3>Ohjelma</h3>\n"
    )


def test_links_keep_their_address_and_promise_nothing():
    assert render("[sivu](https://kunta.example)") == (
        '<p><a href="https://kunta.example" rel="noopener nofollow">sivu</a></p>\n'
    )


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<script>alert(1)</script>Hei", "Hei"),
        ("<b onclick=alert(1)>Hei</b>", "<p>Hei</p>\n"),
        ('<a href="javascript:alert(1)">Hei</a>', '<p><a rel="noopener nofollow">Hei</a></p>\n'),
        ("[Hei](javascript:alert(1))", "<p>[Hei](javascript:alert(1))</p>\n"),
        ("<img src=x onerror=alert(1)>Hei", "<p>Hei</p>\n"),
        ("<svg><script>alert(1)</script></svg>Hei", "<p>Hei</p>\n"),
        ("<iframe src=https://x.example></iframe>Hei", "Hei"),
        ("<p style='position:fixed'>Hei</p>", "<p>Hei</p>"),
    ],
)
def test_hostile_html_leaves_its_words_at_most(typed, shown):
    assert render(typed).strip() == shown.strip()


def test_plain_is_one_line_of_words():
    assert plain("# Otsikko\n\nTule **mukaan** & <i>heti</i>") == "Otsikko Tule mukaan &amp; heti"
