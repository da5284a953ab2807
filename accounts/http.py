from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from accounts.models import Grant, User

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """What every view behind LoginRequiredMiddleware receives; exists for the type checker."""

    htmx: HtmxDetails
    user: User


def has_a_role(user: User | AnonymousUser) -> bool:
    """Whether `user` organises anything, also where a second step of sign-in is still wanted."""
    return user.pk is not None and Grant.objects.in_force().filter(user_id=user.pk).exists()


def for_staff(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponse],
) -> Callable[Concatenate[SignedInRequest, P], HttpResponse]:
    """A page of the desk that has no owner of its own: 404 to those who organise nothing."""

    @wraps(view)
    def closed(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not has_a_role(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return closed
