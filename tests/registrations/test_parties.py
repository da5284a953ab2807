"""One contact registers several people: seats together, waiting together, and each one's data by a link of their own."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from core.models import OutboxMessage
from events.models import Terms
from registrations.enums import Channel, HoldKind, Status
from registrations.models import Hold, Party, Registration
from registrations.services import letters, seats
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def people(number, **fields):
    return [seats.Claimant(contact=make.contact(**fields)) for _i in range(number)]


def hold_for(event, number, kind=HoldKind.SEAT, now=NOW):
    seats.hold(event=event, kind=kind, seats=number, now=now)
    return Hold.objects.latest("pk")


def party_of(event, number=3, kind=HoldKind.SEAT, now=NOW, claimants=None, contact=None, company=None):
    contact = contact or make.contact(first_name="Outi")
    claimants = claimants or [seats.Claimant(contact=contact), *people(number - 1, email=contact.email)]
    held = hold_for(event, len(claimants), kind, now)
    return seats.register_party(hold=held, contact=contact, claimants=claimants, company=company, now=now)


def states(party):
    return [row.status for row in party.members.order_by("pk")]


def sent(address):
    return [
        message.payload["keys"]["letter"] for message in OutboxMessage.objects.filter(recipient=address).order_by("pk")
    ]


def test_a_group_gets_its_seats_together_and_its_contact_one_message(counters):
    event = make.event(seats=5)

    party = party_of(event, 3)

    assert states(party) == [Status.CONFIRMED] * 3
    assert sent(party.email) == ["party_registered"]
    assert (counters(event).taken, counters(event).held) == (3, 0)


def test_who_has_an_address_of_their_own_gets_their_own_ticket():
    event = make.event()
    contact, friend = make.contact(), make.contact(email="ystava@example.fi")
    claimants = [seats.Claimant(contact=who, channel=Channel.PARTY) for who in (contact, friend)]
    party = party_of(event, claimants=claimants, contact=contact)
    assert (sent(friend.email), sent(contact.email)) == (["confirmed"], ["party_registered"])
    assert [row.channel for row in party.members.all()] == [Channel.PARTY, Channel.PARTY]


def test_too_few_free_seats_are_said_before_the_form(counters):
    event = make.event(seats=3)
    make.register(event)
    with pytest.raises(seats.FewerLeft) as told:
        hold_for(event, 3)
    assert told.value.left == 2
    counters(event)


def test_nobody_registers_more_than_the_event_allows_or_than_there_are_seats():
    event = make.event(seats=3)
    with pytest.raises(seats.TooMany):
        hold_for(event, 4, HoldKind.QUEUE)
    with pytest.raises(seats.TooMany):
        hold_for(make.event(seats=30), 6)


def test_a_form_for_three_does_not_register_two():
    event = make.event()
    held = hold_for(event, 3)
    with pytest.raises(seats.WrongNumber):
        seats.register_party(hold=held, contact=make.contact(), claimants=people(2), company=None, now=NOW)
    with pytest.raises(seats.WrongNumber):
        make_single(held)


def make_single(held):
    return seats.register(hold=held, contact=make.contact(), answers=None, support_needs="", now=NOW)


def test_the_same_form_sent_twice_makes_one_group():
    event = make.event()
    held, claimants = hold_for(event, 2), people(2)
    for _twice in range(2):
        seats.register_party(hold=held, contact=make.contact(), claimants=claimants, company=None, now=NOW)
    assert (Party.objects.count(), Registration.objects.count()) == (1, 2)


def test_a_group_waits_for_seats_together_and_they_are_kept_until_there_are_enough(counters):
    event = make.event(seats=2)
    seated = [make.register(event) for _i in range(2)]
    party = party_of(event, 2, HoldKind.QUEUE)
    single = make.register(event, kind=HoldKind.QUEUE, now=NOW + dt.timedelta(minutes=1))

    seats.cancel(registration=seated[0], by=None, now=NOW)
    assert (states(party), counters(event).kept) == ([Status.WAITING] * 2, 1)
    with pytest.raises(seats.Full):
        make.held(event)

    seats.cancel(registration=seated[1], by=None, now=NOW)
    single.refresh_from_db()
    assert (states(party), single.status) == ([Status.OFFERED] * 2, Status.WAITING)
    assert sent(party.email) == ["party_waiting", "party_offered"]
    assert (counters(event).offered, counters(event).kept) == (2, 0)


def test_what_was_kept_for_a_group_goes_on_after_its_time(counters):
    event = make.event(seats=2)
    seated = [make.register(event) for _i in range(2)]
    party = party_of(event, 2, HoldKind.QUEUE)
    single = make.register(event, kind=HoldKind.QUEUE, now=NOW + dt.timedelta(minutes=1))
    seats.cancel(registration=seated[0], by=None, now=NOW)
    party.refresh_from_db()
    assert party.kept_until == NOW + DAY

    seats.sweep(now=NOW + DAY)

    single.refresh_from_db()
    assert (single.status, states(party)) == (Status.OFFERED, [Status.WAITING] * 2)
    assert counters(event).kept == 0


def test_the_contact_answers_for_the_whole_group(counters):
    event = make.event(seats=2)
    seated = [make.register(event) for _i in range(2)]
    party = party_of(event, 2, HoldKind.QUEUE)
    for each in seated:
        seats.cancel(registration=each, by=None, now=NOW)

    seats.accept(offer=seats.of_party(party), now=NOW)

    assert states(party) == [Status.CONFIRMED] * 2
    assert sent(party.email)[-1] == "party_promoted"
    assert counters(event).taken == 2


def test_an_offer_to_a_group_runs_out_for_all_and_they_join_again_together(counters):
    event = make.event(seats=2)
    seated = [make.register(event) for _i in range(2)]
    party = party_of(event, 2, HoldKind.QUEUE)
    for each in seated:
        seats.cancel(registration=each, by=None, now=NOW)
    seats.sweep(now=NOW + DAY)
    assert (states(party), sent(party.email)[-1]) == ([Status.LAPSED] * 2, "party_lapsed")
    make.register(event, now=NOW + DAY)

    seats.rejoin(registration=party.members.first(), now=NOW + DAY)

    assert (states(party), counters(event).waiting) == ([Status.WAITING] * 2, 2)


def test_one_who_leaves_a_waiting_group_makes_it_smaller(counters):
    event = make.event(seats=2)
    seated = [make.register(event) for _i in range(2)]
    party = party_of(event, 2, HoldKind.QUEUE)
    seats.cancel(registration=seated[0], by=None, now=NOW)

    seats.cancel(registration=party.members.order_by("pk")[1], by=None, now=NOW)

    assert states(party) == [Status.OFFERED, Status.CANCELLED]
    assert counters(event).offered == 1


def test_of_those_who_were_registered_before_the_contact_sees_nothing(client, counters, time_machine):
    time_machine.move_to(NOW, tick=False)
    event = make.event(seats=5)
    friend = make.contact(email="ystava@example.fi", first_name="Liisa")
    other = make.contact(email="toinen@example.fi", first_name="Pekka")
    make.register(event, friend)
    contact = make.contact(first_name="Outi")
    claimants = [seats.Claimant(contact=who) for who in (contact, friend, other)]

    party = party_of(event, claimants=claimants, contact=contact)

    assert sent("ystava@example.fi") == ["confirmed", "known_already"]
    assert (counters(event).taken, counters(event).held) == (3, 1)
    page = client.get(letters.party_url(party=party, now=NOW).removeprefix("https://miitti.example")).text
    after = {name: page.split(f"<h3>{name} ")[1].split("</li>")[0].split("</h3>")[1] for name in ("Liisa", "Pekka")}
    assert after["Liisa"] == after["Pekka"]


def test_relatives_share_an_address_and_the_same_one_is_registered_once():
    event = make.event()
    mother = make.contact(first_name="Outi", last_name="Rantala", email="rantala@example.fi")
    child = make.contact(first_name="Aino", last_name="Rantala", email="rantala@example.fi")
    party_of(event, claimants=[seats.Claimant(contact=mother), seats.Claimant(contact=child)], contact=mother)

    make_single(make.held(event))
    again = seats.register(hold=make.held(event), contact=child, answers=None, support_needs="", now=NOW)

    assert again is None
    assert Registration.objects.filter(last_name="Rantala").count() == 2


def test_the_database_itself_refuses_the_same_identity_twice():
    event = make.event()
    mine, other = make.register(event), make.register(event)
    with pytest.raises(IntegrityError, match="identity"), transaction.atomic():
        Registration.objects.filter(pk=other.pk).update(identity=mine.identity)


def test_a_company_registers_its_people_under_its_business_id():
    event = make.event()
    company = seats.Company(name="Sahateollisuus Oy", business_id="0165116-3")
    party = party_of(event, 2, company=company)
    assert (party.company, party.business_id) == ("Sahateollisuus Oy", "0165116-3")
    with pytest.raises(IntegrityError, match="party_company_has_its_id"), transaction.atomic():
        Party.objects.filter(pk=party.pk).update(business_id="")


# Pages


CONTACT = {
    "step": "contact",
    "first_name": "Outi",
    "last_name": "Rantala",
    "email": "outi@example.fi",
    "phone": "",
    "language": "fi",
    "support_needs": "",
}


def begin(client, event, number, kind="seat"):
    return client.post(f"/events/{event.slug}/seat/", {"seats": number, "kind": kind})


def test_a_contact_fills_the_form_for_three_by_names_alone(client):
    event = make.event()
    url = begin(client, event, 3)["Location"].split("?")[0]
    client.post(url, CONTACT | {"coming": "yes"})
    members = {"step": "members", "first_name_1": "Aino", "last_name_1": "Rantala", "email_1": ""}
    refused = client.post(
        url, members | {"first_name_2": "aino", "last_name_2": "RANTALA", "email_2": "outi@example.fi"}
    )
    assert refused.status_code == 422

    client.post(url, members | {"first_name_2": "Eino", "last_name_2": "Aalto", "email_2": "eino@example.fi"})
    done = client.post(url, {"step": "summary"}, follow=True)

    assert done.status_code == 200
    rows = Registration.objects.order_by("pk").values_list("first_name", "email", "status")
    assert list(rows) == [
        ("Outi", "outi@example.fi", "confirmed"),
        ("Aino", "outi@example.fi", "confirmed"),
        ("Eino", "eino@example.fi", "confirmed"),
    ]


def test_a_contact_who_does_not_come_is_not_registered(client):
    event = make.event()
    url = begin(client, event, 2)["Location"].split("?")[0]
    client.post(url, CONTACT | {"coming": "no"})
    names = {f"{part}_{number}": f"Nimi{number}" for part in ("first_name", "last_name") for number in (1, 2)}
    client.post(url, {"step": "members"} | names)
    client.post(url, {"step": "summary"})
    assert sorted(Registration.objects.values_list("first_name", flat=True)) == ["Nimi1", "Nimi2"]
    assert Party.objects.get().first_name == "Outi"


def test_who_wants_more_seats_than_are_free_is_told_how_many_and_may_queue_for_all(client):
    event = make.event(seats=3)
    make.register(event)
    refused = begin(client, event, 3)
    assert (refused.status_code, 'value="queue"' in refused.text) == (409, True)
    assert begin(client, event, 3, "queue").status_code == 302
    assert Hold.objects.latest("pk").seats == 3


def test_a_company_event_asks_for_the_business_id(client):
    event = make.event()
    Terms.objects.create(event=event, asks_company=True)
    url = begin(client, event, 1)["Location"].split("?")[0]
    wrong = client.post(url, CONTACT | {"company": "Saha Oy", "business_id": "0165116-4"})
    assert wrong.status_code == 422
    client.post(url, CONTACT | {"company": "Saha Oy", "business_id": "0165116-3"})
    client.post(url, {"step": "summary"})
    assert (Party.objects.get().business_id, Registration.objects.get().first_name) == ("0165116-3", "Outi")


@pytest.fixture
def offered(time_machine):
    """A party of two with seats on offer, and its page."""
    time_machine.move_to(NOW, tick=False)
    event = make.event(seats=2)
    seated = [make.register(event) for _i in range(2)]
    party = party_of(event, 2, HoldKind.QUEUE)
    for each in seated:
        seats.cancel(registration=each, by=None, now=NOW)
    return party, letters.party_url(party=party, now=NOW).removeprefix("https://miitti.example")


def test_the_contact_takes_the_seats_on_the_groups_page(client, offered):
    party, url = offered
    assert f'action="{url}accept/"' in client.get(url).text
    assert client.get(f"{url}accept/").status_code == 405
    client.post(f"{url}accept/")
    assert states(party) == [Status.CONFIRMED] * 2
    assert client.post(f"{url}accept/").status_code == 409
    assert client.post(f"{url}nonsense/").status_code == 404


def test_the_contact_cancels_one_and_opens_the_form_of_another(client, offered):
    party, url = offered
    first, second = party.members.order_by("pk")
    client.get(f"{url}{second.pk}/cancel/")
    assert states(party) == [Status.OFFERED] * 2
    client.post(f"{url}{second.pk}/cancel/")
    assert states(party) == [Status.OFFERED, Status.CANCELLED]
    opened = client.post(f"{url}{first.pk}/open/")
    assert "/my/" in opened["Location"]


def test_the_groups_page_opens_nobody_elses_registration(client, offered):
    _party, url = offered
    stranger = make.register(make.event())
    for what in ("cancel", "open", "ticket.svg"):
        address = f"{url}{stranger.pk}/{what}{'' if '.' in what else '/'}"
        assert client.post(address).status_code in {404, 405}
        assert client.get(address).status_code in {404, 405}
    assert client.get("/my-group/wrong-token/").status_code == 404


def test_a_member_of_a_group_is_told_who_answers(client, offered):
    party, _url = offered
    member = party.members.first()
    url = letters.personal_url(registration=member, now=NOW).removeprefix("https://miitti.example")
    page = client.get(url).text
    assert (party.name in page, f'action="{url}accept/"' in page) == (True, False)
    assert client.post(f"{url}accept/").status_code == 409
