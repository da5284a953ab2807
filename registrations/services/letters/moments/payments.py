"""What is written to those who pay, about what they owe, have paid and get back."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from registrations.services.letters.moments.moment import FACTS, LINK, NOTE, TITLE, Moment, hello

SUM: Final = "**{{sum}}**"


def _pay() -> str:
    return _("Pay for the seat")


def _order() -> str:
    return _("See my order")


PAYMENTS: Final = (
    Moment(
        name="pay_seat",
        label=pgettext_lazy("letter", "A seat is kept until it is paid"),
        subject=lambda: _("Pay for your seat: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("A seat is kept for you. It is yours when it is paid: %(sum)s.") % {"sum": SUM},
            FACTS,
            "**"
            + _("Pay by %(when)s.") % {"when": "{{pay_by}}"}
            + "** "
            + _("After that the seat is free for others."),
            LINK,
        ],
        button=_pay,
        more=("sum", "pay_by"),
        needed=("sum", "pay_by", "link"),
    ),
    Moment(
        name="pay_lapsed",
        label=pgettext_lazy("letter", "A seat was not paid in time"),
        subject=lambda: _("The seat was not paid: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("A seat was kept for you, but it was not paid in time, so it is free for others. You owe nothing."),
            FACTS,
            _("If you still want to come, you can join again with one press. Your form is kept."),
            LINK,
        ],
        button=lambda: _("Join again"),
        needed=("link",),
    ),
    Moment(
        name="pay_failed",
        label=pgettext_lazy("letter", "A payment did not go through"),
        subject=lambda: _("Your payment did not go through: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("Your bank did not let the payment of %(sum)s through. Nothing was charged.") % {"sum": SUM},
            FACTS,
            "{{pay_by}}",
            LINK,
        ],
        button=lambda: _("Pay in another way"),
        more=("sum", "pay_by"),
        needed=("sum", "link"),
    ),
    Moment(
        name="pay_receipt",
        label=pgettext_lazy("letter", "A payment has come"),
        subject=lambda: _("Receipt: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("Thank you. We have received your payment of %(sum)s. The receipt is attached.") % {"sum": SUM},
            FACTS,
            LINK,
        ],
        button=_order,
        more=("sum",),
        needed=("sum",),
    ),
    Moment(
        name="pay_back",
        label=pgettext_lazy("letter", "Money is given back"),
        subject=lambda: _("Your money comes back: %(title)s") % {"title": TITLE},
        body=lambda: [hello(), NOTE, FACTS, "{{kept_note}}", LINK],
        button=_order,
        more=("note", "kept_note", "sum"),
        needed=("note",),
    ),
    Moment(
        name="pay_invoice",
        label=pgettext_lazy("letter", "An invoice"),
        subject=lambda: _("Invoice: %(title)s") % {"title": TITLE},
        body=lambda: [
            hello(),
            _("The seats are yours. The invoice of %(sum)s is attached.") % {"sum": SUM},
            FACTS,
            NOTE,
            LINK,
        ],
        button=_order,
        more=("sum", "note"),
        needed=("sum",),
    ),
    Moment(
        name="pay_credited",
        label=pgettext_lazy("letter", "An invoice is credited"),
        subject=lambda: _("Your invoice is credited: %(title)s") % {"title": TITLE},
        body=lambda: [hello(), NOTE, FACTS, LINK],
        button=_order,
        more=("note",),
        needed=("note",),
    ),
)
