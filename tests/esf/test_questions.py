"""Which questions a background form puts, by the programming period."""

import datetime as dt

import pytest
from django.utils import translation

from esf.enums import HOUSEHOLD, SENSITIVE
from esf.forms import BackgroundForm
from esf.models import StartNotice
from esf.rules.questions import SCREENS, screens
from esf.services import notices
from tests import factories as make
from tests.esf.test_start_notice import GOOD
from tests.factories import NOW

pytestmark = pytest.mark.django_db

OLD = {
    "street_address": "Kotitie 3",
    "postal_code": "19600",
    "post_office": "Hartola",
    "foreign_background": "NO",
    "minority": "NO",
    "disability": "REFUSED",
    "housing_exclusion": "NO",
    "other_disadvantage": "YES",
}


@pytest.fixture
def old():
    make.municipality()
    return make.project(code="S20884", period="2014-2020", starts_on=dt.date(2017, 1, 1), ends_on=dt.date(2019, 12, 31))


def wrong(project, **changes):
    with translation.override("en"):
        form = BackgroundForm(GOOD | OLD | changes, project=project)
        return {name: errors[0] for name, errors in form.errors.items()}


def test_a_project_of_the_new_period_never_asks_what_is_sensitive():
    form = BackgroundForm(GOOD | dict.fromkeys(SENSITIVE, "YES"), project=make.project(asks_origin=True))
    assert set(form.fields) & set(SENSITIVE) == set()
    assert set(form.fields) >= {"citizenship_group", "foreign_background"}


def test_a_project_of_the_old_period_asks_it_and_takes_no_for_an_answer(old):
    assert wrong(old) == {}
    form = BackgroundForm(project=old)
    assert [code for code, _label in form.fields["disability"].choices] == ["YES", "NO", "REFUSED"]
    assert {name for name in form.fields if name in SENSITIVE} == set(SENSITIVE) - set(HOUSEHOLD)
    assert "citizenship_group" not in form.fields


@pytest.mark.parametrize("name", ["minority", "disability", "housing_exclusion", "other_disadvantage", "foreign_background"])  # fmt: skip
def test_a_sensitive_question_is_met_by_everybody(old, name):
    assert wrong(old, **{name: ""}) == {name: "Choose one."}


def test_the_household_is_asked_about_only_where_the_installation_says_so(old, settings):
    settings.ESF_2014_ASKS_HOUSEHOLD = True
    assert wrong(old) == dict.fromkeys(HOUSEHOLD, "Choose one.")


def test_the_old_period_needs_the_address_of_whoever_lives_in_finland(old):
    none = {"street_address": "", "postal_code": "", "post_office": ""}
    assert wrong(old, **none) == dict.fromkeys(none, "Fill this in.")
    assert wrong(old, **none, municipality_code="999") == {}
    assert wrong(old, postal_code="1960") == {"postal_code": "A Finnish postcode has five digits, for example 19600."}


def test_where_nobody_knows_how_to_reach_the_person_the_form_asks():
    make.municipality()
    form = BackgroundForm(GOOD, project=make.project(), reach=True)
    assert list(form.errors) == ["email"]
    assert BackgroundForm(GOOD | {"phone": "040 123 4567"}, project=make.project(), reach=True).is_valid()
    assert "email" not in BackgroundForm(project=make.project()).fields


def test_screens_are_those_of_which_something_is_asked(old):
    assert screens(BackgroundForm(project=make.project()).fields) == ["you", "home", "work", "education"]
    assert screens(BackgroundForm(project=old).fields) == ["you", "home", "work", "education", "origin", "situation"]


def test_one_screen_judges_its_own_questions_alone(old):
    form = BackgroundForm(
        {"labour_status_start": "EMPLOYED", "unemployment_duration": "M0_6"}, project=old, screen="work"
    )
    assert list(form.fields) == ["labour_status_start", "unemployment_duration", "employer_business_id"]
    assert list(form.errors) == ["unemployment_duration"]


def test_every_question_stands_under_one_idea(old):
    for form in (BackgroundForm(project=make.project()), BackgroundForm(project=old, reach=True)):
        assert [field.name for _idea, fields in form.ideas for field in fields] == sorted(
            form.fields, key=[each for screen in SCREENS.values() for each in screen].index
        )
    assert [idea for idea, _fields in form.ideas][:3] == ["you", "home", "reach"]


@pytest.mark.parametrize(("period", "profile"), [("2014-2020", "esf_2014"), ("2021-2027", "esfplus_2021")])
def test_a_notice_says_by_which_questions_it_was_given(period, profile):
    make.privacy_notices()
    project = make.project(period=period)
    notices.submit(person=make.person(), project=project, source="x", answers=make.answers(), now=NOW)
    assert StartNotice.objects.values_list("profile", "wording").get() == (profile, "2026-11")
