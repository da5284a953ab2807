"""What applicants see and press, and the organiser's pages of those who have applied."""

import datetime as dt
import re
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from events.models import Event
from registrations.enums import Stage, Status
from registrations.models import Application, Decision, Registration
from registrations.services import seats, selection
from tests import factories as make
from tests.factories import NOW
from tests.registrations import selecting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(time_machine):
    time_machine.move_to(NOW, tick=False)
    make.privacy_notices()


@pytest.fixture
def event():
    return selecting.event(seats=2)


@pytest.fixture
def desk(event):
    client = Client()
    client.force_login(make.organiser(event))
    return client


def address(event, *more):
    return f"/desk/events/{event.pk}/selection/" + "".join(f"{each}/" for each in more)


# The visitor


CONTACT = {
    "step": "contact",
    "first_name": "Aino",
    "last_name": "Hakija",
    "email": "aino.hakija@example.fi",
    "language": "fi",
}


def begin(client, event):
    page = client.get(f"/events/{event.slug}/").text
    assert 'value="apply"' in page
    return (
        client.post(f"/events/{event.slug}/seat/", {"kind": "apply"}, follow=True)
        .redirect_chain[-1][0]
        .partition("?")[0]
    )


def test_a_visitor_applies_in_a_category(client, event, settings):
    settings.FORM_FASTEST_SECONDS = 0
    chosen = event.applicant_categories.get(position=3)
    form = begin(client, event)

    assert client.post(form, CONTACT).status_code == 422  # as what?
    client.post(form, CONTACT | {"category": chosen.pk})
    done = client.post(form, {"step": "summary"}, follow=True)

    assert done.status_code == 200
    application = Application.objects.get()
    assert (application.category, application.registration.status) == (chosen, Status.APPLIED)


def test_a_category_of_another_event_is_none(client, event, settings):
    settings.FORM_FASTEST_SECONDS = 0
    theirs = selecting.event().applicant_categories.first()

    assert client.post(begin(client, event), CONTACT | {"category": theirs.pk}).status_code == 422


def test_a_full_event_takes_applications_all_the_same(client, event):
    selecting.decide(event, Stage.OFFERED, *selecting.several(event, 2))

    assert 'value="apply"' in client.get(f"/events/{event.slug}/").text


@pytest.mark.parametrize("kind", ["seat", "queue"])
def test_a_forged_button_takes_no_seat(client, event, kind):
    assert client.post(f"/events/{event.slug}/seat/", {"kind": kind}).status_code == 409


# The applicant's own page


def test_the_page_tells_each_stage_in_words_of_its_own(client, event):
    """Every stage there is, and none in the words of the waiting list."""
    application = selecting.apply(event)
    token, seen = selecting.link(application), {}
    steps = [
        Stage.INVITED,
        Stage.ASSESSED,
        Stage.RESERVE,
        Stage.OFFERED,
        Stage.ACCEPTED,
        Stage.STARTED,
        Stage.COMPLETED,
    ]

    for stage in [None, *steps]:
        if stage:
            selecting.decide(event, stage, application, reason="Syy")
        page = client.get(f"/my/{token}/")
        assert page.status_code == 200
        seen[stage] = re.search(r'id="stage-title">([^<]+)<', page.text)[1]

    assert len(set(seen.values())) == len(seen)


@pytest.mark.parametrize("stage", [Stage.REJECTED, Stage.WITHDRAWN])
def test_an_end_is_told_without_a_button_to_withdraw(client, event, stage):
    application = selecting.apply(event)
    selecting.decide(event, stage, application, reason="Syy")

    page = client.get(f"/my/{selecting.link(application)}/")

    assert page.status_code == 200
    assert "/cancel/" not in page.text


def test_the_seat_is_taken_by_a_press(client, event):
    application = selecting.apply(event)
    selecting.decide(event, Stage.OFFERED, application)
    token = selecting.link(application)
    assert f"/my/{token}/accept/" in client.get(f"/my/{token}/").text

    assert client.post(f"/my/{token}/accept/").status_code == 302

    assert selecting.stages(application) == [Stage.ACCEPTED]
    assert client.get(f"/my/{token}/ticket.svg").status_code == 200


def test_the_place_on_the_reserve_list_is_shown_where_the_terms_say_so(client):
    for shows in (True, False):
        event = selecting.event(shows_reserve_place=shows)
        one, two = selecting.several(event, 2)
        selecting.decide(event, Stage.RESERVE, one, two)
        page = client.get(f"/my/{selecting.link(two)}/")
        assert page.context["reserve_place"] == (2 if shows else None)


def test_whoever_let_the_offer_run_out_is_not_sent_to_a_waiting_list(client, event):
    application = selecting.apply(event)
    selecting.decide(event, Stage.OFFERED, application)
    seats.sweep(now=selecting.again(application).registration.offer.expires_at)
    token = selecting.link(application)

    assert f"/my/{token}/rejoin/" not in client.get(f"/my/{token}/").text
    assert client.post(f"/my/{token}/rejoin/").status_code == 409


# The organiser's table


def test_who_has_applied_stands_in_the_table_in_the_order_asked_for(desk, event):
    criteria, judge = selecting.criteria(event, 1), selecting.assessor(event)
    one, two, three = selecting.several(event, 3)
    selecting.score(three, judge, criteria, 5)
    selecting.score(two, judge, criteria, 2)

    def numbers(query):
        return [row.application.number for row in desk.get(address(event) + query).context["rows"]]

    assert numbers("") == [3, 2, 1]
    assert numbers("?sort=arrival") == [1, 2, 3]
    selecting.decide(event, Stage.INVITED, one)
    assert numbers("?stage=invited") == [1]
    assert numbers("?sort=stage") == [2, 3, 1]
    assert numbers("?sort=nonsense&stage=nonsense&category=x") == [3, 2, 1]


@pytest.mark.parametrize("number", [1, 3])
def test_the_table_costs_the_same_queries_for_any_number(desk, event, number, django_assert_num_queries):
    selecting.criteria(event, 1)
    selecting.several(event, number)
    desk.get(address(event))

    with django_assert_num_queries(17):
        desk.get(address(event))


def test_a_page_has_a_hundred(desk, event):
    selecting.several(event, 102)

    assert len(desk.get(address(event)).context["rows"]) == 100
    assert len(desk.get(address(event) + "?page=2").context["rows"]) == 2


# Decisions


def preview(desk, event, **sent):
    return desk.post(address(event, "decide"), sent)


def confirm(desk, event, shown):
    hidden = dict(
        re.findall(r'<input type="hidden" name="(nonce|seen|stage|reason|frees)" value="([^"]*)"', shown.text)
    )
    return desk.post(address(event, "decide"), hidden)


def test_ticked_ones_are_shown_first_and_move_when_it_is_confirmed(desk, event):
    one, two, three = selecting.several(event, 3)

    shown = preview(desk, event, row=[one.pk, two.pk, three.pk], stage="offered")
    assert shown.status_code == 200
    assert (len(shown.context["plan"].moves), len(shown.context["plan"].stays)) == (2, 1)
    assert Decision.objects.count() == 0
    answer = confirm(desk, event, shown)

    assert answer.status_code == 302
    assert selecting.stages(one, two, three) == ["offered", "offered", "applied"]
    confirm(desk, event, shown)
    assert Decision.objects.count() == 1


def test_the_best_by_points_are_chosen(desk, event):
    criteria, judge = selecting.criteria(event, 1), selecting.assessor(event)
    applications = selecting.several(event, 4)
    for each, points in zip(applications, (1, 5, 3, 4), strict=True):
        selecting.score(each, judge, criteria, points)

    confirm(desk, event, preview(desk, event, stage="invited", best=2, basis="score"))

    assert selecting.stages(*applications) == ["applied", "invited", "applied", "invited"]


def test_a_letter_is_shown_in_each_language_that_somebody_reads(desk, event):
    people = [selecting.apply(event, make.contact(language=code)) for code in ("fi", "fi", "sv", "en", "uk")]

    shown = preview(desk, event, row=[each.pk for each in people], stage="rejected")

    assert [(each.language, each.number) for each in shown.context["letters"]] == [
        ("en", 1), ("fi", 2), ("sv", 1), ("uk", 1),
    ]  # fmt: skip


def test_the_preview_names_the_stages_in_words(desk, event):
    one, gone = selecting.several(event, 2)
    selecting.decide(event, Stage.REJECTED, gone)

    shown = preview(desk, event, row=[one.pk, gone.pk], stage="invited")

    assert shown.text.count(str(Stage.INVITED.label)) >= 3  # in the lead, beside who moves, and beside who does not
    assert str(Stage.REJECTED.label) in shown.text


def test_whoever_has_no_address_is_told_of(desk, event):
    lone = selecting.apply(event, make.contact(email=""))

    assert preview(desk, event, row=[lone.pk], stage="rejected").context["unreached"] == 1


@pytest.mark.parametrize(
    "sent", [{}, {"stage": "offered"}, {"stage": "nonsense", "row": "1"}, {"stage": "transferred", "row": "1"},
             {"stage": "invited", "best": "0"}, {"stage": "invited", "row": "²"}]
)  # fmt: skip
def test_what_cannot_be_decided_is_an_error_on_the_page(desk, event, sent):
    selecting.apply(event)

    assert preview(desk, event, **sent).status_code == 422


@pytest.mark.parametrize("seen", ["x", "1-nonsense", "1", "²-applied"])
def test_a_forged_preview_moves_nobody(desk, event, seen):
    application = selecting.apply(event)

    answer = desk.post(
        address(event, "decide"),
        {"stage": "invited", "nonce": "6d0f9d0a-3b5e-4f1e-9f0e-2f3f7c1f2f00", "seen": seen},
    )

    assert answer.status_code == 302
    assert selecting.stages(application) == ["applied"]


def test_what_changed_meanwhile_is_told(desk, event):
    application = selecting.apply(event)
    shown = preview(desk, event, row=[application.pk], stage="invited")
    seats.cancel(registration=application.registration, by=None, now=NOW)

    assert confirm(desk, event, shown).status_code == 422


# The reserve list


def test_the_next_in_reserve_is_called_by_a_press(desk, event):
    one, two = selecting.several(event, 2)
    selecting.decide(event, Stage.RESERVE, one, two)

    desk.post(address(event, "reserve"), {"call": "1"})

    assert selecting.stages(one, two) == ["offered", "reserve"]
    desk.post(address(event, "reserve"), {"call": "1"})
    assert desk.post(address(event, "reserve"), {"call": "1"}, follow=True).status_code == 200


def test_another_place_needs_a_reason(desk, event):
    one, two = selecting.several(event, 2)
    selecting.decide(event, Stage.RESERVE, one, two)
    prefix = f"move{two.pk}"

    wrong = desk.post(
        address(event, "reserve"), {"application": two.pk, f"{prefix}-place": "1", f"{prefix}-reason": ""}
    )
    assert wrong.status_code == 422
    desk.post(address(event, "reserve"), {"application": two.pk, f"{prefix}-place": "1", f"{prefix}-reason": "Sovittu"})

    lines = desk.get(address(event, "reserve")).context["lines"]
    assert [line["application"].pk for line in lines] == [two.pk, one.pk]


# How many came how far


def test_the_funnel_counts_people_by_stage_category_and_place():
    event = selecting.event(seats=3)
    chosen = event.applicant_categories.get(position=1)
    people = [selecting.apply(event, category=chosen) for _i in range(3)]
    people += [selecting.apply(event, make.contact(municipality_code="081")) for _i in range(2)]
    make.municipality()
    selecting.decide(event, Stage.INVITED, *people[:4])
    selecting.decide(event, Stage.ASSESSED, *people[:4])
    selecting.decide(event, Stage.OFFERED, *people[:3])
    for each in people[:2]:
        seats.accept(offer=selecting.again(each).registration.offer, now=NOW)
    selecting.decide(event, Stage.STARTED, *people[:2])

    found = selection.funnel(events=[event.pk])

    assert [number for _stage, number in found.steps] == [5, 4, 4, 3, 2, 2, 0]
    assert [(line.name, line.cells[0]) for line in found.categories] == [(chosen.name, 3), ("", 2)]
    assert [(line.name, line.cells[0]) for line in found.places] == [("Hartola", 2), ("", 3)]


def test_who_applies_twice_is_one_person():
    event, who = selecting.event(), make.contact()
    first = selecting.apply(event, who)
    seats.cancel(registration=first.registration, by=None, now=NOW)
    selecting.apply(event, who)

    assert selection.funnel(events=[event.pk]).applied == 1


def test_who_applies_to_two_courses_in_the_same_category_is_one_person_in_it():
    who, events = make.contact(email="aino@example.fi"), [selecting.event(), selecting.event()]
    for each in events:
        selecting.apply(each, who, category=each.applicant_categories.get(position=1))
    Registration.objects.update(person=Registration.objects.earliest("pk").person)

    found = selection.funnel(events=[each.pk for each in events])

    assert [each.cells[0] for each in (found.whole, *found.categories)] == [1, 1]


def test_the_funnel_comes_as_a_table(desk, event):
    selecting.several(event, 2)

    answer = desk.get(address(event) + "funnel.xlsx")
    rows = list(load_workbook(BytesIO(answer.content)).active.values)

    assert rows[1][2] == 2
    assert len(rows) == 4


def test_a_projects_courses_are_summed(time_machine):
    project = make.project()
    events = []
    for _i in range(2):
        made = selecting.event()
        Event.objects.filter(pk=made.pk).update(project=project, organisation=project.organisation)
        selecting.several(made, 3)
        events.append(made)
    client = Client()
    client.force_login(make.member("reader", project.organisation))

    page = client.get(f"/desk/projects/{project.pk}/selection/")

    assert page.context["funnel"].applied == 6
    assert (page.context["funnel"].categories, page.context["funnel"].places) == ([], [])
    assert [counts.applied for _event, counts in page.context["events"]] == [3, 3]
    assert client.get(f"/desk/projects/{project.pk}/selection.xlsx").status_code == 200
    names = set(Registration.objects.values_list("last_name", flat=True))
    assert not any(name in page.text for name in names)

    client.force_login(make.member("owner", project.organisation))
    assert client.get(f"/desk/projects/{project.pk}/selection/").context["funnel"].places != []


def test_pages_of_an_event_that_nobody_applies_to_say_so():
    event = make.event()
    client = Client()
    client.force_login(make.organiser(event))

    for page in ((), ("reserve",), ("lots",), ("setup",), ("interviews",)):
        assert f"/desk/events/{event.pk}/seat-plan/#terms" in client.get(address(event, *page)).text


# The terms' form


def test_the_terms_page_makes_an_event_one_that_people_apply_to(time_machine):
    event = make.event()
    client = Client()
    client.force_login(make.organiser(event))
    sent = {"offer_hours": "72", "keep_together_hours": "24", "largest_party": "5", "by_application": "on",
            "applications_close_at": "2026-12-01T12:00", "notes_kept_days": "90"}  # fmt: skip

    assert client.post(f"/desk/events/{event.pk}/seat-plan/terms/", sent | {"offer_hours": ""}).status_code == 422
    assert client.post(f"/desk/events/{event.pk}/seat-plan/terms/", sent).status_code == 302

    terms = Event.objects.get(pk=event.pk).terms
    assert (terms.by_application, terms.largest_party, terms.may_hand_over, terms.notes_kept_days) == (
        True,
        1,
        False,
        90,
    )
    assert terms.applications_close_at == make.at("2026-12-01 12:00")


def test_the_interview_column_shows_the_booked_time(desk, event):
    [mine] = selecting.several(event, 1)
    selecting.decide(event, Stage.INVITED, mine)
    starts = NOW + dt.timedelta(days=3)
    slot = event.interview_slots.create(starts_at=starts, ends_at=starts + dt.timedelta(hours=1), place="Kirjasto")
    selection.book(application=selecting.again(mine), slot_pk=slot.pk, now=NOW)

    assert "26.11." in desk.get(address(event)).text
    assert mine.registration.name in desk.get(address(event, "interviews")).text
