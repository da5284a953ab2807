import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction

from accounts.enums import EnterpriseSize, Role, Stage
from accounts.models import AuditEntry, Employer, EmployerContact, EmployerQuerySet
from accounts.services import employer_contacts, employers
from core.stale import ChangedMeanwhile, fingerprint
from tests import factories as make
from tests.factories import NOW

TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)


@pytest.fixture
def keeper(db):
    return make.organisation()


def values(**changes):
    plain = {
        "name": "Puutyö Oy", "business_id": "", "municipality_code": "", "industry": "", "size": "unknown", "website": "",
    }  # fmt: skip
    return plain | changes


def employer(keeper, *, stage=Stage.CONTACTED, from_day=TODAY - 10 * DAY, by=None, **changes):
    return employers.create(
        organisation=keeper, values=values(**changes), stage=stage, from_day=from_day, by=by or make.user(), now=NOW
    )


def move(employer, stage, from_day=TODAY, seen=None, **fields):
    fresh = Employer.objects.get(pk=employer.pk)
    return employers.move(
        employer=employer,
        stage=stage,
        from_day=from_day,
        note=fields.get("note", ""),
        seen=seen or fingerprint(employers.stage_of(fresh)),
        by=fields.get("by") or make.user(),
        now=NOW,
    )


def person(employer, **changes):
    plain = {"name": "Elli", "role": "", "email": "elli@paja.example", "phone": "", "delete_after": TODAY + DAY}
    return employer_contacts.add(employer=employer, values=plain | changes, by=make.user(), now=NOW)


def test_the_newest_stage_is_the_employers_and_an_older_one_completes_its_history(keeper):
    known = employer(keeper)
    move(known, Stage.AGREEMENT, TODAY - 2 * DAY)
    move(known, Stage.COOPERATING, TODAY - 5 * DAY)
    known.refresh_from_db()
    assert (known.stage, known.stage_since) == ("agreement", TODAY - 2 * DAY)
    assert list(known.stages.order_by("from_day").values_list("stage", flat=True)) == [
        "contacted", "cooperating", "agreement",
    ]  # fmt: skip


def test_how_many_had_come_how_far_on_a_day(keeper):
    first, second = employer(keeper), employer(keeper, name="Toinen")
    move(first, Stage.COOPERATING, TODAY - 5 * DAY)
    move(second, Stage.AGREEMENT, TODAY - DAY)
    employers.archive(employer=first, by=make.user(), now=NOW)
    counts = [Employer.objects.all().stages_on(TODAY - days * DAY) for days in (11, 10, 5, 1, 0)]
    assert counts == [
        {}, {"contacted": 2}, {"contacted": 1, "cooperating": 1}, {"agreement": 1, "cooperating": 1}, {"agreement": 1},
    ]  # fmt: skip


def test_a_stage_cannot_begin_tomorrow(keeper):
    known = employer(keeper)
    with pytest.raises(employers.StageAhead):
        move(known, Stage.AGREEMENT, TODAY + DAY)
    with pytest.raises(employers.StageAhead):
        employer(keeper, name="Toinen", from_day=TODAY + DAY)


def test_what_is_in_the_archive_gets_no_stage_no_note_and_no_contact(keeper):
    known = employer(keeper)
    employers.archive(employer=known, by=make.user(), now=NOW)
    with pytest.raises(employers.Archived):
        move(known, Stage.AGREEMENT)
    with pytest.raises(employers.Archived):
        person(known)
    with pytest.raises(employers.Archived):
        employer_contacts.add_note(employer=known, text="a", delete_after=TODAY, by=make.user(), now=NOW)
    employers.bring_back(employer=known, by=make.user(), now=NOW)
    assert Employer.objects.get().archived_at is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"business_id": "0165116-3"}, {"business_id": "0165116-3", "name": "Toinen"}),
        ({"name": "Äänen  Oy"}, {"name": "ÄÄNEN OY"}),
    ],
)
def test_an_employer_is_in_a_register_once(keeper, first, second):
    employer(keeper, **first)
    with pytest.raises(employers.KnownAlready):
        employer(keeper, **second)
    other = employer(keeper, name="Kolmas")
    with pytest.raises(employers.KnownAlready):
        employers.change(
            employer=other,
            values=values(**second),
            seen=fingerprint(employers.values_of(other)),
            by=make.user(),
            now=NOW,
        )
    employer(make.organisation(), **second)
    employer(keeper, business_id="9100045-1", name=second["name"])


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""}, {"name_key": ""}, {"stage": "friend"}, {"size": "huge"}, {"business_id": "1234567"},
        {"municipality_code": "81"}, {"business_id": "9100045-1"}, {"name_key": "toinen"},
    ],
)  # fmt: skip
def test_the_database_keeps_the_register_whole(keeper, fields):
    known = employer(keeper, business_id="" if "name_key" in fields else "9100079-3")
    employer(keeper, name="Kolmas", business_id="9100045-1")
    employer(keeper, name="Toinen")
    with pytest.raises(IntegrityError), transaction.atomic():
        Employer.objects.filter(pk=known.pk).update(**fields)


@pytest.mark.parametrize("fields", [{"name": ""}])
def test_the_database_wants_a_contacts_name(keeper, fields):
    known = person(employer(keeper))
    with pytest.raises(IntegrityError), transaction.atomic():
        EmployerContact.objects.filter(pk=known.pk).update(**fields)


def test_who_may_manage_events_in_all_of_the_organisation_sees_its_register(keeper):
    known = employer(keeper)
    event = make.event(organisation=keeper)
    seen = {role: list(Employer.objects.visible_to(make.member(role, keeper))) for role in Role}
    assert seen == {role: [known] if role in {Role.OWNER, Role.ORGANISER} else [] for role in Role}
    assert list(Employer.objects.visible_to(make.member(Role.OWNER, make.organisation()))) == []
    assert list(Employer.objects.visible_to(make.member(Role.ORGANISER, event))) == []


def test_the_second_who_moves_it_is_told(keeper):
    known = employer(keeper)
    seen = fingerprint(employers.stage_of(known))
    move(known, Stage.COOPERATING, seen=seen)
    with pytest.raises(ChangedMeanwhile):
        move(known, Stage.AGREEMENT, seen=seen)


def test_what_changed_is_written_down_and_nobodys_data_are(keeper):
    known = employer(keeper, business_id="9100045-1")
    new = values(name="Uusi Oy", business_id="9100045-1", size=EnterpriseSize.SMALL)
    seen = fingerprint(employers.values_of(known))
    employers.change(employer=known, values=new, seen=seen, by=make.user(), now=NOW)
    contact = person(known, name="Salme Salainen", email="salme@salainen.example", phone="+358505550177")
    changed = employer_contacts.values_of(contact) | {"role": "johtaja", "name": "Salme Salamyhkä"}
    seen = fingerprint(employer_contacts.values_of(contact))
    employer_contacts.change(contact=contact, values=changed, seen=seen, by=make.user(), now=NOW)
    note = employer_contacts.add_note(employer=known, text="Salme soittaa", delete_after=TODAY, by=make.user(), now=NOW)
    employer_contacts.remove(contact=contact, by=make.user(), now=NOW)
    employer_contacts.remove_note(note=note, by=make.user(), now=NOW)
    entries = list(AuditEntry.objects.filter(subject=known.key, scope=keeper.scope).order_by("pk"))
    assert [entry.action for entry in entries] == [
        f"employer.{name}" for name in ("create", "change", "contact", "contact", "note", "contact", "note")
    ]
    assert (entries[1].before, entries[1].after) == (
        {"name": "Puutyö Oy", "size": "unknown"}, {"name": "Uusi Oy", "size": "small"},
    )  # fmt: skip
    assert entries[3].after == {"contact": contact.pk, "done": "change", "columns": ["name", "role"]}
    written = " ".join(f"{entry.before} {entry.after}" for entry in entries).casefold()
    assert [word for word in ("salme", "sala", "johtaja", "0177", "soittaa") if word in written] == []


# Deletion


def test_contacts_and_notes_go_after_their_day_and_the_log_says_only_how_many(keeper):
    known, other = employer(keeper), employer(keeper, name="Toinen")
    person(known, delete_after=TODAY)
    stays = person(known, name="Jää", delete_after=TODAY + DAY)
    employer_contacts.add_note(employer=known, text="a", delete_after=TODAY, by=make.user(), now=NOW)
    employer_contacts.add_note(employer=known, text="b", delete_after=TODAY, by=make.user(), now=NOW)
    person(other, delete_after=TODAY + DAY)

    assert employer_contacts.forget_due(now=NOW) == 0
    assert employer_contacts.forget_due(now=NOW + DAY) == 3
    assert employer_contacts.forget_due(now=NOW + DAY) == 0

    assert (list(known.contacts.all()), known.notes.count(), other.contacts.count()) == ([stays], 0, 1)
    entry = AuditEntry.objects.get(action="employer.forget")
    assert (entry.actor, entry.subject, entry.after) == (None, known.key, {"contacts": 1, "notes": 2})


def test_nothing_is_kept_that_would_go_at_once(keeper):
    with pytest.raises(employer_contacts.DeletedAlready):
        person(employer(keeper), delete_after=TODAY - DAY)
    assert employer_contacts.default_deletion(NOW) == TODAY + 730 * DAY


def test_nothing_is_kept_for_more_than_ten_years(keeper, settings):
    known, last = employer(keeper), TODAY + 3653 * DAY
    contact = person(known, delete_after=last)
    late = employer_contacts.values_of(contact) | {"delete_after": last + DAY}
    seen = fingerprint(employer_contacts.values_of(contact))
    with pytest.raises(employer_contacts.KeptTooLong):
        person(known, delete_after=last + DAY)
    with pytest.raises(employer_contacts.KeptTooLong):
        employer_contacts.change(contact=contact, values=late, seen=seen, by=make.user(), now=NOW)
    with pytest.raises(employer_contacts.KeptTooLong):
        employer_contacts.add_note(employer=known, text="a", delete_after=last + DAY, by=make.user(), now=NOW)
    settings.EMPLOYER_CONTACT_DAYS = 10_000
    assert employer_contacts.default_deletion(NOW) == last


def test_a_stages_remark_goes_when_a_note_of_its_day_would_and_the_stage_stays(keeper):
    known = employer(keeper)
    move(known, Stage.COOPERATING, note="Salme sopii")
    move(known, Stage.AGREEMENT)

    assert [employer_contacts.forget_due(now=NOW + days * DAY) for days in (730, 731, 731)] == [0, 1, 0]

    stages = known.stages.order_by("pk").values_list("stage", "note")
    assert list(stages) == [("contacted", ""), ("cooperating", ""), ("agreement", "")]
    assert AuditEntry.objects.get(action="employer.forget").after == {"contacts": 0, "notes": 1}


# Two at once


def move_together(count):
    """Two colleagues record a later and an earlier stage of each employer at the same moment.

    Return how many employers do not show the newest of their stages, or were changed unseen.
    """
    by = make.user()

    def record(job):
        known, stage, seen, start = job
        try:
            start.wait()
            employers.move(employer=known, stage=stage, from_day=TODAY, note="", seen=seen, by=by, now=NOW)
        except ChangedMeanwhile:
            pass
        finally:
            connections.close_all()

    jobs = []
    keeper = make.organisation()
    for number in range(count):
        known, start = employer(keeper, name=f"Työ {number}", by=by), Barrier(2)
        seen = fingerprint(employers.stage_of(known))
        jobs += [(known, stage, seen, start) for stage in (Stage.COOPERATING, Stage.AGREEMENT)]
    with ThreadPoolExecutor(max_workers=2) as pair:
        list(pair.map(record, jobs))
    return sum(known.stages.count() != 2 for known in Employer.objects.all())


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_cannot_move_an_employer_at_once():
    assert move_together(30) == 0


@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_without_the_employers_lock_they_can(monkeypatch):
    monkeypatch.setattr(EmployerQuerySet, "locked", lambda self: self.all())
    assert move_together(30) > 0
