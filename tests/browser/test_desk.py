"""The organiser's desk in a browser: handing over, acting on many and taking it back, the way to a first event."""

import datetime as dt
import re
import subprocess
import sys
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT

HELSINKI = ZoneInfo("Europe/Helsinki")


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def hand_over(page, to):
    page.locator('a[href$="/members/"]').first.click()
    page.get_by_role("link", name="Luovuta omistajuutesi").click()
    page.get_by_label("Uusi omistaja").select_option(label=to)
    press(page, "Luovuta")
    expect(page.locator("main")).to_contain_text(f"{to} on nyt omistaja.")


def test_an_owner_hands_over_to_a_colleague_and_gets_it_back(desktop, sign_in):
    sign_in(desktop, "Satu Lehtoranta")
    hand_over(desktop, "Jani Mäkisalo")
    expect(desktop.locator('a[href$="/members/"]')).to_have_count(0)

    desktop.context.clear_cookies()
    sign_in(desktop, "Jani Mäkisalo")
    hand_over(desktop, "Satu Lehtoranta")
    expect(desktop.locator('a[href$="/members/"]')).to_have_count(0)


def test_many_are_chosen_by_keyboard_and_the_action_is_taken_back(desktop, sign_in):
    sign_in(desktop, "Jani Mäkisalo")
    desktop.get_by_role("link", name="Työturvallisuuskortti").first.click()
    desktop.wait_for_load_state()  # keys are the script's
    confirmed = desktop.locator(".figures b").first.inner_text()
    for key in "jxjx":
        desktop.keyboard.press(key)
    expect(desktop.locator("[data-rows] tbody input:checked")).to_have_count(2)
    desktop.get_by_label("Tee valituille").select_option("cancel")
    press(desktop, "Tee")
    notice = desktop.locator("#people .note").first
    expect(notice).to_contain_text("2 henkilöä")

    press(desktop, "Älä tee tätä")

    expect(notice).to_contain_text("Keskeytetty")
    expect(desktop.locator(".figures b").first).to_have_text(confirmed)


def test_the_table_is_searched_narrowed_kept_and_taken_out(desktop, sign_in):
    sign_in(desktop, "Jani Mäkisalo")
    desktop.get_by_role("link", name="Työturvallisuuskortti").first.click()
    name = desktop.locator("[data-rows] tbody th").first.inner_text()
    desktop.keyboard.press("/")
    desktop.keyboard.type(name)
    desktop.keyboard.press("Enter")
    expect(desktop.locator("[data-rows] tbody tr")).to_have_count(1)
    assert name.split()[0] not in desktop.url

    desktop.get_by_role("link", name="Näytä kaikki").click()
    waiting = int(desktop.locator(".figures b").nth(1).inner_text())
    desktop.select_option("#id_status", "waiting")
    press(desktop, "Näytä")
    expect(desktop.locator("[data-rows] tbody tr")).to_have_count(waiting)
    desktop.get_by_text("Tallennetut näkymät").click()
    desktop.get_by_label("Nyt näkyvän näkymän nimi").fill("Jono")
    press(desktop, "Tallenna näkymä")
    expect(desktop.locator(".chips a")).to_have_text("Jono")

    with desktop.expect_download() as got:
        press(desktop, "CSV")
    lines = got.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == 1 + waiting

    note = desktop.locator(".inline-edit input[name=note]").first
    note.fill("Soita huomenna")
    note.press("Enter")
    expect(desktop.locator(".inline-edit [role=status]").first).to_be_visible()
    desktop.reload()
    expect(desktop.locator(".inline-edit input[name=note]").first).to_have_value("Soita huomenna")


@pytest.fixture
def empty_organisation(environment):
    """An organisation with an owner and nothing else."""
    command = ["add_owner", "--organisation", "Tyhjä kunta", "--municipality", "081", "--email", "alku@kunta.example", "--name", "Alku"]  # fmt: skip
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
    return "alku@kunta.example"


def test_an_empty_organisation_is_led_to_its_first_published_event(desktop, empty_organisation):
    desktop.goto("/account/login/code/")
    desktop.locator("input[type=email]").fill(empty_organisation)
    desktop.locator("main form button").first.click()
    code_page = desktop.context.new_page()
    code_page.goto("/demo/mail/")
    code_page.locator("main li", has_text=empty_organisation).first.get_by_role("link").click()
    code_page.wait_for_url("**/demo/mail/*/")
    code = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", code_page.locator("main").inner_text(), re.MULTILINE)[1]
    code_page.close()
    desktop.locator("input[name=code]").fill(code)
    desktop.locator("main form button").first.click()
    desktop.goto("/desk/")

    steps = desktop.locator(".steps-list li")
    expect(steps).to_have_count(4)
    desktop.get_by_role("link", name="Kuvaa tapahtumasi").click()
    desktop.select_option("#id_kind", "open_group")
    desktop.fill("#id_title_fi", "Ensimmäinen tapahtuma")
    desktop.fill("#id_summary_fi", "Tule mukaan.")
    desktop.fill("#id_seats", "12")
    desktop.fill("#id_contact_email", empty_organisation)
    day = dt.datetime.now(HELSINKI).date() + dt.timedelta(days=20)
    desktop.fill("#id_meetings-0-day", day.isoformat())
    desktop.fill("#id_meetings-0-starts", "17:00")
    desktop.fill("#id_meetings-0-ends", "19:00")
    desktop.select_option("#id_meetings-0-venue", index=1)
    press(desktop, "Tallenna luonnos")
    desktop.goto("/desk/")
    expect(desktop.locator(".steps-list [aria-current] a")).to_have_text("Katso ja julkaise")
    desktop.locator(".steps-list [aria-current] a").click()
    desktop.locator('form[action$="/publish/"] button').click()
    expect(desktop.locator(".note-success")).to_be_visible()
    desktop.goto("/desk/")
    expect(steps).to_have_count(0)


def test_two_who_are_one_are_suggested_merged_and_parted_again(desktop, sign_in):
    sign_in(desktop, "Jani Mäkisalo")
    desktop.goto("/en/desk/people/alike/")
    desktop.get_by_role("link", name="Yuliia Melnyk – Юлія Мельник").click()
    expect(desktop.locator(".side-by-side")).to_contain_text("yuliia@people.example")
    desktop.get_by_label("yuliia@people.example").check()
    press(desktop, "Merge into one")

    expect(desktop.locator("h1")).to_have_text("Yuliia Melnyk")
    expect(desktop.locator(".key-facts")).to_contain_text("yuliia@people.example")
    expect(desktop.locator("main .note", has_text="Merged with Юлія Мельник by Jani Mäkisalo")).to_be_visible()
    registrations = desktop.locator(".desk-list").first.locator("> li")
    expect(registrations).to_have_count(2)

    desktop.get_by_role("link", name="Take the merge back").click()
    press(desktop, "Make them two people again")
    expect(desktop.locator("h1")).to_have_text("Юлія Мельник")
    expect(registrations).to_have_count(1)
    desktop.goto("/en/desk/people/alike/")
    expect(desktop.get_by_role("link", name="Yuliia Melnyk – Юлія Мельник")).to_have_count(1)


def test_an_implementer_does_not_see_anothers_residents(desktop, sign_in):
    sign_in(desktop, "Jani Mäkisalo")  # Hartola, which leads the project
    desktop.get_by_role("link", name="Työturvallisuuskortti").first.click()
    name = desktop.locator("[data-rows] tbody th").first.inner_text()

    def found():
        desktop.goto("/desk/people/")
        desktop.locator("main input[name=words]").fill(name)
        desktop.locator("main input[name=words]").press("Enter")
        expect(desktop.locator("#results, main")).not_to_have_count(0)
        return desktop.locator("main a", has_text=name)

    expect(found()).not_to_have_count(0)
    address = found().first.get_attribute("href")
    desktop.context.clear_cookies()
    sign_in(desktop, "Mika Tolvanen")  # Kangasniemi, which carries the same project out

    expect(found()).to_have_count(0)
    assert desktop.goto(address).status == 404
