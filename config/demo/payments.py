"""The hosted page of the fake, and what its bank may do: in the demo nobody pays with money."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.demo import postman
from config.demo.views import in_the_demos_database
from core.web import page
from registrations.gateways import choosing
from registrations.gateways.stripe_fake import MOBILEPAY, Fake, NotOpen, Problem, Thing

SHOWN = 100
"""The newest of each kind."""

PAYING: dict[str, Callable[[Fake, str], Thing]] = {
    "card": lambda fake, session_id: fake.page.pay(session_id),
    "mobilepay": lambda fake, session_id: fake.page.pay(session_id, method=MOBILEPAY),
    "later": lambda fake, session_id: fake.page.pay_later(session_id),
    "declined": lambda fake, session_id: fake.page.decline(session_id),
    "cancel": lambda fake, session_id: fake.page.shown(session_id),
}
ACTING: dict[str, Callable[[Fake, str], object]] = {
    "arrive": lambda fake, own_id: fake.bank.settle(own_id, succeeded=True),
    "fail": lambda fake, own_id: fake.bank.settle(own_id, succeeded=False),
    "dispute": lambda fake, own_id: fake.bank.dispute(own_id),
    "win": lambda fake, own_id: fake.bank.close_dispute(own_id, won=True),
    "lose": lambda fake, own_id: fake.bank.close_dispute(own_id, won=False),
    "refund_fails": lambda fake, own_id: fake.bank.fail_refund(own_id),
    "again": lambda fake, _own_id: fake.post.again(),
}


@login_not_required
@in_the_demos_database
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, session_id: str) -> HttpResponse:
    """What Stripe shows at an address of its own: anybody who has the address may pay."""
    fake = _fake()
    try:
        if request.method == "POST":
            return _paid(request, fake, session_id)
        session = fake.page.shown(session_id)
    except Problem:
        raise Http404 from None
    except NotOpen:
        return redirect(request.path)
    return page(request, "demo/pay.html", session=session, label=session["_label"], back=_back(session))


@login_not_required
@in_the_demos_database
@require_safe
def holdings(request: HttpRequest) -> HttpResponse:
    fake = _fake()
    return page(
        request,
        "demo/payments.html",
        payments=fake.newest("payment_intent", SHOWN),
        disputes=fake.newest("dispute", SHOWN),
        refunds=fake.newest("refund", SHOWN),
        waiting=len(fake.post.waiting()),
    )


@login_not_required
@in_the_demos_database
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Let the bank do something."""
    do = ACTING.get(request.POST.get("do", ""))
    if do is None:
        raise Http404
    try:
        do(_fake(), request.POST.get("id", ""))
    except Problem:
        raise Http404 from None
    except NotOpen:
        messages.error(request, _("That cannot be done any more."))
    postman.deliver_soon()
    return redirect("demo:payments")


def _paid(request: HttpRequest, fake: Fake, session_id: str) -> HttpResponse:
    how = request.POST.get("how", "")
    if how not in PAYING:
        raise Http404
    session = PAYING[how](fake, session_id)
    postman.deliver_soon()
    if how == "declined":
        messages.error(request, _("The card was declined. Nothing was paid."))
        return redirect(request.path)
    return HttpResponseRedirect(_back(session, cancelled=how == "cancel"))


def _back(session: Thing, *, cancelled: bool = False) -> str:
    address: str = session["cancel_url"] if cancelled and session["cancel_url"] else session["success_url"]
    return address.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _fake() -> Fake:
    """:raises Http404: where the demo was given real keys"""
    found = choosing.fake()
    if found is None:
        raise Http404
    return found
