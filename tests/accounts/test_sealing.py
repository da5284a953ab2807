import datetime as dt
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import StringIO
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction

from accounts import guards, rules
from accounts.models import AuditEntry, AuditSeal
from accounts.services import audit, sealing, verifying
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "audit.md"
LATER = NOW + dt.timedelta(minutes=1)
KEPT = dt.timedelta(days=366 * 12 + 2)
LONG_AGO = NOW - dt.timedelta(days=40 * 366)
LONG_AFTER = LONG_AGO + KEPT
"""Past all the same: the database refuses cuts that are still ahead, by its own clock."""


def note(scope, at=NOW, **fields):
    audit.changed(
        **{"actor": None, "action": "event.change", "subject": scope, "scope": scope, "now": at, "after": {"seats": 7}}
        | fields
    )
    return AuditEntry.objects.latest("pk")


def chain_of(organisation):
    return [
        (each.number, each.count) for each in AuditSeal.objects.filter(organisation=organisation).order_by("number")
    ]


def wrong(now=NOW):
    return [chain.wrong for chain in verifying.chains(now=now) if chain.wrong]


def doubts():
    return [doubt for chain in verifying.chains(now=NOW) for doubt in chain.doubts]


def verify(*arguments):
    out = StringIO()
    call_command("verify_audit", *arguments, stdout=out)
    return out.getvalue()


def forge(sql, *values):
    """What somebody can do who may change the schema."""
    with guards.lifted(connection), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_every_entry_goes_into_its_organisations_chain():
    event, project = make.event(), make.project()
    for scope in (event.organisation.scope, event.scope, project.scope, "venues", "event:999999", "nobody:1"):
        note(scope)

    assert sealing.seal_due(now=LATER) == 6

    assert chain_of(event.organisation) == [(1, 2)]
    assert chain_of(project.organisation) == [(1, 1)]
    assert chain_of(None) == [(1, 3)]


def test_chains_grow_and_hold_on_to_what_was_before():
    organisation = make.organisation()
    for minutes in range(3):
        note(organisation.scope, NOW + dt.timedelta(minutes=minutes))
        sealing.seal_due(now=LATER + dt.timedelta(minutes=minutes))

    first, second, third = AuditSeal.objects.in_order()

    assert (first.previous, second.previous, third.previous) == ("", first.hash, second.hash)
    assert wrong() == []


def test_a_row_that_was_committed_late_is_sealed_all_the_same():
    organisation = make.organisation()
    row = {"at": NOW, "action": "event.change", "subject": "event:1", "scope": organisation.scope}
    AuditEntry.objects.create(pk=1007, **row)
    sealing.seal_due(now=LATER)
    AuditEntry.objects.create(pk=1005, **row)

    assert sealing.seal_due(now=LATER) == 1
    assert wrong() == []


def test_a_seal_holds_a_thousand_rows_at_most_and_leaves_the_youngest_alone(monkeypatch):
    monkeypatch.setattr(sealing, "MOST", 2)
    organisation = make.organisation()
    for _i in range(5):
        note(organisation.scope)
    note(organisation.scope, LATER)

    assert sealing.seal_due(now=LATER) == 5
    assert chain_of(organisation) == [(1, 2), (2, 2), (3, 1)]
    assert AuditEntry.objects.unsealed().count() == 1


def test_sealing_costs_the_same_for_one_row_and_thirty(django_assert_num_queries):
    organisation = make.organisation()
    counts = []
    for rows in (1, 30):
        for _i in range(rows):
            note(organisation.scope)
        with django_assert_num_queries(100, exact=False) as queries:
            sealing.seal_due(now=LATER)
        counts.append(len(queries))
    assert counts[0] == counts[1]


FORGERIES = {
    "changed": ("UPDATE accounts_auditentry SET action = 'event.publish' WHERE id = %s", "seal 1: entry {0} was changed"),
    "another time": ("UPDATE accounts_auditentry SET at = '2020-01-01' WHERE id = %s", "seal 1: entry {0} was changed"),
    "deleted": ("DELETE FROM accounts_auditentry WHERE id = %s", "seal 1: an entry is missing before entry {1}"),
    "taken out": ("UPDATE accounts_auditentry SET seal_id = NULL WHERE id = %s",
                  "seal 1: an entry is missing before entry {1}"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_what_somebody_did_to_a_sealed_row_is_seen(name):
    organisation = make.organisation()
    pks = [note(organisation.scope).pk for _i in range(3)]
    sealing.seal_due(now=LATER)
    assert wrong() == []
    sql, found = FORGERIES[name]

    forge(sql, pks[1])

    assert wrong() == [found.format(*pks[1:])]
    with pytest.raises(CommandError, match=organisation.name):
        verify()


def test_a_row_added_under_a_seal_is_seen():
    organisation = make.organisation()
    note(organisation.scope)
    sealing.seal_due(now=LATER)
    added = note(organisation.scope)

    forge("UPDATE accounts_auditentry SET seal_id = %s WHERE id = %s", AuditSeal.objects.get().pk, added.pk)

    assert wrong() == [f"seal 1: entry {added.pk} was added"]


def three_seals(first=NOW):
    organisation = make.organisation()
    for minutes in range(3):
        at = first + dt.timedelta(minutes=minutes)
        note(organisation.scope, at)
        sealing.seal_due(now=at + dt.timedelta(minutes=1))
    return organisation


def remove_seal(number):
    [seal] = AuditSeal.objects.filter(number=number)
    forge("DELETE FROM accounts_auditentry WHERE seal_id = %s", seal.pk)
    forge("DELETE FROM accounts_auditseal WHERE id = %s", seal.pk)


def test_a_seal_that_is_gone_from_the_middle_is_missed():
    three_seals()
    remove_seal(2)
    assert wrong() == ["seal 2 is missing"]


def test_a_seal_that_is_gone_from_the_end_is_missed_only_by_a_head_noted_elsewhere(tmp_path):
    three_seals()
    noted = tmp_path / "heads"
    noted.write_text(verify("--head"))
    assert verify("--against", str(noted)).endswith("3 seals (0 cut), 3 entries, 0 not sealed yet: ok\n")

    remove_seal(3)

    assert wrong() == []
    with pytest.raises(CommandError):
        verify("--against", str(noted))


def test_a_forged_seal_is_seen():
    organisation = three_seals()
    forge("UPDATE accounts_auditseal SET sealed_at = '2020-01-01' WHERE number = 2")
    assert wrong() == ["seal 2 was changed"]
    assert verifying.chains(now=NOW)[0].organisation == organisation.pk


def test_the_printed_rows_can_be_counted_again_without_our_code():
    three_seals()
    lines = DOCUMENT.read_text().split("```sh\n")[1].split("```")[0]
    good = subprocess.run(["sh", "-c", lines], input=verify("--rows"), capture_output=True, text=True, check=False)
    assert (good.stdout.count("ok"), good.stdout.count("WRONG"), good.stderr) == (3, 0, "")
    forged = verify("--rows").replace('"event.change"', '"event.publish"', 1)
    bad = subprocess.run(["sh", "-c", lines], input=forged, capture_output=True, text=True, check=False)
    assert (bad.stdout.count("ok"), bad.stdout.count("WRONG")) == (2, 1)


def test_what_is_too_old_is_cut_seal_by_seal_and_the_chain_still_holds():
    organisation = three_seals(LONG_AGO)
    note(organisation.scope, LONG_AFTER)
    sealing.seal_due(now=LONG_AFTER + dt.timedelta(minutes=1))
    noted = list(verifying.heads())

    assert sealing.cut(now=LONG_AFTER) == 3

    assert [seal.cut_at is not None for seal in AuditSeal.objects.in_order()] == [True, True, True, False]
    told = AuditEntry.objects.get(action="audit.cut")
    assert (told.scope, told.after) == (organisation.scope, {"entries": 3, "first_seal": 1, "last_seal": 3})
    assert AuditEntry.objects.count() == 2
    assert wrong(LONG_AFTER) == []
    assert [verifying.holds(organisation=o, number=n, noted=h) for o, n, h in noted] == [True]
    assert sealing.cut(now=LONG_AFTER) == 0


def test_a_cut_goes_on_until_nothing_is_due_the_oldest_of_all_first(monkeypatch):
    monkeypatch.setattr(sealing, "AT_ONCE", 2)
    busy = three_seals(LONG_AGO + dt.timedelta(hours=1))
    quiet = three_seals(LONG_AGO)

    assert sealing.cut(now=LONG_AFTER) == 6

    told = AuditEntry.objects.filter(action="audit.cut").order_by("pk")
    assert [(entry.scope, entry.after["first_seal"], entry.after["last_seal"]) for entry in told] == [
        (quiet.scope, 1, 2), (quiet.scope, 3, 3), (busy.scope, 1, 1), (busy.scope, 2, 3),
    ]  # fmt: skip
    assert wrong(LONG_AFTER) == []


def test_a_cut_whose_entry_has_been_cut_in_its_turn_is_no_wrong_one():
    three_seals(LONG_AGO)
    for cuts in range(1, 4):
        sealing.cut(now=LONG_AGO + cuts * KEPT)
        sealing.seal_due(now=LONG_AGO + cuts * KEPT + dt.timedelta(minutes=1))
    assert AuditEntry.objects.filter(action="audit.cut").count() == 1
    assert wrong() == []


def test_nothing_is_cut_before_its_time(settings):
    three_seals(LONG_AGO)
    assert sealing.cut(now=LONG_AFTER - dt.timedelta(days=30)) == 0
    settings.AUDIT_KEEP_YEARS = 1
    assert sealing.cut(now=LONG_AFTER - dt.timedelta(days=30)) == 3


def test_a_cut_that_came_too_early_is_seen():
    three_seals(LONG_AGO)
    AuditSeal.objects.filter(number=1).update(cut_at=LONG_AGO + dt.timedelta(days=366 * 11))
    AuditEntry.objects.all().forget_cut()
    assert wrong() == ["seal 1 was cut before its time"]


def test_a_cut_that_is_dated_ahead_is_seen():
    three_seals()
    forge("UPDATE accounts_auditseal SET cut_at = '2099-01-01 00:00:00' WHERE number = 1")
    AuditEntry.objects.all().forget_cut()
    assert wrong() == ["seal 1 was cut at a moment that has not come"]


def test_a_cut_that_no_sealed_entry_tells_of_is_seen():
    organisation = three_seals(LONG_AGO)
    AuditSeal.objects.filter(number=1).update(cut_at=LONG_AFTER)
    AuditEntry.objects.all().forget_cut()
    assert wrong() == ["seal 1 was cut and no entry tells of it"]

    note(organisation.scope, LONG_AFTER, action="audit.cut", after={"entries": 1, "first_seal": 1, "last_seal": 1})

    assert wrong() == ["seal 1 was cut and no entry tells of it"]
    assert wrong(LONG_AFTER + dt.timedelta(minutes=59)) == []
    sealing.seal_due(now=LONG_AFTER + dt.timedelta(minutes=1))
    assert wrong() == []


def test_an_entry_of_another_chain_or_of_other_seals_tells_of_no_cut():
    organisation, other = three_seals(LONG_AGO), make.organisation()
    AuditSeal.objects.filter(number=1).update(cut_at=LONG_AFTER)
    AuditEntry.objects.all().forget_cut()
    for scope, first in ((other.scope, 1), (organisation.scope, 2)):
        note(scope, LONG_AFTER, action="audit.cut", after={"entries": 1, "first_seal": first, "last_seal": 3})
    sealing.seal_due(now=LONG_AFTER + dt.timedelta(minutes=1))
    assert wrong() == ["seal 1 was cut and no entry tells of it"]


def forged_seal(organisation, entry, *, sealed_at, number=1, previous=""):
    """A seal that somebody made who knows how, with `entry` under it."""
    rows = [rules.canonical(entry)]
    made = AuditSeal(
        organisation=organisation, number=number, previous=previous, sealed_at=sealed_at, count=1,
        first_entry=entry.pk, last_entry=entry.pk, marks=rules.marks(rows), digest=rules.digest(rows),
    )  # fmt: skip
    made.hash = rules.seal_hash(made)
    made.save()
    AuditEntry.objects.filter(pk=entry.pk).put_under(made)
    return made


def test_unsealed_rows_that_were_deleted_by_way_of_an_old_looking_seal_are_missed():
    organisation = make.organisation()
    made = forged_seal(organisation, note(organisation.scope), sealed_at=LONG_AGO)
    AuditSeal.objects.filter(pk=made.pk).update(cut_at=LONG_AFTER)
    AuditEntry.objects.all().forget_cut()
    assert wrong() == ["seal 1 was cut and no entry tells of it"]


def test_a_seal_that_is_older_than_the_one_before_is_seen():
    organisation = three_seals()
    head = AuditSeal.objects.head(organisation.pk)
    forged_seal(organisation, note(organisation.scope), sealed_at=LONG_AGO, number=4, previous=head.hash)
    assert wrong() == ["seal 4 is older than the seal before it"]


@pytest.mark.parametrize(("hours", "doubted"), [(24, 0), (25, 1)])
def test_an_entry_dated_more_than_a_day_before_the_seal_before_is_doubted(hours, doubted):
    organisation = make.organisation()
    note(organisation.scope)
    sealing.seal_due(now=LATER)
    late = note(organisation.scope, NOW - dt.timedelta(hours=hours))
    sealing.seal_due(now=LATER)

    said = [f"seal 2: entry {late.pk} is dated more than a day before the seal before it"]

    assert (doubts(), wrong()) == (said * doubted, [])
    assert verify().count(f"warning: {said[0]}") == doubted


def test_a_cut_in_the_middle_is_seen():
    three_seals(LONG_AGO)
    AuditSeal.objects.filter(number=2).update(cut_at=LONG_AFTER)
    AuditEntry.objects.all().forget_cut()
    assert wrong() == ["seal 2 was cut before an older one"]


REFUSED = [
    "UPDATE accounts_auditentry SET action = 'x'",
    "UPDATE accounts_auditentry SET scope = 'event:2', seal_id = (SELECT max(id) FROM accounts_auditseal)",
    "UPDATE accounts_auditentry SET seal_id = NULL WHERE seal_id IS NOT NULL",
    "UPDATE accounts_auditentry SET before = '{\"a\": 1}'",
    "DELETE FROM accounts_auditentry WHERE seal_id IS NULL",
    "DELETE FROM accounts_auditentry WHERE seal_id IS NOT NULL",
    "UPDATE accounts_auditseal SET hash = '" + "0" * 64 + "'",
    "UPDATE accounts_auditseal SET cut_at = NULL WHERE cut_at IS NOT NULL",
    "UPDATE accounts_auditseal SET cut_at = '2099-01-01 00:00:00' WHERE number = 2",
    "DELETE FROM accounts_auditseal",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_the_database_itself_keeps_the_log(sql):
    organisation = three_seals()
    note(organisation.scope)
    AuditSeal.objects.filter(number=1).update(cut_at=LONG_AFTER)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("number", range(5 if settings.ON_SQLITE else 7))
def test_a_trigger_that_is_missing_is_told(number):
    three_seals()
    verify()
    name, table = list(guards._names(connection).items())[number]
    with connection.cursor() as cursor:
        cursor.execute(guards._drop(connection, table, name))

    assert guards.missing(connection) == [name]
    with pytest.raises(CommandError, match="does not guard"):
        verify()


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE accounts_auditseal DISABLE TRIGGER accounts_auditseal_update",
        "CREATE OR REPLACE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ],
)
@pytest.mark.skipif(settings.ON_SQLITE, reason="SQLite switches no trigger off, and its triggers have no function")
def test_a_trigger_that_does_nothing_is_told(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
    assert guards.missing(connection)


def test_what_fails_while_the_guards_are_lifted_leaves_them_where_they_were():
    with suppress(ZeroDivisionError), guards.lifted(connection):
        1 / 0  # noqa: B018
    assert guards.missing(connection) == []


def test_a_flush_asks_before_it_lifts_the_guards(monkeypatch):
    note(make.organisation().scope)
    missing = []

    def answer(_question):
        missing.append(guards.missing(connection))
        return "no"

    monkeypatch.setattr("builtins.input", answer)
    call_command("flush", stdout=StringIO())
    assert (missing, AuditEntry.objects.count()) == ([[]], 1)


@pytest.mark.skipif(settings.ON_SQLITE, reason="SQLite knows no TRUNCATE")
@pytest.mark.parametrize("table", ["accounts_auditentry", "accounts_auditseal"])
def test_the_log_is_not_truncated(table):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")


SEAL = {
    "number": 1,
    "sealed_at": NOW,
    "first_entry": 1,
    "last_entry": 1,
    "count": 1,
    "digest": "a" * 64,
    "hash": "b" * 64,
}


@pytest.mark.parametrize(
    "fields",
    [{"number": 0}, {"count": 0}, {"previous": "c" * 64}, {"number": 2}, {"hash": "short"}, {"digest": "A" * 64}],
)
def test_the_database_keeps_out_a_seal_of_another_form(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditSeal.objects.create(**SEAL | fields)


def test_the_database_keeps_out_a_seal_that_is_cut_already():
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditSeal.objects.create(**SEAL | {"sealed_at": LONG_AGO, "cut_at": LONG_AFTER})


@pytest.mark.parametrize("of_whom", [make.organisation, lambda: None])
def test_two_seals_of_a_chain_never_have_one_number(of_whom):
    organisation = of_whom()
    AuditSeal.objects.create(organisation=organisation, **SEAL)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditSeal.objects.create(organisation=organisation, **SEAL)


def test_what_sounds_like_a_secret_is_left_out():
    entry = note(
        "event:1", before={"preview_link": "https://x.example/abc"}, after={"a": [{"api_token": "x", "role": "owner"}]}
    )
    assert entry.before == {"preview_link": "…"}
    assert entry.after == {"a": [{"api_token": "…", "role": "owner"}]}


def test_what_a_token_does_says_which_token():
    with audit.through("api_token:3"):
        inside = note("event:1")
    assert (inside.via, note("event:1").via) == ("api_token:3", "")


def two_workers():
    """Both have read what is unsealed before one of them seals it, unless something keeps them apart."""
    organisation = make.organisation()
    note("together:1")
    meeting = Barrier(2)

    def owners(pks):
        with suppress(BrokenBarrierError):
            meeting.wait(timeout=1)
        return dict.fromkeys(pks, organisation.pk)

    def work(_number):
        try:
            return sealing.seal_due(now=LATER)
        except IntegrityError:
            return "clash"
        finally:
            connections.close_all()

    audit.owner_of("together", owners)
    try:
        with ThreadPoolExecutor(2) as workers:
            return sorted(map(str, workers.map(work, range(2))))
    finally:
        del audit._owners["together"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_seal_the_same_rows():
    assert two_workers() == ["0", "1"]
    assert wrong() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(settings.ON_SQLITE, reason="SQLite has one writer")
def test_without_the_lock_they_do(monkeypatch):
    monkeypatch.setattr(sealing, "alone", lambda _name: True)
    assert two_workers() == ["1", "clash"]


def test_rows_are_printed_with_their_seals():
    three_seals()
    first, row, *_more = verify("--rows").splitlines()
    assert json.loads(first)["number"] == 1
    assert json.loads(row)[3:6] == ["event.change", row_scope(), row_scope()]


def row_scope():
    return AuditEntry.objects.first().scope
