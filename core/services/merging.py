"""Messages follow the person they are about: see `core.personal`."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.models import OutboxMessage
from core.personal import Holding, Journal, PersonalData, point_back, repoint


class Messages(PersonalData):
    """In the outbox a person is an opaque key, `person:12`. Whom the letter went to stays as it was sent."""

    name = "core"
    covers = frozenset({"core.OutboxMessage.person"})

    def holdings(self, *, person: int) -> list[Holding]:
        keys = OutboxMessage.objects.filter(person=_key(person)).order_by("pk").values_list("pk", flat=True)
        return [Holding(label=_("Sent mail"), keys=tuple(map(str, keys)))]

    def move(self, *, source: int, target: int, now: datetime) -> Journal:
        mine = OutboxMessage.objects.filter(person=_key(source))
        return {"messages": repoint(mine, field="person", to=_key(target))}

    def give_back(self, *, source: int, target: int, journal: Journal, now: datetime) -> None:
        point_back(OutboxMessage, field="person", keys=journal["messages"], of=_key(target), to=_key(source))


def _key(person: int) -> str:
    return f"person:{person}"
