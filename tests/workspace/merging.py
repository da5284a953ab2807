"""Two people who are one, for the tests of merging."""

import datetime as dt

from django.forms.models import model_to_dict

from accounts.enums import Role
from accounts.models import Person, PersonScope, PersonSpelling
from core.models import OutboxMessage
from esf.models import Attempt, AttendedDay, EndNotice, EuraStep, Outcome, Participation, StartNotice
from registrations.models import Registration
from tests import factories as make
from tests.factories import NOW
from workspace.services import merging

LATER = NOW + dt.timedelta(hours=1)
COVERED = [
    Person, PersonScope, OutboxMessage, StartNotice, AttendedDay, Participation, EndNotice, EuraStep, Attempt, Outcome,
    Registration,
]  # fmt: skip


def aino(**fields):
    return make.contact(**{"first_name": "Aino", "last_name": "Virtanen", "email": "aino@example.fi"} | fields)


def office():
    """An organisation that owns a project, and somebody who manages all of it."""
    organisation = make.organisation()
    return make.project(organisation=organisation), make.member(Role.ORGANISER, organisation)


def two(project, *contacts, **fields):
    """One event of the project's own organisation each; return the registrations."""
    found = contacts or (aino(), aino(email="aino@toinen.example"))
    return [
        make.register(make.event(project=project, organisation=project.organisation, **fields), who) for who in found
    ]


def merge(survivor, merged, by, *, theirs=(), reason="", now=LATER, looked_at=None):
    survivor, merged = Person.objects.get(pk=survivor.pk), Person.objects.get(pk=merged.pk)
    return merging.merge(
        survivor=survivor,
        merged=merged,
        theirs=theirs,
        reason=reason,
        looked_at=merging.seen(survivor=survivor, merged=merged) if looked_at is None else looked_at,
        by=by,
        now=now,
    )


def undo(done, by, *, now=LATER):
    merging.undo(merge=done, by=by, now=now)


def everything():
    """Every covered row as it stands; spellings without their own keys, and scopes too, which may be written anew."""
    rows = {
        model.__name__: sorted((model_to_dict(row) | {"pk": row.pk} for row in model.objects.all()), key=lambda row: row["pk"])
        for model in COVERED
        if model is not PersonScope
    }  # fmt: skip
    rows["scopes"] = sorted(PersonScope.objects.values_list("person", "scope"))
    rows["spellings"] = sorted(PersonSpelling.objects.values_list("person", "text"))
    return rows
