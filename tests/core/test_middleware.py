import logging

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from accounts.enums import Role
from core.logs import WithoutPaths
from core.middleware import TryAgain
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("canceling statement due to lock timeout"), 503),
        (OperationalError("database is locked"), 503),
        (OperationalError("couldn't get a connection after 30.00 sec"), 503),
        (OperationalError("no such table"), None),
        (ValueError("database is locked"), None),
    ],
)
def test_a_busy_database_asks_people_to_try_again(error, status):
    request = RequestFactory().get("/")
    request.resolver_match = None
    response = TryAgain(lambda request: None).process_exception(request, error)

    assert getattr(response, "status_code", None) == status
    if response:
        assert response.headers["Retry-After"] == "5"


def test_what_the_signed_in_see_is_kept_by_no_cache(client):
    client.force_login(make.member(Role.ORGANISER, make.organisation()))
    assert "no-store" in client.get("/desk/").headers["Cache-Control"]
    client.logout()
    assert "Cache-Control" not in client.get("/").headers


def test_no_log_line_names_a_personal_link(client, caplog):
    caplog.handler.addFilter(WithoutPaths())
    with caplog.at_level(logging.INFO):
        client.get("/my/" + "s" * 27 + "/")
        logging.getLogger("django.security.csrf").warning(
            "Forbidden (%s): %s",
            "no token",
            "/my/secret/",
            extra={"status_code": 403, "request": RequestFactory().get("/my/secret/")},
        )

    assert caplog.records
    assert "secret" not in caplog.text
    assert "sss" not in caplog.text
