"""Saved ways of looking at tables."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Refused
from core.text import printable
from workspace.models import SavedView

MOST = 30


class NameNeeded(Refused):
    code = "name_needed"
    message = _("Give the view a name of at most 60 characters.")


class TooMany(Refused):
    code = "too_many_views"
    message = _("You have 30 views already. Delete one first.")


@transaction.atomic
def save(*, name: str, query: str, user: User, now: datetime) -> SavedView:
    """Keep `query` as one of `user`'s views; another of the same name is replaced.

    :raises NameNeeded, TooMany: if it cannot be kept
    """
    name = printable(name).strip()
    if not name or len(name) > 60:  # noqa: PLR2004 - the column's length
        raise NameNeeded
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if SavedView.objects.filter(user=user).exclude(name=name).count() >= MOST:
        raise TooMany
    made, _new = SavedView.objects.update_or_create(user=user, name=name, defaults={"query": query, "made_at": now})
    return made
