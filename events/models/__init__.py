from events.models.counts import Seats, grow
from events.models.event_queries import EventQuerySet
from events.models.events import LANGUAGES, Event
from events.models.invitations import InvitationCode
from events.models.meetings import Meeting
from events.models.pictures import Picture, PictureFile
from events.models.places import Municipality, MunicipalityQuerySet, Venue, VenueQuerySet
from events.models.prices import Discount, PaymentTerms, Price, VatRate
from events.models.projects import (
    EligibilityRule,
    EligibilityRuleQuerySet,
    Metric,
    MetricValue,
    Project,
    ProjectQuerySet,
    ProjectTarget,
)
from events.models.search import SearchEntry, SearchHit, SearchTurn, SearchWord
from events.models.seats import SeatPool, SeatPoolQuerySet
from events.models.stands import Stand, StandQuerySet
from events.models.terms import Terms
from events.models.transport import PickUp, Ride
from events.models.vacancies import Vacancy, VacancyQuerySet

__all__ = [
    "LANGUAGES",
    "Discount",
    "EligibilityRule",
    "EligibilityRuleQuerySet",
    "Event",
    "EventQuerySet",
    "InvitationCode",
    "Meeting",
    "Metric",
    "MetricValue",
    "Municipality",
    "MunicipalityQuerySet",
    "PaymentTerms",
    "PickUp",
    "Picture",
    "PictureFile",
    "Price",
    "Project",
    "ProjectQuerySet",
    "ProjectTarget",
    "Ride",
    "SearchEntry",
    "SearchHit",
    "SearchTurn",
    "SearchWord",
    "SeatPool",
    "SeatPoolQuerySet",
    "Seats",
    "Stand",
    "StandQuerySet",
    "Terms",
    "Vacancy",
    "VacancyQuerySet",
    "VatRate",
    "Venue",
    "VenueQuerySet",
    "grow",
]
