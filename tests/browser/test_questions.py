"""The organiser's own questions in a browser: with scripts they appear at once, without them on the next page."""

import random
import re

import pytest
from playwright.sync_api import expect

from registrations.enums import Join, Trial
from registrations.rules.conditions import Check, Condition, Group, written
from tests.browser import background
from tests.browser.test_accessible import look

EVENT = "/events/lahella-lahihoitajaksi/"
PDF = {"name": "todistus.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}


def begin(page, number):
    """Up to the first screen of questions."""
    page.goto(EVENT)
    page.locator(".seat-box button").first.click()
    page.fill("#id_first_name", "Aino")
    page.fill("#id_last_name", f"Hakija{'abcdefgh'[number]}")
    page.fill("#id_email", f"hakija{number}@people.example")
    page.locator('input[name="category"]').first.check()
    page.wait_for_timeout(2100)  # nobody types faster
    page.locator("#step form button").first.click()
    expect(page.locator("#id_birth_date")).to_be_visible()
    background.fill(page, status="NONE")
    expect(page.locator("[data-questions]")).to_be_visible()


@pytest.fixture(params=[360, 1280])
def page(request, chromium, site):
    context = chromium.new_context(viewport={"width": request.param, "height": 800}, base_url=site, locale="fi-FI")
    yield context.new_page()
    context.close()


def test_a_question_appears_with_the_answer_that_it_depends_on_and_is_kept(page):
    begin(page, 0 if page.viewport_size["width"] == 360 else 1)
    employer = page.locator("[data-question]").nth(1)
    expect(employer).to_be_hidden()
    look(page, "questions")
    page.check('input[value="apprentice"]')
    expect(employer).to_be_visible()
    expect(page.locator("[data-questions-news]")).not_to_be_empty()
    page.check('input[value="self"]')
    expect(employer).to_be_hidden()
    page.check('input[value="apprentice"]')

    page.locator("#step form button").first.click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "questions, an error")
    employer.locator("input").fill("Kotihoiva Lyhtykuja Oy")
    page.locator("#step form button").first.click()

    expect(page.locator('input[inputmode="decimal"]')).to_be_visible()
    page.fill('input[inputmode="decimal"]', "2,5")
    expect(page.locator("[data-question]").nth(1)).to_be_visible()
    page.set_input_files('input[type="file"]', files=[PDF])
    page.locator("#step form button").first.click()
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator(".kept-file")).to_contain_text("todistus.pdf")
    look(page, "questions with a file, an error")
    page.locator('[data-question] input[type="checkbox"]').last.check()
    page.locator("#step form button").first.click()

    expect(page.locator("form[data-once]")).to_be_visible()
    for words in ("Kotihoiva Lyhtykuja Oy", "2,5", "todistus.pdf"):
        expect(page.locator("main")).to_contain_text(words)
    look(page, "summary with answers")


def test_without_scripts_the_same_questions_come_after_going_on(chromium, site):
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, base_url=site, locale="fi-FI", java_script_enabled=False
    )
    page = context.new_page()
    begin(page, 2)
    expect(page.locator("[data-question]").nth(1)).to_be_hidden()
    page.check('input[value="apprentice"]')
    page.locator("#step form button").first.click()
    expect(page.locator("[data-question]").nth(1)).to_be_visible()
    page.locator("[data-question]").nth(1).locator("input").fill("Kylän kauppa")
    page.locator("#step form button").first.click()
    expect(page.locator('input[inputmode="decimal"]')).to_be_visible()
    context.close()


def test_the_desks_pages_of_questions(page, sign_in):
    sign_in(page, "Jani Mäkisalo")
    page.goto("/desk/events/6/questions/")
    conditions = page.locator('a[href$="/when/"]').nth(1).get_attribute("href")
    for address in (
        page.locator('a[href$="/preview/"]').first.get_attribute("href"),
        page.locator('a[href$="/title/"]').first.get_attribute("href"),
        re.sub("when/$", "", conditions),
        conditions,
    ):
        page.goto(address)
        look(page, address)
    page.locator("form[method=get] button").click()
    look(page, "adding a condition")
    page.locator('button[value="add"]').click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "a condition, an error")


VALUES = ["a", "b", "A ", "", "2026-01-02", "2026-01-03", 1, 2, 2.5, True, False, ["a"], ["a", "b"], []]


def some_condition(chance):
    checks = lambda: tuple(  # noqa: E731 - short is clear here
        Check(chance.randint(1, 4), chance.choice(list(Trial)), chance.choice([*VALUES, None]))
        for _each in range(chance.randint(1, 3))
    )
    groups = tuple(Group(chance.choice(list(Join)), checks()) for _each in range(chance.randint(1, 3)))
    return Condition(chance.choice(list(Join)), groups)


def test_scripts_and_the_server_judge_conditions_alike(desktop):
    chance = random.Random(7)
    cases = [
        (some_condition(chance), {number: chance.choice(VALUES) for number in range(1, 5) if chance.random() < 0.8})
        for _each in range(2000)
    ]
    desktop.goto("/")
    told = desktop.evaluate(
        """async (cases) => {
            const { isAsked } = await import("/static/js/questions.js");
            return cases.map(([when, answers]) => isAsked(when, answers));
        }""",
        [[written(condition), {str(key): value for key, value in answers.items()}] for condition, answers in cases],
    )
    differing = [case for case, said in zip(cases, told, strict=True) if case[0].holds(case[1]) != said]
    assert differing == []
