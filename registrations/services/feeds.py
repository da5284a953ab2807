"""Calendars that one subscribes to by a secret address: of one registration, or of all that are a user's."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.services import links
from events.services.calendar import personal_calendar
from registrations.enums import Status
from registrations.models import Registration, RegistrationQuerySet
from registrations.services import gathering, invites

PURPOSE = "feed"


@transaction.atomic
def make(*, key: str, now: datetime) -> str:
    """A new secret address of the calendar of `key`, a registration's or a user's; the old ones stay good."""
    token = links.make(purpose=PURPOSE, key=key, now=now)
    return settings.SITE_URL + reverse("registrations:feed", args=[token])


@transaction.atomic
def close_all(*, key: str, now: datetime) -> int:
    """Let no address of this calendar work any more, and return how many did."""
    return links.revoke_all(purpose=PURPOSE, key=key, now=now)


def read(*, token: str, now: datetime) -> bytes | None:
    """The calendar that a secret address opens; None where it opens none."""
    key = links.find(purpose=PURPOSE, token=token)
    if key is None:
        return None
    rows = _of(key).filter(status=Status.CONFIRMED).select_related("event__organisation")
    found = list(rows.prefetch_related("event__meetings__venue", "invites").order_by("pk"))
    with translation.override(found[0].language if found else settings.LANGUAGE_CODE):
        entries = [entry for each in found for entry in invites.entries(registration=each, now=now)]
        return personal_calendar(entries=entries, name=_("My events"))


def _of(key: str) -> RegistrationQuerySet:
    kind, _colon, pk = key.partition(":")
    if kind == "user":
        mine = EmailAddress.objects.filter(user=int(pk), user__is_active=True, verified=True)
        return gathering.of_addresses(mine.values_list("email", flat=True))
    return Registration.objects.filter(pk=int(pk))
