"""An officer's pages: refer a client, and see how it goes with one's own."""

import uuid
from collections import Counter

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest, for_staff
from accounts.models import Grant
from accounts.services import audit
from core.errors import Refused
from core.web import page, private
from events import shelf
from events.enums import Status as EventStatus
from events.models import Event
from registrations.forms import ReferralForm
from registrations.models import Referral
from registrations.services import referring
from registrations.views.walk_in import slip


@private
def refer(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """A client with an address gets a letter, the others a slip; who was registered before is not told here."""
    event, now = _event(request, event_pk), timezone.now()
    leaves = [leaf for pool in event.pools_ahead(now) for leaf in pool.leaves]
    last = Referral.objects.made_by(request.user).order_by("-pk").first()
    start = {
        "nonce": uuid.uuid4(),
        "language": get_language(),
        "consent_on": timezone.localdate(now),
        "office": last.office if last else "",
    }
    form = ReferralForm(request.POST if request.method == "POST" else None, event=event, leaves=leaves, initial=start)
    refusal = None
    if form.is_valid():
        try:
            made = referring.refer(
                event=event,
                contact=form.contact(),
                consent=form.given(),
                office=form.cleaned_data["office"],
                nonce=form.cleaned_data["nonce"],
                pool_pk=form.pool_pk,
                by=request.user,
                now=now,
            )
        except Refused as told:
            refusal = told
        else:
            if made.made and not made.registration.email:
                return slip(request, event, made.registration, now, again="registrations:refer")
            messages.success(request, _("The client is referred, and a message to them is on its way."))
            return redirect("registrations:referrals")
    return page(
        request,
        "registrations/refer.html",
        status=409 if refusal else 422 if form.is_bound else 200,
        event=event,
        project=event.project,
        form=form,
        refusal=refusal,
    )


@private
@for_staff
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """One's own referrals. Looking at names is recorded."""
    now = timezone.now()
    states = referring.states(by=request.user)
    for scope, people in Counter(each.referral.registration.event.scope for each in states).items():
        audit.people_read(actor=request.user, scope=scope, people=people, now=now)
    return page(request, "registrations/referrals.html", states=states)


def _event(request: SignedInRequest, event_pk: int) -> Event:
    """A published one to which the user may refer."""
    event = shelf.by_pk(event_pk)
    reach = Grant.objects.scopes(request.user, Permission.REFER)
    if event is None or event.status != EventStatus.PUBLISHED or not reach.touch(event.people_scopes):
        raise Http404
    return event
