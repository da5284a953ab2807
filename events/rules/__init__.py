"""What an event's own data say, and what it costs; decided without a database."""

from events.rules.events import (
    SHORTEST,
    door,
    door_of,
    door_of_pool,
    exists,
    in_finland,
    moved,
    newest_of_each_day,
    takes_stands,
    target_on,
    vacancy_state,
    weekly,
)
from events.rules.prices import Amount, Rates, after, charged, charged_on, half_up, off, rate_on

__all__ = [
    "SHORTEST",
    "Amount",
    "Rates",
    "after",
    "charged",
    "charged_on",
    "door",
    "door_of",
    "door_of_pool",
    "exists",
    "half_up",
    "in_finland",
    "moved",
    "newest_of_each_day",
    "off",
    "rate_on",
    "takes_stands",
    "target_on",
    "vacancy_state",
    "weekly",
]
