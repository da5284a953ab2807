"""A page to pay at is opened at the provider's, once the seats are kept for longer than the page is open."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refused
from registrations.enums import Method, OrderState, PaymentState
from registrations.gateways import choosing
from registrations.gateways.payments import PaymentError, PaymentProvider, Rejected, Session
from registrations.models import LIVING_FIRST, Order, Payment
from registrations.rules import kept_until, page_closes
from registrations.services.payments.settling import Told, settle
from registrations.services.payments.telling import told_by
from registrations.services.seats.tree import NotOpen, tending

log = logging.getLogger(__name__)

CLOCKS_DIFFER = timedelta(minutes=5)
"""At most, ours and the provider's."""
MARGIN = timedelta(minutes=3)
"""A page that closes so soon is of no use to somebody who comes now."""


class NothingToPay(Refused):
    code = "nothing_to_pay"
    message = gettext_lazy("Nothing is to be paid here. Look at what your page says now.")


class TooLateToPay(Refused):
    code = "too_late_to_pay"
    message = gettext_lazy("The time to pay ran out, and the seat was freed. Your page tells what you can do.")


class NoProvider(Refused):
    code = "no_provider"
    message = gettext_lazy("Paying online is not in use here. Write or call the organiser.")


class ProviderDown(Refused):
    code = "provider_down"
    message = gettext_lazy(
        "The payment service does not answer just now. Nothing was charged, and your seat is kept."
        " Try again in a moment."
    )


class BeingPaid(Refused):
    code = "being_paid"
    message = gettext_lazy("Your bank is processing a payment already. You get a message when it is through.")


def pay_online(*, order: Order, back: str, now: datetime) -> str:
    """The address of a page where `order` can be paid; the one that is open, where one is.

    :param back: where the visitor comes back to, whatever happens there
    :raises NothingToPay: if it is paid, or not to be paid any more
    :raises TooLateToPay: if the seats are gone
    :raises BeingPaid: if money is on its way
    :raises NoProvider, ProviderDown: if no page can be opened
    """
    if choosing.provider() is None:
        raise NoProvider
    for stale in _stale(order, now):
        try:
            refresh(payment=stale, now=now, closing=True)
        except PaymentError as error:
            raise ProviderDown from error
    payment = _begin(order=order, back=back, now=now)
    if payment.url:
        return payment.url
    try:
        return _opened(payment, _open(payment))
    except Rejected as error:  # the page of an earlier try, or of none: whichever it was, it is looked up
        log.warning("provider refuses a page", extra={"payment": payment.pk, "code": error.code})
        _look_for(payment, now, gone=True)
        raise ProviderDown from error
    except PaymentError as error:
        raise ProviderDown from error


def _open(payment: Payment) -> Session:
    """Asked again after an attempt that broke midway, with the same words: the provider then answers the same."""
    provider, order = choosing.provider(), payment.order
    if provider is None:
        raise NoProvider
    with translation.override(order.language):
        label = _("%(event)s, order %(number)s") % {"event": order.event.title, "number": order.pk}
    return provider.open_session(
        key=str(payment.nonce),
        amount=payment.cents,
        label=label,
        reference=str(payment.nonce),
        email=order.email,
        language=order.language,
        success_url=f"{payment.back}?back=1",
        cancel_url=payment.back,
        expires_at=payment.expires_at or payment.started_at,
    )


def _opened(payment: Payment, session: Session) -> str:
    """Keep where the page is, and return it."""
    rows = Payment.objects.filter(pk=payment.pk, state=PaymentState.STARTED)
    if not rows.update(session=session.id, url=session.url, expires_at=session.expires_at) or not session.url:
        raise NothingToPay
    return session.url


def _look_for(payment: Payment, now: datetime, *, gone: bool = False) -> Payment:
    """Find the page of an attempt of which nobody knows whether it was made; the provider lists those of that time.

    :param gone: whether the attempt is over when there is none; otherwise it is once its time has passed
    """
    provider = choosing.provider()
    if provider is None:
        return payment
    around = {"since": payment.started_at - CLOCKS_DIFFER, "until": now + CLOCKS_DIFFER}
    found = next((each for each in provider.sessions(**around) if each.reference == str(payment.nonce)), None)
    if found is not None:
        Payment.objects.filter(pk=payment.pk, session=None).update(
            session=found.id, url=found.url, expires_at=found.expires_at
        )
        return _settle(provider, payment, found, now)
    if gone or (payment.expires_at and payment.expires_at <= now):
        over = Told(state=PaymentState.EXPIRED, cents=payment.cents, reference=str(payment.nonce))
        return settle(payment_pk=payment.pk, told=over, now=now)
    return payment


def _stale(order: Order, now: datetime) -> list[Payment]:
    """Pages that are open for another sum than is owed, or close in a moment."""
    cents = Order.objects.values_list("cents", flat=True).get(pk=order.pk)
    rows = order.payments.filter(method=Method.ONLINE, state=PaymentState.STARTED).exclude(session=None)
    return [each for each in rows if each.cents != cents or (each.expires_at and each.expires_at <= now + MARGIN)]


def refresh(*, payment: Payment, now: datetime, closing: bool = False) -> Payment:
    """Ask the provider how an online payment stands, and settle it by that. No lock is held while it is asked.

    :param closing: whether its page is to be closed, if it is still open
    :raises PaymentError: if the provider does not tell
    """
    provider = choosing.provider()
    if provider is None or payment.method != Method.ONLINE:
        return payment
    if not payment.session:
        return _look_for(payment, now)
    ask = provider.expire if closing else provider.session
    session = ask(session_id=payment.session)
    return _settle(provider, payment, session, now)


def _settle(provider: PaymentProvider, payment: Payment, session: Session, now: datetime) -> Payment:
    told = told_by(provider, session)
    return settle(payment_pk=payment.pk, told=told, now=now) if told else payment


@transaction.atomic
def _begin(*, order: Order, back: str, now: datetime) -> Payment:
    """The payment that is under way, or a new one; its seats are kept until after its page has closed."""
    pool = order.lines.order_by(*LIVING_FIRST).values_list("registration__pool", flat=True).first()
    if pool is None:
        raise NotOpen
    with tending(pool, now) as tree:
        order = Order.objects.locked().get(pk=order.pk)
        order.event = tree.event
        if order.state == OrderState.PAID:
            raise NothingToPay
        if order.state != OrderState.OPEN or (tree.ends_at is not None and tree.ends_at <= now):
            raise TooLateToPay
        under_way = order.payments.under_way().filter(method=Method.ONLINE).first()
        if under_way and under_way.state == PaymentState.PROCESSING:
            raise BeingPaid
        payment = under_way or Payment(
            order=order,
            method=Method.ONLINE,
            cents=order.cents,
            started_at=now,
            back=back,
            expires_at=page_closes(now),
        )
        payment.order = order
        payment.save()
        if order.pay_by is not None and payment.expires_at is not None:
            order.pay_by = kept_until(order.pay_by, payment.expires_at)
            order.save(update_fields=["pay_by"])
    return payment
