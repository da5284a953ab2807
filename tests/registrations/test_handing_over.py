"""Somebody who cannot come gives the seat to somebody else."""

import datetime as dt

import pytest

from accounts.models import PersonalLink
from core.models import OutboxMessage
from events.models import Terms
from registrations.enums import HoldKind, Status
from registrations.models import Registration
from registrations.services import attendance, letters, seats, tickets
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def give(registration, to=None, by=None):
    return seats.hand_over(registration=registration, to=to or make.contact(), by=by, now=NOW)


def mails():
    return [message.payload["keys"]["letter"] for message in OutboxMessage.objects.order_by("pk")]


def test_the_seat_goes_over_and_is_never_free_in_between(counters):
    event = make.event(seats=1)
    mine = make.register(event)
    waiting = make.register(event, kind=HoldKind.QUEUE)

    made = give(mine, make.contact(first_name="Liisa"))

    mine.refresh_from_db()
    waiting.refresh_from_db()
    assert (mine.status, made.status, waiting.status) == (Status.CANCELLED, Status.CONFIRMED, Status.WAITING)
    assert (made.handed_over_by, made.first_name) == (mine, "Liisa")
    assert (counters(event).taken, mails()[-2:]) == (1, ["handed_over", "received"])


def test_the_old_ticket_and_the_old_links_are_dead(client):
    mine = make.register(make.event())
    url = letters.personal_url(registration=mine, now=NOW).removeprefix("https://miitti.example")
    old = tickets.text(mine)

    made = give(mine)

    assert PersonalLink.objects.filter(key=mine.key, revoked_at=None, created_at__lt=NOW).count() == 0
    assert client.get(url).status_code == 404
    with pytest.raises(attendance.CancelledTicket):
        make.check_in(mine, scanned=old, now=mine.event.starts_at)
    assert make.check_in(made, now=made.event.starts_at).registration == made


def test_nothing_of_the_first_persons_goes_with_the_seat():
    event = make.counting_event()
    who = make.contact()
    mine = make.register(event, who, answers=make.answers(who))
    made = give(mine)
    assert made.person != mine.person
    assert (made.phone, made.support_needs, made.person.notices.count() if hasattr(made.person, "notices") else 0) == (
        "",
        "",
        0,
    )


def test_who_is_registered_already_keeps_one_seat_and_the_giver_learns_nothing(counters):
    event = make.event(seats=2)
    friend = make.contact()
    mine, theirs = make.register(event), make.register(event, friend)
    waiting = make.register(event, kind=HoldKind.QUEUE)

    assert give(mine, friend) is None

    waiting.refresh_from_db()
    assert Registration.objects.get(pk=theirs.pk).status == Status.CONFIRMED
    assert (waiting.status, counters(event).taken, counters(event).held) == (Status.WAITING, 1, 1)
    assert "known_already" in mails()

    seats.sweep(now=NOW + dt.timedelta(hours=1))
    waiting.refresh_from_db()
    assert (waiting.status, counters(event).held) == (Status.OFFERED, 0)


def test_one_cannot_give_what_one_has_not_or_to_oneself_or_where_it_is_not_allowed():
    event = make.event(seats=1)
    who = make.contact()
    mine = make.register(event, who)
    waiting = make.register(event, kind=HoldKind.QUEUE)
    with pytest.raises(seats.NoSeatToGive):
        give(waiting)
    with pytest.raises(seats.SamePerson):
        give(mine, who)
    Terms.objects.create(event=event, may_hand_over=False)
    event.sequence += 1
    event.save()
    with pytest.raises(seats.MayNotHandOver):
        give(mine)
    assert give(mine, by=make.organiser(event)).status == Status.CONFIRMED


def test_who_has_been_there_cannot_give_the_seat_away():
    mine = make.register(make.event())
    make.check_in(mine, now=mine.event.starts_at)
    with pytest.raises(seats.AlreadyAttended):
        give(mine)


def test_on_ones_own_page_the_answer_is_the_same_whoever_gets_the_seat(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    event = make.event()
    friend = make.contact()
    answers = []
    make.register(event, friend)
    for to in (friend, make.contact()):
        mine = make.register(event)
        url = letters.personal_url(registration=mine, now=NOW).removeprefix("https://miitti.example")
        data = {"first_name": to.first_name, "last_name": to.last_name, "email": to.email, "language": "fi"}
        assert client.get(f"{url}give/").status_code == 200
        answered = client.post(f"{url}give/", data)
        answers.append((answered.status_code, answered["Location"]))
    assert answers[0] == answers[1]
