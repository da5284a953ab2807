"""Which pools an event has. How many seats they have once it is published is `registrations.services.seats`' say."""

from datetime import timedelta

from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from events.enums import Status
from events.models import LANGUAGES, Event, Meeting, SeatPool, Terms

NAMES = tuple(f"name_{code}" for code in LANGUAGES)


class SeatsAreSet(Refused):
    code = "seats_are_set"
    message = _("The event is published: change its seats on the event's own page.")


class SeatsInUse(Refused):
    code = "seats_in_use"
    message = _("People have registered for this event before, so it must keep its seats.")


class DatesApart(Refused):
    code = "dates_apart"
    message = _("People can apply only where the seats are for all dates together.")


class RidesCountTogether(Refused):
    code = "rides_count_together"
    message = _("The event has rides, whose seats are counted for all dates together. Remove the rides first.")


def set_seats(*, event: Event, seats: int | None, each_date: bool) -> None:
    """Give `event` so many seats for all dates together, or for `each_date`; None: nobody registers.

    Called under the event's lock and its pools', after its dates are set.

    :raises SeatsAreSet: if that changes a published event
    :raises SeatsInUse: if pools would go that registrations refer to
    :raises RidesCountTogether: if each date would have its own seats at an event with rides
    :raises DatesApart: if each date would have its own seats where people apply
    """
    wanted = (seats, each_date and seats is not None)
    if wanted != planned(event):
        if event.status != Status.DRAFT:
            raise SeatsAreSet
        _replace(event, seats, each_date=each_date)
    settle(event=event)


def planned(event: Event) -> tuple[int | None, bool]:
    """How many seats, and whether that is for each date."""
    if event.seats_per_meeting is not None:
        return event.seats_per_meeting, True
    together = SeatPool.objects.roots().filter(event=event, meeting=None).values_list("capacity", flat=True)
    return together.first(), False


def settle(*, event: Event) -> None:
    """Give each date that has no seats of its own as many as the event says, where it says so."""
    if event.seats_per_meeting is None:
        return
    bare = list(Meeting.objects.filter(event=event, pools=None))
    like = SeatPool.objects.roots().filter(event=event).order_by("pk").last()
    made = [SeatPool(event=event, meeting=meeting, capacity=event.seats_per_meeting) for meeting in bare]
    SeatPool.objects.bulk_create(made)
    for root in made:
        if like:
            later = root.meeting.starts_at - like.meeting.starts_at if root.meeting and like.meeting else timedelta(0)
            copy_branches(like, root, later=later)


def copy_branches(of: SeatPool, to: SeatPool, *, later: timedelta) -> None:
    """Give the pool `to` branches with the names and sizes of those that `of` has. Nobody sits in them yet.

    :param later: by so much reservations last longer
    """
    root = to.root or to
    for branch in of.branches.order_by("pk"):
        plain = {name: getattr(branch, name) for name in (*NAMES, "reserved")}
        until = branch.reserved_until + later if branch.reserved_until else None
        capacity = min(branch.capacity, to.capacity)
        made = SeatPool.objects.create(
            event=to.event, meeting=to.meeting, parent=to, root=root, capacity=capacity, reserved_until=until, **plain
        )
        copy_branches(branch, made, later=later)


def _replace(event: Event, seats: int | None, *, each_date: bool) -> None:
    if each_date and event.rides.exists():
        raise RidesCountTogether
    if each_date and Terms.objects.filter(event=event, by_application=True).exists():
        raise DatesApart
    unfit = SeatPool.objects.filter(event=event)
    if seats is not None:
        unfit = unfit.filter(meeting__isnull=each_date)
    try:
        unfit.delete()
    except ProtectedError as in_use:
        raise SeatsInUse from in_use
    event.seats_per_meeting = seats if each_date else None
    event.save(update_fields=["seats_per_meeting"])
    for root in SeatPool.objects.roots().filter(event=event):
        _shrink(root, seats or 0)
    if seats is not None and not each_date:
        SeatPool.objects.get_or_create(event=event, meeting=None, parent=None, defaults={"capacity": seats})


def _shrink(pool: SeatPool, seats: int) -> None:
    """Set a draft's seats; no pool within has more than they are."""
    pool.capacity = seats
    pool.save(update_fields=["capacity"])
    for branch in pool.below:
        _shrink(branch, min(branch.capacity, seats))
