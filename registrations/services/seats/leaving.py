"""An unfinished form is left for another one of the same visitor."""

from datetime import datetime

from django.db import transaction

from core.secrets import digest
from registrations.models import Hold
from registrations.services.seats.pool import lock, move, promote, release


@transaction.atomic
def leave(*, hold: Hold, token: str, now: datetime) -> None:
    """Free what `hold` keeps, now rather than when its time runs out; what was typed goes on in the form of `token`.

    :raises NotOpen: if the seats are gone
    """
    pool = lock(hold.pool_id)
    hold = Hold.objects.get(pk=hold.pk)
    if hold.finished_at:
        return
    freed = release(hold, now)
    hold.save(update_fields=["released_at"])
    move(pool, held=-freed)
    Hold.objects.filter(token_digest=digest(token), finished_at=None, draft={}).update(draft=hold.draft)
    promote(pool, now)
