"""Refusing letters that are not necessary, by the link in each of them (RFC 8058)."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from accounts.models import Organisation
from core.web import page, private
from registrations.services import unwanted


@login_not_required
@csrf_exempt
@private
def no_letters(request: HttpRequest, token: str) -> HttpResponse:
    """Ask first, since programs that look at mail open links too; mail programs send the one POST by themselves.

    Without a token against forgery: whoever has the address of this page has the letter.
    """
    scope = unwanted.scope_of(token)
    if scope is None:
        raise Http404
    state = "asked"
    if request.method == "POST" and "again" in request.POST:
        unwanted.allow(token=token)
        state = "allowed"
    elif request.method == "POST":
        unwanted.refuse(token=token, now=timezone.now())
        state = "refused"
    organisation = Organisation.objects.filter(pk=int(scope.removeprefix("organisation:"))).first()
    return page(request, "registrations/no_letters.html", organisation=organisation, state=state)
