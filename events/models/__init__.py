from events.models.events import (
    LANGUAGES,
    Event,
    EventQuerySet,
    Meeting,
    SeatPool,
    SeatPoolQuerySet,
)
from events.models.places import Municipality, MunicipalityQuerySet, Venue, VenueQuerySet
from events.models.projects import Project, ProjectQuerySet, ProjectTarget

__all__ = [
    "LANGUAGES",
    "Event",
    "EventQuerySet",
    "Meeting",
    "Municipality",
    "MunicipalityQuerySet",
    "Project",
    "ProjectQuerySet",
    "ProjectTarget",
    "SeatPool",
    "SeatPoolQuerySet",
    "Venue",
    "VenueQuerySet",
]
