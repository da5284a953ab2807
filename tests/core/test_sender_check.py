"""What the records of a domain mean for its mail."""

import pytest

from core import sender_check as check
from core.services import sender
from tests.core.dns_server import FakeNames
from tests.factories import NOW

DOMAIN = "kunta.example"


@pytest.mark.parametrize(
    ("texts", "term", "verdict", "code", "wanted"),
    [
        ([], "", "bad", "spf_missing", "v=spf1 mx ~all"),
        (["google-site-verification=x"], "include:spf.kunta.example", "bad", "spf_missing", "v=spf1 include:spf.kunta.example ~all"),
        (["v=spf1 mx -all", "v=spf1 a -all"], "", "bad", "spf_many", ""),
        (["v=spf1 mx -all"], "", "good", "spf_there", ""),
        (["V=SPF1 +MX -all"], "mx", "good", "spf_good", ""),
        (["v=spf1 mx -all"], "ip4:192.0.2.1", "bad", "spf_without_us", "v=spf1 ip4:192.0.2.1 mx -all"),
        (["v=spf1 mx +all"], "", "weak", "spf_open", "v=spf1 mx ~all"),
        (["v=spf1 mx ?all"], "mx", "weak", "spf_open", "v=spf1 mx ~all"),
        (["v=spf1 " + "include:a.example " * 11 + "-all"], "", "bad", "spf_long", ""),
        (["v=spf1 " + "include:a.example " * 10 + "ip4:192.0.2.1 -all"], "", "good", "spf_there", ""),
        (["v=spf1"], "", "good", "spf_there", ""),
        (["v=spf10 mx"], "", "bad", "spf_missing", "v=spf1 mx ~all"),
    ],
)  # fmt: skip
def test_who_may_send(texts, term, verdict, code, wanted):
    found = check.spf(DOMAIN, texts, term)
    assert (found.verdict, found.code, found.wanted) == (verdict, code, wanted)


@pytest.mark.parametrize(
    ("texts", "verdict", "code"),
    [
        ([], "bad", "dkim_missing"),
        (["v=spf1 mx"], "bad", "dkim_missing"),
        (["v=DKIM1; p="], "bad", "dkim_revoked"),
        (["v=DKIM1; k=rsa; p=MIIB"], "good", "dkim_good"),
        (["k=rsa;p=MIIB;"], "good", "dkim_good"),
    ],
)
def test_the_signature(texts, verdict, code):
    found = check.dkim("s._domainkey.kunta.example", texts)
    assert (found.verdict, found.code) == (verdict, code)


def test_without_a_selector_nobody_knows_where_the_key_is():
    assert check.dkim("", []).code == "dkim_no_selector"


@pytest.mark.parametrize(
    ("texts", "verdict", "code"),
    [
        ([], "bad", "dmarc_missing"),
        (["v=DMARC1; p=none"], "weak", "dmarc_none"),
        (["v=DMARC1;p=QUARANTINE;rua=mailto:a@b.example"], "good", "dmarc_good"),
        (["v=DMARC1; p=reject"], "good", "dmarc_good"),
        (["v=DMARC1; p=maybe"], "bad", "dmarc_broken"),
        (["v=DMARC1"], "bad", "dmarc_broken"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "bad", "dmarc_many"),
        (["v=DMARC10; p=none"], "bad", "dmarc_missing"),
    ],
)
def test_what_happens_to_forged_letters(texts, verdict, code):
    found = check.dmarc("_dmarc.kunta.example", texts, reports_to="postmaster@kunta.example")
    assert (found.verdict, found.code) == (verdict, code)


@pytest.fixture
def _from_a_town(settings):
    settings.DEFAULT_FROM_EMAIL = "Miitti <miitti@Mail.Kunta.example>"
    settings.DKIM_SELECTOR, settings.SPF_TERM = "s1", ""


@pytest.mark.usefixtures("_from_a_town")
def test_everything_is_asked_once_and_kept_for_a_day():
    names = FakeNames(
        texts={
            "mail.kunta.example": ["v=spf1 mx -all"],
            "s1._domainkey.mail.kunta.example": ["v=DKIM1; p=MIIB"],
            "_dmarc.kunta.example": ["v=DMARC1; p=reject"],
        },
        mail_servers={"mail.kunta.example": ["mx.kunta.example"]},
    )
    assert sender.last() is None
    found = sender.check(names=names, now=NOW)
    assert [(each.subject, each.code, each.name) for each in found.findings] == [
        ("spf", "spf_there", "mail.kunta.example"),
        ("dkim", "dkim_good", "s1._domainkey.mail.kunta.example"),
        ("dmarc", "dmarc_good", "_dmarc.kunta.example"),
        ("mx", "mx_good", "mail.kunta.example"),
    ]
    assert (sender.last(), len(names.asked)) == (found, 5)


@pytest.mark.usefixtures("_from_a_town")
def test_what_could_not_be_asked_is_not_known_and_the_rest_is():
    names = FakeNames(mail_servers={"mail.kunta.example": ["mx.kunta.example"]}, silent=("_dmarc.kunta.example",))
    assert [each.code for each in sender.check(names=names, now=NOW).findings] == [
        "spf_missing", "dkim_missing", "unknown", "mx_good",
    ]  # fmt: skip


@pytest.mark.usefixtures("_from_a_town")
def test_what_was_found_out_about_another_sender_is_not_shown(settings):
    sender.check(names=FakeNames(), now=NOW)
    settings.DEFAULT_FROM_EMAIL = "miitti@other.example"
    assert sender.last() is None


@pytest.mark.usefixtures("_from_a_town")
def test_the_servers_are_looked_for_where_reports_of_failure_go(settings):
    settings.BOUNCE_ADDRESS = "palautukset@Posti.example"
    first = sender.check(names=FakeNames(texts={"posti.example": ["v=spf1 mx -all"]}), now=NOW).findings[0]
    assert (first.code, first.name) == ("spf_there", "posti.example")
