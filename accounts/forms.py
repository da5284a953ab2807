from typing import Any

from allauth.account.forms import RequestLoginCodeForm as AllauthForm
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import newcomers


class RequestLoginCodeForm(AllauthForm):  # type: ignore[misc]
    """allauth's form, whose field has no label and so speaks English in every language."""

    _user: User | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")

    def clean_email(self) -> str:
        """The one who takes part gets an account by asking for a code."""
        email: str = super().clean_email()
        if email and self._user is None:
            self._user = newcomers.account_for(email=email, now=timezone.now())
        if self._user is not None:
            newcomers.keep_address(user=self._user)
        return email
