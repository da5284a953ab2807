import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import CharField, JSONField, UUIDField
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Organisation, Person, PersonScope
from core.compiled import Compiled, CompiledUpdate, Param, insert, insert_all, insert_unless_there, update
from events.models import SeatPool
from registrations.models import Attendance, Hold
from tests import factories as make
from tests.factories import NOW

HOLDS = Compiled(lambda: Hold.objects.filter(pool=Param("pool")).order_by("pk"))


@pytest.mark.django_db
def test_it_reads_the_very_rows_of_its_queryset_with_each_calls_values():
    events = [make.event(), make.event()]
    for event in events:
        make.held(event)
        make.held(event, now=NOW + dt.timedelta(minutes=1))

    for event in events:
        pool = event.pools.get()
        found, expected = HOLDS.all(pool=pool.pk), list(Hold.objects.filter(pool=pool).order_by("pk"))
        assert [vars(row) | {"_state": None} for row in found] == [vars(row) | {"_state": None} for row in expected]
        assert HOLDS.first(pool=pool.pk) == expected[0]


@pytest.mark.django_db
def test_there_is_no_first_of_nothing():
    assert HOLDS.first(pool=0) is None


@pytest.mark.django_db
def test_values_are_tuples_in_their_own_types():
    event = make.event(first=NOW)
    attendance = make.check_in(make.register(event)).attendance
    by_nonce = Compiled(
        lambda: Attendance.objects.filter(nonce=Param("nonce", UUIDField())).values_list("nonce", "at", "source")
    )
    assert by_nonce.all(nonce=attendance.nonce) == [(attendance.nonce, attendance.at, "camera")]


@pytest.mark.django_db(transaction=True)
def test_a_lock_outside_a_transaction_is_refused_each_time():
    pool = make.event().pools.get()
    locked = Compiled(lambda: SeatPool.objects.locked().filter(pk=Param("pk")))
    with transaction.atomic():
        assert locked.first(pk=pool.pk) == pool
    if connection.features.has_select_for_update:
        for _twice in range(2):
            with pytest.raises(TransactionManagementError):
                locked.first(pk=pool.pk)


@pytest.mark.django_db
def test_what_looks_like_sql_stays_a_value():
    make.organisation(email="' OR 1=1 --")
    by_mail = Compiled(lambda: Organisation.objects.filter(email=Param("email", CharField())).values_list("pk"))
    assert by_mail.all(email="x' OR '1'='1") == []
    assert len(by_mail.all(email="' OR 1=1 --")) == 1


@pytest.mark.django_db
def test_an_inserted_row_is_what_save_would_have_made():
    values = {"at": NOW, "action": "event.publish", "subject": "event:7", "scope": "event:7", "after": {"a": [1, "ä"]}}
    saved, inserted = AuditEntry(**values), AuditEntry(**values)
    saved.save()
    insert(inserted)

    assert inserted.pk == saved.pk + 1
    first, second = AuditEntry.objects.order_by("pk").values()
    assert first | {"id": second["id"]} == second
    with CaptureQueriesContext(connection) as queries, pytest.raises(IntegrityError, match="append-only"):
        inserted.save()
    assert queries[0]["sql"].startswith("UPDATE")


@pytest.mark.django_db
def test_an_insertion_meets_every_constraint():
    pool = make.event().pools.get()
    wrong = Hold(pool=pool, kind="chair", token_digest="x", created_at=NOW, expires_at=NOW + dt.timedelta(minutes=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(wrong)


@pytest.mark.django_db
def test_an_update_changes_the_rows_of_its_queryset_and_says_how_many():
    held, finished = make.held(make.event()), make.held(make.event())
    Hold.objects.filter(pk=finished.pk).update(finished_at=NOW)
    keep = CompiledUpdate(
        lambda: Hold.objects.filter(pk=Param("pk"), finished_at=None), draft=Param("draft", JSONField())
    )

    typed = {"contact": {"first_name": "Åsa"}}
    assert [keep.run(pk=row.pk, draft=typed) for row in (held, finished)] == [1, 0]
    assert [Hold.objects.get(pk=row.pk).draft for row in (held, finished)] == [typed, {}]


@pytest.mark.django_db
def test_a_row_is_updated_in_the_named_fields_only():
    hold = make.held(make.event())
    hold.finished_at, hold.sent_to, hold.kind = NOW, "aino@example.fi", "queue"

    update(hold, "finished_at", "sent_to")

    found = Hold.objects.get(pk=hold.pk)
    assert (found.finished_at, found.sent_to, found.kind) == (NOW, "aino@example.fi", "seat")


@pytest.mark.django_db
def test_what_is_there_is_not_inserted_again():
    first, second = (Person(identity="a|b|", first_name=name, created_at=NOW) for name in ("Aino", "Other"))

    assert (insert_unless_there(first), insert_unless_there(second)) == (True, False)
    assert (Person.objects.get(identity="a|b|").first_name, second.pk) == ("Aino", None)


@pytest.mark.django_db
@pytest.mark.parametrize("scopes", [[], ["event:1"], ["event:1", "event:2", "event:1"]])
def test_rows_are_written_together_and_each_once(scopes):
    person = make.person()
    types = {"person_id": "bigint", "scope": "text"}
    for _twice in range(2):
        insert_all("accounts_personscope", types, [(person.pk, scope) for scope in scopes])

    assert sorted(PersonScope.objects.values_list("scope", flat=True)) == sorted(set(scopes))
