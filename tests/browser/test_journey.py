"""The main job, whole: an organiser publishes, a resident registers in Ukrainian with a keyboard on a small phone, the ticket
comes by mail, a camera reads it at the door, and the project's report counts one more."""

import base64
import datetime as dt
import io
import re
from zoneinfo import ZoneInfo

import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.browser.camera import film_of
from tests.browser.conftest import CHROMIUM, FLAGS

ORGANISER = "Jani Mäkisalo"
TITLE, TITLE_UK = "Kahvikurssi koetta varten", "Кавовий курс для перевірки"


def test_from_publishing_to_the_report_and_the_end(desktop, phone, playwright, site, sign_in, tmp_path):
    sign_in(desktop, ORGANISER)
    counted, employed = realised(desktop), realised(desktop, "EECR04")
    desk = publish_course(desktop)

    requests = register_by_keyboard(phone)
    assert requests <= 8

    picture = ticket_from_mail(phone)
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    assert code.text.startswith("MIITTI1-")

    film = film_of(picture, tmp_path / "ticket.y4m")
    let_in_by_camera(playwright, site, sign_in, desk, film)

    assert realised(desktop) == counted + 1

    tell_how_it_ended(phone)
    assert realised(desktop, "EECR04") == employed + 1


def realised(page, indicator="EECO01"):
    """Persons of an indicator, in all where nothing else is said, as the project's report shows them."""
    page.goto("/desk/")
    page.get_by_role("link", name=re.compile("S39901")).click()
    return int(page.locator(f'tr[data-indicator="{indicator}"] td').nth(1).inner_text())


def publish_course(page):
    """Make a course that goes on all day today, publish it, and return its desk address."""
    today = dt.datetime.now(ZoneInfo("Europe/Helsinki")).date().isoformat()
    page.goto("/desk/events/new/")
    page.select_option("#id_kind", "course")
    page.fill("#id_title_fi", TITLE)
    page.fill("#id_summary_fi", "Opimme keittämään kahvia yhdessä.")
    page.locator("details.language-block").nth(3).locator("summary").click()
    page.fill("#id_title_uk", TITLE_UK)
    page.fill("#id_meetings-0-day", today)
    page.fill("#id_meetings-0-starts", "00:01")
    page.fill("#id_meetings-0-ends", "23:59")
    page.select_option("#id_meetings-0-venue", index=1)
    page.fill("#id_seats", "5")
    page.select_option("#id_project", index=1)
    page.check("#id_asks_start_notice")
    page.check('input[name="counting"][value="first_attendance"]')
    page.fill("#id_counting_reason", "Kurssille valitaan vain kohderyhmään kuuluvia.")
    page.fill("#id_contact_email", "jani@kunta.example")
    page.locator("main form .actions button").click()
    page.locator('form[action$="/publish/"] button').click()
    expect(page.locator(".note-success")).to_be_visible()
    return page.url


class Keyboard:
    """Hands that have no mouse."""

    def __init__(self, page):
        self.page = page

    def reach(self, selector):
        """Press Tab until the focus is on `selector`."""
        for _press in range(120):
            if self.page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
                return
            self.page.keyboard.press("Tab")
        message = f"the keyboard never reached {selector}"
        raise AssertionError(message)

    def write(self, selector, text):
        self.reach(selector)
        self.page.keyboard.type(text)

    def press(self, selector, key="Enter"):
        self.reach(selector)
        self.page.keyboard.press(key)

    def choose(self, name, value):
        """Move within a group of radio buttons by arrows."""
        self.reach(f'input[name="{name}"]')
        self.page.keyboard.press("Space")
        for _press in range(10):
            if self.page.locator(f'input[name="{name}"][value="{value}"]').is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        message = f"{name} never became {value}"
        raise AssertionError(message)

    def pick(self, selector, value):
        """Walk down a list by arrows."""
        self.reach(selector)
        for _press in range(400):
            if self.page.locator(selector).input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        message = f"{selector} never became {value}"
        raise AssertionError(message)


def register_by_keyboard(page):
    """Find the course in the catalogue and register. Return how many requests the registration took, from the event's page on."""
    hands, asked = Keyboard(page), []
    page.on("request", lambda request: asked.append(request) if request.resource_type in {"document", "xhr"} else None)
    page.goto("/uk/")
    hands.write("#id_q", "Кавовий курс")
    page.keyboard.press("Enter")
    expect(page.locator(".event-row")).to_have_count(1)
    asked.clear()
    hands.press(".event-row a")
    expect(page.locator("h1")).to_have_text(TITLE_UK)
    hands.press(".seat-box button")
    expect(page.locator("#id_first_name")).to_be_visible()
    hands.write("#id_first_name", "Олена")
    hands.write("#id_last_name", "Тестенко")
    hands.write("#id_email", "olena.testenko@people.example")
    expect(page.locator("#id_language")).to_have_value("uk")
    hands.press("#step form button")

    expect(page.locator("#id_birth_date")).to_be_visible()
    hands.write("#id_birth_date", "17.5.1990")
    hands.choose("gender", "F")
    hands.press("#step form .actions button")
    expect(page.locator("#id_birth_date")).to_be_hidden()  # a phone asks one idea at a time
    hands.pick("#id_municipality_code", "081")
    hands.press("#step form .actions button")
    hands.choose("labour_status_start", "UNEMPLOYED")
    expect(page.locator("#id_unemployment_duration")).to_be_visible()
    hands.pick("#id_unemployment_duration", "M6_12")
    hands.press("#step form .actions button")
    hands.pick("#id_education_level", "ISCED3")
    hands.press("#step form .actions button")

    expect(page.locator("#check-background")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Тестенко")
    hands.press("#step form[data-once] button")
    expect(page.locator(".note-success")).to_contain_text("olena.testenko@people.example")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    return len(asked)


def ticket_from_mail(page):
    """The picture attached to the mail that came, once the worker has sent it."""
    for _attempt in range(40):
        page.goto("/demo/mail/")
        mine = page.locator("li", has_text="olena.testenko@people.example").first
        if mine.locator(".status-sent").count():
            break
        page.wait_for_timeout(500)
    mine.get_by_role("link").click()
    expect(page.locator("[data-mail-text]")).to_contain_text("Олена")
    return base64.b64decode(page.locator(".ticket img").get_attribute("src").split(",")[1])


def tell_how_it_ended(page):
    """By the personal link in the mail that the phone still shows, in Ukrainian."""
    address = re.search(r"https?://\S+(/uk/my/\S+/)", page.locator("[data-mail-text]").inner_text())[1]
    page.goto(address)
    page.get_by_role("link", name="Я залишив(-ла) проєкт").click()
    expect(page.locator("h1")).to_have_text("Як усе пройшло?")
    page.check('input[name="labour_status_end"][value="EMPLOYED"]')
    page.check('input[name="qualification"][value="YES"]')
    page.locator("main form .actions button").click()
    expect(page.locator("#id_qualification_name")).to_have_attribute("aria-invalid", "true")
    page.fill("#id_qualification_name", "Гігієнічний паспорт")
    page.locator("main form .actions button").click()
    expect(page.locator(".note-success")).to_contain_text("Дякуємо")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def let_in_by_camera(playwright, site, sign_in, desk, film):
    camera = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *camera])
    try:
        context = browser.new_context(
            viewport={"width": 360, "height": 740}, base_url=site, permissions=["camera"], locale="fi-FI"
        )
        page = context.new_page()
        sign_in(page, ORGANISER)
        page.goto(f"{desk}door/")
        page.locator("[data-start-camera]").click()
        expect(page.locator(".result-in .name")).to_have_text("Олена Тестенко", timeout=20_000)
        page.reload()
        page.locator("[data-start-camera]").click()
        expect(page.locator(".result-refused")).to_contain_text("Олена Тестенко", timeout=20_000)
    finally:
        browser.close()
