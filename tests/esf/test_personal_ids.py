"""Personal identity codes: what they say, and how they are found without being read."""

import base64
import datetime as dt

import pytest
from stdnum.fi import hetu

from core.services import rotating
from esf.enums import Gender
from esf.models import StartNotice
from esf.rules.personal_id import born, gender_in_register, masked
from esf.services import notices, personal_ids
from tests import factories as make
from tests.factories import NOW

CODE = "170590-1247"
OLD, NEW = (base64.urlsafe_b64encode(bytes([letter]) * 32).decode() for letter in b"on")


@pytest.mark.parametrize(
    ("code", "day", "gender"),
    [
        ("131052-308T", dt.date(1952, 10, 13), Gender.F),
        ("010594Y9032", dt.date(1994, 5, 1), Gender.M),
        ("020594X902N", dt.date(1994, 5, 2), Gender.F),
        ("050594U903M", dt.date(1994, 5, 5), Gender.M),
        ("010516B903X", dt.date(2016, 5, 1), Gender.M),
        ("020504A902E", dt.date(2004, 5, 2), Gender.F),
        ("020503F9037", dt.date(2003, 5, 2), Gender.M),
    ],
)  # of the Digital and Population Data Services Agency's test persons; the first is the classic sample
def test_a_code_tells_the_day_of_birth_and_the_registers_gender(code, day, gender):
    assert hetu.is_valid(code, allow_temporary=True)
    assert (born(code), gender_in_register(code)) == (day, gender)
    assert masked(code) == f"{code[:7]}••••"


def given(code, person=None, project=None, source="x"):
    make.privacy_notices()
    return notices.submit(
        person=person or make.person(),
        project=project or make.project(),
        source=source,
        answers=make.answers(),
        entry=notices.Entry(channel="DESK", by=make.user(), identity="KNOWN", personal_id=code),
        now=NOW,
    )


def test_the_index_depends_on_the_key_and_is_not_the_codes_own_digest(settings):
    settings.FIELD_KEYS = [NEW, OLD]
    newest, older = personal_ids.indexes_of(CODE)
    assert newest == personal_ids.index_of(CODE) != older
    assert len(newest) == 64
    assert personal_ids.index_of("170590-1236") != newest


@pytest.mark.django_db
def test_the_same_code_is_found_on_another_persons_form_of_the_project_alone():
    project = make.project()
    first = given(CODE, project=project)
    assert not personal_ids.stands_on_another(first, CODE)
    given(CODE, source="elsewhere")
    assert not personal_ids.stands_on_another(first, CODE)
    given(CODE, project=project, source="y")
    assert personal_ids.stands_on_another(first, CODE)


@pytest.mark.django_db
def test_codes_are_found_while_keys_change_and_after_the_old_key_is_gone(settings):
    settings.FIELD_KEYS = [OLD]
    project = make.project()
    given(CODE, project=project)
    settings.FIELD_KEYS = [NEW, OLD]
    second = given(CODE, project=project, source="y")
    assert personal_ids.stands_on_another(second, CODE)
    rotating.rotate()
    settings.FIELD_KEYS = [NEW]
    assert personal_ids.stands_on_another(second, CODE)
    assert set(StartNotice.objects.values_list("personal_id", flat=True)) == {CODE}
    assert personal_ids.reindex() == 0
