"""Whether somebody is registered already, under whatever they typed. For those who tend the tree of these seats."""

from django.db.models import CharField, Q
from django.db.models.functions import Lower

from accounts.models import Person
from accounts.services import people
from core.compiled import Compiled, Param
from core.names import normalised_email
from events.models import SeatPool
from registrations.models import Registration

SAME = Q(person=Param("person")) | Q(address=Param("address", CharField()))
ACTIVE = Registration.objects.active
FOR_ALL = Compiled(lambda: ACTIVE().alias(address=Lower("email")).filter(SAME, event=Param("event"), meeting=None))
FOR_ONE = Compiled(lambda: ACTIVE().alias(address=Lower("email")).filter(SAME, meeting=Param("meeting")))


def active_of(root: SeatPool, person: Person, contact: people.Contact) -> Registration | None:
    """The registration that `person` has for these seats already.

    Some forms ask for the date of birth and some do not: without one, address and name are enough to be the same.
    """
    values = {"person": person.pk, "address": normalised_email(contact.email) or None}
    if root.meeting_id:
        rows = FOR_ONE.all(meeting=root.meeting_id, **values)
    else:
        rows = FOR_ALL.all(event=root.event_id, **values)
    mine = people.identity(contact)
    return next((row for row in rows if row.person_id == person.pk or is_same(row.identity, mine)), None)


def others_of(root: SeatPool, registration: Registration) -> Registration | None:
    """Another active registration of the same person for the seats under `root`."""
    rows = Registration.objects.active().filter(event=root.event_id, meeting=root.meeting_id)
    rows = rows.filter(Q(person=registration.person_id) | Q(email__iexact=registration.email, email__gt=""))
    for row in rows.exclude(pk=registration.pk):
        if row.person_id == registration.person_id or is_same(row.identity, registration.identity):
            return row
    return None


def are_one_person(one: Registration, other: Registration) -> bool:
    return one.person_id == other.person_id or is_same(one.identity, other.identity)


def is_same(one: str | None, other: str | None) -> bool:
    """Whether two identities can be one person's: the same address and name, and no two dates of birth."""
    if not one or not other:
        return False
    (who, _bar, born), (whom, _bar, born_too) = one.rpartition("|"), other.rpartition("|")
    return who == whom and (born == born_too or not born or not born_too)
