"""What every page of the register needs: whose it is, and the municipalities' names."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Employer, Grant, Organisation
from core.collation import alphabetical
from core.names import normalised_name
from events.models import LANGUAGES, Municipality


def keepers(request: SignedInRequest) -> QuerySet[Organisation]:
    """The organisations whose registers the user keeps; 404 without any."""
    mine = Grant.objects.scopes(request.user, Permission.MANAGE_EVENTS).ids("organisation")
    if not mine:
        raise Http404
    return Organisation.objects.filter(pk__in=mine).order_by("name")


def employer_of(request: SignedInRequest, employer_pk: int) -> Employer:
    mine = Employer.objects.visible_to(request.user).select_related("organisation")
    return get_object_or_404(mine, pk=employer_pk)


def towns() -> list[tuple[str, str]]:
    """Codes and names of today's municipalities, by name."""
    return sorted(Municipality.objects.valid_on(timezone.localdate()).values_list("code", "name"), key=_by_name)


def towns_of(codes: set[str]) -> list[tuple[str, str]]:
    """Codes and names of some municipalities, abolished ones too."""
    return sorted(Municipality.objects.filter(code__in=codes).values_list("code", "name"), key=_by_name)


def spellings() -> dict[str, str]:
    """Municipality codes by code and by name in every language, as `normalised_name` spells it."""
    found: dict[str, str] = {}
    for town in Municipality.objects.valid_on(timezone.localdate()):
        names = {getattr(town, f"name_{code}") for code in LANGUAGES} - {None, ""}
        found |= {town.code: town.code, **{normalised_name(name): town.code for name in names}}
    return found


def _by_name(town: tuple[str, str]) -> list[int]:
    return alphabetical(town[1])
