"""The owners' page about the sender: asks when it is told to, and says in words what is wrong."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from core import sender_check
from core.services import sender as service
from tests import factories as make
from tests.core.dns_server import FakeNames
from workspace import sender_words
from workspace.views import sender

pytestmark = pytest.mark.django_db


@pytest.fixture
def names(client, monkeypatch):
    fake = FakeNames(texts={"miitti.example": ["v=spf1 +all"]}, silent=("_dmarc.miitti.example",))
    monkeypatch.setattr(sender, "names", fake)
    client.force_login(make.member(Role.OWNER, make.organisation()))
    return fake


def show(client):
    with translation.override("en"):
        return client.get(reverse("workspace:sender")).content.decode()


def press(client):
    with translation.override("en"):
        return client.post(reverse("workspace:sender"))


def test_nothing_is_asked_until_somebody_presses_the_button(client, names):
    assert "Nobody has checked within a day." in show(client)
    assert names.asked == []
    press(client)
    asked = len(names.asked)
    page = show(client)
    assert len(names.asked) == asked > 0
    assert "lets any server send in your name" in page
    assert 'value="v=spf1 ~all"' in page
    assert "could not be checked now" in page
    assert "The domain takes no mail" in page


def test_the_button_cannot_be_used_to_flood_the_name_servers(client, names, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"sender": (1, 600)}
    assert [press(client).status_code for _time in range(2)] == [302, 429]


def test_an_organiser_who_owns_nothing_sees_nothing(client, names):
    client.force_login(make.organiser(make.event()))
    assert client.get(reverse("workspace:sender")).status_code == 404
    assert press(client).status_code == 404
    assert names.asked == []


def test_every_code_has_its_words():
    source = "".join(Path(module.__file__).read_text() for module in (sender_check, service))
    codes = set(re.findall(r'"((?:spf|dkim|dmarc|mx)_\w+|unknown)"', source))
    assert codes == set(sender_words.CODES)
    assert set(sender_check.Subject) == set(sender_words.SUBJECTS)
    assert set(sender_check.Verdict) == set(sender_words.VERDICTS)
