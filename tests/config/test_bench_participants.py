"""The benchmark's participants: real rows of every kind, counted by the report."""

import datetime as dt

import pytest

from config.benchmark import participants
from config.benchmark.fetched import RowsFetched
from esf.indicators import report
from esf.models import EndNotice, Participation
from events.models import Project
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_everybody_is_counted_and_some_have_ended_and_come_back():
    make.privacy_notices()
    make.municipality()
    told = []

    made = participants.build(organisation=make.organisation(), number=60, now=NOW, say=told.append)

    project = Project.objects.get(pk=made["project"])
    figures = report(project=project, on=dt.date(2027, 12, 31))
    assert (figures.row("EECO01").total, figures.failures, figures.without_notice) == (60, (), 0)
    assert Participation.objects.count() > 60
    assert EndNotice.objects.count() > 30
    assert told == ["60 of 60 participants …"]


def test_what_a_report_costs_is_measured_of_everybody_and_of_few():
    make.privacy_notices()
    make.municipality()
    made = participants.build(organisation=make.organisation(), number=400, now=NOW, say=lambda _text: None)

    measured = participants.measured(made, NOW)

    project = Project.objects.get(pk=made["project"])
    with RowsFetched() as fetched:
        everybody = report(project=project, on=NOW.date()).row("EECO01").total
    assert (measured["queries"], measured["rows"]) == (7, fetched.number)
    assert 0 < measured["few"] < everybody == 400
    assert 0 < measured["few_rows"] <= measured["rows"] < 400
    assert min(measured["peak_kb"], measured["few_peak_kb"]) > 0
