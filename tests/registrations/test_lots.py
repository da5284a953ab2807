"""Lots for applicants: the seed is fixed before the draw, anybody can check it, and no draw is forgotten."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from registrations import rules
from registrations.enums import Basis, Stage
from registrations.models import Lottery
from registrations.services import selection, standings
from tests import factories as make
from tests.factories import NOW
from tests.registrations import selecting

pytestmark = pytest.mark.django_db


def drawn(event, reason=""):
    selection.prepare_lots(event=event, reason=reason, by=make.user(), now=NOW)
    return selection.draw(event=event, by=make.user(), now=NOW)


def test_the_draw_can_be_made_again_by_anybody():
    event = selecting.event()
    selecting.several(event, 12)

    lottery = drawn(event)

    assert lottery.order == rules.draw(lottery.seed, range(1, 13))
    assert standings.lots(event_pk=event.pk) == {number: place for place, number in enumerate(lottery.order, start=1)}


def test_who_is_out_is_not_drawn():
    event = selecting.event()
    _one, gone, _three = selecting.several(event, 3)
    selecting.decide(event, Stage.REJECTED, gone)

    assert sorted(drawn(event).order) == [1, 3]


def test_preparing_twice_keeps_the_first_seed():
    event = selecting.event()
    first, second = (selection.prepare_lots(event=event, reason="", by=make.user(), now=NOW) for _i in range(2))

    assert first.seed == second.seed


def test_a_second_draw_needs_a_reason_and_both_are_kept():
    event = selecting.event()
    selecting.several(event, 4)
    first = drawn(event)

    with pytest.raises(selection.DrawAgainNeedsReason):
        drawn(event)
    second = drawn(event, reason="Kaksi hakemusta puuttui")

    assert list(Lottery.objects.order_by("number")) == [first, second]
    assert standings.lots(event_pk=event.pk)[second.order[0]] == 1


def test_nothing_is_drawn_before_it_is_prepared_and_from_nobody():
    event = selecting.event()
    with pytest.raises(selection.NoLots):
        selection.draw(event=event, by=make.user(), now=NOW)
    with pytest.raises(selection.NothingToDraw):
        drawn(event)


@pytest.mark.parametrize("wrong", [{"number": 2, "reason": ""}, {"drawn_at": NOW}, {"order": [1]}])
def test_the_database_holds_what_a_draw_is(wrong):
    event = selecting.event()
    plain = {"number": 1, "seed": "s", "algorithm": rules.ALGORITHM, "made_at": NOW, "made_by": make.user()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Lottery.objects.create(event=event, **plain | wrong)


def test_the_first_by_lots_are_found():
    event = selecting.event()
    selecting.several(event, 6)
    lottery = drawn(event)

    found = selection.best(event=event, number=2, among=[Stage.APPLIED], basis=Basis.LOTTERY)

    assert [each.number for each in found] == lottery.order[:2]


def test_the_page_shows_the_fingerprint_first_and_the_seed_after_the_draw(time_machine):
    time_machine.move_to(NOW, tick=False)
    event = selecting.event()
    selecting.several(event, 3)
    client = Client()
    client.force_login(make.organiser(event))
    address = f"/desk/events/{event.pk}/selection/lots/"

    client.post(address, {})
    lottery = Lottery.objects.get()
    before = client.get(address).text
    assert (rules.fingerprint(lottery.seed) in before, lottery.seed in before) == (True, False)
    client.post(address, {"draw": "1"})
    assert lottery.seed in client.get(address).text
    assert client.post(address, {}).status_code == 422
