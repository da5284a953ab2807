"""Two people bring the bank's file at the same moment, and nothing is paid twice."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connections

from registrations.models import BankEntry
from registrations.services.payments import bank, invoices
from registrations.services.payments.bank import Done
from tests import factories as make
from tests.registrations.bank_files import table
from tests.registrations.paying import COMPANY, NOW, books, ordered, priced, seller

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = 8


def brought_at_once(contents, event):
    """Let each of `contents` be brought by somebody at the same moment, and again what was not done; return all."""
    whose, start, users = (
        event.organisation.seller,
        Barrier(len(contents)),
        [make.organiser(event) for _each in contents],
    )

    def bring(place):
        file = bank.read(upload=ContentFile(contents[place]), seller=whose)
        start.wait()
        try:
            now = NOW + dt.timedelta(seconds=place)
            found = bank.bring(seller=whose, file=file, by=users[place], now=now)
            while any(each.done == Done.BUSY for each in found):
                now += dt.timedelta(minutes=1)
                found = bank.bring(seller=whose, file=file, by=users[place], now=now)
            return found
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(contents)) as hands:
        return [each for found in hands.map(bring, range(len(contents))) for each in found]


@pytest.fixture
def payments(fake):
    with time_machine.travel(NOW, tick=False):
        event = priced(seats_=NUMBER)
        seller(event)
        orders = [ordered(event, f"Aino{number}")[1] for number in range(NUMBER)]
        return event, [
            invoices.pay_by_invoice(order=order, to=COMPANY, by=make.organiser(event), now=NOW) for order in orders
        ]


def test_the_same_file_twice_at_once_is_taken_in_once(payments):
    event, made = payments
    rows = [f"3.11.2026;69,03;{each.invoice.reference};{each.pk}" for each in made]

    brought_at_once([table(*rows), table(*reversed(rows))], event)

    assert [each.state for each in BankEntry.objects.all()] == ["matched"] * NUMBER
    assert books() == {"money": NUMBER * 6903, "seats": NUMBER * 6903}


def test_two_payments_of_one_invoice_at_once_pay_it_once(payments):
    event, made = payments
    files = [table(*[f"3.11.2026;69,03;{each.invoice.reference};{whose}{each.pk}" for each in made]) for whose in "AB"]

    brought_at_once(files, event)

    states = sorted(BankEntry.objects.values_list("state", flat=True))
    assert states == ["matched"] * NUMBER + ["twice"] * NUMBER
    assert books() == {"money": NUMBER * 6903, "seats": NUMBER * 6903}
