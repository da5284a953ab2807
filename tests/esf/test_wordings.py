"""Years later it can be told what somebody was asked."""

import tomllib

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from esf.enums import SENSITIVE
from esf.forms.freezing import as_toml, words_now
from esf.services import wordings
from esf.services.wordings import Question


def test_the_newest_frozen_wording_is_what_the_forms_ask():
    """A label, a help text or an option was changed: `./run manage freeze_wording YYYY-MM`, and name it as newest."""
    assert wordings.versions()[-1] == wordings.NEWEST
    assert wordings.frozen(wordings.NEWEST) == tomllib.loads(as_toml(words_now()))


def test_every_question_is_frozen_in_every_language():
    spoken = {code for code, _name in settings.LANGUAGES}
    for version in wordings.versions():
        assert [name for name, words in wordings.frozen(version).items() if set(words) != spoken] == []
    assert set(wordings.frozen(wordings.NEWEST)) >= set(SENSITIVE)


def test_a_question_can_be_told_as_it_was_put():
    assert wordings.asked("2026-11", "education_level", "fi").help == "Vain koulutus, josta sinulla on todistus."
    assert wordings.asked("2026-11", "gender", "sv") == Question(
        label="Kön", help="", options={"F": "Kvinna", "M": "Man", "X": "Annat eller icke-binär"}
    )
    assert wordings.asked("2026-11", "shoe_size", "fi") is None
    with pytest.raises(FileNotFoundError):
        wordings.frozen("1999-01")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A newest version that words one question anew."""
    told = wordings.frozen("2026-11")
    newer = told | {"gender": {code: words | {"label": f"{words['label']}?"} for code, words in told["gender"].items()}}
    (tmp_path / "2026-11.toml").write_text(as_toml(told), encoding="utf-8")
    (tmp_path / "2027-03.toml").write_text(as_toml(newer), encoding="utf-8")
    monkeypatch.setattr(wordings, "FOLDER", tmp_path)
    monkeypatch.setattr(wordings, "NEWEST", "2027-03")
    wordings.frozen.cache_clear()
    yield tmp_path
    wordings.frozen.cache_clear()


def test_only_a_question_that_was_put_in_other_words_is_told_beside_its_answer(folder):
    assert wordings.reworded("2026-11", "gender", "en").label == "Gender"
    assert wordings.reworded("2026-11", "education_level", "en") is None
    assert wordings.reworded("2027-03", "gender", "en") is None


def test_a_wording_is_frozen_once(folder):
    call_command("freeze_wording", "2027-09")
    assert tomllib.loads((folder / "2027-09.toml").read_text(encoding="utf-8"))["gender"]["en"]["label"] == "Gender"
    for version in ("2026-11", "2027-13", "next"):
        with pytest.raises(CommandError):
            call_command("freeze_wording", version)
