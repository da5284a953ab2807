"""A seat that costs something is paid at the pretended bank's page; and money that comes too late goes back."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT

ORGANISER = "Jani Mäkisalo"
TITLE, LATE_TITLE = "Maksullinen kurssi", "Yhden paikan kurssi"
PREPARE = """
import datetime as dt
from django.utils import timezone
from accounts.models import Organisation, User
from events.enums import Kind
from events.models import Event, Meeting, SeatPool, Venue
from events.services import prices, publishing
now = timezone.now()
by = User.objects.get(email="jani.makisalo@demo.example")
event = Event.objects.create(
    organisation=Organisation.objects.get(name_fi="Hartolan kunta"), kind=Kind.CARD_TRAINING, slug="{slug}",
    title="{title}", summary="Maksa ja tule.", contact_email="jani@kunta.example", changed_at=now,
)
starts = now + dt.timedelta(days=40)
Meeting.objects.create(event=event, starts_at=starts, ends_at=starts + dt.timedelta(hours=6), venue=Venue.objects.first())
SeatPool.objects.create(event=event, capacity={seats})
for name, cents in (("Työtön työnhakija", 0), ("Muut", 5500)):
    plan = prices.PricePlan(names={{"fi": name}}, cents=cents, includes_vat=False, vat="standard", employer_pays=False)
    prices.set_price(event=event, plan=plan, by=by, now=now)
publishing.publish(event=Event.objects.get(pk=event.pk), by=by, now=now)
print(event.pk)
"""
TAKEN_BY_ANOTHER = """
import datetime as dt
from django.utils import timezone
from accounts.services.people import Contact
from core.secrets import digest
from events.models import Event
from registrations.enums import HoldKind
from registrations.models import Hold, Order, Payment
from registrations.services import seats
now = timezone.now()
event = Event.objects.get(pk={event})
Payment.objects.filter(order__event=event).update(state="expired", previous_state="started")
Order.objects.filter(event=event).update(pay_by=now - dt.timedelta(minutes=1))
seats.sweep(now=now)
held = Hold.objects.get(token_digest=digest(seats.hold(event=event, kind=HoldKind.SEAT, now=now)))
who = Contact(first_name="Nopea", last_name="Numminen", email="nopea@people.example", phone="", language="fi")
seats.register(hold=held, contact=who, answers=None, support_needs="", price=event.prices.get(cents=0).pk, now=now)
"""
"""The time to pay has run out although the page is open: it was paid in the last second, as it happens."""


@pytest.fixture
def shell(environment):
    """Run Python in the server's own database, and return what it prints."""

    def run(code):
        command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    return run


def test_a_seat_is_kept_paid_at_the_banks_page_and_has_its_ticket(phone, shell):
    shell(PREPARE.format(slug="maksullinen", title=TITLE, seats=5))

    to_the_bank(phone, "maksullinen", "Maija", "maija.maksaja@people.example")
    expect(phone.locator("main")).to_contain_text("69,03")
    phone.get_by_role("button", name="Maksa kortilla, joka hylätään").click()
    expect(phone.get_by_text("Mitään ei maksettu")).to_be_visible()
    phone.get_by_role("button", name="Maksa kortilla", exact=True).click()

    expect(phone.locator(".note-success h2")).to_have_text("Maksettu. Kiitos!")
    expect(phone.locator("main")).to_contain_text("Testimaksu")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    phone.get_by_role("link", name="Katso lippuni").click()
    expect(phone.locator(".ticket img")).to_be_visible()
    phone.goto(letter(phone, "maija.maksaja@people.example", "/my/"))
    expect(phone.locator(".status-confirmed").first).to_be_visible()


def test_without_scripts_money_that_comes_too_late_goes_back_and_both_sides_see_it(
    desktop, chromium, site, sign_in, shell
):
    event = int(shell(PREPARE.format(slug="yksi-paikka", title=LATE_TITLE, seats=1)))
    visitor = chromium.new_context(
        viewport={"width": 360, "height": 740}, base_url=site, locale="fi-FI", java_script_enabled=False
    ).new_page()

    to_the_bank(visitor, "yksi-paikka", "Hidas", "hidas@people.example")
    shell(TAKEN_BY_ANOTHER.format(event=event))
    visitor.get_by_role("button", name="Maksa kortilla", exact=True).click()
    until(visitor, "Palautukset")

    expect(visitor.locator("main .note-warning h2")).to_have_text("Ei maksettavaa")
    expect(visitor.locator("main li").last).to_contain_text("69,03")
    sign_in(desktop, ORGANISER)
    desktop.goto(f"/desk/events/{event}/payments/")
    expect(desktop.locator("main [role=status]")).to_contain_text("Palautettu 1/1.", timeout=30_000)
    visitor.context.close()


def to_the_bank(page, slug, name, email):
    """Register, open the link in the mail, and go on to the bank's page."""
    page.goto(f"/events/{slug}/")
    page.get_by_role("button", name="Ota paikka").click()
    page.fill("#id_first_name", name)
    page.fill("#id_last_name", "Maksaja")
    page.fill("#id_email", email)
    page.get_by_label("Muut").check()
    page.get_by_role("button", name="Jatka").click()
    page.get_by_role("button", name="Jatka maksamaan").click()
    expect(page.locator("h1")).to_have_text("Yksi painallus puuttuu vielä")
    page.goto(letter(page, email, "/confirm/"))
    page.get_by_role("button", name="Ilmoittaudu ja siirry maksamaan").click()
    page.get_by_role("button", name=re.compile("^Maksa 69,03")).click()
    page.wait_for_url("**/demo/pay/**")
    expect(page.locator("h1")).to_have_text("Testimaksu")


def letter(page, to, kind):
    """Open the newest mail to somebody with an address of such a kind in it, and return that."""
    page.goto("/demo/mail/")
    for link in page.locator("li", has_text=to).get_by_role("link").all():
        address = link.get_attribute("href")
        if found := re.search(rf"https?://[^/\s]+({kind}[^\s\"<]+)", page.request.get(address).text()):
            return found[1]
    message = f"no letter to {to} has {kind}"
    raise AssertionError(message)


def until(page, words):
    """Load the page again until it says so: the bank tells of the money beside the visitor's way back."""
    for _try in range(30):
        if page.get_by_role("heading", name=words).count():
            return
        page.wait_for_timeout(300)
        page.reload()
    expect(page.get_by_role("heading", name=words)).to_be_visible()
