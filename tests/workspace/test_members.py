from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connections
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Grant, Organisation, OrganisationQuerySet, User
from accounts.services import members
from core.models import OutboxMessage
from tests import factories as make
from tests.factories import NOW


@pytest.fixture
def owner(client, db):
    organisation = make.organisation()
    client.force_login(make.member(Role.OWNER, organisation))
    return organisation


def address(organisation):
    return reverse("workspace:members", args=[organisation.pk])


def invitation(organisation, **changes):
    return {"name": "Maija", "email": "maija@kunta.example", "role": "door", "scope": organisation.scope} | changes


def test_an_owner_gives_a_role_for_one_event_and_the_invited_one_gets_a_mail(client, owner):
    event = make.event(organisation=owner)

    client.post(address(owner), invitation(owner, scope=event.scope))

    given = Grant.objects.get(user__email="maija@kunta.example")
    message = OutboxMessage.objects.get()
    assert (given.role, given.scope, given.organisation) == (Role.DOOR, event.scope, owner)
    assert "/account/login/code/" in message.payload["text"]
    client.force_login(given.user)
    assert client.get(reverse("registrations:door", args=[event.pk])).status_code == 200


def test_inviting_a_known_address_makes_no_second_login(client, owner):
    known = make.user(email="Maija@kunta.example")
    client.post(address(owner), invitation(owner))
    assert Grant.objects.get(role=Role.DOOR).user == known
    assert User.objects.filter(email__iexact="maija@kunta.example").count() == 1


def test_a_role_that_is_taken_away_is_gone_at_once(client, owner):
    event = make.event(organisation=owner)
    helper = make.member(Role.TEACHER, event)
    client.post(reverse("workspace:revoke_member", args=[owner.pk, helper.grants.get().pk]))

    client.force_login(helper)
    assert client.get(reverse("workspace:event", args=[event.pk])).status_code == 404


def test_the_last_owner_stays(client, owner):
    mine = Grant.objects.get()
    client.post(reverse("workspace:revoke_member", args=[owner.pk, mine.pk]))
    response = client.post(address(owner), invitation(owner, email=mine.user.email, role="reader"))

    assert response.status_code == 422
    assert Grant.objects.get().role == Role.OWNER


def test_nobody_gives_roles_in_what_is_not_theirs(client, owner):
    elsewhere = make.event()
    assert client.post(address(owner), invitation(owner, scope=elsewhere.scope)).status_code == 422
    assert client.get(address(elsewhere.organisation)).status_code == 404
    foreign = make.member(Role.DOOR, elsewhere).grants.get()
    assert client.post(reverse("workspace:revoke_member", args=[owner.pk, foreign.pk])).status_code == 404
    for role in set(Role) - {Role.OWNER}:
        client.force_login(make.member(role, owner))
        assert client.get(address(owner)).status_code == 404


def leave_together(count):
    """Both owners of each organisation leave at the same moment. Return how many organisations have none left."""

    def leave(job):
        owner, organisation, start = job
        try:
            start.wait()
            members.revoke(user=owner, scope=organisation.scope, by=owner, now=NOW)
        except members.LastOwner:
            pass
        finally:
            connections.close_all()

    jobs = []
    for organisation in [make.organisation() for _i in range(count)]:
        start = Barrier(2)
        jobs += [(make.member(Role.OWNER, organisation), organisation, start) for _i in range(2)]
    with ThreadPoolExecutor(max_workers=2) as pair:
        list(pair.map(leave, jobs))
    return Organisation.objects.exclude(grants__role=Role.OWNER).count()


@pytest.mark.django_db(transaction=True)
def test_two_owners_cannot_leave_at_once():
    assert leave_together(40) == 0


@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_without_the_organisations_lock_they_can(monkeypatch):
    monkeypatch.setattr(OrganisationQuerySet, "locked", lambda self: self.all())
    assert leave_together(40) > 0
