"""A group waits for seats together and is offered them; a seat is given to somebody else. In a browser, by the mails' links."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

ORGANISER = "Jani Mäkisalo"
TITLE = "Paperikurssi koetta varten"


def test_a_group_waits_is_offered_seats_and_gives_one_away(desktop, chromium, site, sign_in):
    sign_in(desktop, ORGANISER)
    address = publish(desktop)
    phone = chromium.new_context(viewport={"width": 360, "height": 740}, base_url=site, locale="fi-FI").new_page()

    register_alone(phone, address)
    queue_together(phone, address)
    cancel(phone)
    take_offered_seats(phone)
    give_one_away(phone)

    sign_in(desktop, ORGANISER)
    desktop.goto("/desk/")
    desktop.get_by_role("link", name=TITLE).first.click()
    expect(desktop.locator("ul.figures li").first).to_have_text(re.compile("^2"))
    phone.context.close()


def publish(page):
    """An event of two seats next week, without a background form. Return its address."""
    day = dt.datetime.now(ZoneInfo("Europe/Helsinki")).date() + dt.timedelta(days=7)
    page.goto("/desk/events/new/")
    page.select_option("#id_kind", "course")
    page.fill("#id_title_fi", TITLE)
    page.fill("#id_summary_fi", "Taittelemme paperia yhdessä.")
    page.fill("#id_meetings-0-day", day.isoformat())
    page.fill("#id_meetings-0-starts", "10:00")
    page.fill("#id_meetings-0-ends", "12:00")
    page.select_option("#id_meetings-0-venue", index=1)
    page.fill("#id_seats", "2")
    page.fill("#id_contact_email", "jani@kunta.example")
    page.locator("main form .actions button").click()
    page.locator('form[action$="/publish/"] button').click()
    expect(page.locator(".note-success")).to_be_visible()
    return page.get_by_role("link", name="Julkinen sivu").get_attribute("href")


def fill_contact(page, first, last, email):
    page.fill("#id_first_name", first)
    page.fill("#id_last_name", last)
    page.fill("#id_email", email)


def register_alone(page, address):
    page.goto(address)
    page.get_by_role("button", name="Ota paikka").click()
    fill_contact(page, "Yksi", "Yksinen", "yksi@people.example")
    page.get_by_role("button", name="Jatka").click()
    page.get_by_role("button", name="Ilmoittaudu").click()
    expect(page.locator("h1")).to_have_text("Ilmoittautumisesi on perillä")


def queue_together(page, address):
    """Two want seats, one is free: they are told so at once, and queue for two."""
    page.goto(address)
    page.select_option("#party-size", "2")
    page.get_by_role("button", name="Ota paikka").click()
    expect(page.locator("#refusal")).to_contain_text("Vain 1 paikka on vapaana")
    page.get_by_role("button", name="Liity jonotuslistalle").click()
    fill_contact(page, "Kaksi", "Kaksonen", "kaksi@people.example")
    page.check('input[name="coming"][value="yes"]')
    page.get_by_role("button", name="Jatka").click()
    page.fill("#id_first_name_1", "Pikku")
    page.fill("#id_last_name_1", "Kaksonen")
    page.get_by_role("button", name="Jatka").click()
    page.get_by_role("button", name="Liity jonotuslistalle").click()
    expect(page.locator("h1")).to_have_text("Olet jonotuslistalla")


def letter(page, to, subject):
    """Open the newest mail to somebody that begins so, and return the link in it."""
    page.goto("/demo/mail/")
    page.locator("li", has_text=to).filter(has_text=subject).first.get_by_role("link").first.click()
    found = re.search(r"https?://[^/\s]+(/my[^\s\"<]+)", page.content())
    return found[1]


def cancel(page):
    page.goto(letter(page, "yksi@people.example", TITLE))
    page.get_by_role("link", name="Peru ilmoittautuminen").click()
    page.get_by_role("button", name="Peru ilmoittautuminen").click()
    expect(page.locator(".note-success")).to_be_visible()


def take_offered_seats(page):
    page.goto(letter(page, "kaksi@people.example", "tarjotaan paikkoja"))
    expect(page.locator("#offer-title")).to_have_text("Ryhmällesi on vapaat paikat")
    page.get_by_role("button", name="Ota paikat").click()
    expect(page.locator("ul.party > li")).to_have_count(2)
    expect(page.locator("ul.party .status-confirmed")).to_have_count(2)


def give_one_away(page):
    page.get_by_role("button", name=re.compile("Täydennä tai korjaa.*Pikku")).click()
    page.get_by_role("link", name="Anna paikkani toiselle").click()
    fill_contact(page, "Tilalle", "Tulija", "tilalle@people.example")
    page.get_by_role("button", name="Anna paikka").click()
    expect(page.locator(".note-success")).to_be_visible()
    page.goto(letter(page, "tilalle@people.example", "Sinulle annettiin paikka"))
    expect(page.locator(".status-confirmed")).to_be_visible()
    expect(page.locator(".ticket img")).to_be_visible()
