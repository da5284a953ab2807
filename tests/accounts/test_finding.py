"""Finding people: every way of writing a name, an address or a number that an official may try."""

import pytest
from django.core.management import call_command

from accounts.models import Person, PersonSpelling
from accounts.services import finding, people
from accounts.spellings import EDITION, one_slip_apart, spellings, words_of
from tests import factories as make
from tests.factories import NOW

FOUND = [
    ("Aino Virtanen", "virtanen"),
    ("Aino Virtanen", "VIRTANEN aino"),
    ("Aino Virtanen", "virt ain"),
    ("Aino Virtanen", "virtanem"),
    ("Aino Virtanen", "virtnen"),
    ("Aino Virtanen", "vritanen"),
    ("Aino Virtanen", "virttanen"),
    ("Aino Virtanen", "irtanen"),
    ("Aki Virtanen", "akki virtanen"),
    ("Anna-Liisa Mäki-Turja", "mäki-turja"),
    ("Anna-Liisa Mäki-Turja", "maki turja"),
    ("Anna-Liisa Mäki-Turja", "mäkiturja annaliisa"),
    ("Anna-Liisa Mäki-Turja", "turja liisa"),
    ("Åke Öhman", "ake ohman"),
    ("Ake Ohman", "Åke Öhman"),
    ("Zoë Núñez", "zoe nunez"),
    ("Søren Łukasz", "soren lukasz"),
    ("Sean O’Brien", "o'brien"),
    ("Sean O’Brien", "obrien"),
    ("Юлія Згурська", "юлія згурська"),
    ("Юлія Згурська", "Yuliia Zghurska"),
    ("Yuliia Zghurska", "Юлія Згурська"),
    ("Мар'яна Їжакевич", "mariana yizhakevych"),
    ("Олександр Щербак", "Oleksandr Shcherbak"),
    ("Олександр Щербак", "шербак"),
]
APART = [
    ("Aino Virtanen", "lahtinen"),
    ("Aino Virtanen", "virtanen eeva"),
    ("Aino Virtanen", "irtane"),  # two letters
    ("Aki Ek", "ok"),  # too short to be forgiven
    ("Aino Virtanen", "-irtane%"),
    ("Aino Virtanen", "%"),
    ("Aino Virtanen", "_______"),
]
BY_OTHER = [
    "aino.virtanen81@example.fi",
    "aino.virtanen81@",
    "virtanen81",
    "virtanem81",
    "@example.fi",
    "@exam",
    "+358 40 123 4567",
    "0401234567",
    "00358401234567",
    "040 123 45",
    "(040) 123-4567",
    "4567",
    "234567",
    "040 123 4568",
    "0401324567",
    "aino 040 1234567",
]


def known(name="Aino Virtanen", email="", phone=""):
    first, _space, last = name.rpartition(" ")
    return people.recognise(contact=make.contact(first_name=first, last_name=last, email=email, phone=phone), now=NOW)


def found(words):
    return finding.find(words=words, among=Person.objects.all()).people


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "words"), FOUND)
def test_a_person_is_found(name, words):
    assert found(words) == []
    person = known(name)
    assert found(words) == [person]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "words"), APART)
def test_another_is_not(name, words):
    known(name)
    assert found(words) == []


@pytest.mark.django_db
@pytest.mark.parametrize("words", BY_OTHER)
def test_a_person_is_found_by_address_and_number(words):
    person = known("Aino Virta", email="Aino.Virtanen81@Example.fi", phone="+358401234567")
    known("Eino Mattila", email="eino@kunta.example", phone="+358509999999")
    assert found(words) == [person]


@pytest.mark.django_db
def test_the_closest_come_first_and_a_slip_is_looked_for_only_when_few_are_closer(monkeypatch):
    beginning, slip, whole = known("Aino Virtanenko"), known("Aino Virtamen"), known("Aino Virtanen")
    assert found("virtanen") == [whole, beginning, slip]
    monkeypatch.setattr(finding, "ENOUGH", 2)
    assert found("virtanen") == [whole, beginning]


@pytest.mark.django_db
def test_nothing_finds_nobody():
    known()
    assert found("   ") == found("- . @") == found("\x00") == []


@pytest.mark.django_db
def test_no_more_than_most_are_found(monkeypatch):
    monkeypatch.setattr(finding, "MOST", 2)
    for _i in range(3):
        known()
    assert len(found("virtanen")) == 2
    assert finding.find(words="virtanen", among=Person.objects.all()).more
    assert not finding.find(words="virtanen", among=Person.objects.exclude(pk=found("virtanen")[0].pk)).more


@pytest.mark.django_db
def test_a_search_costs_three_queries_whatever_is_looked_for(django_assert_num_queries):
    for _i in range(4):
        known()
    with django_assert_num_queries(3):
        found("virtanen aino 0401234567 aino@example.fi")


@pytest.mark.django_db
def test_spellings_are_written_once_and_go_with_the_person():
    person = known(email="aino@example.fi")
    before = set(PersonSpelling.objects.values_list("text", flat=True))
    assert known(email="aino@example.fi") == person
    assert set(PersonSpelling.objects.values_list("text", flat=True)) == before
    assert person.spelling_edition == EDITION
    person.delete()
    assert not PersonSpelling.objects.exists()


@pytest.mark.django_db
def test_who_has_no_spellings_or_old_ones_gets_them_once(capsys):
    person, changed = make.person(last_name="Virtanen"), known("Eeva Virtanen")
    Person.objects.filter(pk=changed.pk).update(last_name="Lahtinen", spelling_edition=EDITION - 1)
    call_command("index_people")
    call_command("index_people")
    assert capsys.readouterr().out == "2 people.\n0 people.\n"
    assert (found("virtanen"), [each.pk for each in found("lahtinen")]) == ([person], [changed.pk])


def test_every_spelling_has_room_in_its_column():
    longest = {
        "first_name": "Щ" * 100,
        "last_name": "a" * 100,
        "email": f"{'b' * 100}@{'c' * 150}.fi",
        "phone": "+" + "9" * 19,
    }
    assert max(map(len, spellings(**longest))) <= PersonSpelling._meta.get_field("text").max_length
    assert words_of(**longest) <= spellings(**longest)


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("virtanen", "virtanen", True),
        ("virtanen", "virtanem", True),
        ("virtanen", "irtanen", True),
        ("virtanen", "virtaneno", True),
        ("virtanen", "vritanen", True),
        ("virtanen", "virtaenn", True),
        ("virtanen", "rivtanen", False),
        ("virtanen", "virtan", False),
        ("abcd", "badc", False),
        ("", "a", True),
        ("", "ab", False),
    ],
)
def test_one_slip(one, other, near):
    assert (one_slip_apart(one, other), one_slip_apart(other, one)) == (near, near)
