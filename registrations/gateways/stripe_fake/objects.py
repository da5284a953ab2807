"""New objects, with every field of Stripe's that has no default in its library and all that the product reads."""

from registrations.gateways.stripe_fake.problems import Thing
from registrations.gateways.stripe_fake.shelf import Books, new_id

SESSION_ID_LENGTH = 58
CARD_LIKE = {"card": {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2040, "country": "FI"}}


def session(books: Books, asked: Thing, *, amount: int, expires_at: int) -> Thing:
    own_id, locale = new_id("cs_test_", SESSION_ID_LENGTH), asked.get("locale", "auto")
    line = asked["line_items"][0]["price_data"]
    return {
        "id": own_id,
        "object": "checkout.session",
        "amount_subtotal": amount,
        "amount_total": amount,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": asked.get("cancel_url"),
        "client_reference_id": asked.get("client_reference_id"),
        "created": books.now,
        "currency": line["currency"].lower(),
        "custom_fields": [],
        "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        "customer": None,
        "customer_details": None,
        "customer_email": asked.get("customer_email"),
        "expires_at": expires_at,
        "livemode": False,
        "locale": locale,
        "metadata": asked.get("metadata", {}),
        "mode": "payment",
        "payment_intent": None,
        "payment_method_types": ["card", "mobilepay", "customer_balance"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "success_url": asked["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": books.page(locale, own_id),
        "_label": line["product_data"]["name"],
        "_of_payment": asked.get("payment_intent_data", {}),
    }


def payment(books: Books, paid_by: Thing) -> Thing:
    given = paid_by["_of_payment"]
    return {
        "id": new_id("pi_"),
        "object": "payment_intent",
        "amount": paid_by["amount_total"],
        "amount_capturable": 0,
        "amount_received": 0,
        "capture_method": "automatic",
        "confirmation_method": "automatic",
        "created": books.now,
        "currency": paid_by["currency"],
        "customer": None,
        "description": given.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": given.get("metadata", {}),
        "payment_method_types": paid_by["payment_method_types"],
        "status": "requires_payment_method",
    }


def charge(books: Books, of: Thing, *, method: str, status: str) -> Thing:
    """A try to pay; it carries the metadata of its payment."""
    return {
        "id": new_id("ch_"),
        "object": "charge",
        "amount": of["amount"],
        "amount_captured": of["amount"] if status == "succeeded" else 0,
        "amount_refunded": 0,
        "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        "captured": status == "succeeded",
        "created": books.now,
        "currency": of["currency"],
        "description": of["description"],
        "disputed": False,
        "failure_code": "card_declined" if status == "failed" else None,
        "livemode": False,
        "metadata": of["metadata"],
        "paid": status == "succeeded",
        "payment_intent": of["id"],
        "payment_method_details": {"type": method, method: CARD_LIKE.get(method, {})},
        "refunded": False,
        "status": status,
    }


def refund(books: Books, asked: Thing, of: Thing, *, amount: int, status: str) -> Thing:
    return {
        "id": new_id("re_"),
        "object": "refund",
        "amount": amount,
        "charge": of["id"],
        "created": books.now,
        "currency": of["currency"],
        "metadata": asked.get("metadata") or {},
        "payment_intent": of["payment_intent"],
        "reason": asked.get("reason"),
        "status": status,
    }


def dispute(books: Books, of: Thing, *, amount: int) -> Thing:
    return {
        "id": new_id("du_"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": of["id"],
        "created": books.now,
        "currency": of["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {"due_by": None, "has_evidence": False, "past_due": False, "submission_count": 0},
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": of["payment_intent"],
        "reason": "general",
        "status": "needs_response",
    }
