from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Scope(TextChoices):
    """What a token may be used for."""

    EVENTS_READ = "events:read", _("See how full events are")
    REGISTRATIONS_READ = "registrations:read", _("See who has registered")
    REGISTRATIONS_WRITE = "registrations:write", _("Register people and cancel registrations")
    CHECKIN_WRITE = "checkin:write", _("Check people in")
    ATTENDANCE_READ = "attendance:read", _("See who was present")
    INDICATORS_READ = "indicators:read", _("See the indicators of projects")


class TokenState(TextChoices):
    OPEN = "open", _("Works")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")
