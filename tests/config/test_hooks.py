"""The door for mail servers: shut without a secret, believed with it, limited in size and number."""

import pytest

from core.delivery_reports import MOST_BYTES
from core.models import OutboxMessage
from tests.core.reports import OUT_OF_OFFICE, POSTFIX, written
from tests.core.test_bouncing import sent

pytestmark = pytest.mark.django_db
SECRET = "s" * 32


@pytest.fixture
def post(client, settings):
    settings.BOUNCE_SECRET = SECRET

    def do(raw, secret=SECRET):
        headers = {"authorization": f"Bearer {secret}"} if secret else {}
        return client.post("/hooks/bounces/", raw, content_type="message/rfc822", headers=headers)

    return do


def test_a_report_is_taken_once(post):
    message = sent()
    raw = written(POSTFIX, message.pk)
    assert [(each.status_code, each.content) for each in (post(raw), post(raw))] == [
        (200, b"returned"),
        (200, b"known"),
    ]
    assert OutboxMessage.objects.get().state == "bounced"


def test_what_is_no_report_is_answered_and_changes_nothing(post):
    message = sent()
    assert [post(raw).content for raw in (b"", b"\xff\x00", written(OUT_OF_OFFICE, message.pk))] == [b"ignored"] * 3
    assert OutboxMessage.objects.get().state == "sent"


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", "ä"])
def test_without_the_secret_nothing_is_read(post, secret):
    message = sent()
    answer = post(written(POSTFIX, message.pk), secret)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert OutboxMessage.objects.get().state == "sent"


def test_the_door_is_not_there_until_it_has_a_secret(post, settings):
    settings.BOUNCE_SECRET = ""
    assert post(b"", "").status_code == 404


def test_it_is_posted_to_alone(client, settings):
    settings.BOUNCE_SECRET = SECRET
    assert client.get("/hooks/bounces/").status_code == 405


def test_who_guesses_is_stopped_even_with_the_right_one_at_last(post, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"hook refused": (2, 600)}
    assert [post(b"", secret).status_code for secret in ("a", "b", "c", SECRET)] == [401, 401, 429, 429]


def test_a_flood_is_stopped(post, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"hook": (2, 60)}
    assert [post(b"").status_code for _time in range(3)] == [200, 200, 429]


def test_what_is_too_large_is_refused(post):
    assert post(b"x" * (MOST_BYTES + 1)).status_code == 413
