"""What is written about money: to the payer, with receipts and invoices attached, and to the organisers.

Five hundred refunds are one press, so a letter to a payer is put into the outbox as what it is about, and written when
it is delivered; from then on it stays what it was.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Grant
from core.models import OutboxMessage
from core.services import outbox
from core.services.outbox import Letter
from core.templatetags.money import euros
from core.templatetags.when import full_day
from core.templatetags.when import moment as spoken
from core.wording import Value
from registrations.enums import OrderState, RefundReason
from registrations.models import LIVING_FIRST, Order, Payment, Registration
from registrations.rules.references import grouped
from registrations.services.letters import values
from registrations.services.letters.links import party_url, personal_url
from registrations.services.letters.moments import MOMENTS
from registrations.services.letters.posting import to_contact, to_person
from registrations.services.letters.writing import subject_of, write

KIND = "money mail"
"""The kind of message to which a receipt or an invoice is added on delivery."""
STILL_TRUE: Final = {"pay_seat": [OrderState.OPEN], "pay_failed": [OrderState.OPEN], "pay_lapsed": [OrderState.CLOSED]}
"""At which states of their order letters are still right when their turn comes; others are at any."""


def pay(*, order: Order, now: datetime) -> None:
    """A seat, or those of a group, are kept until they are paid."""
    _to_payer("pay_seat", order, now)


def unpaid(*, order: Order, now: datetime) -> None:
    _to_payer("pay_lapsed", order, now)


def paid(*, order: Order, registrations: Sequence[Registration], now: datetime) -> None:
    """The seats are theirs: tickets to those who have an address of their own, the group's page to its contact."""
    party = order.party
    if party:
        to_contact("party_registered", party, registrations, now)
    for registration in registrations:
        if party is None or registration.email != party.email:
            to_person("confirmed", registration, now)


def payment_failed(*, order: Order, now: datetime) -> None:
    _to_payer("pay_failed", order, now)


def receipt(*, order: Order, payment: Payment, now: datetime) -> None:
    _to_payer("pay_receipt", order, now, payment=payment, cents=payment.cents)


def invoice(*, order: Order, payment: Payment, now: datetime) -> None:
    bill = payment.invoice
    with translation.override(order.language):
        note = _("Reference %(reference)s, due on %(day)s.") % {
            "reference": grouped(bill.reference),
            "day": full_day(bill.due_on),
        }
    _to_payer("pay_invoice", order, now, payment=payment, note=note)


def invoice_credited(*, order: Order, payment: Payment, now: datetime) -> None:
    with translation.override(order.language):
        note = _("Invoice %(number)s need not be paid.") % {"number": payment.invoice.number}
    _to_payer("pay_credited", order, now, payment=payment, note=note)


def money_back(
    *, order: Order, cents: int, kept: int, now: datetime, reason: RefundReason = RefundReason.CANCELLED
) -> None:
    """What goes back to the payer and what is kept; nothing, where neither is anything."""
    if not cents and not kept:
        return
    with translation.override(order.language):
        note = _back(cents, reason)
        kept_note = (
            _("By the terms of this event %(sum)s of what you paid is kept.") % {"sum": euros(kept)} if kept else ""
        )
    _to_payer("pay_back", order, now, note=note, kept_note=kept_note, cents=cents)


def tell_organisers(*, order: Order, about: str, now: datetime) -> None:
    """Something about a payment needs a person: see `WHAT`."""
    event = order.event
    for address, language in _organisers(order):
        with translation.override(language):
            subject, words = _for_organisers(order, about)
            letter = Letter(
                recipient=address,
                subject=subject,
                text=words,
                html="",
                language=language,
                keys={"order": order.pk, "letter": about},
            )
        outbox.post(kind="mail", letter=letter, scope=event.scope, person="", now=now)


def _back(cents: int, reason: RefundReason) -> str:
    about = {"sum": euros(cents)}
    if not cents:
        return _("Your seat is cancelled. Nothing of what you paid is given back.")
    if reason == RefundReason.LATE:
        return (
            _("Your payment of %(sum)s came when the seat was no longer free. We give all of it back at once.") % about
            + " "
            + _when_it_comes()
        )
    if reason == RefundReason.TWICE:
        return _("You paid %(sum)s twice. We give the second payment back at once.") % about + " " + _when_it_comes()
    return _("We give %(sum)s back to you.") % about + " " + _when_it_comes()


def _when_it_comes() -> str:
    return _("It comes the way you paid, and takes up to ten working days.")


def _for_organisers(order: Order, about: str) -> tuple[str, str]:
    what = {
        RefundReason.LATE: _("Money came when the seat was gone, and is given back"),
        RefundReason.TWICE: _("Somebody paid twice, and the second payment is given back"),
        "refund_failed": _("A refund has failed: give the money back in another way"),
        "disputed": _("A payer's bank disputes a payment: answer it at the payment service"),
    }[about]
    about_order = {"number": order.pk, "title": order.event.title}
    return (
        _("Order %(number)s: %(what)s") % {"number": order.pk, "what": what},
        f"{what}.\n\n" + _("Order %(number)s, %(title)s. It stands among the payments of the event.") % about_order,
    )


def _organisers(order: Order) -> list[tuple[str, str]]:
    """The event's contact, else the owners of its organisation, as (address, language) pairs."""
    event = order.event
    if event.contact_email:
        return [(event.contact_email, "fi")]
    owners = Grant.objects.filter(role=Role.OWNER, scope=f"organisation:{event.organisation_id}", user__is_active=True)
    return sorted(set(owners.values_list("user__email", "user__language")))


def _to_payer(
    moment: str,
    order: Order,
    now: datetime,
    *,
    payment: Payment | None = None,
    cents: int | None = None,
    note: str = "",
    kept_note: str = "",
) -> None:
    if not order.email:
        return
    registration = _first(order)
    keys: dict[str, object] = {
        "order": order.pk,
        "registration": registration.pk,
        "letter": moment,
        "cents": order.cents if cents is None else cents,
        "note": note,
        "kept_note": kept_note,
    }
    if payment:
        keys["payment"] = payment.pk
    subject = subject_of(moment, order.event, order.language)
    letter = Letter(recipient=order.email, subject=subject, text="", html="", language=order.language, keys=keys)
    person = "" if order.party_id else f"person:{registration.person_id}"
    outbox.post(kind=KIND, letter=letter, scope=order.event.scope, person=person, now=now)


def write_down(*, message: OutboxMessage, order: Order, now: datetime) -> None:
    """Write the letter that a message is about, at its first attempt: whoever settles a payment does not wait for it.

    :param order: with its event, the event's project and organisation, and its party
    """
    keys, event = message.payload["keys"], order.event
    registration = Registration.objects.get(pk=keys["registration"])
    registration.event = event
    with translation.override(order.language):
        if order.party:
            order.party.event = event
            url = party_url(party=order.party, now=now)
        else:
            url = personal_url(registration=registration, now=now)
        about: dict[str, Value] = {
            **values.of_event(event, registration.next_meeting(now)),
            "first_name": order.first_name,
            "sum": euros(keys["cents"]),
            "pay_by": _until(keys["letter"], order),
            "note": keys["note"],
            "kept_note": keys["kept_note"],
            "link": values.button(MOMENTS[keys["letter"]].button(), url),
        }
        letter = write(
            moment=keys["letter"],
            event=event,
            recipient=message.recipient,
            language=order.language,
            values=about,
            keys=keys,
        )
    outbox.write_down(message=message, letter=letter)


def _until(moment: str, order: Order) -> str:
    if order.pay_by is None:
        return ""
    when = spoken(order.pay_by)
    return when if moment == "pay_seat" else _("The seat is kept until %(when)s.") % {"when": when}


def _first(order: Order) -> Registration:
    """Whose page tells of the order, where no group's does."""
    if order.payer_registration is not None:
        return order.payer_registration
    lines = order.lines.select_related("registration").order_by(*LIVING_FIRST)
    return lines[0].registration
