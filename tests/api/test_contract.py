"""schemathesis asks everything that the document allows, and much that it does not: no failure, nothing undocumented."""

import copy
import uuid

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.models import ApiToken
from api.v1 import events
from api.v1.urls import document
from registrations.services import tickets
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

EXAMPLES = 30
"""Questions for each endpoint."""
OPERATIONS = [(path, method) for path, methods in document()["paths"].items() for method in methods]


@pytest.fixture(autouse=True)
def _one_connection():
    """Requests run within the test's transaction, as Django's own test client has it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def _many(settings):
    settings.API_ANONYMOUS_PER_MINUTE = 1_000_000


@pytest.fixture
def real(owner):
    """One of everything, so that not every question ends in 404."""
    project = make.project(organisation=owner)
    event = make.counting_event(organisation=owner, project=project, first=NOW, seats=100_000)
    who = make.contact()
    registration = make.register(event, who, answers=make.answers(who))
    make.check_in(make.register(event))
    meeting = event.meetings.get()
    return {
        "event_id": event.pk,
        "meeting_id": meeting.pk,
        "registration_id": registration.pk,
        "project_id": project.pk,
        "bodies": {
            "create_registration": document()["components"]["schemas"]["RegistrationIn"]["examples"][0],
            "check_in": {"scanned": tickets.text(registration)},
            "check_in_many": {"scans": [{"scanned": registration.code, "nonce": str(uuid.uuid4())}]},
        },
    }


@pytest.fixture
def token(owner):
    text = make.api_token(owner)
    ApiToken.objects.update(per_minute=1_000_000)
    return text


def api(paper):
    schema = schemathesis.openapi.from_dict(copy.deepcopy(paper))
    schema.app = get_wsgi_application()
    return schema


def strategies(operation, real, headers):
    """Good and bad requests, to numbers out of the air and to things that are there, and what really works."""
    there = {name: value for name, value in real.items() if f"{{{name}}}" in operation.path}
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        yield operation.as_strategy(generation_mode=mode, headers=headers)
        if there:
            yield operation.as_strategy(generation_mode=mode, path_parameters=there, headers=headers)
    if body := real["bodies"].get(operation.definition.raw["operationId"]):
        yield operation.as_strategy(path_parameters=there, body=body, headers=headers)


def ask(operation, real, token, examples=EXAMPLES):
    """Put questions to one endpoint and hold every answer against the document. Return the statuses that came."""
    seen, headers = set(), {"Authorization": f"Bearer {token}"}

    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(case=st.one_of(*strategies(operation, real, headers)))
    def hold(case):
        response = case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])
        seen.add(response.status_code)

    hold()
    return seen


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_documented_and_none_is_a_failure(real, token, path, method):
    operation = api(document())[path][method.upper()]
    good = next(int(status) for status in document()["paths"][path][method]["responses"] if status < "300")

    seen = ask(operation, real, token)

    assert good in seen, "it was only ever refused"


SEATS = "/api/v1/events/{event_id}/seats"


def titles(real, token, paper):
    with pytest.raises(FailureGroup) as found:
        ask(api(paper)[SEATS]["GET"], real, token)
    return {type(each).__name__ for each in found.value.exceptions}


def test_it_would_find_an_answer_that_is_not_documented(real, token):
    paper = copy.deepcopy(document())
    del paper["paths"][SEATS]["get"]["responses"]["404"]
    assert titles(real, token, paper) == {"UndefinedStatusCode"}


def test_it_would_find_an_answer_of_another_shape(real, token):
    paper = copy.deepcopy(document())
    paper["components"]["schemas"]["SeatsOut"]["properties"]["free"] = {"type": "string"}
    assert titles(real, token, paper) == {"JsonSchemaError"}


def test_it_would_find_a_failure(real, token, monkeypatch):
    def broken(*_args):
        raise RuntimeError

    monkeypatch.setattr(events, "door_of", broken)
    assert titles(real, token, document()) == {"ServerError", "UndefinedStatusCode"}


def test_it_would_find_a_wrong_request_that_is_let_through(real, token):
    paper = copy.deepcopy(document())
    parameters = paper["paths"]["/api/v1/projects"]["get"]["parameters"]
    next(each for each in parameters if each["name"] == "limit")["schema"] |= {"minimum": 99, "maximum": 99}

    with pytest.raises(FailureGroup) as found:
        ask(api(paper)["/api/v1/projects"]["GET"], real, token, 10 * EXAMPLES)

    assert {type(each).__name__ for each in found.value.exceptions} == {"AcceptedNegativeData"}
