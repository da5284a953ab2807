"""What a bank's file does: invoices are paid by their reference and sum, once; the rest waits for a person."""

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import AuditEntry
from registrations.enums import BankState, OrderState, PaymentState, Status
from registrations.models import BankEntry
from registrations.services import seats
from registrations.services.payments import bank, checkout, invoices
from registrations.services.payments.bank import Done
from tests import factories as make
from tests.registrations.bank_files import camt, entry, part, table
from tests.registrations.paying import COMPANY, NOW, books, fresh, later, ordered, page_for, priced, seller

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def event():
    made = priced()
    seller(made)
    return made


def billed(event, name="Aino"):
    """Somebody whose company has an invoice."""
    registration, order = ordered(event, name)
    payment = invoices.pay_by_invoice(order=order, to=COMPANY, by=make.organiser(event), now=NOW)
    return registration, fresh(order), payment


def bring(event, content, *, now=NOW):
    whose = event.organisation.seller
    file = bank.read(upload=ContentFile(content, name="file"), seller=whose)
    return bank.bring(seller=whose, file=file, by=make.organiser(event), now=now)


def row(payment, *, euros="69,03", name="A1"):
    return f"3.11.2026;{euros};{payment.invoice.reference};{name}"


def states():
    return [each.state for each in BankEntry.objects.order_by("pk")]


def test_an_invoice_is_paid_by_its_reference_and_its_sum(fake, event):
    registration, order, payment = billed(event)

    [taken] = bring(event, camt(entry(part(payment.invoice.reference))))

    kept = BankEntry.objects.get()
    assert (fresh(payment).state, fresh(order).state, fresh(registration).status) == (
        PaymentState.PAID,
        OrderState.PAID,
        Status.CONFIRMED,
    )
    assert (taken.done, kept.state, kept.payment, kept.entry, kept.cents) == (
        Done.NEW,
        BankState.MATCHED,
        payment,
        "ARCH1",
        6903,
    )
    assert books(order) == {"money": 6903, "seats": 6903}


@pytest.mark.parametrize(
    "content",
    [lambda p: camt(entry(part(p.invoice.reference))), lambda p: table(row(p)), lambda p: table(row(p, name=""))],
)
def test_the_same_file_again_changes_nothing(fake, event, content):
    _registration, order, payment = billed(event)

    bring(event, content(payment))
    [taken] = bring(event, content(payment), now=later(days=1))

    assert (taken.done, states(), books(order)) == (Done.KNOWN, ["matched"], {"money": 6903, "seats": 6903})


def test_a_row_is_known_again_in_another_form_of_file(fake, event):
    _registration, order, payment = billed(event)

    bring(event, camt(entry(part(payment.invoice.reference))))
    [taken] = bring(event, table(row(payment, name="ARCH1")))

    assert (taken.done, books(order)) == (Done.KNOWN, {"money": 6903, "seats": 6903})


@pytest.mark.parametrize("euros", ["69,00", "69,04", "690,30"])
def test_another_sum_settles_nothing_and_waits_for_a_person(fake, event, euros):
    _registration, order, payment = billed(event)

    bring(event, table(row(payment, euros=euros)))

    assert (fresh(payment).state, books(order), states()) == (PaymentState.STARTED, {}, ["other"])
    assert BankEntry.objects.needing_a_hand().get().payment == payment


def test_paid_twice_is_not_written_into_the_books_twice(fake, event):
    _registration, order, payment = billed(event)

    bring(event, table(row(payment), row(payment, name="A2")))

    assert (states(), books(order)) == (["matched", "twice"], {"money": 6903, "seats": 6903})


def test_two_equal_payments_of_a_day_without_a_name_are_two(fake, event):
    _registration, _order, payment = billed(event)

    bring(event, table(row(payment, name=""), row(payment, name="")))

    assert states() == ["matched", "twice"]


def test_payments_of_a_batch_that_the_bank_calls_by_one_name_are_all_taken_in(fake, event):
    payments = [billed(event, name)[2] for name in ("Aino", "Bertta")]
    content = table(*[row(each, name="BATCH") for each in payments])

    bring(event, content)
    again = bring(event, content)
    reordered = bring(event, table(*[row(each, name="BATCH") for each in reversed(payments)]))

    assert ([fresh(each).state for each in payments], states()) == (["paid", "paid"], ["matched", "matched"])
    assert {each.done for each in again + reordered} == {Done.KNOWN}


def test_an_unknown_reference_is_kept_without_the_payers_name(fake, event):
    bring(event, camt(entry(part("Maija Maksaja")), entry(part("1232"), own="B")))

    assert [(each.reference, each.state) for each in BankEntry.objects.order_by("pk")] == [
        ("", "unknown"),
        ("1232", "unknown"),
    ]
    assert "Maija" not in str(list(BankEntry.objects.values()))


def test_a_reference_of_another_seller_is_unknown_here(fake, event):
    _registration, _order, payment = billed(event)
    other = priced()
    seller(other)

    bring(other, table(row(payment)))

    assert (fresh(payment).state, states()) == (PaymentState.STARTED, ["unknown"])


def test_money_for_an_invoice_that_was_credited_is_late_money_and_goes_back_by_hand(fake, event):
    registration, order, payment = billed(event)
    seats.cancel(registration=registration, by=None, now=NOW)

    [taken] = bring(event, table(row(payment)))

    [refund] = payment.refunds.all()
    assert (fresh(order).state, refund.state, refund.reason, refund.cents) == (OrderState.CLOSED, "asked", "late", 6903)
    assert (states(), taken.goes_back, books(order)) == (["matched"], True, {"money": 6903, "payers": 6903})


def test_money_for_an_invoice_that_was_paid_online_meanwhile_goes_back_by_hand(fake, event):
    _registration, order = ordered(event)
    invoices.pay_by_invoice(order=order, to=COMPANY, by=make.organiser(event), now=NOW)
    payment = order.payments.get()
    online = page_for(fresh(order))
    fake.page.pay(online.session)
    checkout.refresh(payment=online, now=NOW)
    bring(event, table(row(payment)), now=later(hours=1))

    assert [(each.reason, each.state) for each in fresh(payment).refunds.all()] == [("twice", "asked")]
    assert books(order) == {"money": 2 * 6903, "seats": 6903, "payers": 6903}


def test_somebody_who_was_quicker_while_the_row_waited_for_the_seats_has_paid_it(fake, event, monkeypatch):
    _registration, order, payment = billed(event)
    true_settle = bank.settle

    def settle(**about):
        invoices.mark_paid(payment=payment, by=make.user(), now=later(seconds=-1))
        return true_settle(**about)

    monkeypatch.setattr(bank, "settle", settle)
    [taken] = bring(event, table(row(payment)))

    assert (states(), taken.payment, books(order)) == (["twice"], None, {"money": 6903, "seats": 6903})


def test_a_row_that_is_refused_does_not_keep_the_others_from_their_turn(fake, event, monkeypatch):
    payments = [billed(event, name)[2] for name in ("Aino", "Bertta")]
    true_settle = bank.settle

    def settle(**about):
        if about["payment_pk"] == payments[0].pk:
            raise seats.NotOpen
        return true_settle(**about)

    with monkeypatch.context() as context:
        context.setattr(bank, "settle", settle)
        first = bring(event, table(*[row(each, name=str(each.pk)) for each in payments]))
    second = bring(event, table(*[row(each, name=str(each.pk)) for each in payments]))

    assert [each.done for each in first] == [Done.REFUSED, Done.NEW]
    assert [each.done for each in second] == [Done.NEW, Done.KNOWN]
    assert [fresh(each).state for each in payments] == ["paid", "paid"]


def test_whoever_brings_a_file_stands_in_the_audit_log(fake, event):
    _registration, _order, payment = billed(event)

    bring(event, table(row(payment), "3.11.2026;5,00;1232;B"))

    told = AuditEntry.objects.get(action="bank.import")
    assert (told.scope, told.after) == (f"organisation:{event.organisation_id}", {"rows": 2, "new": 2, "matched": 1})
    assert AuditEntry.objects.filter(action="payment.paid", actor=told.actor).exists()


def test_a_payment_is_paid_by_one_entry_alone(fake, event):
    _registration, _order, payment = billed(event)
    bring(event, table(row(payment)))
    [made] = BankEntry.objects.all()

    for changes in (
        {"entry": "B"},
        {"entry": "B", "payment": None},
        {"entry": "B", "state": "other", "dealt_with_at": NOW},
    ):
        values = {
            name: getattr(made, name)
            for name in ("seller", "entry", "booked_on", "cents", "state", "payment", "read_at")
        }
        with pytest.raises(IntegrityError), transaction.atomic():
            BankEntry.objects.create(**values | changes)


# Pages


def sign_in(event, role=Role.ORGANISER):
    client = Client()
    client.force_login(make.member(role, event.organisation))
    return client


def url(event, tail=""):
    return f"/en/desk/payments/bank/{event.organisation_id}/{tail}"


def test_the_page_says_what_each_row_did(fake, event):
    _registration, order, payment = billed(event)
    content = table(row(payment), row(payment, name="A2"), "3.11.2026;5,00;1232;A3", "3.11.2026;-5,00;1232;A4")

    answer = sign_in(event).post(url(event), {"file": ContentFile(content, name="bank.csv")})

    assert answer.status_code == 200
    for text in (
        "Paid an invoice",
        "The invoice was paid already",
        "No invoice has this reference",
        "1 row is no money",
        f"Order {order.pk}",
    ):
        assert text in answer.text


@pytest.mark.parametrize(
    "content", [b"nonsense", b"<a/>", table("x;1,00;1232;A"), table("3.11.2026;1,00;1232;A") + b"\nsoon;1;1;1"]
)
def test_a_file_that_is_wrong_is_refused_whole(fake, event, content):
    answer = sign_in(event).post(url(event), {"file": ContentFile(content, name="bank.csv")})

    assert (answer.status_code, BankEntry.objects.count()) == (422, 0)
    assert "error" in answer.text


def test_without_an_account_nothing_can_be_brought(fake):
    event = priced()

    answer = sign_in(event).get(url(event))

    assert "The seller has no bank account yet" in answer.text
    assert 'type="file"' not in answer.text


def test_what_needs_a_hand_is_on_both_pages_until_somebody_has_dealt_with_it(fake, event):
    bring(event, table("3.11.2026;5,00;1232;A3"))
    client = sign_in(event)
    waiting = BankEntry.objects.get()
    before = [client.get(path).text for path in (url(event), "/en/desk/payments/")]

    answer = client.post(url(event, "dealt-with/"), {"entry": waiting.pk})
    after = [client.get(path).text for path in (url(event), "/en/desk/payments/")]

    assert (answer.status_code, ["1232" in text for text in before + after]) == (302, [True, True, False, False])
    assert fresh(waiting).dealt_with_by == make.User.objects.get(pk=client.session["_auth_user_id"])
    assert AuditEntry.objects.get(action="bank.dealt_with").after == {"entries": [waiting.pk]}


def test_dealing_with_it_twice_keeps_the_first_name(fake, event):
    bring(event, table("3.11.2026;5,00;1232;A3"))
    waiting = BankEntry.objects.get()
    first = sign_in(event)
    first.post(url(event, "dealt-with/"), {"entry": waiting.pk})
    by = fresh(waiting).dealt_with_by

    sign_in(event).post(url(event, "dealt-with/"), {"entry": [waiting.pk, "nonsense"]})

    assert fresh(waiting).dealt_with_by == by


def test_strangers_readers_and_those_of_one_event_find_nothing(fake, event):
    bring(event, table("3.11.2026;5,00;1232;A3"))
    others = [
        make.member(Role.OWNER, make.organisation()),
        make.member(Role.READER, event.organisation),
        make.member(Role.ORGANISER, event, organisation=event.organisation),
        make.user(),
    ]
    answers = []
    for each in others:
        client = Client()
        client.force_login(each)
        answers += [
            client.get(url(event)).status_code,
            client.post(url(event, "dealt-with/"), {"entry": BankEntry.objects.get().pk}).status_code,
        ]
        assert "1232" not in client.get("/en/desk/payments/").text

    assert (set(answers), Client().get(url(event)).status_code) == ({404}, 302)
    assert BankEntry.objects.needing_a_hand().count() == 1


def test_an_entry_of_another_seller_is_not_dealt_with(fake, event):
    other = priced()
    seller(other)
    bring(other, table("3.11.2026;5,00;1232;A3"))

    sign_in(event).post(url(event, "dealt-with/"), {"entry": BankEntry.objects.get().pk})

    assert BankEntry.objects.needing_a_hand().count() == 1


def test_dealing_with_something_is_a_post(fake, event):
    assert sign_in(event).get(url(event, "dealt-with/")).status_code == 405


def test_the_lists_ask_as_often_for_three_rows_as_for_one(fake, event):
    user, counts = make.organiser(event), []
    for number in range(3):
        _registration, _order, payment = billed(event, f"Aino{number}")
        bring(event, table(row(payment, euros="5,00", name=f"B{number}")))
        with time_machine.travel(later(days=60), tick=False):
            client = Client()
            client.force_login(user)
            pages = [url(event), "/en/desk/payments/"]
            assert all("5.00" in client.get(path).text for path in pages)
            counts.append([queries(client, path) for path in pages])

    assert counts[0] == counts[2]


def queries(client, path):
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)
