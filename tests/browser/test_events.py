"""What organisers make in a browser: a training from a template, a series of which one date moves, a restaurant day."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

HELSINKI = ZoneInfo("Europe/Helsinki")


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def ahead(days):
    return dt.datetime.now(HELSINKI).date() + dt.timedelta(days=days)


def finnish(day):
    return f"{day.day}.{day.month}."


def open_more(page):
    page.get_by_text("Kopio, malli, esikatselu, arkisto").click()


def test_a_card_training_is_made_from_a_template_and_published(desktop, sign_in):
    sign_in(desktop, "Jani Mäkisalo")
    desktop.get_by_role("link", name="Työturvallisuuskortti").first.click()
    open_more(desktop)
    press(desktop, "Säilytä mallina")
    expect(desktop.locator("h1")).to_have_text("Työturvallisuuskortti")

    desktop.goto("/desk/events/new/")
    desktop.locator(".note").get_by_role("link", name="Työturvallisuuskortti").click()
    desktop.fill("#id_first_day", ahead(40).isoformat())
    press(desktop, "Tee luonnos")
    desktop.fill("#id_title_fi", "Työturvallisuuskortti, kevät")
    press(desktop, "Tallenna muutokset")
    desktop.locator('form[action$="/publish/"] button').click()
    expect(desktop.locator(".note-success")).to_be_visible()

    desktop.get_by_role("link", name="Julkinen sivu").click()
    expect(desktop.locator("h1")).to_have_text("Työturvallisuuskortti, kevät")
    expect(desktop.locator(".at-a-glance")).to_contain_text(finnish(ahead(40)))
    expect(desktop.locator("#seat-title")).to_contain_text("Ilmoittautuminen ei ole vielä alkanut")  # it moved along


def test_of_a_series_one_date_moves_and_calendars_keep_the_others(desktop, sign_in):
    sign_in(desktop, "Jani Mäkisalo")
    desktop.goto("/desk/events/new/")
    desktop.select_option("#id_kind", "open_group")
    desktop.fill("#id_title_fi", "Tiistain neulekahvila")
    desktop.fill("#id_summary_fi", "Neulotaan ja jutellaan.")
    desktop.uncheck("#id_takes_registrations")
    desktop.fill("#id_contact_email", "jani@kunta.example")
    press(desktop, "Tallenna luonnos")
    desktop.get_by_role("link", name="Sarjan kerrat").click()
    first = next(day for day in map(ahead, range(10, 17)) if day.weekday() == 1)
    desktop.get_by_label("tiistai").first.check()
    desktop.fill("#id_first", first.isoformat())
    desktop.fill("#id_last", (first + dt.timedelta(days=28)).isoformat())
    desktop.uncheck("#id_skip_holidays")
    desktop.fill("#id_starts", "17:00")
    desktop.fill("#id_ends", "19:00")
    desktop.select_option("#id_venue", index=1)
    press(desktop, "Lisää nämä kerrat")
    expect(desktop.locator(".timetable li")).to_have_count(5)

    desktop.get_by_role("link", name="Muokkaa tapahtumaa").click()
    before = [desktop.locator(f"#id_meetings-{number}-pk").input_value() for number in range(5)]
    desktop.fill("#id_meetings-2-day", (first + dt.timedelta(days=15)).isoformat())
    press(desktop, "Tallenna muutokset")
    desktop.locator('form[action$="/publish/"] button').click()
    desktop.get_by_role("link", name="Julkinen sivu").click()

    expected = [finnish(first + dt.timedelta(days=days)) for days in (0, 7, 15, 21, 28)]
    for number, day in enumerate(expected):
        expect(desktop.locator(".timetable li").nth(number)).to_contain_text(f" {day}")
    calendar = desktop.request.get(desktop.url + "calendar.ics").text()
    assert sorted(re.findall(r"UID:meeting-(\d+)@", calendar)) == sorted(before)


def test_a_restaurant_day_has_ten_hosts_on_a_map_and_a_programme_and_takes_an_eleventh(desktop, phone, sign_in):
    phone.goto("/events/pop-up-ravintolapaiva/")
    expect(phone.locator(".stands > li")).to_have_count(10)
    expect(phone.locator("svg.map circle.dot")).to_have_count(10)
    phone.locator('a[href$="/stands/new/"]').click()
    for name, value in {
        "name": "Kahvipiste Koe", "offering": "Kahvia ja pullaa", "street": "Koetie 1", "coordinates": "61.9911, 26.6444",
        "opens": "11:00", "closes": "13:00", "contact_name": "Kaisa Koe", "contact_email": "kaisa.koe@example.fi",
    }.items():  # fmt: skip
        phone.fill(f"#id_{name}", value)
    phone.locator("main form button").click()
    expect(phone.locator(".error-summary")).to_be_visible()  # the hygiene passes
    phone.check("#id_hygiene_pass")
    phone.locator("main form button").click()
    phone.wait_for_url("**/thanks/")

    sign_in(desktop, "Mika Tolvanen")
    desktop.get_by_role("link", name="Pop up -ravintolapäivä Kangasniemellä").first.click()
    desktop.get_by_role("link", name="Pisteet").click()
    row = desktop.locator(".stand-row", has_text="Kahvipiste Koe")
    row.locator('input[name="number"]').fill("11")
    row.get_by_role("button", name="Hyväksy").click()

    phone.goto("/events/pop-up-ravintolapaiva/stands/")
    expect(phone.locator(".stands > li").nth(10)).to_contain_text("Kahvipiste Koe")
    expect(phone.locator("svg.map circle.dot")).to_have_count(11)
    assert "Kaisa" not in phone.content()
