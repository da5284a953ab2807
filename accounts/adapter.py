from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.http import has_a_role
from accounts.models import User
from core.services import outbox

UNKNOWN = _(
    "We do not know this identification yet. Sign in in another way, for example with a code by e-mail, and add it"
    " under My account."
)
OWN_PAGE = "registrations:gathered"


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth in our house: nobody signs up unasked, and its mail goes through the outbox like all other."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Those who organise go to the desk, all others to their own registrations."""
        return str(super().get_login_redirect_url(request)) if has_a_role(request.user) else reverse(OWN_PAGE)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse(OWN_PAGE)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        context = {**context, "site_name": "Miitti"}
        letter = outbox.Letter(
            recipient=email,
            subject=" ".join(render_to_string(f"{template_prefix}_subject.txt", context).split()),
            text=render_to_string(f"{template_prefix}_message.txt", context).strip(),
            html=_html(template_prefix, context),
            language=get_language() or "fi",
            keys={},
        )
        outbox.post(kind="mail", letter=letter, scope="sign-in", person="", now=timezone.now())


class StrongSignInAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Whoever the provider has identified may have an account. It has no role until an owner gives one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """An identity that we do not know makes an account only with an address that is theirs and new to us."""
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        verified = [each.email for each in sociallogin.email_addresses if each.verified]
        if verified and not User.objects.filter(email__iexact=verified[0]).exists():
            return
        messages.warning(request, UNKNOWN)
        raise ImmediateHttpResponse(redirect("account_login"))


def _html(template_prefix: str, context: dict[str, Any]) -> str:
    try:
        return render_to_string(f"{template_prefix}_message.html", context)
    except TemplateDoesNotExist:
        return ""
