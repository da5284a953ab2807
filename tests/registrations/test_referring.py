"""An officer refers a client: with consent, and without learning who was registered before."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from core.models import OutboxMessage
from registrations.enums import Channel, ConsentHow, HoldKind, Status
from registrations.models import Referral, Registration
from registrations.services import referring, seats, walk_ins
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

OFFICE = "Jyväskylän työvoimapalvelut"


def refer(event, who=None, **changes):
    plain = {"office": OFFICE, "nonce": uuid.uuid4(), "pool_pk": None, "now": NOW}
    plain["consent"] = referring.Consent(how=ConsentHow.SPOKEN, on=NOW.date())
    by = changes.pop("by", None) or make.user()
    return referring.refer(event=event, contact=who or make.contact(), by=by, **plain | changes)


def letters():
    return [message.payload["keys"]["letter"] for message in OutboxMessage.objects.order_by("pk")]


def seen(officer):
    return [(each.status, each.place, each.attended) for each in referring.states(by=officer)]


def test_a_client_gets_a_seat_and_a_letter_that_says_who_referred_them(counters):
    event, officer = make.event(), make.user()

    made = refer(event, by=officer)

    registration = Registration.objects.get()
    assert (registration.status, registration.channel, made.made) == (Status.CONFIRMED, Channel.REFERRAL, True)
    assert counters(event).taken == 1
    message = OutboxMessage.objects.get()
    assert OFFICE in message.payload["text"]
    assert officer.name not in message.payload["text"]
    entry = AuditEntry.objects.get(action="referral.create")
    assert entry.after == {"office": OFFICE, "consent_how": "spoken", "consent_on": "2026-11-23"}


def test_a_full_event_puts_them_on_the_waiting_list():
    event, officer = make.event(seats=1), make.user()
    make.register(event)
    refer(event, by=officer)
    assert (letters()[-1], seen(officer)) == ("waiting", [(Status.WAITING, 1, False)])


def test_the_officer_sees_how_it_goes():
    event, officer = make.event(first=NOW), make.user()
    made = refer(event, by=officer)
    assert seen(officer) == [(Status.CONFIRMED, None, False)]
    make.check_in(made.registration, now=NOW)
    assert seen(officer) == [(Status.CONFIRMED, None, True)]


def test_withdrawing_is_cancelling():
    event, officer = make.event(), make.user()
    made = refer(event, by=officer)
    seats.cancel(registration=made.registration, by=None, now=NOW)
    assert seen(officer) == [(Status.CANCELLED, None, False)]


def test_a_client_who_is_registered_already_looks_like_any_other_to_the_officer(counters):
    event, officer, who = make.event(seats=5), make.user(), make.contact()
    there = make.register(event, who)

    old, new = refer(event, who, by=officer), refer(event, by=officer)

    assert (old.made, new.made, old.registration) == (False, True, there)
    assert seen(officer) == [(Status.CONFIRMED, None, False)] * 2
    assert letters() == ["confirmed", "known_already", "confirmed"]
    assert (counters(event).taken, counters(event).held) == (2, 1)  # as if a seat had been taken, for a while


def test_of_a_full_event_too_and_until_their_turn_would_have_come():
    event, officer, who = make.event(seats=2, offers=False), make.user(), make.contact()
    make.register(event, who)
    leaving = make.register(event)
    first = make.register(event, kind=HoldKind.QUEUE)

    refer(event, who, by=officer)
    assert seen(officer) == [(Status.WAITING, 2, False)]
    seats.cancel(registration=leaving, by=None, now=NOW + dt.timedelta(hours=1))
    assert seen(officer) == [(Status.CONFIRMED, None, False)]
    assert Registration.objects.get(pk=first.pk).status == Status.CONFIRMED


def test_alone_in_the_queue_they_seem_to_wait_until_a_seat_is_free():
    event, officer, who = make.event(seats=2, offers=False), make.user(), make.contact()
    make.register(event, who)
    leaving = make.register(event)

    refer(event, who, by=officer)
    assert seen(officer) == [(Status.WAITING, 1, False)]
    seats.cancel(registration=leaving, by=None, now=NOW)
    assert seen(officer) == [(Status.CONFIRMED, None, False)]


def test_what_a_client_is_offered_the_officer_does_not_see():
    told = []
    for known in (True, False):
        event, officer, who = make.event(seats=2), make.user(), make.contact()
        make.register(event, who if known else None)
        leaving = make.register(event)
        refer(event, who, by=officer)
        seats.cancel(registration=leaving, by=None, now=NOW)
        told.append(seen(officer))
    assert told == [[(Status.WAITING, None, False)]] * 2


def test_an_officer_sees_their_own_referrals_alone():
    event, officer = make.event(), make.user()
    refer(event)
    assert seen(officer) == []


def test_the_same_form_sent_twice_refers_once(counters):
    event, officer, nonce, who = make.event(), make.user(), uuid.uuid4(), make.contact()
    first, second = (refer(event, who, by=officer, nonce=nonce) for _press in range(2))
    assert (first, counters(event).taken, counters(event).held) == (second, 1, 0)
    with pytest.raises(walk_ins.StaleEntry):
        refer(event, who, nonce=nonce)


def test_consent_cannot_be_of_a_day_ahead():
    with pytest.raises(referring.ConsentAhead):
        refer(make.event(), consent=referring.Consent(how=ConsentHow.WRITTEN, on=NOW.date() + dt.timedelta(days=1)))


def test_a_registration_comes_of_one_referral():
    made = refer(make.event())
    made.pk, made.nonce = None, uuid.uuid4()
    with pytest.raises(IntegrityError, match=r"referral|UNIQUE"):
        made.save(force_insert=True)


def test_the_window_of_registration_holds_for_officers_too():
    with pytest.raises(seats.NotOpen):
        refer(make.event(registration_closes_at=NOW - dt.timedelta(days=1)))


# The pages


@pytest.fixture
def event(time_machine):
    time_machine.move_to(NOW, tick=False)
    return make.event()


@pytest.fixture
def officer(event):
    return make.member(Role.REFERRER, event)


@pytest.fixture
def desk(client, event, officer):
    client.force_login(officer)
    return reverse("registrations:refer", args=[event.pk])


def typed(**changes):
    return {
        "first_name": "Aino", "last_name": "Asiakas", "email": "aino@example.fi", "language": "uk", "office": OFFICE,
        "consent": "on", "consent_how": "written", "consent_on": "2026-11-20", "nonce": uuid.uuid4(),
    } | changes  # fmt: skip


def test_one_registered_already_gets_the_very_same_answer(client, desk, event):
    make.register(event, make.contact(first_name="Aino", last_name="Asiakas", email="aino@example.fi"))

    known = client.post(desk, typed(), follow=True)
    new = client.post(desk, typed(first_name="Eino"), follow=True)

    assert known.redirect_chain == new.redirect_chain == [("/desk/referrals/", 302)]
    lines = client.get(reverse("registrations:referrals")).text
    assert lines.count("status-confirmed") == 2
    assert "example.fi" not in lines
    assert [each.name for each in Referral.objects.order_by("pk")] == ["Aino Asiakas", "Eino Asiakas"]


def test_one_without_an_address_gets_a_slip(client, desk):
    data = typed(email="")
    for _press in range(2):
        response = client.post(desk, data)
        assert (response.status_code, response.text.count("<svg")) == (200, 2)
    assert Registration.objects.count() == 1


def test_the_client_sees_who_referred_them_and_has_it_among_their_data(client, desk):
    slip = client.post(desk, typed(email=""))
    mine = slip.context_data["url"].partition("testserver")[2] or "/" + slip.context_data["url"].split("/", 3)[3]
    client.logout()
    assert OFFICE in client.get(mine).text
    assert client.get(f"{mine}data.json").json()["referrals"][0]["office"] == OFFICE


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"consent": ""}, {"consent"}),
        ({"consent_how": ""}, {"consent_how"}),
        ({"consent_on": "2026-11-24"}, {"consent_on"}),
        ({"consent_on": ""}, {"consent_on"}),
        ({"office": "https://evil.example"}, {"office"}),
        ({"office": ""}, {"office"}),
    ],
)
def test_without_consent_nobody_is_referred(client, desk, changes, wrong):
    response = client.post(desk, typed(**changes))
    assert (response.status_code, set(response.context_data["form"].errors)) == (422, wrong)
    assert Registration.objects.count() == 0


def test_an_officer_sees_nobody_on_the_events_own_page(client, desk, event):
    name = make.register(event).last_name
    page = client.get(reverse("workspace:event", args=[event.pk]))
    assert (page.status_code, name in page.text, desk in page.text) == (200, False, True)


def test_who_may_refer(client, event):
    url = reverse("registrations:refer", args=[event.pk])
    assert client.get(url).status_code == 302
    for role, status in [(Role.REFERRER, 200), (Role.ORGANISER, 200), (Role.DOOR, 404), (Role.TEACHER, 404),
                         (Role.READER, 404)]:  # fmt: skip
        client.force_login(make.member(role, event))
        assert client.get(url).status_code == status
        client.force_login(make.member(role, make.event()))
        assert client.post(url, typed()).status_code == 404


def test_to_drafts_and_confidential_events_nobody_from_outside_refers(client, event):
    hidden = make.event(organisation=event.organisation, confidential=True)
    draft = make.event(organisation=event.organisation, status="draft", published_at=None)
    client.force_login(make.member(Role.REFERRER, event.organisation))
    for each in (hidden, draft):
        assert client.get(reverse("registrations:refer", args=[each.pk])).status_code == 404
