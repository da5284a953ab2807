"""Background forms that came to nothing are destroyed.

The authority: start notices come only from actions that seek a change in the participant's situation; forms from other
short events are not stored (Häme ELY Centre, 2014-2020; the domain notes, 1.3). So what never became part of a
participation is kept only as long as it still may: `ESF_UNUSED_NOTICE_DAYS` after the person was last heard of, and no
longer than `ESF_UNUSED_NOTICE_DAYS_AFTER_PROJECT` after the project's end. What belongs to a participation that staff
have taken out of the figures, its end notice too, is kept for `ESF_UNCOUNTED_NOTICE_DAYS`: so long it can be put back.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Person
from accounts.services import audit
from esf.models import (
    AttendedDay,
    Correction,
    EndNotice,
    NoticeConfirmation,
    NoticeDraft,
    Participation,
    StartNotice,
)
from events.models import Project

AT_ONCE = 200


def destroy_due(*, now: datetime) -> int:
    """Destroy what is due, project by project, and return how many forms there were."""
    for_forms, for_ends = due(now).values("project"), due_ends(now).values("participation__project")
    projects = Project.objects.filter(Q(pk__in=for_forms) | Q(pk__in=for_ends)).order_by("pk")
    return sum(_destroy(project, now) for project in projects)


def due(now: datetime) -> QuerySet[StartNotice]:
    """Forms without a participation that nobody has come for in time, and those of participations that do not count."""
    since = now - timedelta(days=settings.ESF_UNUSED_NOTICE_DAYS)
    ended = now - timedelta(days=settings.ESF_UNUSED_NOTICE_DAYS_AFTER_PROJECT)
    came = AttendedDay.objects.filter(person=OuterRef("person"), project=OuterRef("project"), day__gte=since.date())
    confirmed = NoticeConfirmation.objects.filter(notice=OuterRef("pk"), at__gte=since)
    forgotten = Q(submitted_at__lt=since) & ~Exists(came) & ~Exists(confirmed)
    idle = Q(participation=None) & (forgotten | Q(project__ends_on__lt=ended.date()))
    return StartNotice.objects.filter(idle | Q(participation__in=_uncounted(now)))


def due_ends(now: datetime) -> QuerySet[EndNotice]:
    return EndNotice.objects.filter(participation__in=_uncounted(now))


def _uncounted(now: datetime) -> QuerySet[Participation]:
    """Those that were taken out of the figures so long ago that nobody will put them back."""
    since = now - timedelta(days=settings.ESF_UNCOUNTED_NOTICE_DAYS)
    return Participation.objects.filter(counted=False, not_counted_at__lt=since)


def _destroy(project: Project, now: datetime) -> int:
    number = 0
    while done := _some(project, now):
        number += done
    return number


@transaction.atomic
def _some(project: Project, now: datetime) -> int:
    """A batch. The people's rows are locked: no check-in takes a form into use, and nobody puts a spell back."""
    forms, ends = due(now).filter(project=project), due_ends(now).filter(participation__project=project)
    people = {*forms.values_list("person", flat=True)[:AT_ONCE]}
    people |= {*ends.values_list("participation__person", flat=True)[:AT_ONCE]}
    list(Person.objects.locked().filter(pk__in=people).order_by("pk").values_list("pk"))
    found = dict(forms.filter(person__in=people).values_list("pk", "source"))
    told = [*ends.filter(participation__person__in=people).values_list("pk", "participation")]
    if not found and not told:
        return 0
    NoticeDraft.objects.filter(source__in=found.values()).delete()
    Correction.objects.filter(withdrawn_from__in=_uncounted(now).filter(project=project, person__in=people)).delete()
    EndNotice.objects.filter(pk__in=[pk for pk, _spell in told]).delete()
    Participation.objects.filter(start_notice__in=found).update(start_notice=None)
    StartNotice.objects.filter(pk__in=found).delete()
    audit.changed(
        actor=None,
        action="start_notice.destroy",
        subject=project.scope,
        scope=project.scope,
        now=now,
        after={"entries": len(found) + len(told)},
    )
    return len(found) + len(told)
