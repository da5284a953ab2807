from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    CONFIRMED = "confirmed", _("Confirmed")
    WAITING = "waiting", _("On the waiting list")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE = frozenset({Status.CONFIRMED, Status.WAITING})


class HoldKind(TextChoices):
    SEAT = "seat", _("A seat")
    QUEUE = "queue", _("A place on the waiting list")


class Source(TextChoices):
    CAMERA = "camera", _("Camera")
    TYPED = "typed", _("Typed code")
    API = "api", _("Another system")
