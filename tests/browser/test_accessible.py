"""axe on every page, in the states it can be in, light and dark; and nothing wider than a small phone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import background

AXE = (Path(__file__).resolve().parent.parent / "axe" / "axe.min.js").read_text()
RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.map((each) => each.id + ": " + each.nodes.map((node) => node.html.slice(0, 160)).join(" | "));
}"""

PUBLIC = [
    "/",
    "/?q=xyzzy",
    "/uk/?kind=course",
    "/sv/",
    "/en/",
    "/?q=kortti&free=1&from=2026-12-09&to=2026-12-01",  # every choice open, and days crossed
    "/month/",
    "/map/",
    "/embed/",
    "/embed/events/",
    "/en/events/potkua-yrittajyyteen/",
    "/events/potkua-yrittajyyteen/",  # open
    "/events/lahella-lahihoitajaksi/",  # one applies
    "/events/tyoturvallisuuskortti/",  # full, queue
    "/events/opiskele-tyollisty/",  # not open yet
    "/events/cv-tyopaja/",  # closed
    "/events/tulityokortti/",  # over
    "/events/pop-up-ravintolapaiva/stands/",
    "/events/pop-up-ravintolapaiva/stands/new/",
    "/events/pop-up-ravintolapaiva/stands/thanks/",
    "/fairs/virtuaali-miitti/programme/",
    "/fairs/virtuaali-miitti/",  # how to come in
    "/privacy/",
    "/i/",
    "/vacancies/",
    "/vacancies/1/",
    "/vacancies/5/",  # filled
    "/embed/vacancies/",
    "/i/ABCDEF/",  # no such code
    "/accessibility/",
    "/accessibility/thanks/",
    "/uk/accessibility/",
    "/api/",
    "/account/login/",
    "/account/login/code/",
    "/account/password/reset/",
    "/my/" + "x" * 27 + "/",  # not found
    "/my-link/",
    "/uk/my-link/",
    "/my-link/asked/",
    "/my-link/sent/",
    "/demo/",
    "/demo/mail/",
]

STAFF = [
    "/desk/",
    "/desk/events/new/",
    "/desk/venues/new/",
    "/desk/venues/",
    "/desk/venues/1/",
    "/desk/venues/1/delete/",
    "/desk/projects/1/",
    "/desk/projects/1/change/",
    "/desk/projects/1/targets/new/",
    "/desk/projects/1/rules/new/",
    "/desk/projects/1/figures/new/",
    "/desk/events/6/codes/",
    "/desk/vacancies/",
    "/desk/vacancies/new/",
    "/desk/messages/",
    "/desk/events/7/",
    "/desk/events/7/?columns=gender&status=waiting",
    "/desk/events/7/people/",
    "/desk/events/7/seat-plan/",
    "/desk/events/5/selection/",
    "/desk/events/5/selection/?stage=applied",
    "/desk/events/5/selection/reserve/",
    "/desk/events/5/selection/setup/",
    "/desk/events/5/selection/interviews/",
    "/desk/events/5/selection/lots/",
    "/desk/events/5/selection/1/",
    "/desk/events/5/assess/",
    "/desk/events/5/assess/32/",
    "/desk/events/7/selection/",  # people do not apply
    "/desk/projects/1/selection/",
    "/desk/events/7/queue/",
    "/desk/events/7/letters/",
    "/desk/events/7/letters/write/",
    "/desk/events/7/letters/confirmed/fi/",
    "/desk/letters/1/all/",
    "/desk/events/6/questions/",
    "/desk/events/6/questions/new/",
    "/desk/events/6/questions/answers/",
    "/desk/events/6/surveys/",
    "/desk/events/6/surveys/new/",
    "/desk/events/6/surveys/2/",
    "/desk/events/6/surveys/2/print/",
    "/desk/events/6/surveys/results/",
    "/desk/projects/1/surveys/",
    "/desk/projects/1/feedback/",
    "/desk/events/7/walk-in/",
    "/desk/events/7/refer/",
    "/desk/events/7/import/",
    "/desk/referrals/",
    "/desk/reports/",
    "/desk/reports/?kind=course&since=2026-12-01&until=2020-01-01",  # days crossed
    "/desk/reports/?since=2001-01-01&until=2001-12-31",  # nothing to count
    "/desk/people/alike/",
    "/desk/employers/",
    "/desk/employers/?q=xyzzy&on=2026-01-01",
    "/desk/employers/new/",
    "/desk/employers/import/",
    "/desk/employers/1/",  # contacts, notes, an agreement
    "/desk/employers/1/change/",
    "/desk/employers/1/contacts/1/",
    "/desk/people/",
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/add/",
    "/account/2fa/recovery-codes/",
    "/account/password/change/",
    "/account/email/",
    "/account/sessions/",
    "/my-registrations/",
]


def look(page, where):
    """Nothing for axe in either colour scheme, and no sideways scrolling at this width."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(AXE)
        assert (where, scheme, page.evaluate(RUN)) == (where, scheme, [])
    page.emulate_media(color_scheme="light")
    assert (where, page.evaluate("document.documentElement.scrollWidth - innerWidth")) == (where, 0)


@pytest.fixture(params=[360, 1280])
def page(request, chromium, site):
    context = chromium.new_context(viewport={"width": request.param, "height": 800}, base_url=site, locale="fi-FI")
    yield context.new_page()
    context.close()


def test_axe_would_say_something(page):
    """The instrument itself: a page with a picture that has no words must be found."""
    page.goto("/")
    page.evaluate("document.querySelector('h1').innerHTML = '<img src=x>'")
    page.evaluate(AXE)
    assert [found.split(":")[0] for found in page.evaluate(RUN)] == ["empty-heading", "image-alt"]


def test_public_pages(page):
    for path in PUBLIC:
        page.goto(path)
        look(page, path)


def test_staff_pages(page, sign_in):
    sign_in(page, "Jani Mäkisalo")
    for path in STAFF:
        page.goto(path)
        look(page, path)


def test_the_organisers_forms_and_figures(page, sign_in):
    sign_in(page, "Jani Mäkisalo")
    page.goto("/desk/events/new/")
    page.locator("main form .actions button").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "new event, errors")

    page.goto("/desk/")
    page.get_by_role("link", name="Potkua yrittäjyyteen").first.click()
    look(page, "event's page")
    desk = page.url
    for part in ("edit/", "dates/", "copy/", "rides/", "passengers/", "cancel/"):
        page.goto(f"{desk}{part}")
        look(page, part)
    page.goto("/desk/")
    page.locator('a[href*="/report/"]').first.click()
    look(page, "report")


def test_the_background_form_on_the_desk_and_what_people_are_told(page, sign_in):
    sign_in(page, "Satu Lehtoranta")
    page.goto("/desk/")
    page.get_by_role("link", name="Potkua yrittäjyyteen").first.click()
    page.locator('#people a[href$="/background/"]').first.click()
    look(page, "background form on the desk")
    page.goto(f"{page.url}correct/")
    look(page, "correcting a background form")
    page.locator("main form .actions button").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "correcting, errors")
    for path in ("/desk/privacy/", "/desk/privacy/esf/new/", "/privacy/esf/1/"):
        page.goto(path)
        look(page, path)
    page.locator("main").wait_for()
    page.goto("/desk/")
    page.locator('main a[href$="/newsletter/"]').first.click()
    look(page, "newsletter on the desk")
    page.locator('main a[href*="/newsletter/"]').first.click()
    look(page, "newsletter")
    page.goto("/desk/")
    page.locator('main a[href^="/desk/projects/"]').last.click()
    page.locator('a[href$="/notices/import/"]').click()
    look(page, "older notices")


def test_two_who_may_be_one(page, sign_in):
    sign_in(page, "Jani Mäkisalo")
    page.goto("/desk/people/alike/")
    page.locator("main .desk-list a").first.click()
    look(page, "pair")
    page.locator("main form.narrow button").click()
    expect(page.locator(".note-success")).to_be_visible()
    look(page, "merged")
    page.locator('.note a[href*="/undo/"]').click()
    look(page, "taking back")
    page.locator("main form button").click()
    expect(page.locator(".note-success")).to_be_visible()

    page.goto("/desk/people/alike/")
    page.locator("main .desk-list a").first.click()
    page.locator('form[action$="/apart/"] button').click()
    look(page, "said to be two")
    page.locator("main .desk-list a").first.click()
    look(page, "pair that is two")
    page.locator('form[action$="/apart/undo/"] button').click()
    expect(page.locator(".note-success")).to_be_visible()
    page.goto("/desk/people/")
    page.fill("#id_words", "päivi")
    page.keyboard.press("Enter")
    expect(page.locator("#compare")).to_be_visible()
    look(page, "people found")


def test_a_table_of_employers(page, sign_in):
    sign_in(page, "Jani Mäkisalo")
    page.goto("/desk/employers/1/")
    page.locator("details summary").nth(1).click()
    page.locator('form[action$="/contacts/"] button').click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "employer, errors")
    page.goto("/desk/employers/import/")
    page.locator("main form.narrow button").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "table of employers, errors")
    lines = f"Työnantaja;Y-tunnus;Vaihe\nUusi {page.viewport_size['width']} Oy;;sopimus\nVäärä Oy;123;sopimus\n"
    file = {"name": "tyonantajat.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    page.set_input_files('input[name="table"]', file)
    page.locator("main form.narrow button").click()
    expect(page.locator(".figures")).to_be_visible()
    look(page, "table of employers, dry run")
    page.locator("main .actions form button").click()
    expect(page.locator(".note-success")).to_be_visible()
    look(page, "table of employers, imported")


def test_somebody_at_the_desk(page, sign_in):
    sign_in(page, "Jani Mäkisalo")
    page.get_by_role("link", name="Potkua yrittäjyyteen").first.click()
    page.goto(f"{page.url}walk-in/")
    page.locator("main form button").last.click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "walk-in, errors")
    for state in ("slip", "same name"):
        page.fill("#id_first_name", "Åke")
        page.fill("#id_last_name", f"Tiski{page.viewport_size['width']}")
        page.locator("main form button").last.click()
        expect(page.locator(".slip" if state == "slip" else 'button[name="another"]')).to_be_visible()
        look(page, f"walk-in, {state}")
        if state == "slip":
            page.locator(".no-print a").first.click()


def test_a_client_who_is_referred(page, sign_in):
    sign_in(page, "Jani Mäkisalo")
    page.goto("/desk/events/7/refer/")
    page.locator("main form button").last.click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "referral, errors")
    page.fill("#id_first_name", "Aino")
    page.fill("#id_last_name", "Asiakas")
    page.fill("#id_email", f"asiakas{page.viewport_size['width']}@people.example")
    page.fill("#id_office", "Työvoimapalvelut")
    page.check("#id_consent")
    page.locator('input[name="consent_how"]').first.check()
    page.locator("main form button").last.click()
    expect(page.locator("main .desk-list")).to_be_visible()
    look(page, "referrals")


def test_a_link_to_confirm_the_address(page, sign_in):
    """The terms of one event are changed for this, and changed back."""
    sign_in(page, "Jani Mäkisalo")
    page.get_by_role("link", name="Potkua yrittäjyyteen").first.click()
    terms = f"{page.url}seat-plan/"
    want_a_press(page, terms, wanted=True)
    page.goto("/events/potkua-yrittajyyteen/")
    page.locator(".seat-box button").click()
    page.fill("#id_first_name", "Aino")
    page.fill("#id_last_name", "Vahvistaja")
    page.fill("#id_email", f"confirm{page.viewport_size['width']}@people.example")
    page.locator("#step form .actions button").first.click()
    background.fill(page)
    page.locator("form[data-once] button").click()
    expect(page.locator('a[href="?step=contact"]')).to_be_visible()
    look(page, "the link is still to be pressed")
    page.goto("/demo/mail/")
    page.locator("main a[href*='/demo/mail/']").first.click()
    page.goto(re.search(r"https?://[^\s<\"]+/confirm/[\w-]+/", page.content())[0])
    look(page, "the button behind the link")
    page.locator("main form button").click()
    expect(page.locator(".note-success")).to_be_visible()
    want_a_press(page, terms, wanted=False)


def want_a_press(page, terms, *, wanted):
    page.goto(terms)
    page.set_checked("#id_confirm_by_click", wanted)
    page.locator('form[action$="/terms/"] button').click()
    expect(page.locator(".note-success")).to_be_visible()


def test_a_table_of_people(page, sign_in):
    sign_in(page, "Jani Mäkisalo")
    page.goto("/desk/events/7/import/")
    page.locator("main form.narrow button").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "table of people, errors")
    who = f"axe-import-{page.viewport_size['width']}@people.example"
    lines = f"Etunimi;Sukunimi;Sähköposti\nAino;Taulukko;{who}\nEino;;eino\n"
    page.set_input_files('input[name="table"]', {"name": "t.csv", "mimeType": "text/csv", "buffer": lines.encode()})
    page.locator("main form.narrow button").click()
    expect(page.locator(".figures")).to_be_visible()
    look(page, "table of people, dry run")
    page.locator("main .actions form button").click()
    expect(page.locator("#progress[data-done]")).to_be_visible(timeout=30_000)
    look(page, "table of people, done")


def test_people_across_events(page, sign_in):
    sign_in(page, "Jani Mäkisalo")
    page.goto("/desk/people/")
    page.locator("#found form button").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "people, errors")
    page.fill("#id_words", "xyzzyq")
    page.locator("#found form button").first.click()
    expect(page.locator("#found h2")).to_be_visible()
    look(page, "people, nobody found")
    page.fill("#id_words", "@people.example")
    page.locator("#found form button").first.click()
    expect(page.locator("#found .desk-list")).to_be_visible()
    look(page, "people, found")
    assert "people.example" not in page.url
    page.locator("#found .desk-list a").first.click()
    look(page, "person")


def test_the_owners_members(page, sign_in):
    sign_in(page, "Satu Lehtoranta")
    page.locator('a[href*="/members/"]').first.click()
    look(page, "members")
    page.locator("form.narrow button").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "members, errors")
    page.goto("/desk/")
    page.locator('a[href*="/projects/new/"]').first.click()
    page.locator("main form .actions button").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "new project, errors")


def test_the_owners_audit_log(page, sign_in):
    sign_in(page, "Satu Lehtoranta")
    page.locator('a[href$="/desk/audit/"]').click()
    page.locator("main .desk-list details summary").first.click()
    look(page, "audit log, a change open")
    page.goto("/desk/audit/?about=nothing+like+this&deed=reads")
    look(page, "audit log, nothing found")


def test_the_check_of_the_sender(page, sign_in):
    sign_in(page, "Satu Lehtoranta")
    page.locator('a[href$="/desk/sender/"]').click()
    look(page, "check of the sender")  # nobody presses the button here: it would ask the real DNS


def test_the_fairs_room(page):
    page.goto("/demo/")
    page.locator("form[action*='/demo/fair/'] button").last.click()
    expect(page.locator('[data-connection][data-now="live"]')).to_be_visible()
    page.locator(".question-actions summary").first.click()
    look(page, "room")


def test_the_fairs_desk(page, sign_in):
    sign_in(page, "Mika Tolvanen")
    page.get_by_role("link", name="Virtuaali-Miitti").first.click()
    page.get_by_role("link", name="Messut ja ohjelma").click()
    look(page, "fair's desk")
    page.locator("form.narrow button").first.click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "fair's desk, errors")
    page.goto("/fairs/virtuaali-miitti/")
    expect(page.locator('[data-connection][data-now="live"]')).to_be_visible()
    look(page, "room, as its organiser")


def test_the_owners_tokens(page, sign_in):
    sign_in(page, "Satu Lehtoranta")
    page.locator('a[href="/desk/tokens/"]').click()
    look(page, "tokens")
    page.fill("#id_expires_on", "2020-01-01")
    page.locator("form.narrow button").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "tokens, errors")
    page.fill("#id_name", "Verkkosivut")
    page.fill("#id_expires_on", "")
    page.check('input[name="scopes"][value="checkin:write"]')
    page.locator("form.narrow button").click()
    expect(page.locator(".note-success code")).to_have_text(re.compile(r"^miitti_[\w-]{27}$"))
    look(page, "tokens, a new one")
    page.locator('form[action$="/revoke/"] button').first.click()
    expect(page.locator(".status-revoked").first).to_be_visible()
    look(page, "tokens, revoked")


def test_a_form_that_is_too_old(page):
    page.goto("/account/login/")
    page.context.clear_cookies()
    page.locator("main form .actions button").first.click()
    page.wait_for_load_state()
    assert page.locator("main form").count() == 0
    look(page, "stale form")


def test_the_door_in_each_answer(page, sign_in):
    sign_in(page, "Jani Mäkisalo")
    page.get_by_role("link", name="Potkua yrittäjyyteen").first.click()
    page.goto(f"{page.url}door/")
    look(page, "door")
    page.locator("form[data-scan] button").click()
    expect(page.locator(".field-wrong")).to_be_visible()
    look(page, "door, empty code")
    page.fill("#id_scanned", "ZZZZ-ZZZZ")
    page.locator("form[data-scan] button").click()
    expect(page.locator(".result-refused")).to_be_visible()
    look(page, "door, refused")


def test_the_registration_in_each_state(page, request):
    who = f"axe{page.viewport_size['width']}@people.example"
    page.goto("/events/potkua-yrittajyyteen/")
    page.locator(".seat-box button").click()
    look(page, "contact")
    page.locator("#step form .hds-button--primary").last.click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "contact, errors")
    page.fill("#id_first_name", "Aino")
    page.fill("#id_last_name", "Esteetön")
    page.fill("#id_email", who.replace("people.example", "gmial.com"))
    page.locator("#step form .actions .hds-button--primary").last.click()
    expect(page.locator('button[name="email_meant"]')).to_be_visible()
    look(page, "contact, is the address right?")
    page.fill("#id_email", who)
    page.locator("#step form .actions .hds-button--primary").last.click()
    expect(page.locator("#id_birth_date")).to_be_visible()
    look(page, "background")
    background.send_empty(page)
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "background, errors")
    background.fill(page)
    expect(page.locator("form[data-once]")).to_be_visible()
    look(page, "summary")
    page.locator("form[data-once] button").click()
    expect(page.locator(".note-success")).to_be_visible()
    look(page, "done")
    the_personal_page(page, who)


def test_a_form_that_took_too_long(page, expire_holds):
    page.goto("/events/hygieniapassi/")
    page.locator(".seat-box button").click()
    expire_holds()
    page.reload()
    expect(page.locator(".note-warning button")).to_have_count(2)
    look(page, "expired")
    page.locator(".note-warning button").first.click()
    expect(page.locator(".hold")).to_be_visible()
    page.goto("/events/tyoturvallisuuskortti/")
    page.locator(".seat-box button").click()
    look(page, "joining the queue")


def the_personal_page(page, who):
    page.goto("/demo/mail/")
    page.locator("li", has_text=who).first.get_by_role("link").click()
    look(page, "mail")
    page.goto(page.locator("[data-mail-text] a").first.get_attribute("href"))
    look(page, "mine")
    mine = page.url
    page.goto(f"{mine}edit/")
    look(page, "edit")
    page.fill("#id_birth_date", "yesterday")
    page.locator("main form .actions button").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "edit, errors")
    page.goto(f"{mine}background/")
    look(page, "background form that was sent")
    page.goto(f"{mine}background/?screen=work")
    look(page, "one screen of the background form")
    page.goto(f"{mine}data/")
    look(page, "own data")
    page.goto(f"{mine}cancel/")
    look(page, "cancel")
    page.locator("main form button").click()
    expect(page.locator(".note-success")).to_be_visible()
    look(page, "cancelled")


def test_the_back_button_finds_what_was_typed(page):
    page.goto("/events/potkua-yrittajyyteen/")
    page.locator(".seat-box button").click()
    page.fill("#id_first_name", "Aino")
    page.fill("#id_last_name", "Palaaja")
    page.fill("#id_email", "palaaja@people.example")
    page.locator("#step form .hds-button--primary").last.click()
    expect(page.locator("#id_birth_date")).to_be_visible()

    page.go_back()
    expect(page.locator("#id_last_name")).to_have_value("Palaaja")
    page.go_forward()
    expect(page.locator("#id_birth_date")).to_be_visible()
