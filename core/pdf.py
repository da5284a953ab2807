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
    """Write `data` (what JSON can hold) by `templates/pdf/<template>.typ`, as a document in `language`.

    A tagged document may hold no sign that its font lacks; such signs are left out.
    """
    try:
        return _written(template, json.dumps(data), language)
    except typst.TypstError:
        return _written(template, json.dumps(data, default=str, ensure_ascii=False).translate(OUTSIDE), language)


class _Outside(dict[int, int | None]):
    """For `str.translate`: signs that Source Sans surely has stay, all others go."""

    def __missing__(self, sign: int) -> int | None:
        kept = any(first <= sign <= last for first, last in SURE)
        self[sign] = sign if kept else None
        return self[sign]


SURE = ((0x20, 0x17F), (0x400, 0x45F), (0x490, 0x491), (0x2010, 0x2026), (0x20AC, 0x20AC))
"""Latin, Cyrillic with Ukrainian ґ, dashes and quotation marks, the euro."""
OUTSIDE = _Outside()


def _written(template: str, data: str, language: str) -> bytes:
    return bytes(
        typst.compile(
            TEMPLATES / f"{template}.typ",
            root=ROOT,
            font_paths=_fonts(),
            sys_inputs={"data": data, "language": language},
            format="pdf",
            pdf_standards="ua-1",
        )
    )


@cache
def _fonts() -> typst.Fonts:
    """Ours alone, so that a sheet looks the same from every machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
