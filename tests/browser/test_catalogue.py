"""The catalogue by keyboard alone, and seats that stay true on an open page."""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect


def press_until(page, found, key="Tab", at_most=60):
    """Press a key until the element in focus is the one that is looked for."""
    for _press in range(at_most):
        page.keyboard.press(key)
        if page.evaluate(f"document.activeElement?.matches({found!r})"):
            return
    raise AssertionError(f"{found} is not reached by keyboard")


def test_by_keyboard_from_the_search_to_an_event(desktop):
    desktop.goto("/")
    press_until(desktop, "#id_q")
    desktop.keyboard.type("kahvilan")
    desktop.keyboard.press("Enter")
    desktop.wait_for_url("**/?q=kahvilan*")
    press_until(desktop, ".filters summary")
    desktop.keyboard.press("Enter")
    press_until(desktop, "#id_free")
    desktop.keyboard.press("Space")
    press_until(desktop, ".filters .more button")
    desktop.keyboard.press("Enter")
    desktop.wait_for_url("**free=*")
    expect(desktop.locator("#chosen")).to_contain_text("kahvilan")
    press_until(desktop, ".event-row a")
    title = desktop.evaluate("document.activeElement.textContent")
    desktop.keyboard.press("Enter")
    expect(desktop.locator("h1")).to_have_text(title)


def test_free_seats_change_on_an_open_page_and_are_told_once(desktop):
    desktop.clock.install()
    desktop.goto("/en/")
    key = desktop.locator(".event-row", has=desktop.locator(".status-open")).first.get_attribute("data-event")
    row = desktop.locator(f'[data-event="{key}"]')
    title = row.locator("h3").inner_text()
    asked = []

    def answer(route):
        asked.append(route.request.url)
        route.fulfill(content_type="text/html", body=f'<div data-seats="{key}" data-door="queue">None left</div>')

    desktop.route(re.compile(r"/seats/\?events="), answer)
    desktop.clock.run_for(26_000)
    expect(row.locator("[data-seats]")).to_have_text("None left")
    expect(desktop.locator("[data-seats-news]")).to_have_text(f"{title}: None left")
    assert len(asked) == 1


@pytest.fixture
def other_site(site):
    """A municipality's own page on a server of its own, with our one line in it."""
    line = f'<script src="{site}/embed/events.js?q=kortti" data-title="Kortit" async></script>'

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>Kunta</title><h1>Kunta</h1>{line}".encode())

        def log_message(self, *_args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_the_script_for_other_pages_frames_the_list_and_fits_it(desktop, other_site):
    desktop.goto(other_site)
    frame = desktop.locator('iframe[title="Kortit"]')
    expect(desktop.frame_locator("iframe").locator("h1")).to_be_visible()
    expect(frame).not_to_have_attribute("height", "600")
    assert frame.get_attribute("src").endswith("/embed/events/?q=kortti")
