"""PDFs for people: tagged (PDF/UA-1, ISO 14289-1), with a language and a title, made by typst from `templates/pdf`.

Values go in as JSON and are never pasted into a template's text, so nothing that somebody typed is read as typst.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import typst

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates" / "pdf"
FONTS = ROOT / "static" / "vendor" / "source-sans-3-0.4.1"


def render(template: str, data: Mapping[str, object], *, language: str) -> bytes:
    """Write `data` (what JSON can hold) by `templates/pdf/<template>.typ`, as a document in `language`."""
    return bytes(
        typst.compile(
            TEMPLATES / f"{template}.typ",
            root=ROOT,
            font_paths=_fonts(),
            sys_inputs={"data": json.dumps(data), "language": language},
            format="pdf",
            pdf_standards="ua-1",
        )
    )


@cache
def _fonts() -> typst.Fonts:
    """Ours alone, so that a sheet looks the same from every machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
