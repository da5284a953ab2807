"""The demo's companies: stands at its events, open jobs, and the employers whom the project has met."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from accounts.enums import EnterpriseSize, Stage
from accounts.models import Organisation, User
from accounts.services import employer_contacts, employers
from config.demo.content import read, translated
from core.stale import fingerprint
from events.models import Event, Municipality, Vacancy
from events.services import vacancies
from registrations.services import stands

Day = Callable[[int], date]
"""The date so many days from today."""


def take_stands(events: Mapping[str, Event], *, by: User, now: datetime) -> None:
    """Apply for them; most are approved."""
    for number, row in enumerate(read("stands")["stand"]):
        at = now - timedelta(days=6) + timedelta(hours=number)
        stand = stands.apply(event=events[row["event"]], plan=_stand_plan(row, number), now=at)
        if not row.get("waiting"):
            stands.decide(stand=stand, approve=True, number=row["number"], by=by, now=at + timedelta(hours=3))


def seek_people(organisations: Mapping[str, Organisation], *, day: Day, by: User, now: datetime) -> None:
    """Write the open jobs, and fill those that are over."""
    for row in read("vacancies")["vacancy"]:
        written = now - timedelta(days=14)
        plain = {name: row.get(name, "") for name in ("employer", "apply_url", "apply_email", "apply_phone")}
        vacancy = Vacancy.objects.create(
            organisation=organisations[row["organisation"]],
            municipality_id=row["municipality"],
            deadline=day(row["deadline_in_days"]),
            created_at=written,
            changed_at=written,
            **plain | {"apply_phone": plain["apply_phone"].replace(" ", "")},
            **translated(row, "title", "description"),
        )
        if not row.get("draft"):
            vacancies.publish(vacancy=vacancy, by=by, now=written)
        if days := row.get("filled_days_ago"):
            vacancies.fill(vacancy=vacancy, by=by, now=now - timedelta(days=days))


def meet_project(organisations: Mapping[str, Organisation], *, day: Day, by: User, now: datetime) -> None:
    """Stand in the register of employers, each with the stages it has come through, contacts and notes."""
    for row in read("employers")["employer"]:
        first, *later = row["stages"]
        values = {name: row.get(name, "") for name in employers.COLUMNS}
        employer = employers.create(
            organisation=organisations[row["organisation"]],
            values=values | {"size": row.get("size", EnterpriseSize.UNKNOWN)},
            stage=Stage(first["stage"]),
            from_day=day(first["in_days"]),
            by=by,
            now=now,
        )
        for step in later:
            seen = fingerprint(employers.stage_of(employer))
            on, note = day(step["in_days"]), step.get("note", "")
            stage = Stage(step["stage"])
            employers.move(employer=employer, stage=stage, from_day=on, note=note, seen=seen, by=by, now=now)
            employer.refresh_from_db()
        until = employer_contacts.default_deletion(now)
        for contact in row.get("contacts", []):
            person = {"role": "", "phone": "", **contact, "delete_after": until}
            person["phone"] = person["phone"].replace(" ", "")
            employer_contacts.add(employer=employer, values=person, by=by, now=now)
        for text in row.get("notes", []):
            employer_contacts.add_note(employer=employer, text=text, delete_after=until, by=by, now=now)


def _stand_plan(row: dict[str, Any], number: int) -> stands.StandPlan:
    opens, closes = (time.fromisoformat(clock) for clock in row["hours"]) if "hours" in row else (None, None)
    latitude, longitude = row.get("place", (None, None))
    return stands.StandPlan(
        name=row["name"],
        street=row.get("street", ""),
        municipality=Municipality.objects.get(code="213") if "street" in row else None,
        latitude=latitude,
        longitude=longitude,
        opens=opens,
        closes=closes,
        offering=row["offering"],
        language="fi",
        website="",
        business_id="",
        hygiene_pass=True,
        contact_name=row["contact"],
        contact_email=f"stand{number + 1}@demo.example",
        contact_phone="",
    )
