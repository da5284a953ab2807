from typing import Any

from allauth.account.forms import RequestLoginCodeForm as AllauthForm
from django.utils.translation import gettext_lazy as _


class RequestLoginCodeForm(AllauthForm):  # type: ignore[misc]
    """allauth's form, whose field has no label and so speaks English in every language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
