"""The demo's course that people apply to, with applicants in many stages."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from django.utils import timezone

from accounts.models import User
from config.demo.content import translated
from config.demo.people import DemoPerson
from core.secrets import digest
from events import shelf
from events.models import Event
from registrations.enums import Basis, HoldKind, Stage
from registrations.models import ApplicantCategory, Application, Assessor, Criterion, Hold, InterviewSlot
from registrations.services import seats, selection, terms

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def open_to_all(event: Event, row: dict[str, Any], by: User, *, published: datetime, closes_at: datetime) -> None:
    """Let people apply, and say by what they are judged, before the event is `published`."""
    values = {"by_application": True, "applications_close_at": closes_at, "offer_hours": row["offer_hours"]}
    terms.change(event=event, values=values | {"shows_reserve_place": True}, by=by, now=published)
    for each in row["criteria"]:
        names = {column.removeprefix("name_"): words for column, words in translated(each, "name").items()}
        plan = selection.Plan(names=names, weight=each["weight"], max_points=each["most"])
        selection.add_criterion(event=event, plan=plan, by=by, now=published)


def fill(event: Event, row: dict[str, Any], people: Sequence[DemoPerson], by: User, *, now: datetime) -> None:
    """Let `people` apply, meet some of them, choose among those, and leave the rest for whoever looks at the demo."""
    opened = event.registration_opens_at or now - 30 * DAY
    window = now - 12 * DAY - opened
    found = [_apply(event, who, opened + window * number / len(people)) for number, who in enumerate(people)]
    _interviews(event, by, now)
    _decide(event, Stage.INVITED, found[: row["invited"]], by, now - 10 * DAY)
    _book(found[: row["invited"]], now - 9 * DAY)
    met = found[: row["assessed"]]
    _judge(event, met, row["assessors"], now - 4 * DAY)
    _decide(event, Stage.ASSESSED, met, by, now - 3 * DAY)
    ranked = selection.best(event=event, number=len(met), among=[Stage.ASSESSED], basis=Basis.SCORE)
    chosen, rest = ranked[: row["offered"]], ranked[row["offered"] :]
    _decide(event, Stage.OFFERED, chosen, by, now - 2 * DAY)
    _answer(chosen[: row["answered"]], now - DAY)
    _decide(event, Stage.RESERVE, rest[: row["reserve"]], by, now - DAY)
    _decide(event, Stage.REJECTED, rest[row["reserve"] :], by, now - DAY)


def _apply(event: Event, who: DemoPerson, moment: datetime) -> Application:
    token = seats.hold(event=event, kind=HoldKind.APPLY, now=moment)
    categories = list(ApplicantCategory.objects.filter(event=event).order_by("position"))
    unemployed = who.answers.labour_status_start == "UNEMPLOYED"
    made = seats.register(
        hold=Hold.objects.get(token_digest=digest(token)),
        contact=who.contact,
        answers=who.answers if event.asks_start_notice else None,
        support_needs="",
        category=categories[0 if unemployed else 1 + len(who.contact.first_name) % 2].pk,
        now=moment + timedelta(minutes=11),
    )
    assert made is not None  # noqa: S101 - the caller gives everybody once
    return Application.objects.select_related("registration").get(registration=made)


def _interviews(event: Event, by: User, now: datetime) -> None:
    """Times of the last week, and some of next week for those who have not booked yet."""
    nine = timezone.localtime(now).replace(hour=9, minute=0, second=0, microsecond=0)
    for days in (-7, -6, -5, 2):
        begins = nine + days * DAY
        rest = begins + 3 * HOUR
        plan = selection.SlotPlan(
            starts_at=begins,
            ends_at=begins + 6 * HOUR,
            minutes=30,
            breaks=[(rest, rest + HOUR)],
            place="Joutsan kampus, huone 12",
            interviewers="Anna-Maija Pesonen",
        )
        selection.add_slots(event=event, plan=plan, by=by, now=now - 11 * DAY)


def _book(applications: Sequence[Application], moment: datetime) -> None:
    slots = InterviewSlot.objects.filter(event=applications[0].event_id).order_by("starts_at")
    for each, slot in zip(applications, slots, strict=False):
        selection.book(application=_now(each), slot_pk=slot.pk, now=moment)


def _judge(event: Event, applications: Sequence[Application], emails: Sequence[str], moment: datetime) -> None:
    criteria = list(Criterion.objects.filter(event=event).order_by("position"))
    for place, email in enumerate(emails):
        user = User.objects.get(email=email)
        assessor: Assessor = selection.add_assessor(event=event, user=user, by=user, now=moment - 10 * DAY)
        for each in applications:
            points = {
                criterion.pk: (each.number**2 // (index + 2) + place * (each.number % 3)) % criterion.max_points + 1
                for index, criterion in enumerate(criteria)
            }
            selection.give_scores(application=each, assessor=assessor, points=points, now=moment)
    note = "Motivoitunut, tehnyt keikkaa palvelutalossa. Kysyi oppisopimuksesta."
    selection.write_note(application=_now(applications[0]), assessor=assessor, text=note, now=moment)


def _decide(event: Event, stage: Stage, applications: Sequence[Application], by: User, moment: datetime) -> None:
    stages = dict(Application.objects.filter(pk__in=[each.pk for each in applications]).values_list("pk", "stage"))
    if applications:
        choice = selection.Choice(stage=stage, seen={each.pk: stages[each.pk] for each in applications})
        nonce = uuid5(NAMESPACE_OID, f"{event.slug}-{stage}")
        selection.decide(event=shelf.by_pk(event.pk) or event, choice=choice, nonce=nonce, by=by, now=moment)


def _answer(applications: Sequence[Application], moment: datetime) -> None:
    """All but the last of these take the seat."""
    *takers, last = [_now(each).registration.offer for each in applications]
    for offer in takers:
        if offer:
            seats.accept(offer=offer, now=moment)
    if last:
        seats.decline(offer=last, now=moment)


def _now(application: Application) -> Application:
    return Application.objects.select_related("registration__offer", "event__own_terms").get(pk=application.pk)
