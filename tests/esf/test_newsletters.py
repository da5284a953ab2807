"""Newsletters: asked for by anybody, confirmed by the mailbox alone, ended by one press."""

import csv
import datetime as dt
import io
import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone, translation

from accounts.enums import Role
from accounts.models import AuditEntry
from core.models import OutboxMessage
from core.services import outbox
from esf.models import Subscription
from esf.services import newsletters
from tests import factories as make

pytestmark = pytest.mark.django_db
NOW = dt.datetime.now(dt.UTC)
"""The database's own clock judges whether a link is open."""
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)
    translation.activate("en")


@pytest.fixture
def house():
    return make.organisation(name="Hartolan kunta")


def ask(client, house, email="aino@example.fi", **more):
    return client.post(f"/en/newsletter/{house.pk}/", {"email": email, "newsletter_consent": "on"} | more)


def delivered():
    """What the worker has sent by now."""
    while outbox.deliver_due(clock=timezone.now):
        pass
    return mail.outbox


def link_in(message):
    return re.search(r"https://miitti\.example(\S+)", message.body).group(1)


def subscribed(client, house, email="aino@example.fi"):
    newsletters.ask(organisation=house, email=email, language="en", now=NOW)
    client.post(link_in(delivered()[-1]))
    return Subscription.objects.get(email=email)


def test_nothing_is_confirmed_before_the_link_in_the_mail_is_pressed_on_its_page(client, house):
    assert ask(client, house).headers["Location"] == "/en/newsletter/asked/"
    [letter] = delivered()
    assert (letter.to, letter.subject) == (["aino@example.fi"], "Do you want the newsletter of Hartolan kunta?")
    url = link_in(letter)
    assert "I want the newsletter" in client.get(url).text
    assert Subscription.objects.confirmed().count() == 0
    client.post(url)
    subscription = Subscription.objects.confirmed().get()
    assert (subscription.email, subscription.confirmed_at, subscription.wording) == ("aino@example.fi", NOW, "2026-11")
    assert AuditEntry.objects.get(action="newsletter.confirm").subject == subscription.key


def test_the_tick_is_nobodys_but_the_persons(client, house):
    assert "checked" not in client.get(f"/en/newsletter/{house.pk}/").text
    answer = client.post(f"/en/newsletter/{house.pk}/", {"email": "aino@example.fi"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["newsletter_consent"])
    assert OutboxMessage.objects.count() == 0


def test_no_answer_tells_whether_an_address_is_on_the_list(client, house):
    subscribed(client, house)
    Subscription.objects.update(asked_at=NOW - DAY)
    seen = []
    for email in ("aino@example.fi", "stranger@example.fi"):
        OutboxMessage.objects.all().delete()
        cache.clear()
        answer = ask(client, house, email)
        seen.append((answer.status_code, answer.headers["Location"], OutboxMessage.objects.count()))
    assert seen[0] == seen[1] == (302, "/en/newsletter/asked/", 1)


def test_the_mailbox_of_a_subscriber_is_told_how_to_end_it(client, house):
    subscription = subscribed(client, house)
    cache.clear()  # some minutes later
    newsletters.ask(organisation=house, email="Aino@Example.fi", language="en", now=NOW)
    letter = delivered()[-1]
    assert letter.subject == "You have the newsletter of Hartolan kunta already"
    assert link_in(letter) == newsletters.end_url(subscription).removeprefix("https://miitti.example")
    assert Subscription.objects.count() == 1


def test_one_address_is_not_written_to_again_and_again(client, house):
    for _each in range(3):
        ask(client, house)
    assert len(delivered()) == 1


def test_machines_are_thanked_and_nothing_is_sent(client, house):
    assert ask(client, house, website="spam").headers["Location"] == "/en/newsletter/asked/"
    assert OutboxMessage.objects.count() == 0


def test_the_link_in_each_letter_ends_it_by_one_press_also_of_a_mail_program(client, house):
    subscription = subscribed(client, house)
    url = newsletters.end_url(subscription).removeprefix("https://miitti.example")
    assert delivered()[-1].extra_headers["List-Unsubscribe"] == f"<https://miitti.example{url}>"
    assert "End the newsletter" in client.get(url).text
    assert Subscription.objects.confirmed().count() == 1
    assert client.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    subscription.refresh_from_db()
    assert subscription.ended_at == NOW
    client.post(url)
    assert AuditEntry.objects.filter(action="newsletter.end").count() == 1


def test_who_has_ended_it_may_ask_anew_and_both_consents_can_be_shown(client, house):
    first = subscribed(client, house)
    newsletters.end(subscription=first, now=NOW)
    cache.clear()  # some minutes later
    newsletters.ask(organisation=house, email="aino@example.fi", language="en", now=NOW)
    client.post(link_in(delivered()[-1]))
    assert Subscription.objects.count() == 2
    assert Subscription.objects.confirmed().count() == 1


@pytest.mark.parametrize("path", ["/en/newsletter/confirm/abc/", "/en/newsletter/end/abc/", "/en/newsletter/999999/"])
def test_a_guessed_link_does_not_exist(client, path):
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_what_nobody_confirmed_is_forgotten_after_fourteen_days(client, house):
    ask(client, house)
    delivered()
    subscribed(client, house, "toinen@example.fi")
    assert newsletters.forget_due(now=NOW + 14 * DAY) == 0
    assert newsletters.forget_due(now=NOW + 15 * DAY) == 1
    assert Subscription.objects.get().email == "toinen@example.fi"


def test_organisers_take_out_the_confirmed_addresses_and_it_is_recorded(client, house):
    first, ended = subscribed(client, house), subscribed(client, house, "perui@example.fi")
    newsletters.end(subscription=ended, now=NOW)
    ask(client, house, "odottaa@example.fi")
    delivered()
    subscribed(client, make.organisation(), "muualla@example.fi")
    user = make.member(Role.ORGANISER, house)
    client.force_login(user)
    page = client.get(f"/en/desk/organisations/{house.pk}/newsletter/")
    assert page.context["number"] == 1
    answer = client.post(f"/en/desk/organisations/{house.pk}/newsletter.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows] == ["E-mail", "aino@example.fi"]
    assert rows[1][3] == newsletters.end_url(first)
    entry = AuditEntry.objects.get(action="newsletter.export")
    assert (entry.actor, entry.scope, entry.after["people"]) == (user, house.scope, 1)


@pytest.mark.parametrize(("method", "tail"), [("get", "newsletter/"), ("post", "newsletter.csv")])
def test_strangers_take_nothing(client, house, method, tail):
    path = f"/en/desk/organisations/{house.pk}/{tail}"
    reach = getattr(client, method)
    assert reach(path).status_code == 302
    client.force_login(make.member(Role.OWNER, make.organisation()))
    assert reach(path).status_code == 404
    client.force_login(make.member(Role.READER, house))
    assert reach(path).status_code == 404
