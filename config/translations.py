"""Compile the catalogues under `locale/` without GNU gettext."""

import os
from pathlib import Path

import polib
from django.utils.translation.reloader import translation_file_changed

from config.env import ROOT


def compile_stale() -> int:
    """Write each `.mo` that is missing or older than its `.po`, and return how many. This process reads them anew."""
    stale = [
        po
        for po in (ROOT / "locale").glob("**/LC_MESSAGES/*.po")
        if _is_stale(po.stat().st_mtime, po.with_suffix(".mo"))
    ]
    for po in stale:
        half = po.with_suffix(f".{os.getpid()}.mo")  # another process may be reading the old one
        polib.pofile(str(po)).save_as_mofile(str(half))
        half.replace(po.with_suffix(".mo"))
        translation_file_changed(None, po.with_suffix(".mo"))
    return len(stale)


def _is_stale(changed: float, mo: Path) -> bool:
    return not mo.exists() or mo.stat().st_mtime < changed
