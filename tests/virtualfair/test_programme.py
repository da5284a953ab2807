import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from events.enums import Kind, Status
from tests import factories as make
from tests.factories import NOW
from virtualfair.models import Pitch

pytestmark = pytest.mark.django_db


def pitch(fair, after=0, minutes=10):
    starts = NOW + dt.timedelta(minutes=after)
    return Pitch.objects.create(
        event=fair, organisation=make.organisation(), title=f"Pitch {after}", starts_at=starts,
        ends_at=starts + dt.timedelta(minutes=minutes),
    )  # fmt: skip


def test_pitches_stand_in_their_order_and_the_one_going_on_is_marked(client, time_machine):
    time_machine.move_to(NOW + dt.timedelta(minutes=16), tick=False)
    fair = make.event(kind=Kind.VIRTUAL_FAIR)
    for after in (30, 15, 0):
        pitch(fair, after)

    page = client.get(reverse("virtualfair:programme", args=[fair.slug]))

    assert [each.title for each in page.context["pitches"]] == ["Pitch 0", "Pitch 15", "Pitch 30"]
    assert page.text.count("status-open") == 1


def test_a_course_or_a_draft_has_no_programme(client):
    for event in (make.event(), make.event(kind=Kind.VIRTUAL_FAIR, status=Status.DRAFT)):
        assert client.get(reverse("virtualfair:programme", args=[event.slug])).status_code == 404


def test_two_pitches_do_not_start_at_once():
    fair = make.event(kind=Kind.VIRTUAL_FAIR)
    pitch(fair)
    with pytest.raises(IntegrityError), transaction.atomic():
        pitch(fair)
