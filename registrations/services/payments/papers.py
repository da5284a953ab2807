"""Receipts and invoices as PDF/UA, in the payer's language: on delivery of a letter, and on the payer's page."""

from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import pdf
from core.models import OutboxMessage
from core.services import mail
from core.services.outbox import NotNeeded
from core.templatetags.money import euros, percent
from core.templatetags.when import full_day, span
from events.rules import Amount
from events.services import sheets
from registrations.enums import Method, OrderState, PaymentState, RefundState
from registrations.models import Invoice, Order, OrderLine, Payment, Seller
from registrations.rules.references import grouped
from registrations.services import letters

Rows = list[dict[str, str]]


def deliver(message: OutboxMessage) -> None:
    """Send a letter about money, with the receipt or the invoice that it tells of.

    :raises NotNeeded: if what it says is not so any more, such as that a seat waits to be paid
    :raises RefusedForGood: see `core.services.mail.send`
    """
    keys = message.payload["keys"]
    rows = Order.objects.select_related("event__project", "event__organisation", "party")
    order = rows.filter(pk=keys["order"]).first()
    if order is None or order.state not in letters.STILL_TRUE.get(keys["letter"], OrderState.values):
        raise NotNeeded
    if not message.payload["text"]:
        letters.write_money(message=message, order=order, now=timezone.now())
    payment = Payment.objects.filter(pk=keys.get("payment")).first()
    attached = []
    if payment is not None:
        name, content = of(payment)
        attached.append(mail.Attachment(name=name, content=content, media_type="application/pdf"))
    mail.send(message, attached)


def of(payment: Payment) -> tuple[str, bytes]:
    """The name and content of what belongs to a payment: its receipt once money has come, before that its invoice."""
    payment = (
        Payment.objects.select_related("order__event__organisation__seller", "order__event__project", "invoice")
        .prefetch_related("order__lines__registration", "refunds")
        .get(pk=payment.pk)
    )
    language = payment.order.language
    with translation.override(language):
        is_invoice = payment.method == Method.INVOICE and payment.paid_at is None
        data = _invoice(payment) if is_invoice else _receipt(payment)
        number = payment.invoice.number if is_invoice else payment.pk
        return f"{data['file']}-{number}.pdf", pdf.render("bill", data, language=language)


def vat_rows(lines: list[OrderLine]) -> list[tuple[int, int, int]]:
    """The tax of each rate, as (basis points, net, tax) in cents, the highest rate first.

    What is kept of a seat that was given up is a part of its price, with the same tax.
    """
    sums: dict[int, list[int]] = {}
    for line in lines:
        cents = line.cents if line.given_up_at is None else line.kept_cents
        amount = Amount(cents, line.basis_points)
        vat = line.vat_cents if line.given_up_at is None else amount.vat
        both = sums.setdefault(line.basis_points, [0, 0])
        both[0] += cents - vat
        both[1] += vat
    return [(rate, net, vat) for rate, (net, vat) in sorted(sums.items(), reverse=True)]


def _receipt(payment: Payment) -> dict[str, Any]:
    paid_at = payment.paid_at or payment.started_at
    given_back = sum(each.cents for each in payment.refunds.all() if each.state != RefundState.FAILED)
    facts = [
        (_("Receipt"), str(payment.pk)),
        (_("Paid on"), full_day(timezone.localdate(paid_at))),
        (_("How"), str(payment.get_method_display())),
    ]
    ends = [(_("Paid"), euros(payment.cents))]
    if given_back:
        ends.append((_("Given back"), euros(given_back)))
    return _common(payment, _("Receipt"), facts, ends) | {"file": _("receipt"), "note": ""}


def _invoice(payment: Payment) -> dict[str, Any]:
    bill: Invoice = payment.invoice
    seller: Seller = bill.seller
    facts = [
        (_("Invoice"), str(bill.number)),
        (_("Date of the invoice"), full_day(bill.issued_on)),
        (_("Due on"), full_day(bill.due_on)),
        (_("Reference"), grouped(bill.reference)),
        (_("Account"), f"{seller.iban} {seller.bic}".strip()),
        (_("Your reference"), payment.order.their_reference),
        (_("E-invoice address"), payment.order.e_invoice),
    ]
    credited = payment.state == PaymentState.EXPIRED
    note = _("This invoice is credited and need not be paid.") if credited else ""
    ends = [(_("To pay"), euros(payment.cents))]
    return _common(payment, _("Invoice"), facts, ends) | {"file": _("invoice"), "note": note}


def _common(payment: Payment, kind: str, facts: list[tuple[str, str]], ends: list[tuple[str, str]]) -> dict[str, Any]:
    order = payment.order
    event, lines = order.event, sorted(order.lines.all(), key=lambda line: line.pk)
    seller: Seller | None = getattr(event.organisation, "seller", None)
    return {
        "kind": kind,
        "title": event.title,
        "when": _when(order),
        "seller": _seller(seller, str(event.organisation)),
        "payer": [order.payer, *([order.business_id] if order.business_id else []), *order.address.splitlines()],
        "labels": {
            "seller": _("Seller"),
            "payer": _("Payer"),
            "what": _("What"),
            "net": _("Without VAT"),
            "vat": _("VAT"),
            "sum": _("Sum"),
            "order": _("Order %(number)s") % {"number": order.pk},
        },
        "facts": [{"name": name, "value": value} for name, value in facts if value],
        "lines": [row for line in lines for row in _lines(line)],
        "vat": [
            {"rate": percent(rate) if rate else _("No VAT"), "net": euros(net), "vat": euros(vat)}
            for rate, net, vat in vat_rows(lines)
        ],
        "ends": [{"name": name, "value": value} for name, value in ends],
        **sheets.funding(event.project),
    }


def _seller(seller: Seller | None, organisation: str) -> list[str]:
    if seller is None:
        return [organisation]
    return [seller.name, seller.business_id, *seller.address.splitlines(), *([seller.email] if seller.email else [])]


def _lines(line: OrderLine) -> Rows:
    """The seat as it was sold, and what was taken off when it was given up."""
    what = f"{line.registration.name}: {line.name}"
    rows = [_row(what, line.net_cents, line.vat_cents, line.cents)]
    if line.given_up_at is not None:
        left = Amount(line.kept_cents, line.basis_points)
        less = (left.net - line.net_cents, left.vat - line.vat_cents, left.cents - line.cents)
        rows.append(_row(_("%(what)s, cancelled") % {"what": what}, *less))
    return rows


def _row(what: str, net: int, vat: int, cents: int) -> dict[str, str]:
    return {"what": what, "net": euros(net), "vat": euros(vat), "sum": euros(cents)}


def _when(order: Order) -> str:
    meeting = next(iter(order.event.timetable), None)
    return span(meeting.starts_at, meeting.ends_at) if meeting else ""
