"""What the page offers to choose from."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organisation
from core.collation import alphabetical
from esf.enums import ABROAD
from esf.indicators.towns import on as register
from esf.models import Participation, StartNotice
from events.models import Project


def towns(project: Project, on: date) -> list[tuple[str, str]]:
    """The municipalities that participants told, as they count on the day, in the alphabet. Two queries."""
    told = StartNotice.objects.filter(project=project).order_by().values_list("municipality_code", flat=True).distinct()
    known = register(on)
    codes = {known.counted_as(code) for code in told}
    named = [(code, _("Outside Finland") if code == ABROAD else known.name(code)) for code in codes]
    return sorted(named, key=lambda town: (town[0] == ABROAD, alphabetical(town[1])))


def implementers(project: Project) -> QuerySet[Organisation]:
    """Those who carry the project out, and whose events people came to first."""
    first = Participation.objects.filter(project=project).order_by().values("implementer").distinct()
    mine = Q(implemented_projects=project) | Q(pk__in=first)
    return Organisation.objects.filter(mine).distinct().order_by("name", "pk")
