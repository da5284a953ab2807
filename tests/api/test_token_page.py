"""The desk's page of tokens: for owners alone, each token shown once."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from api.models import ApiToken
from core.secrets import digest
from tests import factories as make
from tests.api.conftest import Machine
from tests.factories import NOW

pytestmark = pytest.mark.django_db

PAGE = "/desk/tokens/"


@pytest.fixture
def keeper(client, owner):
    made = make.member(Role.OWNER, owner)
    client.force_login(made)
    return made


def wanted(owner, **changes):
    plain = {"organisation": owner.pk, "name": "Verkkosivut", "scopes": ["checkin:write"], "expires_on": "2026-12-31"}
    return plain | changes


def shown(response):
    return re.findall(r"miitti_[\w-]{20,}", response.text)


def test_a_token_is_made_shown_once_and_works(client, owner, keeper):
    response = client.post(PAGE, wanted(owner, scopes=["indicators:read", "checkin:write"]))

    [text] = shown(response)
    token = ApiToken.objects.get()
    assert (response.status_code, token.digest, token.hint) == (200, digest(text), text[:11])
    assert (token.organisation, token.created_by, token.per_minute) == (owner, keeper, 1200)
    assert token.scopes == ["checkin:write", "indicators:read"]
    assert Machine(text).get("/projects").status_code == 200
    assert shown(client.get(PAGE)) == []
    assert "no-store" in response.headers["Cache-Control"]


def test_a_form_sent_twice_makes_one_token(client, owner, keeper):
    attempt = client.get(PAGE).context["form"]["attempt"].value()

    client.post(PAGE, wanted(owner, attempt=attempt))
    again = client.post(PAGE, wanted(owner, attempt=attempt))

    assert (again.status_code, list(again.context["form"].errors), shown(again)) == (422, ["__all__"], [])
    assert ApiToken.objects.count() == 1


def test_it_works_until_its_last_day_is_over_here(client, owner, keeper):
    client.post(PAGE, wanted(owner, expires_on="2026-12-31"))
    assert ApiToken.objects.get().expires_at == make.at("2027-01-01 00:00")
    assert client.get(PAGE).context["rows"][0]["last_day"] == dt.date(2026, 12, 31)


def test_without_a_last_day_it_works_until_it_is_revoked(client, owner, keeper):
    client.post(PAGE, wanted(owner, expires_on=""))
    assert ApiToken.objects.get().expires_at is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"expires_on": "2026-11-22"}, "expires_on"),
        ({"expires_on": "9999-12-31"}, "expires_on"),
        ({"expires_on": "soon"}, "expires_on"),
        ({"organisation": ""}, "organisation"),
    ],
)
def test_a_wrong_form_makes_nothing_and_loses_nothing(client, owner, keeper, changes, field):
    response = client.post(PAGE, wanted(owner, **changes))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert not ApiToken.objects.exists()


def test_what_is_made_and_revoked_is_recorded(client, owner, keeper):
    client.post(PAGE, wanted(owner))
    token = ApiToken.objects.get()
    client.post(reverse("api:revoke_token", args=[token.pk]))

    entries = AuditEntry.objects.filter(subject=token.key).order_by("pk")
    assert [(each.action, each.actor, each.scope) for each in entries] == [
        ("api_token.issue", keeper, owner.scope),
        ("api_token.revoke", keeper, owner.scope),
    ]
    assert "digest" not in str(entries[0].after)


def test_a_revoked_token_stays_in_the_list_with_who_did_it(client, owner, keeper):
    client.post(PAGE, wanted(owner))
    url = reverse("api:revoke_token", args=[ApiToken.objects.get().pk])
    client.post(url)
    revoked = ApiToken.objects.get()
    client.post(url)

    page = client.get(PAGE)
    assert ApiToken.objects.get().revoked_at == revoked.revoked_at
    assert [row["state"] for row in page.context["rows"]] == ["revoked"]
    assert url not in page.text


def test_the_list_says_which_have_expired(client, owner, keeper, time_machine):
    client.post(PAGE, wanted(owner, expires_on="2026-11-23"))
    assert client.get(PAGE).context["rows"][0]["state"] == "open"
    time_machine.move_to(NOW + dt.timedelta(days=1), tick=False)
    client.force_login(keeper)
    assert client.get(PAGE).context["rows"][0]["state"] == "expired"


def test_nobody_else_sees_makes_or_revokes(client, owner):
    make.api_token(owner)
    revoke = reverse("api:revoke_token", args=[ApiToken.objects.get().pk])
    assert client.get(PAGE).headers["Location"] == f"/account/login/?next={PAGE}"
    assert client.post(revoke).status_code == 302
    for role in set(Role) - {Role.OWNER}:
        client.force_login(make.member(role, owner))
        assert (client.get(PAGE).status_code, client.post(revoke).status_code) == (404, 404)
    client.force_login(make.member(Role.OWNER, make.organisation()))
    assert client.get(PAGE).context["rows"] == []
    assert client.post(revoke).status_code == 404
    assert client.post(PAGE, wanted(owner)).status_code == 422
    assert ApiToken.objects.get().revoked_at is None


def test_revoking_takes_a_press_of_a_button(client, owner, keeper):
    make.api_token(owner)
    assert client.get(reverse("api:revoke_token", args=[ApiToken.objects.get().pk])).status_code == 405


def test_an_owner_finds_the_page_on_the_desk_and_others_do_not(client, owner, keeper):
    assert PAGE in client.get("/desk/").text
    client.force_login(make.member(Role.ORGANISER, owner))
    assert PAGE not in client.get("/desk/").text


@pytest.mark.parametrize("tokens", [1, 3])
def test_the_list_costs_the_same_queries_for_any_number_of_tokens(
    client, owner, keeper, tokens, django_assert_num_queries
):
    for _i in range(tokens):
        make.api_token(owner)
    client.get(PAGE)
    with django_assert_num_queries(7):
        client.get(PAGE)
