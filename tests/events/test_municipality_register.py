"""The municipality register is whole: every municipality a resident of Finland can live in, in four languages."""

import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

FILE = Path(__file__).resolve().parents[2] / "events/data/municipalities.toml"
ENTRIES = tomllib.loads(FILE.read_text(encoding="utf-8"))["municipality"]
BY_CODE = {entry["code"]: entry for entry in ENTRIES}

LANGUAGES = {"fi", "sv", "en", "uk"}
UKRAINIAN = re.compile(r"(?!.*[ыэъё])[\u0400-\u04ff\u2019 -]+", re.IGNORECASE)
# Brändö, Eckerö, Finström, Föglö, Geta, Hammarland, Jomala, Kumlinge,
# Kökar, Lemland, Lumparland, Mariehamn, Saltvik, Sottunga, Sund, Vårdö
ALAND = {
    *("035", "043", "060", "062", "065", "076", "170", "295"),
    *("318", "417", "438", "478", "736", "766", "771", "941"),
}


def valid_on(day: date) -> set[str]:
    return {
        entry["code"]
        for entry in ENTRIES
        if entry["valid_from"] <= day and ("valid_to" not in entry or entry["valid_to"] >= day)
    }


def test_there_are_308_municipalities_in_2025_and_309_the_day_before() -> None:
    new_year = valid_on(date(2025, 1, 1))

    assert len(new_year) == 308
    assert valid_on(date(2024, 12, 31)) - new_year == {"588"}


def test_codes_are_unique_three_digits_in_order() -> None:
    codes = [entry["code"] for entry in ENTRIES]

    assert [code for code in codes if not re.fullmatch(r"[0-9]{3}", code)] == []
    assert codes == sorted(set(codes))


def test_every_name_and_region_has_four_languages() -> None:
    for entry in ENTRIES:
        for texts in (entry["name"], entry["region"]):
            assert texts.keys() == LANGUAGES, entry["code"]
            assert all(text and text == text.strip() for text in texts.values()), entry["code"]
            assert UKRAINIAN.fullmatch(texts["uk"]), entry["code"]


def test_no_two_municipalities_share_a_name() -> None:
    for language in LANGUAGES:
        names = Counter(entry["name"][language] for entry in ENTRIES)
        assert [name for name, count in names.items() if count > 1] == []


def test_nineteen_regions_each_with_one_set_of_names() -> None:
    regions = {tuple(sorted(entry["region"].items())) for entry in ENTRIES}

    assert len(regions) == len({dict(region)["fi"] for region in regions}) == 19


def test_an_abolished_municipality_has_a_living_successor_and_no_other_has_one() -> None:
    for entry in ENTRIES:
        assert ("successor" in entry) == ("valid_to" in entry), entry["code"]
        if "successor" in entry:
            assert "valid_to" not in BY_CODE[entry["successor"]], entry["code"]


def test_alands_sixteen_municipalities_are_there() -> None:
    assert {entry["code"] for entry in ENTRIES if entry["region"]["sv"] == "Åland"} == ALAND
    assert len(ALAND) == 16


@pytest.mark.parametrize(
    ("code", "name", "region"),
    [
        ("081", {"fi": "Hartola", "sv": "Gustav Adolfs", "en": "Hartola", "uk": "Гартола"}, "Päijät-Häme"),
        ("091", {"fi": "Helsinki", "sv": "Helsingfors", "en": "Helsinki", "uk": "Гельсінкі"}, "Uusimaa"),
        ("478", {"fi": "Maarianhamina", "sv": "Mariehamn", "en": "Mariehamn", "uk": "Марієгамн"}, "Ahvenanmaa"),
        ("507", {"fi": "Mäntyharju", "sv": "Mäntyharju", "en": "Mäntyharju", "uk": "Мянтюгар\u2019ю"}, "Etelä-Savo"),
        ("992", {"fi": "Äänekoski", "sv": "Äänekoski", "en": "Äänekoski", "uk": "Еенекоскі"}, "Keski-Suomi"),
    ],
)
def test_spot_check(code: str, name: dict[str, str], region: str) -> None:
    assert BY_CODE[code]["name"] == name
    assert BY_CODE[code]["region"]["fi"] == region


@pytest.mark.parametrize(
    ("code", "region"),
    [
        pytest.param("090", "Pohjois-Karjala", id="Heinävesi"),
        pytest.param("142", "Päijät-Häme", id="Iitti"),
        pytest.param("152", "Etelä-Pohjanmaa", id="Isokyrö"),
        pytest.param("171", "Pohjois-Savo", id="Joroinen"),
        pytest.param("291", "Pirkanmaa", id="Kuhmoinen"),
        pytest.param("785", "Pohjois-Pohjanmaa", id="Vaala"),
    ],
)
def test_municipality_that_changed_region_stands_in_its_new_one(code: str, region: str) -> None:
    assert BY_CODE[code]["region"]["fi"] == region


@pytest.mark.parametrize("code", ["099", "174", "319", "442", "838", "911"])
def test_municipality_merged_before_2024_is_gone(code: str) -> None:
    assert code not in BY_CODE
