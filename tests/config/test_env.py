import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

GOOD = {
    "SECRET_KEY": "s" * 50,
    "MIITTI_FIELD_KEYS": "a" * 43 + "=",
    "ALLOWED_HOSTS": "miitti.kunta.example, www.kunta.example",
    "SITE_URL": "https://miitti.kunta.example/",
    "EMAIL_URL": "smtp://mail.kunta.example:25",
    "MAIL_FROM": "miitti@kunta.example",
}


def read(**values):
    reader = environ.Env()
    reader.ENVIRON = values
    return env.read(reader)


@pytest.mark.parametrize("name", GOOD)
def test_without_demo_mode_every_secret_is_required_by_name(name):
    with pytest.raises(ImproperlyConfigured, match=name):
        read(**{key: value for key, value in GOOD.items() if key != name})


def test_a_short_key_is_no_key():
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY needs at least 50 characters"):
        read(**GOOD | {"SECRET_KEY": "short"})


def test_keys_of_encrypted_columns_are_checked_at_boot_and_the_wrong_one_is_told():
    good = "a" * 43 + "="
    assert read(**GOOD | {"MIITTI_FIELD_KEYS": f"{good}, {good}"}).field_keys == [good, good]
    with pytest.raises(ImproperlyConfigured, match="Key 2 of MIITTI_FIELD_KEYS is no Fernet key"):
        read(**GOOD | {"MIITTI_FIELD_KEYS": f"{good},short"})


def test_the_demo_makes_a_field_key_and_keeps_it():
    assert read(MIITTI_DEMO="1").field_keys == read(MIITTI_DEMO="1").field_keys


def test_values_are_typed_and_tidy():
    found = read(**GOOD)
    assert (found.demo, found.https, found.hosts) == (False, True, ["miitti.kunta.example", "www.kunta.example"])
    assert found.site_url == "https://miitti.kunta.example"


def test_the_demo_needs_nothing_and_keeps_its_key():
    first, second = read(MIITTI_DEMO="1", PORT="8123"), read(MIITTI_DEMO="1")
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 50
    assert (first.demo, first.site_url) == (True, "http://localhost:8123")


def test_the_audit_log_is_kept_for_a_year_at_least():
    assert (read(**GOOD).audit_keep_years, read(**GOOD | {"AUDIT_KEEP_YEARS": "15"}).audit_keep_years) == (12, 15)
    with pytest.raises(ImproperlyConfigured, match="AUDIT_KEEP_YEARS must be at least 1, and this is 0"):
        read(**GOOD | {"AUDIT_KEEP_YEARS": "0"})


OIDC = {
    "OIDC_NAME": "Suomi.fi",
    "OIDC_SERVER_URL": "https://id.kunta.example",
    "OIDC_CLIENT_ID": "miitti",
    "OIDC_SECRET": "hush",
}


def test_strong_sign_in_is_off_until_it_is_named():
    assert read(**GOOD).strong_sign_in is None
    found = read(**GOOD | OIDC).strong_sign_in
    assert (found.name, found.server_url, found.client_id) == ("Suomi.fi", "https://id.kunta.example", "miitti")


@pytest.mark.parametrize("name", OIDC)
def test_half_a_strong_sign_in_is_refused_by_name(name):
    with pytest.raises(ImproperlyConfigured, match=name):
        read(**GOOD | {key: value for key, value in OIDC.items() if key != name})


def test_strong_sign_in_goes_over_a_closed_line():
    with pytest.raises(ImproperlyConfigured, match="OIDC_SERVER_URL must begin with https://"):
        read(**GOOD | OIDC | {"OIDC_SERVER_URL": "http://id.kunta.example"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MIITTI_BOUNCE_ADDRESS", "palautukset"),
        ("MIITTI_BOUNCE_ADDRESS", "palautukset+x@kunta.example"),
        ("MIITTI_BOUNCE_ADDRESS", "Palautukset <palautukset@kunta.example>"),
        ("MIITTI_BOUNCE_MAILBOX", "imap://user:password@mail.kunta.example/INBOX"),
        ("MIITTI_BOUNCE_SECRET", "short"),
        ("MIITTI_SMS", "https://sms.example"),
    ],
)
def test_a_door_of_the_post_office_that_cannot_work_is_refused_by_name(name, value):
    with pytest.raises(ImproperlyConfigured, match=name) as refused:
        read(**GOOD | {name: value})
    assert "password" not in str(refused.value)


def test_the_doors_of_the_post_office_are_shut_until_they_are_named():
    found = read(**GOOD)
    assert (found.bounce_address, found.bounce_mailbox, found.bounce_secret, found.sms_url) == ("", "", "", "")
    named = read(**GOOD | {"MIITTI_BOUNCE_MAILBOX": "imaps://a:b@mail.kunta.example/INBOX", "MIITTI_SMS": "file:///x"})
    assert (named.bounce_mailbox, named.sms_url) == ("imaps://a:b@mail.kunta.example/INBOX", "file:///x")


STRIPE = {"STRIPE_SECRET_KEY": "sk_live_1", "STRIPE_WEBHOOK_SECRET": "whsec_1", "STRIPE_ACCOUNT": "acct_1"}


def test_payments_are_off_without_any_stripe_setting_and_the_account_may_be_left_out():
    assert read(**GOOD).stripe is None
    found = read(**GOOD | STRIPE | {"STRIPE_ACCOUNT": ""}).stripe
    assert (found.secret_key, found.webhook_secret, found.account) == ("sk_live_1", "whsec_1", "")


@pytest.mark.parametrize("missing", ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"])
def test_both_stripe_secrets_are_needed_and_the_missing_one_is_named(missing):
    with pytest.raises(ImproperlyConfigured, match=f"{missing} needs a value: Stripe shows it"):
        read(**GOOD | STRIPE | {missing: ""})


@pytest.mark.parametrize("name", STRIPE)
def test_a_stripe_setting_of_another_kind_is_refused_and_its_value_is_not_told(name):
    with pytest.raises(ImproperlyConfigured, match=f"{name} must begin with") as refusal:
        read(**GOOD | STRIPE | {name: "pk_live_mistaken"})
    assert "mistaken" not in str(refusal.value)


def test_stripe_secrets_stand_in_no_repr():
    shown = repr(read(**GOOD | STRIPE).stripe)
    assert shown == "Stripe(account='acct_1')"


def test_the_demo_takes_no_real_money():
    with pytest.raises(ImproperlyConfigured, match="STRIPE_SECRET_KEY is of live mode"):
        read(MIITTI_DEMO="1", **STRIPE)
    assert read(MIITTI_DEMO="1", **STRIPE | {"STRIPE_SECRET_KEY": "sk_test_1"}).stripe.secret_key == "sk_test_1"
