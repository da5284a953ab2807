"""Every string of ours in four languages: English in the source, the other three in their catalogues."""

import ast
import re
from pathlib import Path

import polib
import pytest

from tests.test_architecture import FLOORS

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%s|<[^>]+>")


@pytest.fixture(params=["fi", "sv", "uk"])
def catalogue(request):
    return polib.pofile(str(LOCALE / request.param / "LC_MESSAGES" / "django.po"))


def translations(entry):
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


def test_nothing_is_untranslated_or_fuzzy(catalogue):
    assert [entry.msgid for entry in catalogue if entry.fuzzy or not all(translations(entry))] == []


def test_placeholders_survive_translation(catalogue):
    broken = [
        entry.msgid
        for entry in catalogue
        for text in translations(entry)
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        and sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(entry.msgid))
    ]
    assert broken == []


def test_the_three_catalogues_hold_the_same_strings():
    ids = [
        {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(LOCALE / code / "LC_MESSAGES" / "django.po"))}
        for code in ("fi", "sv", "uk")
    ]
    assert ids[0] == ids[1] == ids[2]


STRING = re.compile(r"""\{%\s*translate\s+("([^"]*)"|'([^']*)')""")


def test_every_string_of_the_templates_is_in_the_catalogues(catalogue):
    known = {entry.msgid for entry in catalogue}
    templates = (LOCALE.parent / "templates").rglob("*.*")
    found = {
        (match[1] or match[2]).replace("%", "%%") for path in templates for match in STRING.findall(path.read_text())
    }
    assert sorted(found - known) == []


def test_no_string_is_translated_inside_another():
    """The tool that collects strings does not look into f-strings."""
    missed = []
    for package in FLOORS:
        for path in (ROOT / package).rglob("*.py"):
            inside = [
                part
                for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, ast.JoinedStr)
                for part in ast.walk(node)
            ]
            called = [part.func.id for part in inside if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)]
            missed += [f"{path.relative_to(ROOT)}: {name}" for name in called if name == "_" or "gettext" in name]
    assert missed == []
