"""What a project estimates where participants may not be asked: rows are only added, each with its method and day."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from esf.enums import Gender
from esf.indicators import PROFILES
from esf.indicators.beside import estimated
from esf.models import Estimate
from events.enums import Indicator
from events.models import Project


class NotEstimated(Refused):
    code = "not_estimated"
    message = _("This project counts this indicator from its forms and does not estimate it.")


class InFuture(Refused):
    code = "estimate_in_future"
    message = _("An estimate cannot be of a day to come.")


def choices(project: Project) -> list[Indicator]:
    """The indicators that `project` may estimate."""
    codes = estimated(project, PROFILES[project.period])
    return [each for each in Indicator if each in codes]


@transaction.atomic
def add(
    *, project: Project, indicator: str, values: Mapping[Gender, int], method: str, day: date, by: User, now: datetime
) -> None:
    """Write down how many there are of each gender in `values`; of each the newest by day counts.

    Regulation (EU) 2021/1057, Annex I, 1.2: an informed estimate of the beneficiary.

    :raises NotEstimated: if the project counts it
    :raises InFuture: if the day is still to come
    """
    if indicator not in choices(project):
        raise NotEstimated
    if day > timezone.localdate(now):
        raise InFuture
    Estimate.objects.bulk_create(
        Estimate(
            project=project, indicator=indicator, gender=gender, value=value, method=method, day=day, at=now, by=by
        )
        for gender, value in values.items()
    )
    after = {"indicator": indicator, "day": day.isoformat(), "method": method} | {
        str(each): value for each, value in values.items()
    }
    audit.changed(actor=by, action="estimate.add", subject=project.scope, scope=project.scope, now=now, after=after)
