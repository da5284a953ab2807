import os
import shutil

import pytest
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from config import translations


@pytest.fixture(autouse=True)
def _forget_these_catalogues():
    yield
    translation_file_changed(None, translations.ROOT / "django.mo")


def test_words_that_were_just_compiled_are_spoken_at_once(tmp_path, monkeypatch, settings):
    """A process that had read an older catalogue would speak its words until it ends."""
    folder = tmp_path / "locale" / "fi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    shutil.copy(translations.ROOT / "locale/fi/LC_MESSAGES/django.po", folder)
    po = folder / "django.po"
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    translations.compile_stale()
    with translation.override("fi"):
        assert translation.gettext("Applicants") == "Hakijat"
    po.write_text(po.read_text().replace('msgstr "Hakijat"', 'msgstr "Pyrkijät"'))
    os.utime(folder / "django.mo", (0, 0))
    assert translations.compile_stale() == 1
    with translation.override("fi"):
        assert translation.gettext("Applicants") == "Pyrkijät"
