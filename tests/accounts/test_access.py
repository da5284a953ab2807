import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.enums import ALLOWS, Permission, Role
from accounts.models import AuditEntry, Grant, Person, User
from accounts.services import audit, members, people
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_every_role_has_its_rights_written_down():
    assert set(ALLOWS) == set(Role)
    assert ALLOWS[Role.OWNER] == set(Permission)


@pytest.mark.parametrize(
    ("role", "sees"),
    [(Role.OWNER, True), (Role.ORGANISER, True), (Role.TEACHER, True), (Role.DOOR, False), (Role.READER, False)],
)
def test_people_are_seen_by_those_whose_role_needs_it(role, sees):
    registration = make.register(make.event())
    assert Person.objects.visible_to(make.member(role, registration.event)).exists() is sees


def test_people_are_seen_only_within_ones_own_scope():
    registration = make.register(make.event())
    for stranger in (make.organiser(make.event()), make.user(), AnonymousUser()):
        assert not Person.objects.visible_to(stranger).exists()
    assert list(Person.objects.visible_to(make.organiser(registration.event))) == [registration.person]


def test_one_who_sees_a_person_in_two_ways_sees_them_once():
    event = make.event(project=make.project())
    registration = make.register(event)
    worker = make.organiser(event)
    Grant.objects.create(
        user=worker, organisation=event.organisation, role=Role.TEACHER, scope=event.scope, granted_at=NOW
    )
    assert list(Person.objects.visible_to(worker)) == [registration.person]


def test_a_grant_that_has_run_out_opens_nothing():
    registration = make.register(make.event())
    worker = make.organiser(registration.event)
    worker.grants.update(expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert not Person.objects.visible_to(worker).exists()


def test_a_new_role_in_the_same_scope_replaces_the_old_one_and_both_are_on_record():
    owner, worker = make.organisation(), make.user()
    for role in (Role.DOOR, Role.ORGANISER):
        members.grant(user=worker, organisation=owner, role=role, scope=owner.scope, by=None, now=NOW)
    assert worker.grants.get().role == Role.ORGANISER
    members.revoke(user=worker, scope=owner.scope, by=worker, now=NOW)

    assert not worker.grants.exists()
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == ["grant.give"] * 2 + [
        "grant.revoke"
    ]


def test_the_audit_log_cannot_be_rewritten():
    audit.changed(actor=None, action="test", subject="event:1", scope="event:1", now=NOW)
    with pytest.raises(ValidationError):
        AuditEntry.objects.update(action="other")
    with pytest.raises(ValidationError):
        AuditEntry.objects.all().delete()


def test_an_address_in_other_case_is_the_same_login():
    make.user(email="satu@kunta.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="Satu@kunta.example", name="Satu")


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({"email": "A@x.fi"}, {"email": "a@x.fi "}, True),
        ({"first_name": "Anna-Liisa"}, {"first_name": "anna  liisa"}, True),
        ({"first_name": "Aino"}, {"first_name": "Eino"}, False),
        ({"birth_date": dt.date(1990, 1, 1)}, {"birth_date": dt.date(1990, 1, 2)}, False),
        ({"phone": "1"}, {"phone": "2"}, True),
    ],
)
def test_who_is_the_same_person(first, second, same):
    plain = {"first_name": "Aino", "last_name": "Virtanen", "email": "a@x.fi"}
    found = [people.recognise(contact=make.contact(**plain | each), now=NOW) for each in (first, second)]
    assert (found[0] == found[1]) is same


def test_without_an_address_nobody_is_taken_for_another():
    twins = [people.recognise(contact=make.contact(email="", last_name="Virtanen"), now=NOW) for _i in range(2)]
    assert twins[0] != twins[1]
