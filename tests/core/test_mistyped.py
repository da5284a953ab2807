import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.mistyped import RIGHT, suggestion


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("aino@gmial.com", "aino@gmail.com"),
        ("aino@gmail.con", "aino@gmail.com"),
        ("aino@gmail,com", "aino@gmail.com"),
        ("aino@gmail.com.", "aino@gmail.com"),
        ("aino@gmail..com", "aino@gmail.com"),
        ("aino@@gmail.com", "aino@gmail.com"),
        ("aino@gmailcom", "aino@gmail.com"),
        ("aino@hotmial.fi", "aino@hotmail.fi"),
        ("aino@hotmaill.com", "aino@hotmail.com"),
        ("aino@outlok.com", "aino@outlook.com"),
        ("aino@lukku.com", "aino@luukku.com"),
        ("aino@kolumbs.fi", "aino@kolumbus.fi"),
        ("aino@elisanett.fi", "aino@elisanet.fi"),
        ("aino@suomi24fi", "aino@suomi24.fi"),
        ("aino@saunalahi.fi", "aino@saunalahti.fi"),
        ("aino@pp.inet,fi", "aino@pp.inet.fi"),
        ("olena@urk.net", "olena@ukr.net"),
        ("Aino.Esimerkki@GMIAL.com", "Aino.Esimerkki@gmail.com"),
        ("aino @gmail.com", "aino@gmail.com"),
        ("aino@kunta,fi", "aino@kunta.fi"),
    ],
)
def test_what_was_probably_meant(typed, meant):
    assert suggestion(typed) == meant


@pytest.mark.parametrize(
    "email",
    [
        "aino@hartola.fi", "aino@mail.com", "aino@ymail.com", "aino@elisa.fi", "aino@live.se", "aino@edu.hel.fi",
        "aino@Gmail.com", " aino@gmail.com ", "aino@i.ua", "aino@meta.ua", "aino@inet.fi", "aino+miitti@gmail.com",
        "aino@example.fi", "aino@people.example", "", "aino", "@", "@gmail.com", "aino@localhost", "a@b@c.fi",
    ],
)  # fmt: skip
def test_nothing_is_said_about_what_is_right_or_hopeless(email):
    assert suggestion(email) is None


names = st.text(string.ascii_letters + string.digits + "-_+", min_size=1, max_size=20)
domains = st.sampled_from(sorted(RIGHT))


@given(names, domains)
def test_a_right_address_is_never_doubted(name, domain):
    assert suggestion(f"{name}@{domain}") is None
    assert suggestion(f"{name}@{domain.upper()}") is None


@given(st.text(max_size=60))
def test_whatever_is_typed_a_suggestion_is_not_doubted_again(text):
    meant = suggestion(text)
    assert meant is None or suggestion(meant) is None


@given(names, domains, st.data())
def test_after_any_slip_a_suggestion_is_stable_and_keeps_the_name(name, domain, data):
    place = data.draw(st.integers(0, len(domain) - 1))
    slip = data.draw(st.sampled_from(["", ".", ",", "x", domain[place] * 2, "@"]))
    meant = suggestion(f"{name}@{domain[:place]}{slip}{domain[place + 1 :]}")
    assert meant is None or (suggestion(meant) is None and meant.startswith(name))
