import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from esf.forms import BackgroundForm
from esf.models import StartNotice
from esf.services import notices
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

GOOD = {
    "birth_date": "17.5.1990",
    "gender": "F",
    "municipality_code": "081",
    "labour_status_start": "UNEMPLOYED",
    "unemployment_duration": "M12_24",
    "education_level": "ISCED3",
}


@pytest.fixture
def project():
    make.municipality()
    return make.project()


def wrong(project, **changes):
    with translation.override("en"):
        form = BackgroundForm(GOOD | changes, project=project)
        return {name: errors[0] for name, errors in form.errors.items()}


def test_good_answers_pass(project):
    assert wrong(project) == {}


@pytest.mark.parametrize("typed", ["17.5.1990", "17.05.1990", "17. 5. 1990", "1990-05-17", "17/5/1990"])
def test_a_birth_date_may_be_written_in_many_ways(project, typed):
    form = BackgroundForm(GOOD | {"birth_date": typed}, project=project)
    assert form.is_valid()
    assert str(form.cleaned_data["birth_date"]) == "1990-05-17"


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"birth_date": "1990"}, {"birth_date": "Write the date as day.month.year, for example 31.12.1985."}),
        ({"birth_date": "17.5.1890"}, {"birth_date": "Check the date of birth: the year seems wrong."}),
        ({"unemployment_duration": ""}, {"unemployment_duration": "Say how long you have been unemployed without a break."}),
        ({"labour_status_start": "NONE"}, {"unemployment_duration": "Leave this empty, or choose “Unemployed jobseeker” above."}),
        ({"employer_business_id": "0165116-4"}, {"employer_business_id": "Check the business ID. Example: 0165116-3"}),
        ({"employer_business_id": "0165116-3"}, {"employer_business_id": "Leave this empty unless you are at work or an entrepreneur."}),
        ({"postal_code": "1960"}, {"postal_code": "A Finnish postcode has five digits, for example 19600."}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(project, changes, errors):
    assert wrong(project, **changes) == errors


def test_an_abolished_municipality_cannot_be_chosen_and_abroad_can(project):
    make.municipality("588", "Pertunmaa", valid_to="2024-12-31")
    assert list(wrong(project, municipality_code="588")) == ["municipality_code"]
    assert wrong(project, municipality_code="999") == {}


def test_origin_is_asked_only_where_the_project_asks_it(project):
    assert "citizenship_group" not in BackgroundForm(project=project).fields
    project.asks_origin = True
    assert "citizenship_group" in BackgroundForm(project=project).fields


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("start_notice_gender_known", {"gender": "Q"}),
        ("start_notice_labour_status_start_known", {"labour_status_start": "RETIRED", "unemployment_duration": ""}),
        ("start_notice_duration_with_unemployment_alone", {"unemployment_duration": ""}),
        ("start_notice_duration_with_unemployment_alone", {"labour_status_start": "NONE"}),
        ("start_notice_education_level_known", {"education_level": "ISCED9"}),
        ("start_notice_can_be_reached", {"email": "", "phone": ""}),
        ("start_notice_by_staff_has_identity_check", {"entered_by": "STAFF"}),
        ("start_notice_municipality_code_form", {"municipality_code": "81"}),
        ("start_notice_postal_code_form", {"postal_code": "1960"}),
        ("start_notice_employer_of_those_at_work", {"employer_business_id": "0165116-3"}),
    ],
)
def test_the_database_refuses_a_notice_that_cannot_be_true(name, changes):
    make.privacy_notices()
    notice = notices.submit(person=make.person(), project=make.project(), source="x", answers=make.answers(), now=NOW)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        StartNotice.objects.filter(pk=notice.pk).update(**changes)
