"""What the database itself refuses about tokens."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from api.models import ApiToken
from api.services import tokens
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "changes",
    [
        {"per_minute": 0},
        {"expires_at": NOW},
        {"revoked_at": NOW},
    ],
)
def test_a_token_that_contradicts_itself(changes):
    make.api_token(make.organisation())
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.update(**changes)


def test_two_tokens_with_one_digest():
    for _i in range(2):
        make.api_token(make.organisation())
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.update(digest="0" * 64)


def test_a_token_is_never_dead_from_the_start():
    with pytest.raises(tokens.ExpiredAtBirth):
        make.api_token(make.organisation(), expires_at=NOW)
    make.api_token(make.organisation(), expires_at=NOW + dt.timedelta(microseconds=1))
