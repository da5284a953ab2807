"""What a file tells of itself: of which project it is, who made it and when, and who paid for the work."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import pdf
from core.tables import Picture, Sheet
from events.models import Project
from events.services.sheets import funding

EMBLEM = pdf.ROOT / "static" / "img" / "eu-emblem.png"
"""Drawn once from the SVG beside it."""


def sheet(*, project: Project, facts: Iterable[tuple[str, object]], by: str, at: datetime) -> Sheet:
    """A sheet of names and values in the language that is active, the words of the funding last, then the emblem.

    `facts` stand after the project. The statement must stand by the emblem: Regulation (EU) 2021/1060, Annex IX.
    """
    emblem = funding(project)
    lines = emblem["funding"]
    rows: list[tuple[str, object]] = [
        (_("Project"), f"{project.name} ({project.code})"),
        *facts,
        (_("Made by"), by),
        (_("Made on"), at),
        *((_("Funding"), str(line)) for line in (lines if isinstance(lines, list) else [])),
    ]
    picture = Picture(EMBLEM, str(emblem["emblem_alt"]))
    return Sheet(_("About this file"), [pgettext("fact", "What"), pgettext("fact", "Value")], rows, picture)
