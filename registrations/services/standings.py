"""What puts an event's applicants in order: points that count, lots, arrival. Read anew each time, never stored."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from events.models import Event
from registrations import rules
from registrations.enums import Stage
from registrations.models import Application, Assessor, Criterion, Disqualification, Lottery, Score


def scores(*, event_pk: int, applications: Iterable[int]) -> dict[int, Decimal]:
    """The mean of 100 that counts, by application; who has none yet is left out. Four queries."""
    keys = list(applications)
    weights = dict(Criterion.objects.filter(event=event_pk).values_list("pk", "weight"))
    at_work = set(Assessor.objects.at_work().filter(event=event_pk).values_list("pk", flat=True))
    barred = defaultdict[int, set[int]](set)
    for application, assessor in Disqualification.objects.filter(application__event=event_pk).values_list(
        "application", "assessor"
    ):
        barred[application].add(assessor)
    marks = defaultdict[int, list[rules.Mark]](list)
    rows = Score.objects.filter(application__in=keys).values_list(
        "application", "assessor", "criterion", "points", "out_of"
    )
    for application, assessor, criterion, points, out_of in rows:
        mark = rules.Mark(assessor=assessor, criterion=criterion, points=points, out_of=out_of)
        marks[application].append(mark)
    found = {key: rules.mean(given, weights=weights, counting=at_work - barred[key]) for key, given in marks.items()}
    return {key: score for key, score in found.items() if score is not None}


def lots(*, event_pk: int) -> dict[int, int]:
    """The place of each application's number in the last lots that were drawn, counted from 1."""
    last = Lottery.objects.filter(event=event_pk, drawn_at__isnull=False).order_by("-number").first()
    return {number: place for place, number in enumerate(last.order or [], start=1)} if last else {}


def of(*, event_pk: int, applications: Iterable[Application]) -> list[rules.Standing]:
    found = list(applications)
    points, drawn = scores(event_pk=event_pk, applications=[each.pk for each in found]), lots(event_pk=event_pk)
    return [
        rules.Standing(
            number=each.number,
            applied_at=each.applied_at,
            score=points.get(each.pk),
            lot=drawn.get(each.number),
            rank=each.reserve_rank,
        )
        for each in found
    ]


def reserve(*, event: Event) -> list[Application]:
    """Those on the reserve list, the first to be called first."""
    rows = Application.objects.filter(event=event.pk, stage=Stage.RESERVE).select_related("registration")
    by_number = {each.number: each for each in rows}
    order = rules.reserve_order(of(event_pk=event.pk, applications=by_number.values()))
    return [by_number[number] for number in order]
