"""Background forms that came to nothing are destroyed.

The authority: start notices come only from actions that seek a change in the participant's situation; forms from other
short events are not stored (Häme ELY Centre, 2014-2020; the domain notes, 1.3). So what never became part of a
participation, or of one that staff have taken out of the figures, is kept only as long as it still may:
`ESF_UNUSED_NOTICE_DAYS` after the person was last heard of, and no longer than `ESF_UNUSED_NOTICE_DAYS_AFTER_PROJECT`
after the project's end.
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
    projects = Project.objects.filter(pk__in=due(now).values("project")).order_by("pk")
    return sum(_destroy(project, now) for project in projects)


def due(now: datetime) -> QuerySet[StartNotice]:
    """Forms without a participation that counts, that nobody has come for in time."""
    since = now - timedelta(days=settings.ESF_UNUSED_NOTICE_DAYS)
    ended = now - timedelta(days=settings.ESF_UNUSED_NOTICE_DAYS_AFTER_PROJECT)
    came = AttendedDay.objects.filter(person=OuterRef("person"), project=OuterRef("project"), day__gte=since.date())
    confirmed = NoticeConfirmation.objects.filter(notice=OuterRef("pk"), at__gte=since)
    forgotten = Q(submitted_at__lt=since) & ~Exists(came) & ~Exists(confirmed)
    idle = Q(participation=None) | Q(participation__counted=False)
    return StartNotice.objects.filter(idle).filter(forgotten | Q(project__ends_on__lt=ended.date()))


def _destroy(project: Project, now: datetime) -> int:
    number = 0
    while done := _some(project, now):
        number += done
    return number


@transaction.atomic
def _some(project: Project, now: datetime) -> int:
    """A batch, with what became of them at the end. The people's rows are locked: no check-in takes a form into use."""
    people = set(due(now).filter(project=project).values_list("person", flat=True)[:AT_ONCE])
    list(Person.objects.locked().filter(pk__in=people).order_by("pk").values_list("pk"))
    found = dict(due(now).filter(project=project, person__in=people).values_list("pk", "source"))
    if not found:
        return 0
    NoticeDraft.objects.filter(source__in=found.values()).delete()
    uncounted = Participation.objects.filter(start_notice__in=found, counted=False)
    Correction.objects.filter(withdrawn_from__in=uncounted).delete()
    EndNotice.objects.filter(participation__in=uncounted).delete()
    uncounted.update(start_notice=None)
    StartNotice.objects.filter(pk__in=found).delete()
    audit.changed(
        actor=None,
        action="start_notice.destroy",
        subject=project.scope,
        scope=project.scope,
        now=now,
        after={"entries": len(found)},
    )
    return len(found)
