"""What is changed in bulk, and the lesser changes, are in the log too."""

import datetime as dt

import pytest

from accounts.enums import Role
from accounts.models import AuditEntry, Grant
from esf.models import Participation
from esf.services import notices
from events.enums import Status
from events.models import Picture
from events.services import pictures, plans, retiring, usage
from registrations.models import Registration
from tests import factories as make
from tests.factories import NOW
from tests.virtualfair import factories as fairs
from virtualfair.models import ChatMessage, Question
from virtualfair.services import questions, talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make.user()


@pytest.fixture
def draft():
    return make.event(status=Status.DRAFT, published_at=None)


def entries(action):
    rows = AuditEntry.objects.filter(action=action).order_by("pk")
    return [(row.subject, row.scope, row.before | row.after) for row in rows]


def test_every_role_that_goes_with_a_draft(draft, owner):
    scope = draft.scope
    helpers = [make.member(Role.DOOR, draft), make.member(Role.TEACHER, draft)]

    retiring.delete(event=draft, by=owner, now=NOW)

    assert not Grant.objects.filter(scope=scope).exists()
    assert entries("grant.revoke") == [
        (f"user:{who.pk}", draft.organisation.scope, {"role": role, "where": scope})
        for who, role in zip(helpers, ["door", "teacher"], strict=True)
    ]


def test_every_role_that_goes_with_a_project(owner):
    project = make.project()
    scope, helper = project.scope, make.member(Role.READER, project)

    usage.delete_project(project=project, by=owner, now=NOW)

    assert entries("grant.revoke") == [
        (f"user:{helper.pk}", project.organisation.scope, {"role": "reader", "where": scope})
    ]


def test_the_rule_that_a_new_one_ends(owner):
    project = make.project()
    texts = {f"text_{code}": "Työttömät" for code in ("fi", "sv", "en", "uk")}
    days = [dt.date(2025, 1, 1), dt.date(2026, 1, 1)]
    first, _second = [
        plans.add_rule(project=project, texts=texts, valid_from=day, reason="Päätös", by=owner, now=NOW) for day in days
    ]
    assert [told["ended"] for _subject, _scope, told in entries("project.rule")] == [[], [first.pk]]


def test_the_participation_that_a_late_form_completes():
    event = make.counting_event()
    who = make.contact()
    registration = make.register(event, who)
    make.check_in(registration)
    spell = Participation.objects.get()

    notices.submit(
        person=Registration.objects.get().person, project=event.project, source=registration.key,
        answers=make.answers(who), now=NOW,
    )  # fmt: skip

    assert entries("start_notice.submit") == [(registration.key, event.project.scope, {"participation": spell.pk})]


def test_pictures_that_are_swept_away():
    organisation = make.organisation()
    picture = Picture.objects.create(
        organisation=organisation, digest="a" * 64, width=320, height=200, widths=[320], created_at=NOW,
        created_by=make.user(),
    )  # fmt: skip
    pictures.sweep(now=NOW + dt.timedelta(days=2))
    assert entries("picture.sweep") == [(f"picture:{picture.pk}", organisation.scope, {})]


def test_what_a_moderator_hides():
    room = fairs.room()
    moderator, aino = fairs.moderator(room), fairs.visitor(room)
    talk.say(room=room, by=aino, text="Salaista", now=NOW)
    questions.ask(room=room, by=aino, text="Salaista?", anonymous=False, now=NOW)
    said, asked = ChatMessage.objects.get(), Question.objects.get()

    talk.hide(room=room, by=moderator, message=said.pk, now=NOW)
    questions.hide(room=room, by=moderator, question=asked.pk, now=NOW)

    assert entries("chat.hide") == [(f"message:{said.pk}", room.event.scope, {})]
    assert entries("question.hide") == [(f"question:{asked.pk}", room.event.scope, {})]
    assert AuditEntry.objects.get(action="chat.hide").actor == moderator.user
