"""Participants as a query: one row a person, with the first entry's answers and the last exit's results.

A person counts once in a project (Commission guidance on the common indicators: a participant who returns keeps the
first entry's date and answers, and the last exit's results). An entry counts from the first spell that has its form.
"""

from datetime import date

from django.db.models import Case, Exists, FilteredRelation, IntegerField, OuterRef, Q, QuerySet, When
from django.db.models.expressions import Combinable
from django.db.models.functions import ExtractDay, ExtractMonth, ExtractYear
from django.db.models.lookups import LessThan

from esf.models import Participation
from esf.models.participations import ParticipationQuerySet
from events.models import Project


def entries(project: Project, on: date) -> ParticipationQuerySet:
    """The first counted spell with a form of each person who had begun by `on`, with the `age` on its first day."""
    begun = _spells(project).filter(start_notice__isnull=False)
    earlier = begun.filter(person=OuterRef("person"), started_on__lt=OuterRef("started_on"))
    return begun.filter(~Exists(earlier), started_on__lte=on).annotate(age=age_at_start())


def with_exits(entered: ParticipationQuerySet, project: Project, on: date) -> ParticipationQuerySet:
    """`entered` with `last`, each person's last spell begun by `on`, the first itself for most."""
    later = _spells(project).filter(
        person=OuterRef("person"), started_on__gt=OuterRef("last__started_on"), started_on__lte=on
    )
    return with_spells(entered, project, on).filter(~Exists(later))


def with_spells(entered: ParticipationQuerySet, project: Project, on: date) -> ParticipationQuerySet:
    """`entered` as often as each person has begun a spell by `on`; `last` is the spell."""
    condition = Q(
        person__participations__project=project,
        person__participations__counted=True,
        person__participations__started_on__lte=on,
    )
    return entered.annotate(last=FilteredRelation("person__participations", condition=condition))


def without_form(project: Project, on: date) -> QuerySet[Participation, int]:
    """The people who have begun by `on`, and of whom there is no form at all."""
    formed = _spells(project).filter(person=OuterRef("person"), start_notice__isnull=False)
    begun = _spells(project).filter(~Exists(formed), started_on__lte=on)
    return begun.order_by().values_list("person", flat=True).distinct()


def age_at_start() -> Combinable:
    """Whole years at the start of the spell; 29 February ages on 1 March (`rules.age_on`)."""
    born, started = "start_notice__birth_date", "started_on"
    month_and_day_born = ExtractMonth(born) * 100 + ExtractDay(born)
    month_and_day_started = ExtractMonth(started) * 100 + ExtractDay(started)
    birthday_ahead = LessThan(month_and_day_started, month_and_day_born)
    years = ExtractYear(started) - ExtractYear(born)
    return years - Case(When(birthday_ahead, then=1), default=0, output_field=IntegerField())


def _spells(project: Project) -> ParticipationQuerySet:
    return Participation.objects.counted().filter(project=project)
