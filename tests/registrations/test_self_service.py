"""What people do by their own link besides coming and cancelling, and how they find a lost one."""

import datetime as dt
import io
import json
import re

import pypdf
import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts.enums import Role
from accounts.models import AuditEntry, PersonalLink, User
from accounts.services import newcomers
from config.settings import RATE_LIMITS
from core.models import OutboxMessage
from core.secrets import digest
from core.services import outbox
from registrations import rules
from registrations.models import Registration
from registrations.services import corrections, letters, seats
from tests import factories as make
from tests.factories import NOW
from tests.registrations.test_personal import corrections as corrected
from tests.registrations.test_visitor import text_of

pytestmark = pytest.mark.django_db
SITE = "https://miitti.example"


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def registration(clock):
    make.municipality()
    who = make.contact(email="aino@example.fi", phone="+358401234567", last_name="Esimerkki")
    return make.register(make.counting_event(), who, answers=make.answers(who))


@pytest.fixture
def url(registration):
    return path_of(registration)


def path_of(registration):
    return letters.personal_url(registration=registration, now=NOW).removeprefix(SITE)


def deliver():
    while outbox.deliver_due(clock=timezone.now):
        pass


def mails(recipient):
    deliver()
    return list(OutboxMessage.objects.filter(recipient=recipient).order_by("pk"))


def ask(client, email):
    return client.post("/my-link/", {"email": email})


def links_in(message):
    return re.findall(r"https://miitti\.example(\S*/my/\S+)", message.payload["text"])


@pytest.fixture(autouse=True)
def _letters_are_kept(settings):
    settings.KEEP_SENT_LETTERS = True


# A lost link


def test_all_that_is_not_over_comes_in_one_mail_with_new_links(client, clock, registration):
    other = make.register(make.event(), make.contact(email="Aino@Example.fi", first_name="Eino", language="sv"))
    make.register(make.event(), make.contact(email="somebody@else.example"))
    past = make.register(make.event(first=NOW + dt.timedelta(hours=1), hours=1), make.contact(email="aino@example.fi"))
    cancelled = make.register(make.event(), make.contact(email="aino@example.fi"))
    seats.cancel(registration=cancelled, by=None, now=NOW)
    deliver()
    clock.move_to(NOW + dt.timedelta(hours=3))
    OutboxMessage.objects.all().delete()

    answer = ask(client, " AINO@example.fi ")
    deliver()

    [message] = OutboxMessage.objects.all()
    opened = [client.get(link) for link in links_in(message)]
    assert answer.headers["Location"] == "/my-link/asked/"
    assert {page.context["registration"].pk for page in opened} == {registration.pk, other.pk}
    assert past.event.title not in message.payload["text"]
    assert (message.recipient, message.payload["language"]) == ("Aino@Example.fi", "sv")


def test_it_speaks_the_language_of_the_newest_registration(client, clock):
    make.register(make.event(), make.contact(email="olena@example.fi", language="fi"))
    clock.move_to(NOW + dt.timedelta(minutes=1))
    now = NOW + dt.timedelta(minutes=1)
    make.register(make.event(), make.contact(email="olena@example.fi", language="uk"), now=now)
    ask(client, "olena@example.fi")
    assert mails("olena@example.fi")[-1].payload["language"] == "uk"


def test_a_strangers_address_gets_the_same_page_and_no_mail(client, registration):
    deliver()
    before = OutboxMessage.objects.count()
    known, unknown = (
        Client().post("/my-link/", {"email": email}) for email in ("aino@example.fi", "nobody@example.fi")
    )
    waiting = list(OutboxMessage.objects.filter(kind="lost link").values_list("state", "subject", "scope", "person"))
    pages = [Client().get(answer.headers["Location"]) for answer in (known, unknown)]

    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert without_csrf(pages[0]) == without_csrf(pages[1])
    assert (known.cookies.output(), len(waiting), len(set(waiting))) == (unknown.cookies.output(), 2, 1)
    deliver()
    assert OutboxMessage.objects.count() == before + 1
    assert not OutboxMessage.objects.filter(recipient="nobody@example.fi").exists()


def without_csrf(response):
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.text)


def test_asking_costs_the_same_queries_for_everybody(client, registration, django_assert_num_queries):
    ask(client, "warm@example.fi")
    for email in ("aino@example.fi", "nobody@example.fi"):
        with django_assert_num_queries(3):  # a savepoint's two, and one row
            ask(client, email)


def test_nobody_is_mailed_twice_in_five_minutes(client, clock, registration):
    for _i in range(3):
        ask(Client(), "aino@example.fi")
    clock.move_to(NOW + dt.timedelta(minutes=4, seconds=59))
    ask(client, "Aino@example.fi")
    count = len(mails("aino@example.fi"))
    clock.move_to(NOW + dt.timedelta(minutes=5, seconds=1))
    ask(client, "aino@example.fi")
    assert (count, len(mails("aino@example.fi"))) == (2, 3)  # the first is the confirmation


def test_a_mailbox_is_not_filled_in_a_day(clock, registration):
    for number in range(20):
        clock.move_to(NOW + dt.timedelta(minutes=6 * number))
        ask(Client(), "aino@example.fi")
    assert len(mails("aino@example.fi")) == 1 + RATE_LIMITS["link to mail"][0]


def test_one_network_asks_so_often_and_then_keeps_what_was_typed(settings, clock):
    settings.RATE_LIMITS = RATE_LIMITS | {"link": (2, 600)}
    answers = [ask(Client(), f"aino{number}@example.fi") for number in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert 'value="aino2@example.fi"' in answers[2].text
    assert answers[2].headers["Retry-After"] == "600"


def test_a_wrong_address_is_said_to_be_one(client, clock):
    told = ask(client, "aino at example")
    assert (told.status_code, 'id="id_email_error"' in told.text) == (422, True)


def test_looking_at_the_pages_asks_for_nothing(client, clock):
    for path in ("/my-link/", "/my-link/asked/", "/my-link/?email=aino@example.fi"):
        assert client.get(path).status_code == 200
    assert OutboxMessage.objects.count() == 0


# A new link


def test_a_new_link_closes_the_old_ones_and_comes_by_mail_alone(client, registration, url):
    old = [url, path_of(registration)]
    answer = client.post(f"{url}link/")

    message = mails("aino@example.fi")[-1]
    [new] = links_in(message)
    assert answer.headers["Location"] == "/my-link/sent/"
    assert [client.get(each).status_code for each in [*old, new]] == [404, 404, 200]
    assert client.get("/my-link/sent/").text.count("/my/") == 0
    assert AuditEntry.objects.filter(action="registration.link", subject=registration.key).count() == 1


def test_pressed_twice_it_mails_once(client, url):
    before = OutboxMessage.objects.count()
    assert [client.post(f"{url}link/").status_code for _i in range(2)] == [302, 404]
    assert OutboxMessage.objects.count() == before + 1


def test_without_a_mailbox_the_new_link_opens_here(client, clock):
    registration = make.register(make.event(), make.contact(email=""))
    answer = client.post(f"{path_of(registration)}link/", follow=True)
    assert (answer.status_code, answer.context["registration"].pk) == (200, registration.pk)


@pytest.mark.parametrize("tail", ["link/", "language/", "data/", "data.json", "ticket.pdf"])
def test_every_new_page_is_closed_to_guessed_and_revoked_links(client, registration, url, tail):
    send = client.post if tail in {"link/", "language/"} else client.get
    assert send("/my/" + "x" * 27 + "/" + tail).status_code == 404
    PersonalLink.objects.update(revoked_at=NOW)
    assert send(url + tail).status_code == 404


@pytest.mark.parametrize("tail", ["", "edit/", "cancel/", "data/", "data.json", "ticket.pdf", "ticket.svg"])
def test_no_link_opens_anything_of_another(client, url, tail):
    make.register(make.event(), make.contact(last_name="Toinen", email="toinen@example.fi"))
    answer = client.get(url + tail)
    assert (answer.status_code, b"Toinen" in answer.content) == (200, False)
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_what_changes_something_is_not_done_by_looking(client, url):
    assert [client.get(url + tail).status_code for tail in ("link/", "language/")] == [405, 405]
    assert client.get(url).status_code == 200


# Language, ticket, own data


def test_the_language_of_mail_changes_by_ones_own_press_alone(client, registration, url):
    client.get(f"/uk{url}")
    assert Registration.objects.get().language == "fi"
    answer = client.post(f"{url}language/", {"language": "uk"})
    assert (Registration.objects.get().language, answer.headers["Location"]) == ("uk", f"/uk{url}")
    assert client.post(f"{url}language/", {"language": "xx"}).status_code == 404
    assert client.post(f"{url}language/", {"language": "uk"}).status_code == 302
    assert AuditEntry.objects.filter(action="registration.edit").count() == 1


@pytest.mark.parametrize("language", ["fi", "sv", "en", "uk"])
def test_the_ticket_on_paper_is_tagged_and_speaks_the_persons_language(client, registration, url, language):
    Registration.objects.update(language=language)
    answer = client.get(f"{url}ticket.pdf")

    read = pypdf.PdfReader(io.BytesIO(answer.content))
    root = read.trailer["/Root"]
    assert (answer.headers["Content-Type"], len(read.pages)) == ("application/pdf", 1)
    assert (root["/Lang"], bool(root["/MarkInfo"]["/Marked"])) == (language, True)
    text = read.pages[0].extract_text()
    assert registration.readable_code in text.replace(" ", "")
    assert "Aino Esimerkki" in text


def test_only_a_seat_has_a_ticket(client, registration, url):
    seats.cancel(registration=registration, by=None, now=NOW)
    assert client.get(f"{url}ticket.pdf").status_code == 404


def test_tickets_are_not_printed_without_end(settings, client, url):
    settings.RATE_LIMITS = RATE_LIMITS | {"paper": (1, 600)}
    assert [client.get(f"{url}ticket.pdf").status_code for _i in range(2)] == [200, 429]


def test_own_data_hold_all_that_is_known_of_the_registration(client, clock, registration, url):
    corrections.note(registration=registration, text="Soitti.", seen="", by=make.user(), now=NOW)
    clock.move_to(registration.event.meetings.get().starts_at)
    make.check_in(registration)
    other = make.register(
        make.event(), make.contact(email="aino@example.fi", last_name="Esimerkki"), now=timezone.now()
    )

    told = json.loads(client.get(f"{url}data.json").content)
    page = text_of(client.get(f"{url}data/"))

    [mine], [form] = told["registration"], told["background_form"]
    assert (mine["email"], mine["desk_note"], mine["status"]) == ("aino@example.fi", "Soitti.", "confirmed")
    assert (form["birth_date"], form["gender"], form["labour_status_start"]) == ("1990-05-17", "F", "UNEMPLOYED")
    assert (len(told["attendance"]), len(told["messages"])) == (1, 1)
    assert other.event.title not in json.dumps(told)
    assert "Soitti." in page
    assert "17.5.1990" in page
    assert "worker" not in json.dumps(told)


# Until when


@pytest.mark.parametrize(
    ("status", "closes_in", "may"),
    [
        ("confirmed", 1, True),
        ("waiting", 1, True),
        ("cancelled", 1, False),
        ("confirmed", 0, False),
        ("confirmed", None, True),
    ],
)
def test_until_when_one_may_correct(status, closes_in, may):
    closes_at = None if closes_in is None else NOW + dt.timedelta(seconds=closes_in)
    assert rules.may_edit(status=status, closes_at=closes_at, now=NOW) == may


def test_when_it_is_over_nothing_is_corrected_any_more(client, clock, registration, url):
    clock.move_to(registration.ends_at)
    shown, sent = client.get(f"{url}edit/"), client.post(f"{url}edit/", corrected())
    assert (shown.status_code, sent.status_code) == (409, 409)
    assert str(corrections.ChangesClosed.message) in text_of(sent)
    assert Registration.objects.get().language == "fi"
    with pytest.raises(corrections.ChangesClosed):
        corrections.change(
            registration=registration,
            changes=corrections.Changes(phone="", language="sv", support_needs=""),
            answers=None,
            now=registration.ends_at,
        )


def test_the_back_button_after_cancelling_changes_nothing(client, registration, url):
    client.post(f"{url}cancel/")
    assert client.get(f"{url}edit/").status_code == 409
    assert client.post(f"{url}edit/", corrected()).status_code == 409
    assert client.post(f"{url}cancel/").status_code == 409
    assert client.get(f"{url}cancel/").headers["Location"] == url
    assert Registration.objects.get().status == "cancelled"
    assert OutboxMessage.objects.count() == 2


# All of one's own


def sign_in_by_code(client, email):
    answer = client.post("/account/login/code/", {"email": email})
    message = OutboxMessage.objects.filter(recipient=email, scope="sign-in").last()
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", message.payload["text"], re.MULTILINE)
    return answer if code is None else client.post("/account/login/code/confirm/", {"code": code.group(1)})


def test_one_who_takes_part_signs_in_by_a_code_and_sees_all_their_registrations(client, clock, registration):
    past = make.register(make.event(first=NOW + dt.timedelta(hours=1), hours=1), make.contact(email="Aino@example.fi"))
    make.register(make.event(title="Muiden"), make.contact(email="somebody@else.example"))
    clock.move_to(NOW + dt.timedelta(hours=3))

    answer = sign_in_by_code(client, "aino@example.fi")
    page = client.get(answer.headers["Location"])

    assert answer.headers["Location"] == "/my-registrations/"
    assert [line.registration.pk for line in page.context["ahead"]] == [registration.pk]
    assert [line.registration.pk for line in page.context["past"]] == [past.pk]
    assert "Muiden" not in page.text
    assert "/my/" not in page.text
    opened = client.post(f"/my-registrations/{registration.pk}/open/").headers["Location"]
    link = PersonalLink.objects.get(token_digest=digest(opened.strip("/").split("/")[-1]))
    assert (link.key, link.expires_at) == (registration.key, NOW + dt.timedelta(hours=15))
    assert client.get("/desk/messages/").status_code == 404
    user = User.objects.get(email="aino@example.fi")
    assert (user.name, user.has_usable_password(), user.grants.count(), user.is_staff) == ("", False, 0, False)


def test_a_stranger_who_asks_for_a_code_gets_no_account_and_the_same_answer(client, registration):
    known = Client().post("/account/login/code/", {"email": "aino@example.fi"})
    unknown = Client().post("/account/login/code/", {"email": "nobody@example.fi"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert not User.objects.filter(email="nobody@example.fi").exists()


def test_an_unverified_address_shows_nothing(client, registration):
    user = make.user(email="aino@example.fi")
    client.force_login(user)
    page = client.get("/my-registrations/")
    assert registration.event.title not in page.text
    assert client.post(f"/my-registrations/{registration.pk}/open/").status_code == 404
    EmailAddress.objects.create(user=user, email="aino@example.fi", verified=False)
    assert client.post(f"/my-registrations/{registration.pk}/open/").status_code == 404


def test_nobody_opens_anothers_registration(client, registration):
    other = make.register(make.event(), make.contact(email="somebody@else.example"))
    sign_in_by_code(client, "aino@example.fi")
    assert client.post(f"/my-registrations/{other.pk}/open/").status_code == 404
    assert client.get(f"/my-registrations/{registration.pk}/open/").status_code == 405


def test_accounts_whose_code_was_never_typed_go_after_a_day(client, clock, registration):
    client.post("/account/login/code/", {"email": "aino@example.fi"})
    organiser = make.member(Role.ORGANISER, make.organisation(), name="")
    User.objects.update(date_joined=NOW)
    assert newcomers.forget_unused(now=NOW + dt.timedelta(hours=23)) == 0
    assert newcomers.forget_unused(now=NOW + dt.timedelta(days=2)) == 1
    assert list(User.objects.all()) == [organiser]


def test_an_account_that_was_used_stays(client, clock, registration):
    sign_in_by_code(client, "aino@example.fi")
    assert newcomers.forget_unused(now=NOW + dt.timedelta(days=2)) == 0


def test_a_closed_account_is_not_made_anew(client, registration):
    make.user(email="aino@example.fi", is_active=False)
    client.post("/account/login/code/", {"email": "aino@example.fi"})
    assert not OutboxMessage.objects.filter(scope="sign-in", subject__icontains="koodi").exists()
    assert User.objects.count() == 1
