import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import Role
from accounts.models import AuditEntry, Person, PersonMerge
from accounts.services import finding, likenesses, people
from core.personal import ChangedSince
from esf.indicators import report
from esf.models import AttendedDay, Correction, EndNotice, EuraStep, Outcome, Participation, StartNotice
from esf.services.spells import open_again
from registrations.models import Registration
from registrations.services import seats
from tests import factories as make
from tests.factories import NOW
from tests.workspace.merging import LATER, aino, everything, merge, office, two, undo
from workspace.services import merging
from workspace.services.merge_rights import NotYours

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def world():
    """A project, somebody who manages it, and two registrations of a person who gave two addresses."""
    project, by = office()
    first, second = two(project)
    return project, by, first, second


def refresh(*rows):
    for row in rows:
        row.refresh_from_db()


# What moves


def test_everything_of_the_one_is_the_others_afterwards(world):
    _project, by, first, second = world
    done = merge(first.person, second.person, by)
    refresh(second)
    assert (second.person_id, second.email) == (first.person_id, "aino@toinen.example")
    assert Person.objects.get(pk=done.merged_id).merged_into == first.person
    assert list(Person.objects.visible_to(by)) == [first.person]


def test_the_old_form_leads_to_who_they_are(world):
    _project, by, first, second = world
    merge(first.person, second.person, by)
    assert people.recognise(contact=aino(email="aino@toinen.example"), now=LATER) == first.person


def test_in_a_chain_the_oldest_form_leads_to_the_last(world):
    project, by, first, second = world
    [third] = two(project, aino(email="aino@kolmas.example"))
    merge(second.person, third.person, by)
    merge(first.person, second.person, by)
    assert people.recognise(contact=aino(email="aino@kolmas.example"), now=LATER) == first.person
    assert Registration.objects.filter(person=first.person).count() == 3


def test_the_search_shows_one_and_finds_them_by_both_addresses(world):
    _project, by, first, second = world
    merge(first.person, second.person, by)
    found = [
        finding.find(words=words, among=Person.objects.visible_to(by)).people
        for words in ("virtanen", "aino@toinen.example", "aino@example.fi")
    ]
    assert found == [[first.person]] * 3


def test_what_is_chosen_is_kept_and_the_rest_stays(world):
    _project, by, first, second = world
    done = merge(first.person, second.person, by, theirs=["email"])
    survivor = Person.objects.get(pk=first.person_id)
    assert (survivor.email, survivor.first_name) == ("aino@toinen.example", "Aino")
    assert done.values == {"email": ["aino@example.fi", "aino@toinen.example"]}


def test_letters_follow_the_person_and_the_log_is_not_rewritten(world):
    _project, by, first, second = world
    before = list(AuditEntry.objects.order_by("pk").values())
    merge(first.person, second.person, by)
    assert list(AuditEntry.objects.order_by("pk").values())[: len(before)] == before
    done = AuditEntry.objects.filter(action="person.merge").values_list("subject", "scope", "after")
    organisation = first.event.organisation.scope
    assert list(done) == [(first.person.key, organisation, {"merged": second.person.key, "fields": []})]


def test_the_login_goes_to_who_has_none(world):
    _project, by, first, second = world
    login = make.user()
    Person.objects.filter(pk=second.person_id).update(user=login)
    done = merge(first.person, second.person, by)
    assert Person.objects.get(user=login) == first.person
    undo(done, by)
    assert Person.objects.get(user=login) == second.person


# What stands in the way


def hindered(survivor, merged, by):
    with pytest.raises(merging.Hindered) as refused:
        merge(survivor, merged, by)
    return [str(words) for words in refused.value.obstacles]


def test_two_seats_at_one_event_must_be_made_one_first():
    project, by = office()
    event = make.event(project=project, organisation=project.organisation, title="Hygieniapassi")
    first, second = make.register(event, aino()), make.register(event, aino(email="aino@toinen.example"))
    before = everything()
    assert hindered(first.person, second.person, by) == [
        "Kummallakin on ilmoittautuminen tapahtumaan: Hygieniapassi. Peru ensin toinen ilmoittautumisista."
    ]
    assert everything() == before
    seats.cancel(registration=second, by=by, now=LATER)
    merge(first.person, second.person, by)
    assert Registration.objects.filter(person=first.person).count() == 2


def test_two_dates_of_one_event_are_no_hindrance_and_the_same_date_is():
    project, by = office()
    event = make.event(project=project, organisation=project.organisation, each_date=True, meetings=2)
    one, other = event.pools.order_by("pk")
    first = make.register(event, aino(), pool=one)
    second = make.register(event, aino(email="aino@toinen.example"), pool=other)
    third = make.register(event, aino(email="aino@kolmas.example"), pool=one)
    merge(first.person, second.person, by)
    assert len(hindered(first.person, third.person, by)) == 1


def test_two_logins_are_two_people(world):
    _project, by, first, second = world
    for person in (first.person, second.person):
        Person.objects.filter(pk=person.pk).update(user=make.user())
    assert hindered(first.person, second.person, by) == ["Kummallakin on oma kirjautumistunnus."]


def test_who_was_said_to_be_somebody_else_is_so_until_that_is_taken_back(world):
    project, by, first, second = world
    [third] = two(project, aino(email="aino@kolmas.example"))
    likenesses.say_apart(one=second.person, other=third.person, by=by, scope=project.scope, now=NOW)
    merge(first.person, second.person, by)
    assert len(hindered(first.person, third.person, by)) == 1
    likenesses.take_back(one=first.person, other=third.person, by=by, scope=project.scope, now=NOW)
    merge(first.person, third.person, by)


def test_what_has_changed_since_it_was_looked_at_is_looked_at_again(world):
    project, by, first, second = world
    looked_at = merging.seen(survivor=first.person, merged=second.person)
    make.register(make.event(project=project, organisation=project.organisation), aino())
    with pytest.raises(merging.Looked):
        merge(first.person, second.person, by, looked_at=looked_at)


def test_sent_twice_it_happens_once(world):
    _project, by, first, second = world
    assert merge(first.person, second.person, by) == merge(first.person, second.person, by)
    assert PersonMerge.objects.count() == 1


def test_who_has_been_merged_is_merged_no_further(world):
    project, by, first, second = world
    [third] = two(project, aino(email="aino@kolmas.example"))
    merge(first.person, second.person, by)
    for pair in ((third, second), (second, third), (second, first)):
        with pytest.raises(merging.MergedAlready):
            merge(pair[0].person, pair[1].person, by)


def test_nobody_is_merged_into_themselves(world):
    _project, _by, first, _second = world
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=first.person_id).update(merged_into=first.person_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonMerge.objects.create(survivor=first.person, merged=first.person, at=NOW, by=make.user())


# Who may


def test_whoever_does_not_reach_all_is_told_whom_to_ask(world):
    _project, by, first, second = world
    elsewhere = make.event(organisation=make.organisation(name="Toinen kunta"))
    make.register(elsewhere, aino())
    with pytest.raises(NotYours) as refused:
        merge(first.person, second.person, by)
    assert [organisation.name for organisation in refused.value.ask] == ["Toinen kunta"]


def test_a_confidential_event_is_told_of_to_nobody(world):
    project, by, first, second = world
    secret = make.event(organisation=project.organisation, confidential=True)
    make.register(secret, aino())
    with pytest.raises(NotYours) as refused:
        merge(first.person, second.person, by)
    assert refused.value.ask == []


def test_a_project_that_somebody_takes_part_in_unseen_is_held_against_the_rights_too(world):
    project, by, first, second = world
    secret = make.counting_event(organisation=project.organisation, first=NOW, confidential=True)
    who = aino()
    make.check_in(make.register(secret, who, answers=make.answers(who)))
    make.member(Role.ORGANISER, secret, organisation=project.organisation).grants.update(user=by)
    with pytest.raises(NotYours) as refused:
        merge(first.person, second.person, by)
    assert refused.value.ask == []


@pytest.mark.parametrize("role", [Role.TEACHER, Role.READER, Role.DOOR])
def test_seeing_people_is_not_enough(world, role):
    _project, _by, first, second = world
    with pytest.raises(NotYours):
        merge(first.person, second.person, make.member(role, first.event.organisation))


def test_a_role_in_the_project_does_not_reach_the_organisation(world):
    project, _by, first, second = world
    with pytest.raises(NotYours):
        merge(first.person, second.person, make.member(Role.ORGANISER, project))


# Participations


def counted(**fields):
    """Two participants of one project who are one: each let in, with a form of their own."""
    project, by = office()
    rows = []
    for number, email in enumerate(["aino@example.fi", "aino@toinen.example"]):
        who = aino(email=email)
        event = make.counting_event(
            project=project, organisation=project.organisation, first=NOW + dt.timedelta(days=number), **fields
        )
        registration = make.register(event, who, answers=make.answers(who))
        make.check_in(registration)
        rows.append(registration)
    return project, by, *rows


def total(project):
    return report(project=project, on=TODAY + dt.timedelta(days=30)).row("EECO01").total


@pytest.mark.parametrize("turned", [False, True])
def test_two_that_overlap_become_the_first_with_its_answers_and_count_once(turned):
    project, by, first, second = counted()
    assert total(project) == 2
    pair = (second, first) if turned else (first, second)
    before = everything()

    done = merge(pair[0].person, pair[1].person, by)

    spell = Participation.objects.get()
    assert (spell.person_id, spell.started_on, spell.start_notice.source) == (pair[0].person_id, TODAY, first.key)
    assert (total(project), StartNotice.objects.filter(person=pair[0].person).count()) == (1, 2)
    undo(done, by)
    assert (everything(), total(project)) == (before, 2)


def test_joining_leaves_its_trace_in_the_log():
    project, by, first, second = counted()
    later = Participation.objects.get(person=second.person)
    done = merge(first.person, second.person, by)
    undo(done, by)
    told = AuditEntry.objects.filter(action__in=["participation.join", "participation.part"]).order_by("pk")
    kept = Participation.objects.get(person=first.person)
    assert [(row.action, row.subject, row.scope, row.after) for row in told] == [
        ("participation.join", f"participation:{kept.pk}", project.scope, {"absorbed": [later.pk]}),
        ("participation.part", f"participation:{kept.pk}", project.scope, {}),
    ]


def test_spells_apart_stay_two_and_count_once():
    project, by, first, second = counted()
    Participation.objects.filter(person=first.person).update(ended_on=TODAY)
    merge(first.person, second.person, by)
    assert (Participation.objects.filter(person=first.person).count(), total(project)) == (2, 1)


def ended(registration, days, *, told=True):
    """End the participation so many days from today, with an end notice or without."""
    last = TODAY + dt.timedelta(days=days)
    spell = Participation.objects.get(person=registration.person)
    Participation.objects.filter(pk=spell.pk).update(ended_on=last, ended_by="STAFF")
    if told:
        EndNotice.objects.create(
            participation=spell, collection_outcome="COLLECTED", labour_status_end="EMPLOYED", status_as_of=last,
            qualification="NO", wording="x", channel="LINK", entered_by="SELF", submitted_at=NOW,
        )  # fmt: skip
    return spell


def test_the_end_notice_of_the_last_end_goes_with_what_becomes_one_and_comes_back():
    project, by, first, second = counted()
    kept, absorbed = ended(first, 2, told=False), ended(second, 5)
    for person, state in ((first.person, "INVITED"), (second.person, "START_ACCEPTED")):
        EuraStep.objects.create(person=person, project=project, state=state, day=TODAY, at=NOW)
        Outcome.objects.create(person=person, project=project, kind="JOB", name="Job", day=TODAY, source="lead:1")
    before = everything()

    done = merge(first.person, second.person, by)

    notice = EndNotice.objects.get()
    assert (notice.participation_id, notice.participation.ended_on) == (kept.pk, TODAY + dt.timedelta(days=5))
    assert set(EuraStep.objects.values_list("person", flat=True)) == {first.person_id}
    assert Outcome.objects.get().person_id == first.person_id
    undo(done, by)
    assert everything() == before
    assert EndNotice.objects.get().participation_id == absorbed.pk


def test_what_a_withdrawn_end_notice_said_goes_with_its_participation_and_comes_back():
    _project, by, first, second = counted()
    kept, absorbed = Participation.objects.get(person=first.person), ended(second, 5)
    open_again(participation=absorbed, reason="came back", by=by, now=NOW)
    Participation.objects.filter(pk=absorbed.pk).update(ended_on=TODAY + dt.timedelta(days=5), ended_by="STAFF")
    before = everything()

    done = merge(first.person, second.person, by)

    assert Correction.objects.get().withdrawn_from == kept
    undo(done, by)
    assert everything() == before
    assert Correction.objects.get().withdrawn_from == absorbed


@pytest.mark.parametrize("told", [True, False])
def test_end_notices_of_what_would_be_one_must_agree(told):
    project, by, first, second = counted()
    ended(first, 2)
    if told:
        ended(second, 5)
    assert hindered(first.person, second.person, by) == [
        f"{project.name}: osallistumiset menevät päällekkäin, eivätkä lopetusilmoitukset täsmää. Peru ensin toinen."
    ]


RULE = {"asks_start_notice": True, "counting": "project_rule"}


def attended_once_each(project):
    """A date each, of which none makes a participant by the project's rule."""
    make.privacy_notices()
    contacts = [aino(), aino(email="aino@toinen.example")]
    rows = [two(project, who, first=NOW + dt.timedelta(days=day), **RULE)[0] for day, who in enumerate(contacts)]
    for row in rows:
        make.check_in(row)
    return rows


def test_dates_that_only_both_have_begin_the_participation_and_its_end_is_the_merges_end():
    project, by = office()
    first, second = attended_once_each(project)
    assert not Participation.objects.exists()
    before = everything()
    done = merge(first.person, second.person, by)
    spell = Participation.objects.get()
    assert (spell.person, spell.started_on, spell.reason) == (first.person, TODAY, "more than one date")
    undo(done, by)
    assert everything() == before


def test_a_participation_begun_by_the_merge_goes_on_where_the_survivor_came_again():
    project, by = office()
    first, second = attended_once_each(project)
    done = merge(first.person, second.person, by)
    [again] = two(project, aino(), first=NOW + dt.timedelta(days=5), **RULE)
    make.check_in(again)
    undo(done, by)
    mine = AttendedDay.objects.filter(person=first.person).order_by("day").values_list("day", flat=True)
    assert (Participation.objects.get().person, Participation.objects.get().started_on) == (first.person, mine[0])


def test_the_same_meeting_is_one_day():
    project, by, first, second = counted()
    day = AttendedDay.objects.get(person=first.person)
    AttendedDay.objects.create(person=second.person, project=project, day=day.day, hours=Decimal(1), source=day.source)
    before = everything()
    done = merge(first.person, second.person, by)
    assert AttendedDay.objects.filter(person=first.person).count() == 2
    undo(done, by)
    assert everything() == before


@pytest.mark.parametrize("meanwhile", ["destroyed", "taken"])
def test_a_form_that_was_free_after_the_merge_may_have_gone_or_been_taken(meanwhile):
    project, by, first, second = counted()
    done = merge(first.person, second.person, by)
    [free] = StartNotice.objects.filter(participation=None)
    if meanwhile == "destroyed":
        free.delete()
        undo(done, by)
        assert Participation.objects.get(person=second.person).start_notice is None
    else:
        Participation.objects.create(
            person=make.person(), project=project, started_on=TODAY, reason="x", begun_at=NOW, start_notice=free
        )
        with pytest.raises(ChangedSince):
            undo(done, by)


def test_what_was_joined_and_has_ended_since_is_not_taken_apart():
    _project, by, first, second = counted()
    done = merge(first.person, second.person, by)
    Participation.objects.update(ended_on=TODAY + dt.timedelta(days=3))
    before = everything()
    with pytest.raises(ChangedSince):
        undo(done, by)
    assert everything() == before


# Taking it back


def test_taken_back_everything_is_as_it_was(world):
    _project, by, first, second = world
    before = everything()
    done = merge(first.person, second.person, by, theirs=["email", "phone"])
    undo(done, by)
    assert everything() == before
    refresh(done)
    assert (done.undone_by, done.undone_at) == (by, LATER)


def test_what_came_since_stays_with_the_survivor(world):
    project, by, first, second = world
    done = merge(first.person, second.person, by, theirs=["email"])
    event = make.event(project=project, organisation=project.organisation)
    since = make.register(event, aino(email="aino@toinen.example"))
    Person.objects.filter(pk=first.person_id).update(email="uusi@example.fi")
    undo(done, by)
    refresh(since, second)
    assert (since.person_id, second.person_id) == (first.person_id, done.merged_id)
    assert Person.objects.get(pk=first.person_id).email == "uusi@example.fi"
    assert first.person.scopes.filter(scope=event.scope).exists()


def test_known_where_both_were_the_survivor_stays_known_if_they_came_again(world):
    _project, by, first, second = world
    done = merge(first.person, second.person, by)
    seats.cancel(registration=second, by=by, now=LATER)
    make.register(second.event, aino())
    undo(done, by)
    assert first.person.scopes.filter(scope=second.event.scope).exists()


def test_taken_back_twice_is_refused(world):
    _project, by, first, second = world
    done = merge(first.person, second.person, by)
    undo(done, by)
    with pytest.raises(merging.UndoneAlready):
        undo(done, by)


def test_merges_are_taken_back_newest_first(world):
    project, by, first, second = world
    [third] = two(project, aino(email="aino@kolmas.example"))
    before = everything()
    chained = merge(second.person, third.person, by)
    second_into_first = merge(first.person, second.person, by, theirs=["email"])
    with pytest.raises(merging.NewerFirst):
        undo(chained, by)
    undo(second_into_first, by)
    undo(chained, by)
    assert everything() == before


def test_two_merged_into_one_are_parted_in_the_same_order(world):
    project, by, first, second = world
    [third] = two(project, aino(email="aino@kolmas.example"))
    before = everything()
    older = merge(first.person, second.person, by, theirs=["email"])
    newer = merge(first.person, third.person, by, theirs=["email"])
    with pytest.raises(merging.NewerFirst):
        undo(older, by)
    undo(newer, by)
    undo(older, by)
    assert everything() == before


def test_whoever_does_not_reach_all_takes_nothing_back(world):
    _project, by, first, second = world
    done = merge(first.person, second.person, by)
    with pytest.raises(NotYours):
        undo(done, make.member(Role.OWNER, make.organisation()))


def test_parted_they_can_be_merged_again(world):
    _project, by, first, second = world
    undo(merge(first.person, second.person, by), by)
    merge(second.person, first.person, by)
    assert list(Person.objects.visible_to(by)) == [second.person]
