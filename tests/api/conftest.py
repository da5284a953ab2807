import uuid

import pytest
from django.test import Client

from events.models import Event
from tests import factories as make
from tests.factories import NOW


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


class Machine:
    """Another system that speaks to the API with one token, or with none."""

    def __init__(self, token=None):
        self.client, self.token = Client(), token

    def get(self, path, params=None, **headers):
        return self.client.get(f"/api/v1{path}", params or {}, headers=self._headers(headers))

    def post(self, path, body=None, *, key=None, **headers):
        headers["Idempotency-Key"] = key or str(uuid.uuid4())
        return self.client.post(f"/api/v1{path}", body, content_type="application/json", headers=self._headers(headers))

    def _headers(self, more):
        return more | ({"Authorization": f"Bearer {self.token}"} if self.token else {})


@pytest.fixture
def owner(db):
    return make.organisation()


@pytest.fixture
def machine(owner):
    """One with all scopes of `owner`."""
    return Machine(make.api_token(owner))


@pytest.fixture
def visitor(db):
    return Machine()


@pytest.fixture
def event(owner) -> Event:
    """One that begins now, of `owner`."""
    return make.event(organisation=owner, first=NOW, seats=5)


@pytest.fixture
def meeting(event):
    return event.meetings.get()
