"""Who sells an organisation's seats, as its receipts and invoices say it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Organisation, User
from accounts.services import audit
from registrations.models import Seller

COLUMNS = ("name", "business_id", "address", "email", "iban", "bic")


@transaction.atomic
def save(*, organisation: Organisation, values: Mapping[str, Any], by: User, now: datetime) -> Seller:
    """Set the details of the seller, for what is made from now on.

    :param values: by name, of `COLUMNS`
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    seller = Seller.objects.filter(organisation=organisation).first() or Seller(organisation=organisation)
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
