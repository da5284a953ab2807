"""Strong sign-in against a real, small provider: it is off by default, and never takes an account over by an address."""

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from tests import factories as make
from tests.accounts.provider import CLIENT, SECRET, Provider

pytestmark = pytest.mark.django_db
LOGIN, CALLBACK = "/account/oidc/strong/login/", "/account/oidc/strong/login/callback/"


@pytest.fixture(scope="module")
def server():
    made = Provider()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def provider(server, settings):
    server.claims, server.changes = {"sub": "person-1", "email": "aino@example.fi", "email_verified": True}, {}
    app = {
        "provider_id": "strong",
        "name": "Suomi.fi",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {"server_url": server.address, "uid_field": "sub"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    return server


def come(client, provider, query=""):
    there = client.get(f"{LOGIN}{query}")
    return client.get(CALLBACK, provider.authorize(there.headers["Location"]))


def signed_in(client):
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None


def test_without_a_provider_there_is_no_button_and_no_address(client):
    assert "Suomi.fi" not in client.get("/account/login/").text
    assert client.get(LOGIN).status_code == 404


def test_the_sign_in_page_has_its_button(client, provider):
    page = client.get("/account/login/").text
    assert "Suomi.fi" in page
    assert LOGIN in page


def test_one_who_takes_part_gets_an_account_without_any_role(client, provider):
    registration = make.register(make.event(), make.contact(email="aino@example.fi"))
    answer = come(client, provider)

    user = signed_in(client)
    assert answer.headers["Location"] == "/my-registrations/"
    assert (user.email, user.name, user.grants.count(), user.is_staff) == ("aino@example.fi", "", 0, False)
    assert registration.event.title in client.get("/my-registrations/").text
    assert client.get("/desk/messages/").status_code == 404
    come(Client(), provider)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "claims", [{"email": "aino@example.fi", "email_verified": False}, {"email": "aino@example.fi"}, {}]
)
def test_without_an_address_that_is_surely_theirs_nobody_gets_an_account(client, provider, claims):
    provider.claims = {"sub": "person-2"} | claims
    answer = come(client, provider)

    assert (answer.headers["Location"], User.objects.count(), signed_in(client)) == ("/account/login/", 0, None)


@pytest.mark.parametrize("verified", [True, False])
def test_an_account_is_never_taken_over_by_its_address(client, provider, verified):
    owner = make.member(Role.OWNER, make.organisation(), email="aino@example.fi")
    EmailAddress.objects.create(user=owner, email="aino@example.fi", verified=True, primary=True)
    provider.claims = {"sub": "stranger", "email": "aino@example.fi", "email_verified": verified}
    come(client, provider)

    assert signed_in(client) is None
    assert not SocialAccount.objects.filter(user=owner).exists()
    assert client.get(reverse("workspace:desk")).status_code == 302


def test_one_who_organises_adds_it_to_their_account_and_comes_in_by_it(client, provider):
    owner = make.member(Role.OWNER, make.organisation(), email="satu@kunta.example")
    owner.set_password("a long enough password")
    owner.save()
    credentials = {"login": "satu@kunta.example", "password": "a long enough password"}
    client.post("/account/login/", credentials)
    client.post("/account/reauthenticate/", {"password": credentials["password"]})
    come(client, provider, "?process=connect")
    assert SocialAccount.objects.get().user == owner

    other = Client()
    assert come(other, provider).headers["Location"] == "/desk/"
    assert signed_in(other) == owner


def test_a_closed_account_stays_closed(client, provider):
    come(client, provider)
    User.objects.update(is_active=False)
    other = Client()
    come(other, provider)
    assert signed_in(other) is None


@pytest.mark.parametrize("changes", [{"aud": "somebody else"}, {"iss": "https://evil.example"}, {"exp": 1}])
def test_a_token_for_others_or_from_others_or_old_is_refused(client, provider, changes):
    provider.changes = changes
    come(client, provider)
    assert signed_in(client) is None
    assert not User.objects.exists()


def test_an_answer_that_was_not_asked_for_signs_nobody_in(client, provider):
    there = client.get(LOGIN)
    answer = provider.authorize(there.headers["Location"])
    for sent in (answer | {"state": "forged"}, {"code": "code"}, {"error": "access_denied", "state": answer["state"]}):
        assert client.get(CALLBACK, sent).status_code in {200, 302, 401}
    stranger = Client()
    stranger.get(CALLBACK, answer)
    assert (signed_in(client), signed_in(stranger)) == (None, None)


def test_a_code_is_good_once(client, provider):
    there = client.get(LOGIN)
    answer = provider.authorize(there.headers["Location"])
    client.get(CALLBACK, answer)
    tokens = provider.tokens
    Client().get(CALLBACK, answer)
    client.get(CALLBACK, answer)
    assert provider.tokens == tokens
