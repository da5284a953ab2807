import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from events.enums import Door, Status
from events.models import InvitationCode
from events.models.invitations import CODE
from events.rules import door_of
from events.services import invitations
from events.views.invitations import TIMES
from registrations.enums import HoldKind
from registrations.models import Hold, Registration
from registrations.services import seats
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def invitation(event=None, source="Postikortti, Joutsa"):
    return invitations.make(event=event or make.event(), source=source, by=make.user(), now=NOW)


def visits(code):
    return InvitationCode.objects.get(pk=code.pk).visits


def short(code):
    return reverse("events:invitation", args=[code.code])


def test_a_code_has_six_characters_that_nobody_mistakes_for_others():
    code = invitation()
    assert re.fullmatch(CODE, code.code)
    assert AuditEntry.objects.get(action="invitation.make").after == {"code": code.code, "source": code.source}


@pytest.mark.parametrize("fields", [{"code": "ABC10O"}, {"code": "ABCDE"}, {"source": ""}])
def test_the_database_keeps_out_a_code_of_another_form(fields):
    values = {"code": "ABCDEF", "source": "Lehti", "event": make.event(), "created_at": NOW, "created_by": make.user()}
    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationCode.objects.create(**values | fields)


def test_the_short_address_leads_to_the_event_and_counts_one_visit_per_browser(client):
    code = invitation()
    for _i in range(3):
        assert client.get(short(code)).headers["Location"] == code.event.get_absolute_url()
    assert visits(code) == 1


def test_two_browsers_are_two_visits(client):
    code = invitation()
    client.get(short(code))
    client.cookies.clear()
    client.get(short(code))
    assert visits(code) == 2


def test_looking_ahead_is_no_visit(client):
    code = invitation()
    client.head(short(code))
    client.cookies.clear()
    client.get(short(code), headers={"Sec-Purpose": "prefetch;prerender"})
    assert visits(code) == 0


def test_the_cookie_is_signed_and_not_for_scripts(client):
    code = invitation()
    client.get(short(code))
    cookie = client.cookies[f"invitation-{code.event_id}"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    assert cookie.value.startswith(f"{code.code}:")


@pytest.mark.parametrize("typed", ["{}", " {} ", "{:.3}-{}"])
def test_a_code_is_found_however_it_is_typed(client, typed):
    code = invitation()
    text = typed.format(code.code, code.code[3:]).lower() if "-" in typed else typed.format(code.code).lower()
    response = client.get(reverse("events:invitations"), {"code": text})
    assert response.headers["Location"] == code.event.get_absolute_url()


def test_what_opens_nothing_is_told_with_a_field_to_type_again(client):
    closed, draft = invitation(), invitation(make.event(status=Status.DRAFT))
    invitations.close(invitation=closed, by=make.user(), now=NOW)
    for code in (closed.code, draft.code, "ABCDEF", "nonsense", "<script>"):
        page = client.get(reverse("events:invitations"), {"code": code})
        assert (page.status_code, page.context["typed"], "<script>" in page.text) == (404, code, False)
    assert client.get(short(closed)).status_code == 404
    assert client.get(reverse("events:invitations")).status_code == 200


def test_guessing_is_slowed_down(client):
    code = invitation()
    for _i in range(TIMES):
        client.get(reverse("events:invitations"), {"code": "ABCDEF"})
    refused = client.get(short(code))
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True)


def test_only_reading_is_allowed(client):
    assert client.post(short(invitation())).status_code == 405
    assert client.post(reverse("events:invitations")).status_code == 405


def test_who_came_by_a_code_is_counted_for_it_until_the_registration(client):
    event = make.event()
    code = invitation(event)
    client.get(short(code))
    client.post(reverse("registrations:take", args=[event.slug]), {"kind": "seat"})
    hold = Hold.objects.get()
    assert hold.invitation == code

    seats.register(hold=hold, contact=make.contact(), answers=None, support_needs="", now=NOW)
    assert Registration.objects.get().invitation == code


def test_another_events_code_counts_for_nothing():
    event, other = make.event(), invitation()
    seats.hold(event=event, kind=HoldKind.SEAT, invitation=other.code, now=NOW)
    assert Hold.objects.get().invitation is None


def test_without_an_invitation_the_door_says_so():
    event = make.event(invite_only=True)
    assert [door_of(event, NOW), door_of(event, NOW, invited=True)] == [Door.INVITED, Door.OPEN]


def test_an_event_of_those_invited_asks_for_the_code_and_lets_in_who_has_it(client):
    event = make.event(invite_only=True)
    take = reverse("registrations:take", args=[event.slug])
    page = client.get(event.get_absolute_url())
    assert (take in page.text, reverse("events:invitations") in page.text) == (False, True)
    refused = client.post(take, {"kind": "seat"})
    assert (refused.status_code, refused.context["refusal"].code) == (409, "invitation_needed")

    client.get(short(invitation(event)))
    assert take in client.get(event.get_absolute_url()).text
    assert client.post(take, {"kind": "seat"}).status_code == 302


@pytest.mark.parametrize("kind", HoldKind)
def test_the_service_refuses_who_has_no_good_code(kind):
    event = make.event(invite_only=True)
    closed = invitation(event)
    invitations.close(invitation=closed, by=make.user(), now=NOW)
    for code in ("", "ABCDEF", closed.code, invitation().code):
        with pytest.raises(seats.InvitationNeeded):
            seats.hold(event=event, kind=kind, invitation=code, now=NOW)
    assert not Hold.objects.exists()


def test_a_form_that_was_begun_with_a_code_goes_on_after_the_code_is_closed():
    event = make.event(invite_only=True)
    code = invitation(event)
    seats.hold(event=event, kind=HoldKind.SEAT, invitation=code.code, now=NOW)
    invitations.close(invitation=code, by=make.user(), now=NOW)
    hold = Hold.objects.get()
    later = hold.expires_at
    seats.renew(hold=hold, kind=HoldKind.SEAT, now=later)
    seats.register(hold=hold, contact=make.contact(), answers=None, support_needs="", now=later)
    assert Registration.objects.get().status == "confirmed"


def test_an_organisers_system_needs_no_code():
    event = make.event(invite_only=True)
    made = seats.enrol(
        event=event, contact=make.contact(), answers=None, support_needs="", accept_queue=False, by=make.user(), now=NOW
    )
    assert made.status == "confirmed"


def desk(name, event, *more):
    return reverse(f"workspace:{name}", args=[event.pk, *more])


def test_the_desk_shows_what_came_of_each_source(client):
    event = make.event(seats=1)
    code = invitation(event)
    InvitationCode.objects.filter(pk=code.pk).update(visits=8)
    for kind in (HoldKind.SEAT, HoldKind.QUEUE):
        seats.hold(event=event, kind=kind, invitation=code.code, now=NOW)
        hold = Hold.objects.latest("pk")
        seats.register(hold=hold, contact=make.contact(), answers=None, support_needs="", now=NOW)
    client.force_login(make.organiser(event))

    [row] = client.get(desk("codes", event)).context["codes"]
    shown = row["code"]
    assert (shown.visits, shown.all_told, shown.confirmed, shown.waiting, shown.cancelled) == (8, 2, 1, 1, 0)
    assert row["address"] == f"miitti.example/i/{code.code}"


def test_a_code_is_made_and_closed_on_the_desk(client):
    event = make.event()
    client.force_login(make.organiser(event))
    assert client.post(desk("codes", event), {"source": ""}).status_code == 422
    client.post(desk("codes", event), {"source": "Kirje"})
    made = InvitationCode.objects.get()
    assert made.source == "Kirje"

    client.post(desk("close_code", event, made.pk))
    made.refresh_from_db()
    assert made.closed_at == NOW


def test_a_code_becomes_a_drawing_and_a_sheet_of_postcards(client):
    event = make.event()
    code = invitation(event)
    client.force_login(make.organiser(event))
    drawing, sheet = client.get(desk("code_qr", event, code.pk)), client.get(desk("postcards", event, code.pk))
    assert (drawing.headers["Content-Type"], b"<svg" in drawing.content) == ("image/svg+xml", True)
    assert (sheet.headers["Content-Type"], sheet.content[:5]) == ("application/pdf", b"%PDF-")


def test_codes_are_for_those_who_manage_the_event(client):
    event = make.event()
    code = invitation(event)
    pages = [desk("codes", event), desk("poster", event)]
    pages += [desk(name, event, code.pk) for name in ("code_qr", "postcards")]
    close = desk("close_code", event, code.pk)
    assert {client.get(page).status_code for page in [*pages, close]} == {302}
    assert client.post(close).status_code == 302
    for role in (Role.DOOR, Role.TEACHER, Role.READER):
        client.force_login(make.member(role, event))
        assert {client.get(page).status_code for page in pages} == {404}
        assert client.post(close).status_code == 404
    client.force_login(make.organiser(make.event()))
    assert {client.get(page).status_code for page in pages} == {404}
    client.force_login(make.organiser(event))
    assert client.get(close).status_code == 405
    assert client.get(desk("code_qr", make.event(organisation=event.organisation), code.pk)).status_code == 404
