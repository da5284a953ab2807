"""Two people who change the same thing: the second is told, instead of undoing what the first one saved."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.secrets import digest


class ChangedMeanwhile(Refused):
    """What stands in the database is not what the form showed; `saved` is what stands there."""

    code = "changed_meanwhile"
    message = _(
        "Somebody else has saved changes while you were typing. Compare: what is saved now stands beside the fields "
        "that differ. Save again to keep what you typed."
    )

    def __init__(self, saved: Mapping[str, object]) -> None:
        super().__init__()
        self.saved = saved


def fingerprint(values: Mapping[str, object]) -> str:
    """The same for the same values, whatever their order; nothing and an empty text are one."""
    return digest(repr(sorted((name, _plain(value)) for name, value in values.items())))


def refuse_stale(*, seen: str, values: Mapping[str, object]) -> None:
    """:raises ChangedMeanwhile: if `values` are not those that somebody has `seen`"""
    if seen != fingerprint(values):
        raise ChangedMeanwhile(values)


def _plain(value: object) -> str:
    return "" if value is None else str(value)
