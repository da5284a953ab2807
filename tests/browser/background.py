"""The background screen of a registration, filled by mouse. A phone shows it one idea at a time."""


def fill(page, *, gender="X", status="EMPLOYED", education="ISCED3"):
    page.fill("#id_birth_date", "1.2.1990")
    page.check(f'input[name="gender"][value="{gender}"]')
    onward(page)
    page.select_option("#id_municipality_code", "081")
    onward(page)
    page.check(f'input[name="labour_status_start"][value="{status}"]')
    onward(page)
    page.select_option("#id_education_level", education)
    page.locator("#step form .actions button").first.click()


def onward(page):
    """To the next idea, where they are asked one by one."""
    if page.locator(".one-at-a-time").count():
        page.locator("#step form .actions button").first.click()


def send_empty(page):
    """Through all ideas without an answer."""
    for _idea in range(page.locator(".one-at-a-time [data-idea]").count() - 1):
        onward(page)
    page.locator("#step form .actions button").first.click()
