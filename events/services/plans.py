"""What a project plans and counts: targets, who may take part, and its own metrics. History is only added to."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from events.enums import Indicator
from events.models import EligibilityRule, Metric, MetricValue, Project, ProjectTarget


class PlannedThatDay(Refused):
    code = "planned_that_day"
    message = _("A plan for this indicator from this day is here already. Choose another day.")


class ReasonMissing(Refused):
    code = "reason_missing"
    message = _("Say why the plan changes: an auditor will ask.")


class RuleEnded(Refused):
    code = "rule_ended"
    message = _("This rule has an end already.")


class EndsBeforeItStarts(Refused):
    code = "ends_before_it_starts"
    message = _("It cannot end before it starts.")


class NotYet(Refused):
    code = "not_yet"
    message = _("This day is still ahead.")


@transaction.atomic
def set_target(
    *,
    project: Project,
    indicator: Indicator,
    value: int,
    valid_from: date,
    reason: str,
    by: User,
    now: datetime,
) -> ProjectTarget:
    """Plan `value` for `indicator` from a day on. What was planned before stays in the history.

    :raises PlannedThatDay: if something was planned from the very day
    :raises ReasonMissing: if this changes a plan and no reason is given
    """
    project = Project.objects.locked().get(pk=project.pk)
    earlier = project.targets.filter(indicator=indicator)
    if earlier.filter(valid_from=valid_from).exists():
        raise PlannedThatDay
    if earlier.exists() and not reason:
        raise ReasonMissing
    made = ProjectTarget.objects.create(
        project=project, indicator=indicator, value=value, valid_from=valid_from, reason=reason
    )
    _record(
        "project.target", project, by, now, indicator=str(indicator), value=value, valid_from=valid_from.isoformat(),
        reason=reason,
    )  # fmt: skip
    return made


@transaction.atomic
def add_rule(
    *, project: Project, texts: dict[str, str], valid_from: date, reason: str, by: User, now: datetime
) -> EligibilityRule:
    """Say who may take part from a day on. A rule that was open until then ends the day before.

    :param texts: maps columns such as `text_sv` to words
    """
    project = Project.objects.locked().get(pk=project.pk)
    open_ones = project.eligibility_rules.filter(valid_to=None, valid_from__lt=valid_from)
    ended = list(open_ones.order_by("pk").values_list("pk", flat=True))
    open_ones.update(valid_to=valid_from - timedelta(days=1))
    made = EligibilityRule.objects.create(project=project, valid_from=valid_from, reason=reason, **texts)
    _record(
        "project.rule", project, by, now, rule=made.pk, valid_from=valid_from.isoformat(), reason=reason, ended=ended,
        **texts,
    )  # fmt: skip
    return made


@transaction.atomic
def end_rule(*, rule: EligibilityRule, valid_to: date, by: User, now: datetime) -> None:
    """Let `rule` hold until a day, that one included.

    :raises RuleEnded: if it has an end
    :raises EndsBeforeItStarts: if the day lies before its first
    """
    project = Project.objects.locked().get(pk=rule.project_id)
    rule = EligibilityRule.objects.get(pk=rule.pk)
    if rule.valid_to:
        raise RuleEnded
    if valid_to < rule.valid_from:
        raise EndsBeforeItStarts
    rule.valid_to = valid_to
    rule.save(update_fields=["valid_to"])
    _record("project.rule_end", project, by, now, rule=rule.pk, valid_to=valid_to.isoformat())


@transaction.atomic
def add_metric(*, project: Project, texts: dict[str, str], planned: Decimal | None, by: User, now: datetime) -> Metric:
    """Let `project` count something of its own. `texts` maps columns such as `unit_sv` to words."""
    made = Metric.objects.create(project=project, planned=planned, **texts)
    _record("project.metric", project, by, now, metric=made.pk, planned=_text(planned), **texts)
    return made


@transaction.atomic
def record_value(*, metric: Metric, day: date, value: Decimal, note: str, by: User, now: datetime) -> MetricValue:
    """Write down what `metric` stood at on `day`. An earlier row of the day stays, and counts no more.

    :raises NotYet: if the day is ahead
    """
    if day > timezone.localdate(now):
        raise NotYet
    made = MetricValue.objects.create(metric=metric, day=day, value=value, note=note, recorded_at=now, recorded_by=by)
    _record("project.value", metric.project, by, now, metric=metric.pk, day=day.isoformat(), value=_text(value))
    return made


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _record(action: str, project: Project, by: User, now: datetime, **after: Any) -> None:
    audit.changed(
        actor=by, action=action, subject=project.scope, scope=project.organisation.scope, now=now, after=after
    )
