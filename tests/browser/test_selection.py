"""Scenario 5 in a browser: from forty applications to twenty-seven who start, a reserve called, two transferred."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT

ORGANISER = "Jani Mäkisalo"
APPLICANTS, SEATS = 40, 27
PREPARE = f"""
import datetime as dt
from django.utils import timezone
from accounts.models import Organisation, User
from accounts.services.people import Contact
from core.secrets import digest
from events.enums import Kind
from events.models import Event, Meeting, SeatPool, Venue
from events.services import publishing
from registrations.enums import HoldKind
from registrations.models import Hold
from registrations.services import seats, selection, terms
now = timezone.now()
by = User.objects.get(email="jani.makisalo@demo.example")
event = Event.objects.create(
    organisation=Organisation.objects.get(name_fi="Hartolan kunta"), kind=Kind.COURSE, slug="hoitajaksi-kokeeksi",
    title="Hoitajaksi kokeeksi", summary="Hae mukaan.", contact_email="jani@kunta.example", changed_at=now,
)
starts = now + dt.timedelta(days=40)
Meeting.objects.create(event=event, starts_at=starts, ends_at=starts + dt.timedelta(hours=6), venue=Venue.objects.first())
SeatPool.objects.create(event=event, capacity={SEATS})
terms.change(event=event, values={{"by_application": True, "offer_hours": 72}}, by=by, now=now)
plan = selection.Plan(names={{"fi": "Motivaatio"}}, weight=1, max_points=100)
selection.add_criterion(event=event, plan=plan, by=by, now=now)
selection.add_assessor(event=event, user=by, by=by, now=now)
publishing.publish(event=Event.objects.get(pk=event.pk), by=by, now=now)
event = Event.objects.get(pk=event.pk)
for number in range({APPLICANTS}):
    held = Hold.objects.get(token_digest=digest(seats.hold(event=event, kind=HoldKind.APPLY, now=now)))
    who = Contact(first_name="Hakija", last_name=f"Numero{{number + 1}}", email=f"hakija{{number + 1}}@people.example",
                  phone="", language="fi")
    seats.register(hold=held, contact=who, answers=None, support_needs="", now=now + dt.timedelta(seconds=number))
print(event.pk)
"""
SCORE = """
from accounts.models import User
from django.utils import timezone
from registrations.models import Application, Assessor, Criterion
from registrations.services import selection
now = timezone.now()
criterion = Criterion.objects.get(event={event})
assessor = Assessor.objects.get(event={event})
for each in Application.objects.filter(event={event}, number__gt=1, stage="invited"):
    selection.give_scores(application=each, assessor=assessor, points={{criterion.pk: 100 - each.number}}, now=now)
"""
ACCEPT = """
from django.utils import timezone
from registrations.models import Application
from registrations.services import seats
now = timezone.now()
for each in Application.objects.filter(event={event}, stage="offered").exclude(number__in={but}):
    seats.accept(offer=each.registration.offer, now=now)
"""
LINK = """
from django.utils import timezone
from registrations.models import Application
from registrations.services import letters
registration = Application.objects.get(event={event}, number={number}).registration
print(letters.personal_url(registration=registration, now=timezone.now()))
"""


@pytest.fixture
def shell(environment):
    """Run Python in the server's own database, and return what it prints."""

    def run(code):
        command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    return run


def test_from_forty_applications_to_twenty_seven_who_start(desktop, chromium, site, sign_in, shell):
    event = int(shell(PREPARE))
    desk = f"/desk/events/{event}/selection/"
    phone = chromium.new_context(viewport={"width": 360, "height": 740}, base_url=site, locale="fi-FI").new_page()
    sign_in(desktop, ORGANISER)

    decide(desktop, desk, "invited", best=36)
    judge_one(desktop, desk, event)
    shell(SCORE.format(event=event))
    decide(desktop, desk, "assessed", best=36, among="invited")
    decide(desktop, desk, "offered", best=SEATS, among="assessed", letters=True)
    decide(desktop, desk, "reserve", best=5, among="assessed")
    decide(desktop, desk, "rejected", best=100, among="assessed")
    decide(desktop, desk, "rejected", best=100, among="applied")

    answer(phone, shell(LINK.format(event=event, number=2)), "Jätä se seuraavalle")
    call_the_reserve(desktop, desk)
    shell(ACCEPT.format(event=event, but=[2, 28]))
    answer(phone, shell(LINK.format(event=event, number=28)), "Ota paikka")
    expect(phone.locator(".ticket")).to_be_visible()

    decide(desktop, desk, "started", best=SEATS, among="accepted")
    transfer_two(desktop, desk)
    assert counts(desktop, desk) == [40, 36, 36, 28, 27, 27, 0, 2]
    phone.context.close()


def decide(page, desk, stage, *, best, among="", letters=False):
    page.goto(desk)
    page.select_option("#id_stage >> nth=-1", stage)
    page.fill("#id_best", str(best))
    if among:
        page.select_option("#id_among", among)
    page.locator('form[action$="/decide/"] button').last.click()
    if letters:
        expect(page.locator(".letter").first).to_contain_text("Sinut on valittu")
    page.locator('input[name="nonce"] ~ .actions button').click()
    expect(page.locator(".note-success")).to_be_visible()


def judge_one(page, desk, event):
    """The organiser is one of the assessors, and gives the first applicant points by hand."""
    page.goto(f"/desk/events/{event}/assess/")
    page.get_by_role("link", name="1. Hakija Numero1", exact=True).click()
    page.locator('input[name^="points_"]').fill("99")
    page.get_by_role("button", name="Tallenna pisteet").click()
    expect(page.get_by_text("99,0")).to_be_visible()


def answer(page, link, button):
    page.goto(re.sub("^https?://[^/]+", "", link))
    page.get_by_role("button", name=button).click()
    expect(page.locator(".note-success").first).to_be_visible()


def call_the_reserve(page, desk):
    page.goto(f"{desk}reserve/")
    expect(page.locator("ol.queue > li")).to_have_count(5)
    page.locator('button[name="call"]').click()
    expect(page.locator("ol.queue > li")).to_have_count(4)


def transfer_two(page, desk):
    page.goto(f"{desk}?stage=started")
    for box in page.locator('input[name="row"]').all()[:2]:
        box.check()
    page.select_option("#id_stage >> nth=-1", "transferred")
    page.fill("#id_reason", "Toiseen oppilaitokseen")
    page.locator('form[action$="/decide/"] button').last.click()
    page.locator('input[name="nonce"] ~ .actions button').click()
    expect(page.locator(".note-success")).to_be_visible()


def counts(page, desk):
    page.goto(desk)
    page.locator("details summary").first.click()
    cells = page.locator("details table.plain tbody tr").first.locator("td").all_inner_texts()
    return [int(each) for each in cells[:8]]
