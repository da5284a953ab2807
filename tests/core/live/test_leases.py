"""Both kinds of leases keep the same promises; the one in Redis only where there is one."""

import datetime as dt
import uuid

import pytest
from django.conf import settings

from core.live.leases import LASTS, InMemory, InRedis
from tests.factories import NOW

in_redis = pytest.param(
    lambda: InRedis(settings.ENV.redis_url),
    id="redis",
    marks=pytest.mark.skipif(not settings.ENV.redis_url, reason="needs REDIS_URL"),
)


@pytest.fixture(params=[pytest.param(InMemory, id="memory"), in_redis])
def leases(request):
    return request.param()


@pytest.fixture
def stream():
    return f"room:{uuid.uuid4().int}"


def test_a_holder_counts_once_however_often_renewed(leases, stream):
    leases.renew(stream, ["pass:1", "pass:2"], now=NOW)
    leases.renew(stream, ["pass:1"], now=NOW)
    assert leases.count(stream, now=NOW) == 2
    assert leases.count("room:0", now=NOW) == 0


def test_a_lease_that_is_not_renewed_runs_out(leases, stream):
    leases.renew(stream, ["pass:1", "pass:2"], now=NOW)
    leases.renew(stream, ["pass:2"], now=NOW + LASTS / 2)
    assert leases.count(stream, now=NOW + LASTS - dt.timedelta(seconds=1)) == 2
    assert leases.count(stream, now=NOW + LASTS) == 1


def test_a_dropped_lease_ends_at_once_and_nothing_happens_for_nobody(leases, stream):
    leases.renew(stream, ["pass:1"], now=NOW)
    leases.renew(stream, [], now=NOW)
    leases.drop(stream, "pass:1")
    leases.drop(stream, "pass:9")
    assert leases.count(stream, now=NOW) == 0
