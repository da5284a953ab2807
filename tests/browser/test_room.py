"""Two people in a fair's room, in real browsers; the line of one of them breaks for ten seconds, and nothing is missed."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.line import Line

TEN_SECONDS = 10
IN_THE_TUNNEL = [f"Tunnelissa {number}" for number in range(1, 9)]
"""More than one may say at once: the rest waits and goes by itself."""


@pytest.fixture
def line(environment):
    made = Line(int(environment["PORT"]))
    yield made
    made.close()


@pytest.fixture
def somebody(chromium, site):
    """A browser that has come in as one of the demo's visitors: the jobseeker, or the employer."""
    contexts = []

    def come(who, width=1280, address=site, **options):
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, base_url=address, locale="fi-FI", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.goto("/demo/")
        page.locator("form[action*='/demo/fair/'] button").nth(("jobseeker", "employer").index(who)).click()
        page.wait_for_url("**/fairs/**")
        return page

    yield come
    for context in contexts:
        context.close()


def texts(page):
    return page.locator("[data-messages] [data-field=text]").all_inner_texts()


def say(page, text):
    page.get_by_label("Viestisi").fill(text)
    page.get_by_label("Viestisi").press("Enter")


def heard(page, text):
    expect(page.locator("[data-messages]").get_by_text(text, exact=True)).to_have_count(1, timeout=15_000)


def test_who_loses_the_line_for_ten_seconds_misses_nothing(somebody, line):
    employer = somebody("employer")
    jobseeker = somebody("jobseeker", 360, address=f"http://localhost:{line.port}")
    for page in (employer, jobseeker):
        expect(page.get_by_text("Yhteys toimii")).to_be_visible()
    say(jobseeker, "Kuuluuko?")
    heard(employer, "Kuuluuko?")

    line.break_off()
    expect(jobseeker.get_by_text("Yhteys katkesi")).to_be_visible()
    broken_at = time.monotonic()
    for text in IN_THE_TUNNEL:
        say(jobseeker, text)
        expect(jobseeker.locator("[data-sending]")).to_contain_text(text)
    for word in ("yksi", "kaksi", "kolme"):
        say(employer, word)
        heard(employer, word)
    question = employer.locator("[data-question]").first
    question.get_by_role("button", name="Haluan tietää tämän").click()
    time.sleep(TEN_SECONDS - (time.monotonic() - broken_at))
    line.mend()

    expect(jobseeker.get_by_text("Yhteys toimii")).to_be_visible(timeout=35_000)  # it tries again within half a minute
    for page in (employer, jobseeker):
        for word in ("yksi", "kaksi", "kolme", *IN_THE_TUNNEL):
            heard(page, word)
    expect(jobseeker.locator("[data-sending] li")).to_have_count(0)
    key = question.get_attribute("data-question")
    score = question.get_attribute("data-score")
    expect(jobseeker.locator(f'[data-question="{key}"]')).to_have_attribute("data-score", score)
    assert_same_order(jobseeker, employer)


def assert_same_order(one, other):
    """Both show the same words in the same order, whatever the demo's other visitors have said meanwhile."""
    ours = ["Kuuluuko?", "yksi", "kaksi", "kolme", *IN_THE_TUNNEL]
    mine, theirs = ([text for text in texts(page) if text in ours] for page in (one, other))
    assert mine == theirs
    assert sorted(mine) == sorted(ours)


def test_a_question_is_asked_wanted_and_answered(somebody):
    jobseeker, employer = somebody("jobseeker", 360), somebody("employer")
    for page in (jobseeker, employer):
        expect(page.get_by_text("Yhteys toimii")).to_be_visible()
    jobseeker.get_by_label("Kysymyksesi").fill("Voiko koiran ottaa mukaan?")
    jobseeker.get_by_label("Kysy ilman nimeäni").check()
    jobseeker.get_by_role("button", name="Kysy", exact=True).click()

    asked = employer.locator("[data-question]", has_text="Voiko koiran ottaa mukaan?")
    expect(asked).to_contain_text("Nimettömänä")
    asked.get_by_role("button", name="Haluan tietää tämän").click()
    mine = jobseeker.locator("[data-question]", has_text="Voiko koiran ottaa mukaan?")
    expect(mine).to_have_attribute("data-score", "1")

    asked.get_by_text("Vastaa", exact=True).click()
    asked.get_by_role("textbox").fill("Toimistoon kyllä.")
    asked.get_by_role("button", name="Merkitse vastatuksi").click()
    expect(mine).to_contain_text("Toimistoon kyllä.")
    expect(mine.get_by_text("Vastattu")).to_be_visible()


def test_the_room_works_without_scripts(somebody):
    page = somebody("jobseeker", 360, java_script_enabled=False)
    page.get_by_label("Viestisi").fill("Ilman skriptejä")
    page.get_by_role("button", name="Lähetä").click()
    assert "Ilman skriptejä" in texts(page)
    refused = page.get_by_text("Se kävi hyvin nopeasti.")
    for text in ("Ensimmäinen kysymys", "Toinen heti perään", "Kolmas, jos ikkuna vaihtui välissä"):
        page.get_by_label("Kysymyksesi").fill(text)
        page.get_by_role("button", name="Kysy", exact=True).click()
        page.wait_for_load_state()
        if refused.is_visible():  # one is allowed in each window of time, so the second or the third is too many
            break
    expect(refused).to_be_visible()
    expect(page.get_by_label("Kysymyksesi")).to_have_value(text)


def test_an_organiser_ends_and_begins_pitches_and_hides_what_does_not_belong(somebody, desktop, sign_in):
    jobseeker = somebody("jobseeker")
    expect(jobseeker.get_by_text("Yhteys toimii")).to_be_visible()
    say(jobseeker, "Ostakaa halpoja aurinkolaseja")
    sign_in(desktop, "Mika Tolvanen")
    desktop.goto("/fairs/virtuaali-miitti/")

    desktop.locator("[data-message]", has_text="aurinkolaseja").get_by_role("button", name="Piilota").click()
    expect(jobseeker.get_by_text("Ostakaa halpoja aurinkolaseja")).to_have_count(0)

    if desktop.get_by_role("button", name="Päätä esittely").is_visible():
        desktop.get_by_role("button", name="Päätä esittely").click()
        expect(jobseeker.locator("[data-stage]")).to_have_attribute("data-stage", "break")
    title = desktop.locator("[data-pitch][data-state=upcoming] [data-title]").first.inner_text()
    desktop.get_by_role("button", name="Aloita nyt").first.click()
    expect(jobseeker.locator("[data-stage-title]")).to_have_text(title)
    expect(jobseeker.locator("[data-stage]")).to_have_attribute("data-stage", "live")
