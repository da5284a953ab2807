"""An anonymous survey in a browser: with scripts, and without them."""

from playwright.sync_api import expect

from tests.browser.test_accessible import look


def address(chromium, site, sign_in):
    """Of the open survey, as the organiser's page tells it."""
    context = chromium.new_context(base_url=site, locale="fi-FI")
    page = context.new_page()
    sign_in(page, "Jani Mäkisalo")
    page.goto("/desk/events/6/surveys/")
    found = page.locator('section a[href*="/survey/"]').first.get_attribute("href")
    context.close()
    return found


def test_it_is_answered_without_scripts_and_passes_axe_in_every_state(chromium, site, sign_in):
    path = address(chromium, site, sign_in)
    for scripts in (True, False):
        for width in (360, 1280):
            context = chromium.new_context(
                base_url=site, locale="fi-FI", viewport={"width": width, "height": 800}, java_script_enabled=scripts
            )
            page = context.new_page()
            page.goto(path)
            page.locator("form[novalidate] button").click()
            expect(page.locator(".field-wrong .error")).to_be_visible()
            page.locator('input[type="radio"][value="5"]').check()
            page.locator("textarea:visible").last.fill("Selkeää opetusta")
            page.locator('input[type="checkbox"]:visible').last.check()
            if scripts:
                look(page, "a survey that is being answered")
            page.locator("form[novalidate] button").click()
            expect(page).to_have_url(f"{site}{path}thanks/")
            if scripts:
                look(page, "thanks for answering")
            page.goto(path)
            expect(page).to_have_url(f"{site}{path}thanks/")
            context.close()


def test_a_low_score_brings_up_its_question_at_once(chromium, site, sign_in):
    context = chromium.new_context(base_url=site, locale="fi-FI")
    page = context.new_page()
    page.goto(address(chromium, site, sign_in))
    expect(page.locator("textarea:visible")).to_have_count(1)
    page.locator('input[type="radio"][value="2"]').check()
    expect(page.locator("textarea:visible")).to_have_count(2)
    page.locator('input[type="radio"][value="3"]').check()
    expect(page.locator("textarea:visible")).to_have_count(1)
    context.close()
