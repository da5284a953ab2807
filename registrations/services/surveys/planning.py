"""Surveys as the desk makes them. Their questions are written like all others (`services.questions.writing`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Refused
from events.models import Event
from registrations.enums import AskedAt, AskedOf, Respondent
from registrations.models import Survey
from registrations.services.questions.changing import changing
from registrations.services.questions.library import copy_sheet
from registrations.services.questions.writing import add_questionnaire


class StaysClosed(Refused):
    code = "stays_closed"
    message = _("The survey is closed and its results can be seen, so it stays closed. Make a new one instead.")


class ClosesBeforeItOpens(Refused):
    code = "closes_before_it_opens"
    message = _("The survey must close after it opens.")


class OnlyEmployersAreNamed(Refused):
    code = "only_employers_are_named"
    message = _("Only employers can be asked for which organisation they answer. Others answer without a name.")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """When a survey is open and what is known of those whom it asks.

    :param invited: how many were asked; None: those who came to the event
    :param may_name: whether whoever answers may say for which organisation
    """

    opens_at: datetime
    closes_at: datetime
    invited: int | None = None
    may_name: bool = False


@transaction.atomic
def make(
    *, event: Event, respondent: Respondent, titles: Mapping[str, str], plan: Plan, by: User, now: datetime
) -> Survey:
    """A survey without questions yet.

    :raises ClosesBeforeItOpens: if it would never be open
    :raises OnlyEmployersAreNamed: if others could say who they are
    """
    _refuse_wrong(plan, respondent)
    sheet = add_questionnaire(
        event=event, moment=AskedAt.SURVEY, asked_of=AskedOf.PERSON, titles=titles, by=by, now=now
    )
    return Survey.objects.create(questionnaire=sheet, respondent=respondent, **asdict(plan))


@transaction.atomic
def change(*, survey: Survey, plan: Plan, by: User, now: datetime) -> None:
    """Whom it asks stays as it is.

    :raises StaysClosed: if it would be open again after its results could be seen
    :raises ClosesBeforeItOpens: if it would never be open
    :raises OnlyEmployersAreNamed: if others could say who they are
    """
    with changing(survey.questionnaire.event, action="survey.change", by=by, now=now):
        found = Survey.objects.get(pk=survey.pk)
        if plan.closes_at == found.closes_at.replace(second=0, microsecond=0):  # a form shows no seconds
            plan = replace(plan, closes_at=found.closes_at)
        _refuse_wrong(plan, Respondent(survey.respondent))
        if found.closes_at <= now and plan.closes_at != found.closes_at and found.responses.exists():
            raise StaysClosed
        Survey.objects.filter(pk=survey.pk).update(**asdict(plan))


@transaction.atomic
def close(*, survey: Survey, by: User, now: datetime) -> None:
    """Take no more answers; from now on the results can be seen. Closing what is closed changes nothing."""
    with changing(survey.questionnaire.event, action="survey.close", by=by, now=now):
        Survey.objects.open_at(now).filter(pk=survey.pk, opens_at__lt=now).update(closes_at=now)


@transaction.atomic
def copy_all(*, source: Event, target: Event, by: User, now: datetime) -> None:
    """Let `target`, a copy of `source`, have the same surveys: at addresses of their own, as long after its dates."""
    later = target.ends_at - source.ends_at if target.ends_at and source.ends_at else None
    for survey in list(Survey.objects.of_event(source)):
        sheet = copy_sheet(survey.questionnaire, target, by, now)
        plain: dict[str, Any] = {"respondent": survey.respondent, "may_name": survey.may_name}
        moments = {name: getattr(survey, name) + later if later else getattr(survey, name) for name in MOMENTS}
        Survey.objects.create(questionnaire=sheet, **plain, **moments)


MOMENTS = ("opens_at", "closes_at")


def _refuse_wrong(plan: Plan, respondent: Respondent) -> None:
    if plan.opens_at >= plan.closes_at:
        raise ClosesBeforeItOpens
    if plan.may_name and respondent != Respondent.EMPLOYER:
        raise OnlyEmployersAreNamed
