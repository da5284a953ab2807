import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.likeness import Reason, Said, alike, reason_for

BORN = dt.date(1990, 5, 17)


def said(pk=1, first_name="Aino", last_name="Virtanen", email="", phone="", birth_date=None):
    return Said(pk=pk, first_name=first_name, last_name=last_name, email=email, phone=phone, birth_date=birth_date)


def why(one, other):
    return reason_for(said(1, **one), said(2, **other))


MAIL = {"email": "aino@example.fi"}
BIRTH = {"birth_date": BORN}
PHONE = {"phone": "+358401234567"}


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (MAIL, {"email": " AINO@example.fi"}, Reason.EMAIL),
        (MAIL | BIRTH, MAIL, Reason.EMAIL),
        (MAIL | BIRTH, MAIL | BIRTH, Reason.EMAIL_AND_BIRTH),
        (BIRTH | MAIL, BIRTH | {"email": "toinen@example.fi"}, Reason.BIRTH),
        (PHONE, {"phone": "040 1234567"}, Reason.PHONE),
        (MAIL, MAIL | {"first_name": "Virtanen", "last_name": "Aino"}, Reason.EMAIL),
        (MAIL | {"first_name": "Anna-Liisa"}, MAIL | {"first_name": "anna liisa"}, Reason.EMAIL),
        (MAIL | {"first_name": "Олена"}, MAIL | {"first_name": "Olena"}, Reason.EMAIL),
        (MAIL | {"last_name": "Mäki"}, MAIL | {"last_name": "Maki"}, Reason.EMAIL),
        (MAIL, MAIL | {"last_name": "Virtanne"}, Reason.EMAIL_SLIP),
        (BIRTH, BIRTH | {"last_name": "Virtannen"}, Reason.BIRTH_SLIP),
        (MAIL | {"first_name": "Markko"}, MAIL | {"first_name": "Marko"}, Reason.EMAIL_SLIP),
        (MAIL | {"first_name": "Mikko"}, MAIL | {"first_name": "Mikok"}, Reason.EMAIL_SLIP),
        (MAIL | BIRTH, MAIL | {"birth_date": dt.date(1990, 5, 11)}, Reason.EMAIL_BIRTH_SLIP),
        (MAIL | {"birth_date": dt.date(1990, 5, 7)}, MAIL | {"birth_date": dt.date(1990, 7, 5)}, Reason.EMAIL_BIRTH_SLIP),
    ],
)  # fmt: skip
def test_what_speaks_for_one_person_is_named(one, other, reason):
    assert (why(one, other), why(other, one)) == (reason, reason)


TWIN = MAIL | BIRTH | PHONE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}),
        (MAIL, {"email": "toinen@example.fi"}),
        (TWIN | {"first_name": "Anna"}, TWIN | {"first_name": "Anni"}),
        (TWIN | {"first_name": "Anna"}, TWIN | {"first_name": "Hanna"}),
        (TWIN | {"first_name": "Veli"}, TWIN | {"first_name": "Sisko"}),
        (TWIN, TWIN | {"birth_date": dt.date(1962, 1, 30)}),  # mother and daughter of one name
        (TWIN, TWIN | {"last_name": "Korhonen"}),
        (PHONE, PHONE | {"last_name": "Virtanne"}),  # a number alone does not bear a slip
        (PHONE | BIRTH, PHONE | {"birth_date": dt.date(1990, 5, 11)}),
        (BIRTH | {"last_name": "Ek"}, BIRTH | {"last_name": "El"}),
        (MAIL | {"last_name": ""}, MAIL | {"last_name": ""}),
    ],
)
def test_relatives_and_strangers_are_not_suggested(one, other):
    assert (why(one, other), why(other, one)) == (None, None)


def test_a_person_is_not_alike_themselves():
    assert reason_for(said(**MAIL), said(**MAIL)) is None


def test_of_many_the_pairs_are_named_strongest_first():
    people = [
        said(1, **MAIL), said(2, first_name="Eino", **MAIL), said(3, last_name="Virtanne", **MAIL), said(4, **MAIL | BIRTH),
        said(5, **BIRTH),
    ]  # fmt: skip
    assert [(row.one, row.other, row.reason) for row in alike(people)] == [
        (1, 4, Reason.EMAIL), (4, 5, Reason.BIRTH), (1, 3, Reason.EMAIL_SLIP), (3, 4, Reason.EMAIL_SLIP),
    ]  # fmt: skip


def test_an_offices_address_takes_no_quadratic_time_and_still_finds_the_same_name():
    def of_office(pk, number):
        name = "".join(digit * 3 for digit in f"{number:04}").translate(str.maketrans("0123456789", "acegikmoqs"))
        return said(pk, last_name=name, email="toimisto@example.fi")

    people = [of_office(pk, pk) for pk in range(2000)]
    assert [(row.one, row.other) for row in alike([*people, of_office(2000, 13)])] == [(13, 2000)]


NAMES = st.sampled_from(
    ["Aino", "Anno", "Ainno", "Anio", "Virtanen", "Virtanne", "Олена", "Olena", "Anna-Liisa", "Mäki"]
)
PEOPLE = st.lists(
    st.builds(
        dict, first_name=NAMES, last_name=NAMES, email=st.sampled_from(["", "a@example.fi", "b@example.fi"]),
        phone=st.sampled_from(["", "0401234567", "+358 40 123 4567"]),
        birth_date=st.sampled_from([None, BORN, dt.date(1990, 5, 11), dt.date(1962, 1, 30)]),
    ),
    max_size=8,
)  # fmt: skip


@given(PEOPLE)
def test_looking_through_buckets_finds_every_pair_that_the_rule_names(rows):
    people = [said(pk, **row) for pk, row in enumerate(rows)]
    expected = {
        (one.pk, other.pk): reason_for(one, other)
        for one in people
        for other in people
        if one.pk < other.pk and reason_for(one, other)
    }
    assert {(row.one, row.other): row.reason for row in alike(people)} == expected
