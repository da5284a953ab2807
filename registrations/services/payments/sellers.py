"""Who sells an organisation's seats, as its receipts and invoices say it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.services import audit
from core.errors import Refused
from registrations.enums import PaymentState
from registrations.models import Invoice, Seller

COLUMNS = ("name", "business_id", "address", "email", "iban", "bic")


class InvoicesOut(Refused):
    code = "invoices_out"
    message = _("Invoices are out that are to be paid to this account. Keep it until they are paid or credited.")


@transaction.atomic
def save(*, organisation: Organisation, values: Mapping[str, Any], by: User, now: datetime) -> Seller:
    """Set the details of the seller, for what is made from now on.

    :param values: by name, of `COLUMNS`
    :raises InvoicesOut: if the account would go while invoices are to be paid to it
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    seller = Seller.objects.filter(organisation=organisation).first() or Seller(organisation=organisation)
    if seller.iban and not values["iban"] and _has_open_invoices(seller):
        raise InvoicesOut
    before = {name: getattr(seller, name) for name in COLUMNS} if seller.pk else {}
    for name in COLUMNS:
        setattr(seller, name, values[name])
    if seller.pk:
        seller.save(update_fields=COLUMNS)
    else:
        seller.save()
    audit.changed(
        actor=by,
        action="seller.save",
        subject=f"organisation:{organisation.pk}",
        scope=f"organisation:{organisation.pk}",
        now=now,
        before=before,
        after={name: values[name] for name in COLUMNS},
    )
    return seller


def _has_open_invoices(seller: Seller) -> bool:
    return Invoice.objects.filter(seller=seller, payment__state=PaymentState.STARTED).exists()
