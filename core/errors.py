from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):  # noqa: N818 - it is an answer, not an accident
    """A rule said no. `code` is stable for machines, `message` is for people, in their language."""

    code = "refused"
    message: str | Promise = _("This is not possible.")

    def __str__(self) -> str:
        return str(self.message)
