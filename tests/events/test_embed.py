"""The list on other people's pages."""

import html
import re

import pytest
from django.test import Client

from events.enums import Kind
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_only_the_list_may_be_framed_and_it_sets_no_cookie(client):
    make.event()
    framed, page = client.get("/embed/events/"), client.get("/")

    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert "default-src 'none'" in framed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed.headers
    assert framed.cookies == {}
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


def test_it_has_a_heading_a_language_and_links_that_leave_the_frame(client):
    event = make.event(title_fi="Ompelu", title_sv="Sömnad")
    text = client.get("/sv/embed/events/").text

    assert '<html lang="sv">' in text
    assert text.count("<h1>") == 1
    links = re.findall(r"<a [^>]+>", text)
    assert f'href="https://miitti.example/sv/events/{event.slug}/"' in links[0]
    assert all('target="_top" rel="noopener"' in link for link in links)


def test_it_shows_ten_of_the_choice_and_leads_to_the_rest(client):
    for _number in range(11):
        make.event(kind=Kind.FAIR)
    make.event(title="Kurssi")
    text = client.get("/en/embed/events/", {"kind": "fair"}).text
    assert text.count("<li>") == 10
    assert "1 more event" in text
    assert 'href="https://miitti.example/en/?kind=fair"' in text
    assert "Kurssi" not in text


def test_without_events_it_says_so(client):
    assert "No events are coming up right now." in client.get("/en/embed/events/").text


def test_the_script_frames_the_list_of_its_own_language_and_is_old_enough_for_any_browser(client):
    answer = client.get("/sv/embed/events.js")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.cookies == {}
    assert '"https://miitti.example/sv/embed/events/"' in answer.text.replace("\\u002D", "-")
    assert not re.search(r"=>|\blet\b|\bconst\b|`", answer.text)


def test_the_page_for_organisers_writes_the_lines_for_a_choice(client):
    make.event()
    answer = client.get("/en/embed/", {"municipality": "081", "q": '"><script>'})
    [script] = re.findall(r'<code id="script-lines">(.+?)</code>', answer.text)
    [frame] = re.findall(r'<code id="frame-lines">(.+?)</code>', answer.text)
    query = "?q=%22%3E%3Cscript%3E&municipality=081"

    assert f'src="https://miitti.example/en/embed/events.js{query}"' in html.unescape(html.unescape(script))
    assert f'src="https://miitti.example/en/embed/events/{query}"' in html.unescape(html.unescape(frame))
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]


def test_strangers_need_no_csrf_cookie_anywhere_here():
    strict = Client(enforce_csrf_checks=True)
    for path in ("/embed/", "/embed/events/", "/embed/events.js", "/feed.rss", "/feed.ics", "/month/", "/map/"):
        assert strict.get(path).cookies == {}
