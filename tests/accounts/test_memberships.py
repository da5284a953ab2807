"""Who has which role where: given for a time, handed over, and held only with the sign-in that is asked for."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import connections
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.enums import Permission, Role
from accounts.models import Grant, OrganisationQuerySet, Person
from accounts.services import members
from core.models import OutboxMessage
from events.services import projects
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def second_step(user):
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})


def invite(owner, organisation, **fields):
    plain = {"email": "uusi@kunta.example", "name": "Uusi Ihminen", "role": Role.DOOR, "scope": organisation.scope}
    return members.invite(organisation=organisation, by=owner, now=NOW, **plain | fields)


def test_a_role_ends_with_its_last_day(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    event = make.event()
    owner = make.member(Role.OWNER, event.organisation)
    client.force_login(owner)
    address = reverse("workspace:members", args=[event.organisation.pk])
    data = {"name": "Veera", "email": "veera@kunta.example", "role": "door", "scope": event.scope}
    assert client.post(address, data | {"last_day": "2026-11-22"}).status_code == 422
    client.post(address, data | {"last_day": "2026-11-30"})
    given = Grant.objects.get(user__email="veera@kunta.example")
    assert given.expires_at == make.at("2026-12-01 00:00")
    assert "1.12. klo 0.00" in OutboxMessage.objects.get().payload["text"]

    Grant.objects.filter(pk=given.pk).update(expires_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=1))
    assert not Grant.objects.scopes(given.user, Permission.CHECK_IN).keys


def test_the_last_owner_cannot_become_something_else_nor_owner_for_a_time():
    organisation = make.organisation()
    owner = make.member(Role.OWNER, organisation)
    with pytest.raises(members.LastOwner):
        invite(owner, organisation, email=owner.email)
    with pytest.raises(members.LastOwner):
        invite(owner, organisation, email=owner.email, role=Role.OWNER, expires_at=NOW + dt.timedelta(days=9))
    assert Grant.objects.get().role == Role.OWNER


def test_an_owner_hands_over_and_keeps_another_role(client):
    organisation = make.organisation()
    owner, colleague = make.member(Role.OWNER, organisation), make.member(Role.ORGANISER, organisation)
    client.force_login(owner)
    client.post(reverse("workspace:hand_over", args=[organisation.pk]), {"to": colleague.pk, "keeps": "reader"})
    assert dict(Grant.objects.values_list("user", "role")) == {owner.pk: Role.READER, colleague.pk: Role.OWNER}
    assert client.get(reverse("workspace:members", args=[organisation.pk])).status_code == 404


def test_an_owner_hands_over_and_leaves():
    organisation = make.organisation()
    owner, colleague = make.member(Role.OWNER, organisation), make.member(Role.DOOR, organisation)
    members.hand_over(organisation=organisation, to=colleague, by=owner, keeps=None, now=NOW)
    assert dict(Grant.objects.values_list("user", "role")) == {colleague.pk: Role.OWNER}


def test_nothing_is_handed_over_to_somebody_from_elsewhere():
    organisation = make.organisation()
    owner = make.member(Role.OWNER, organisation)
    for other in (make.member(Role.OWNER, make.organisation()), owner):
        with pytest.raises(members.NotAMember):
            members.hand_over(organisation=organisation, to=other, by=owner, keeps=None, now=NOW)


def leave_at_once(count):
    """Both owners of `count` organisations leave at the same moment. Return how many organisations have none left."""
    pairs = []
    for _i in range(count):
        organisation = make.organisation()
        pairs.append((organisation, [make.member(Role.OWNER, organisation) for _j in range(2)]))

    def leave(job):
        organisation, user, start = job
        try:
            start.wait()
            members.revoke(user=user, scope=organisation.scope, by=user, now=NOW)
        except members.LastOwner:
            pass
        finally:
            connections.close_all()

    for organisation, owners in pairs:
        start = Barrier(2)
        with ThreadPoolExecutor(2) as hands:
            list(hands.map(leave, [(organisation, owner, start) for owner in owners]))
    return sum(not Grant.objects.filter(organisation=organisation).exists() for organisation, _owners in pairs)


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_leave_at_once_one_stays():
    assert leave_at_once(20) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
def test_without_the_lock_both_would_leave(monkeypatch):
    monkeypatch.setattr(OrganisationQuerySet, "locked", lambda self: self.all())
    assert leave_at_once(60) > 0


def test_where_two_steps_are_required_a_role_holds_for_those_who_have_them(client):
    event = make.event()
    owner, worker = make.member(Role.OWNER, event.organisation), make.member(Role.ORGANISER, event.organisation)
    with pytest.raises(members.NoSecondStep):
        members.require_mfa(organisation=event.organisation, required=True, by=owner, now=NOW)
    second_step(owner)

    members.require_mfa(organisation=event.organisation, required=True, by=owner, now=NOW)

    page = reverse("workspace:event", args=[event.pk])
    client.force_login(worker)
    assert client.get(page).status_code == 404
    assert event.organisation.name in client.get(reverse("workspace:desk")).text
    second_step(worker)
    assert client.get(page).status_code == 200
    client.force_login(owner)
    assert client.get(page).status_code == 200


def test_recovery_codes_alone_are_no_second_step():
    organisation = make.organisation(requires_mfa=True)
    worker = make.member(Role.ORGANISER, organisation)
    Authenticator.objects.create(user=worker, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert not Grant.objects.scopes(worker, Permission.MANAGE_EVENTS).keys


def test_nobody_hands_over_to_one_who_could_not_use_it():
    organisation = make.organisation(requires_mfa=True)
    owner, colleague = make.member(Role.OWNER, organisation), make.member(Role.ORGANISER, organisation)
    second_step(owner)
    with pytest.raises(members.NoSecondStep):
        members.hand_over(organisation=organisation, to=colleague, by=owner, keeps=None, now=NOW)


def test_a_role_in_another_organisation_is_not_touched_by_the_requirement():
    strict, event = make.organisation(requires_mfa=True), make.event()
    worker = make.member(Role.ORGANISER, event.organisation)
    Grant.objects.create(user=worker, organisation=strict, role=Role.OWNER, scope=strict.scope, granted_at=NOW)
    assert Grant.objects.scopes(worker, Permission.MANAGE_EVENTS).keys == {event.organisation.scope}


def joint_project():
    lead, partner = make.organisation(municipality_code="081"), make.organisation(municipality_code="172")
    make.municipality()
    project = make.project(organisation=lead)
    projects.set_implementers(project=project, organisations=[partner], by=make.user(), now=NOW)
    return lead, partner, project


def resident(project, lead, code, **fields):
    who = make.contact(municipality_code=code)
    return make.register(make.event(project=project, organisation=lead, **fields), who).person


def test_an_implementer_sees_its_own_residents_and_nobody_elses():
    lead, partner, project = joint_project()
    mine = resident(project, lead, "172")
    resident(project, lead, "081")
    resident(project, lead, "172", confidential=True)
    worker = make.member(Role.ORGANISER, partner)
    assert list(Person.objects.visible_to(worker)) == [mine]


def test_an_implementer_who_joins_later_sees_those_who_came_before():
    lead = make.organisation(municipality_code="081")
    project = make.project(organisation=lead)
    mine = resident(project, lead, "172")
    partner = make.organisation(municipality_code="172")
    projects.set_implementers(project=project, organisations=[partner], by=make.user(), now=NOW)
    assert list(Person.objects.visible_to(make.member(Role.ORGANISER, partner))) == [mine]


# What a review found


def test_an_implementer_that_leaves_sees_the_projects_residents_no_longer():
    lead, partner, project = joint_project()
    resident(project, lead, "172")
    mine = make.register(make.event(organisation=partner), make.contact()).person
    worker = make.member(Role.ORGANISER, partner)
    assert Person.objects.visible_to(worker).count() == 2

    projects.set_implementers(project=project, organisations=[], by=make.user(), now=NOW)

    assert list(Person.objects.visible_to(worker)) == [mine]


def test_an_owner_whose_account_is_closed_or_too_weak_is_no_owner_to_leave_it_to():
    organisation = make.organisation()
    owner, closed = make.member(Role.OWNER, organisation), make.member(Role.OWNER, organisation, is_active=False)
    with pytest.raises(members.LastOwner):
        members.revoke(user=owner, scope=organisation.scope, by=owner, now=NOW)
    with pytest.raises(members.NotAMember):
        members.hand_over(organisation=organisation, to=closed, by=owner, keeps=None, now=NOW)
    make.member(Role.OWNER, organisation)
    second_step(owner)
    members.require_mfa(organisation=organisation, required=True, by=owner, now=NOW)
    with pytest.raises(members.LastOwner):
        members.revoke(user=owner, scope=organisation.scope, by=owner, now=NOW)


def test_one_who_has_stopped_being_owner_gives_nothing_any_more():
    organisation = make.organisation()
    owner, colleague = make.member(Role.OWNER, organisation), make.member(Role.ORGANISER, organisation)
    former = make.member(Role.OWNER, organisation)
    members.revoke(user=former, scope=organisation.scope, by=owner, now=NOW)
    members.revoke(user=former, scope=organisation.scope, by=owner, now=NOW)
    for act in (
        lambda: members.hand_over(organisation=organisation, to=colleague, by=former, keeps=None, now=NOW),
        lambda: invite(former, organisation),
        lambda: members.revoke(user=colleague, scope=organisation.scope, by=former, now=NOW),
    ):
        with pytest.raises(members.NoLongerOwner):
            act()


def test_a_second_step_ends_the_sessions_that_began_without_it(client):
    worker = make.member(Role.DOOR, make.organisation())
    other = Client()
    other.force_login(worker)
    client.force_login(worker)
    for each in (client, other):  # as allauth's own sign-in writes it
        UserSession.objects.create(user=worker, session_key=each.session.session_key, ip="127.0.0.1", user_agent="x")
    request = RequestFactory().get("/")
    request.session = client.session

    authenticator_added.send(sender=Authenticator, request=request, user=worker, authenticator=None)

    assert [each.get(reverse("workspace:desk")).status_code for each in (client, other)] == [200, 302]
