"""Staff sign in by password or by a code in the mail; allauth's mail goes through our outbox."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from accounts.enums import Role
from core.models import OutboxMessage
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    worker = make.member(Role.ORGANISER, make.organisation(), email="satu@kunta.example")
    worker.set_password("a long enough password")
    worker.save()
    return worker


def test_by_password(client, worker):
    response = client.post("/account/login/", {"login": "satu@kunta.example", "password": "a long enough password"})
    assert response.headers["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200


def test_one_sees_where_one_is_signed_in(client, worker):
    client.post("/account/login/", {"login": "satu@kunta.example", "password": "a long enough password"})
    assert len(client.get("/account/sessions/").context["sessions"]) == 1


@pytest.mark.parametrize(("path", "label"), [("/", "Sähköposti"), ("/sv/", "E-post"), ("/uk/", "Електронна пошта")])
def test_the_code_form_speaks_the_readers_language(client, path, label):
    assert f">{label}</label>" in client.get(f"{path}account/login/code/").text


def test_a_wrong_password_says_so_and_signs_nobody_in(client, worker):
    response = client.post("/account/login/", {"login": "satu@kunta.example", "password": "wrong"})
    assert "error-summary" in response.text
    assert client.get("/desk/").status_code == 302


def test_by_a_code_in_the_mail(client, worker):
    client.post("/account/login/code/", {"email": "satu@kunta.example"})
    message = OutboxMessage.objects.get()
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", message.payload["text"], re.MULTILINE).group(1)

    response = client.post("/account/login/code/confirm/", {"code": code})

    assert (message.recipient, response.headers["Location"]) == ("satu@kunta.example", "/desk/")


def test_a_stranger_gets_the_same_answer_and_no_code(client, worker):
    known = client.post("/account/login/code/", {"email": "satu@kunta.example"})
    unknown = client.post("/account/login/code/", {"email": "nobody@kunta.example"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])


def test_nobody_signs_up_unasked(client):
    page = client.get("/account/signup/")
    assert "<form" not in page.text.split("<main")[1]


@pytest.mark.parametrize("path", ["login/", "login/code/", "password/reset/"])
@pytest.mark.parametrize("language", ["", "sv/", "en/", "uk/"])
def test_every_way_in_is_a_page_of_ours(client, path, language):
    page = client.get(f"/{language}account/{path}")
    assert page.status_code == 200
    assert 'class="site-header"' in page.text


def test_two_step_sign_in_and_passkeys_are_offered(client, worker):
    client.force_login(worker)
    page = client.get("/account/2fa/")
    assert 'href="/account/2fa/totp/activate/"' in page.text
    assert 'href="/account/2fa/webauthn/' in page.text


def code_for(secret):
    """What the authenticator app shows now (RFC 6238)."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_an_authenticator_app_guards_the_next_sign_in(client, worker):
    credentials = {"login": "satu@kunta.example", "password": "a long enough password"}
    client.post("/account/login/", credentials)
    client.post("/account/reauthenticate/", {"password": credentials["password"]})
    page = client.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    client.post("/account/2fa/totp/activate/", {"code": code_for(secret)})
    client.logout()

    halfway = client.post("/account/login/", credentials)
    assert halfway.headers["Location"] == "/account/2fa/authenticate/"
    assert client.get("/desk/").status_code == 302
