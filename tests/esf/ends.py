"""Participations to be ended in tests."""

import datetime as dt
from decimal import Decimal

from esf.enums import Answer, LabourStatus, NoticeChannel
from esf.models import AttendedDay, Participation
from esf.services import ending
from tests import factories as make
from tests.factories import NOW

TODAY = dt.date(2026, 11, 23)
START, LAST = dt.date(2026, 9, 1), dt.date(2026, 10, 20)
BY_LINK = ending.Giver(channel=NoticeChannel.LINK)


def participation(*attended, person=None, project=None, started_on=START, **fields):
    """One that goes on, of somebody who was there on these days."""
    make.privacy_notices()
    person, project = person or make.person(), project or make.project()
    for day in attended or (started_on, LAST):
        AttendedDay.objects.create(person=person, project=project, day=day, hours=Decimal(6), source=f"meeting:{day}")
    return Participation.objects.create(
        person=person, project=project, started_on=started_on, reason="more than one date", begun_at=NOW, **fields
    )


def told(ended_on=LAST, status=LabourStatus.EMPLOYED, as_of=None, **fields):
    values = {"qualification": Answer.NO, **fields}
    return ending.End(ended_on=ended_on, labour_status_end=status, status_as_of=as_of or ended_on, **values)


def submit(spell, giver=BY_LINK, now=NOW, reason="", **fields):
    return ending.submit(participation=spell, told=told(**fields), giver=giver, now=now, reason=reason)
