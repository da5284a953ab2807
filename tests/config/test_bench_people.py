"""People by the thousand for benchmarks: rows as the services write them."""

import pytest

from accounts.models import Person, PersonScope, PersonSpelling
from accounts.services import finding, people
from accounts.services.people import Contact
from config.benchmark import people as crowd
from events.models import Event
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    make.municipality()
    return crowd.build(organisation=make.organisation(), number=85, now=NOW, say=lambda _line: None)


def test_each_is_known_where_they_came_and_the_counters_are_right(project, counters):
    for event in Event.objects.all():
        counters(event)
    known = PersonScope.objects.filter(scope=project.organisation.scope).count()
    assert (Person.objects.count(), known, PersonScope.objects.filter(scope=project.scope).count()) == (85, 85, 6)


def test_each_has_the_spellings_that_a_service_would_have_written(project):
    made = Person.objects.latest("pk")
    names = ("first_name", "last_name", "email", "phone", "language", "municipality_code")
    written = set(made.spellings.values_list("text", flat=True))
    values = {name: getattr(made, name) for name in names}
    made.registrations.all().delete()
    made.delete()

    again = people.recognise(contact=Contact(**values), now=NOW)

    assert set(PersonSpelling.objects.filter(person=again).values_list("text", flat=True)) == written
    assert finding.write_stale() == 0
