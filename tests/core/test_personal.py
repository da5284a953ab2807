"""No app may keep something of a person that nobody moves, exports or erases."""

from accounts.models import Person
from core.personal import handlers, restored, snapshot
from tests.factories import NOW
from tests.test_architecture import own_models

OPAQUE = {"core.OutboxMessage.person"}
"""Columns that hold a person's key as text."""


def pointing_to_people():
    return {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in own_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is Person
    } | {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in own_models()
        for field in model._meta.concrete_fields
        if field.name.split("_")[0] == "person" and not field.is_relation
    }


def test_every_field_that_points_to_a_person_is_covered_by_one_handler():
    covered = [field for handler in handlers() for field in handler.covers]
    assert len(covered) == len(set(covered))
    assert set(covered) == pointing_to_people()
    assert pointing_to_people() >= OPAQUE


def test_handlers_run_from_the_lowest_floor_up():
    assert [handler.name for handler in handlers()] == ["core", "accounts", "esf", "registrations"]


def test_a_row_comes_back_from_its_snapshot():
    person = Person(pk=7, first_name="Aino", last_name="Virtanen", created_at=NOW)
    again = restored(Person, snapshot(person))
    columns = [each.attname for each in Person._meta.concrete_fields]
    assert [getattr(again, name) for name in columns] == [getattr(person, name) for name in columns]
