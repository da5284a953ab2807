"""Companies and public bodies that a project has supported, once each by business ID."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.enums import Role
from esf.enums import SupportedKind
from esf.indicators import report
from esf.models import Outcome, Participation, SupportedOrganisation
from esf.services import evidence
from registrations.enums import Stage
from registrations.models import Application, Party, StageStep
from registrations.services import stages
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)


def supported(project, source="event:1", kind=SupportedKind.UNKNOWN, business_id="0165116-3"):
    what = evidence.Supported(
        business_id=business_id, name="Paja Oy", kind=kind, day=TODAY, evidence="pöytäkirja", source=source
    )
    return evidence.supported(project=project, what=what, by=None, now=NOW)


def test_the_same_source_tells_once_and_what_is_known_of_the_kind_stays():
    project, who = make.project(), make.user()
    supported(project)
    supported(project)
    evidence.set_kind(project=project, business_id="0165116-3", kind=SupportedKind.SMALL, by=who, now=NOW)

    supported(project, source="event:2")

    rows = SupportedOrganisation.objects.order_by("source").values_list("source", "kind")
    assert list(rows) == [("event:1", "SMALL"), ("event:2", "SMALL")]


def test_a_row_that_knows_nothing_of_the_kind_does_not_hide_what_another_knows():
    project = make.project()
    supported(project, kind=SupportedKind.SMALL)
    supported(project, source="event:2")
    SupportedOrganisation.objects.filter(source="event:2").update(kind=SupportedKind.UNKNOWN)

    counted = {row.code: row.total for row in report(project=project, on=TODAY).rows}

    assert (counted["EECO18"], counted["EECO19"]) == (0, 1)


def test_a_company_whose_people_come_to_an_event_that_counts_was_supported_once():
    event = make.counting_event(first=NOW)
    party = Party.objects.create(
        event=event, first_name="A", last_name="B", email="a@paja.example", language="fi", company="Paja Oy",
        business_id="0165116-3", created_at=NOW,
    )  # fmt: skip
    for _each in range(2):
        registration = make.register(event, answers=make.answers(), now=NOW - dt.timedelta(days=1))
        registration.party = party
        registration.save()
        make.check_in(registration, now=NOW)

    [row] = SupportedOrganisation.objects.all()
    assert (row.business_id, row.name, row.evidence, row.source) == (
        "0165116-3", "Paja Oy", event.title, f"event:{event.pk}",
    )  # fmt: skip


def test_the_end_of_a_course_ends_the_participation_and_is_kept_as_an_outcome():
    event = make.counting_event(first=NOW)
    registration = make.register(event, answers=make.answers(), now=NOW - dt.timedelta(days=1))
    make.check_in(registration, now=NOW)
    application = Application.objects.create(
        registration=registration, event=event, number=1, applied_at=NOW, stage_since=NOW, stage=Stage.STARTED,
        previous_stage=Stage.ACCEPTED,
    )  # fmt: skip
    StageStep.objects.create(application=application, number=1, to_stage=Stage.APPLIED, at=NOW)

    stages.step([application], Stage.COMPLETED, by=make.user(), now=NOW)

    spell = Participation.objects.get()
    assert (spell.ended_on, spell.ended_by, spell.end_reason) == (TODAY, "OUTCOME", event.title)
    assert Outcome.objects.get().source == f"application:{application.pk}"


@pytest.fixture
def project():
    return make.project()


def add(client, project, **fields):
    plain = {"name": "Paja Oy", "business_id": "0165116-3", "kind": "MICRO", "day": "2026-11-20", "evidence": "sopimus"}
    return client.post(reverse("esf:supported", args=[project.pk]), plain | fields)


def test_one_is_added_by_hand_and_taken_out_of_the_figures_for_a_reason(client, project):
    client.force_login(make.member(Role.ORGANISER, project))

    assert add(client, project).status_code == 302
    row = SupportedOrganisation.objects.get()
    client.post(reverse("esf:remove_supported", args=[project.pk, row.pk]), {"reason": "sama yritys toisella nimellä"})

    row.refresh_from_db()
    assert (row.kind, row.evidence, row.removed_because) == ("MICRO", "sopimus", "sama yritys toisella nimellä")


@pytest.mark.parametrize("wrong", [{"business_id": "0165116-4"}, {"day": "2019-01-01"}, {"evidence": ""}])
def test_a_wrong_form_comes_back_with_what_was_typed(client, project, wrong):
    client.force_login(make.member(Role.ORGANISER, project))

    answer = add(client, project, **wrong)

    assert answer.status_code == 422
    assert "Paja Oy" in answer.content.decode()
    assert not SupportedOrganisation.objects.exists()


def test_nothing_tells_the_name_of_a_confidential_event():
    event = make.counting_event(first=NOW, confidential=True)
    registration = make.register(event, answers=make.answers(), now=NOW - dt.timedelta(days=1))
    registration.party = Party.objects.create(
        event=event, first_name="A", last_name="B", email="a@paja.example", language="fi", company="Paja Oy",
        business_id="0165116-3", created_at=NOW,
    )  # fmt: skip
    registration.save()
    make.check_in(registration, now=NOW)
    application = Application.objects.create(
        registration=registration, event=event, number=1, applied_at=NOW, stage_since=NOW, stage=Stage.STARTED,
        previous_stage=Stage.ACCEPTED,
    )  # fmt: skip
    StageStep.objects.create(application=application, number=1, to_stage=Stage.APPLIED, at=NOW)

    stages.step([application], Stage.COMPLETED, by=make.user(), now=NOW)

    told = [
        SupportedOrganisation.objects.get().evidence,
        Outcome.objects.get().name,
        Participation.objects.get().end_reason,
    ]
    assert told == ["–", "", ""]
