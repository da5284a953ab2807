from registrations.models.attendance import Attendance
from registrations.models.holds import Hold, HoldQuerySet
from registrations.models.registrations import Registration, RegistrationQuerySet
from registrations.models.waiting import Offer, Party, QueueMove

__all__ = [
    "Attendance",
    "Hold",
    "HoldQuerySet",
    "Offer",
    "Party",
    "QueueMove",
    "Registration",
    "RegistrationQuerySet",
]
