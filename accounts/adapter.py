from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from accounts.http import has_a_role
from core.services import outbox

OWN_PAGE = "registrations:gathered"


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth in our house: nobody signs up unasked, and its mail goes through the outbox like all other."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Those who organise go to the desk, all others to their own registrations."""
        return str(super().get_login_redirect_url(request)) if has_a_role(request.user) else reverse(OWN_PAGE)

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


def _html(template_prefix: str, context: dict[str, Any]) -> str:
    try:
        return render_to_string(f"{template_prefix}_message.html", context)
    except TemplateDoesNotExist:
        return ""
