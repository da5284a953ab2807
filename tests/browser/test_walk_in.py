"""Somebody came without having registered: three fields, a slip with two codes, and a page of their own."""

import io
import re

import zxingcpp
from PIL import Image
from playwright.sync_api import expect


def test_a_walk_in_gets_a_slip_whose_codes_can_be_read(desktop, phone, sign_in):
    sign_in(desktop, "Jani Mäkisalo")
    desktop.get_by_role("link", name="Potkua yrittäjyyteen").first.click()
    desktop.locator('main a[href*="/walk-in/"]').click()
    desktop.fill("#id_first_name", "Kaarina")
    desktop.fill("#id_last_name", "Ovelta")
    desktop.select_option("#id_language", "uk")
    desktop.locator("main form button").last.click()
    expect(desktop.locator(".slip")).to_be_visible()

    codes = desktop.locator(".slip .qr")
    texts = [read(codes.nth(number)) for number in range(2)]
    assert texts[0].startswith("MIITTI1-")
    assert re.search(r"/uk/my/[\w-]{27}/$", texts[1])

    phone.goto(texts[1])
    expect(phone.locator("h1")).to_be_visible()
    expect(phone.locator(".key-facts")).to_contain_text("Kaarina Ovelta")

    desktop.emulate_media(media="print")
    expect(desktop.locator(".no-print")).to_be_hidden()
    expect(desktop.locator(".site-footer")).to_be_hidden()
    assert [read(codes.nth(number)) for number in range(2)] == texts
    assert desktop.locator(".slip").bounding_box()["width"] <= 280  # 72 mm, a receipt's width


def read(code):
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(code.screenshot())))
    return found.text
