"""What keeps the demo and a real installation apart."""

import datetime as dt

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import guard
from config.demo import loader
from config.preparation import prepare
from core.models import Installation
from events.models import Municipality
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_it_never_touches_a_database_that_it_did_not_make():
    make.user()
    with pytest.raises(ImproperlyConfigured, match="other than the demo"):
        loader.load(now=NOW)


def test_demo_mode_writes_nothing_into_real_data_before_it_refuses(settings):
    settings.DEMO = True
    make.user()
    with pytest.raises(ImproperlyConfigured, match="other than the demo"):
        prepare(print)
    assert not Municipality.objects.exists()


def test_it_does_not_start_in_a_production_database():
    Installation.objects.create(demo=False, dated_on=dt.date(2026, 1, 1))
    with pytest.raises(ImproperlyConfigured, match="not the demo's"):
        loader.load(now=NOW)


def test_production_does_not_start_in_the_demos_database():
    Installation.objects.create(demo=True, dated_on=dt.date(2026, 1, 1))
    with pytest.raises(ImproperlyConfigured, match="logins are public"):
        prepare(print)


@pytest.mark.parametrize("demo", [False, True])
def test_no_server_of_either_kind_opens_the_others_database(settings, demo):
    settings.DEMO = demo
    assert guard.fits_the_mode() is not demo  # an empty database is not the demo's
    Installation.objects.create(demo=True, dated_on=dt.date(2026, 1, 1))
    assert guard.fits_the_mode() is demo


@pytest.mark.parametrize("path", ["/demo/", "/demo/mail/", "/demo/mail/1/", "/sv/demo/"])
def test_outside_demo_mode_its_pages_do_not_exist(client, path):
    assert client.get(path).status_code == 404
    assert client.post("/demo/sign-in/1/").status_code == 404
