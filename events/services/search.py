"""The catalogue's search: which events a visitor looks for. See docs/search.md."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone, translation

from events import stems
from events.models import (
    LANGUAGES,
    Event,
    EventQuerySet,
    Meeting,
    SearchEntry,
    SearchHit,
    SearchTurn,
    SearchWord,
    Venue,
)

TEXTS = ("title", "summary", "description", "audience", "language_note")
AT_ONCE = 500
"""Events that are written in one transaction when many are."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody looks for; what is left out is not asked about. Days are whole local days, both included."""

    words: str = ""
    kind: str = ""
    town: str = ""
    language: str = ""
    audience: str = ""
    starts: date | None = None
    ends: date | None = None
    free: bool = False
    online: bool = False

    def since(self, now: datetime) -> datetime:
        """From when on meetings count: what is over never does."""
        return max(now, _midnight(self.starts)) if self.starts else now

    @property
    def until(self) -> datetime | None:
        return _midnight(self.ends + timedelta(days=1)) if self.ends else None


@transaction.atomic
def index(*, event: Event) -> None:
    """Write anew what the search knows of `event`. Called last in the transaction that makes or changes it."""
    _write([event.pk])


@transaction.atomic
def index_at(*, venue: Venue) -> None:
    """Write anew what the search knows of the events that meet at `venue`, whose name has changed."""
    _write(list(Event.objects.filter(meetings__venue=venue).distinct().values_list("pk", flat=True)))


def index_stale() -> int:
    """Write the events that the search does not know by its present rules, and say how many they were."""
    stale = list(Event.objects.exclude(search__edition=stems.EDITION).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(stale), AT_ONCE):
        with transaction.atomic():
            _write(stale[start : start + AT_ONCE])
    return len(stale)


def turn() -> int:
    """Grows with every change of what can be found."""
    with connection.cursor() as cursor:  # asked by every page of the catalogue, so it is written out
        cursor.execute("SELECT number FROM events_searchturn WHERE id = 1")
        row = cursor.fetchone()
    return row[0] if row else 0


def ordered(*, wanted: Wanted, now: datetime, among: EventQuerySet | None = None) -> QuerySet[Meeting, int]:
    """Keys of the listed events (or `among` others) that are `wanted`, whose next meeting comes soonest first."""
    soonest = meetings(wanted=wanted, now=now, among=among).values("event").annotate(next=Min("starts_at"))
    return soonest.order_by("next", "event").values_list("event", flat=True)


def meetings(*, wanted: Wanted, now: datetime, among: EventQuerySet | None = None) -> QuerySet[Meeting]:
    """The dates for which listed events are `wanted`: not over, and within the days asked for."""
    events = narrowed(Event.objects.listed() if among is None else among, wanted, now)
    ahead = Meeting.objects.filter(event__in=events.values("pk"), ends_at__gt=wanted.since(now))
    return ahead.filter(starts_at__lt=wanted.until) if wanted.until else ahead


def narrowed(events: EventQuerySet, wanted: Wanted, now: datetime) -> EventQuerySet:
    """Those of `events` that are `wanted`, whatever their dates."""
    for matches in stems.sought(wanted.words):
        alike = Q()
        for match in matches:
            alike |= Q(**{f"word__text__{match.lookup}": match.key})
        events = events.filter(pk__in=SearchHit.objects.filter(alike).values("entry"))
    listed = {"search__spoken": wanted.language, "search__audiences": wanted.audience, "search__towns": wanted.town}
    events = events.filter(**{f"{column}__contains": f" {code} " for column, code in listed.items() if code})
    if wanted.kind:
        events = events.filter(kind=wanted.kind)
    if wanted.online:
        events = events.filter(search__online=True)
    return events.with_room_at(now) if wanted.free else events


def _write(pks: list[int]) -> None:
    events = list(Event.objects.filter(pk__in=pks).select_related("organisation").with_dates())
    keys = {event.pk: stems.keys_of(_texts(event)) for event in events}
    known = _known(sorted(set().union(*keys.values())))
    SearchEntry.objects.bulk_create(
        (_entry(event) for event in events),
        update_conflicts=True,
        unique_fields=["event"],
        update_fields=["edition", "spoken", "audiences", "towns", "online"],
    )
    SearchHit.objects.filter(entry__in=pks).delete()
    hits = (SearchHit(entry_id=pk, word_id=known[key]) for pk, found in keys.items() for key in found)
    SearchHit.objects.bulk_create(hits, batch_size=5000)
    _take_turn()


def _known(texts: list[str]) -> dict[str, int]:
    """The words' rows, made where they are missing; in one order always, so that two writers never wait in a circle."""
    known = dict(_rows(texts))
    if missing := [text for text in texts if text not in known]:
        SearchWord.objects.bulk_create((SearchWord(text=text) for text in missing), ignore_conflicts=True)
        known.update(_rows(missing))
    return known


def _rows(texts: list[str]) -> Iterator[tuple[str, int]]:
    for start in range(0, len(texts), AT_ONCE):
        yield from SearchWord.objects.filter(text__in=texts[start : start + AT_ONCE]).values_list("text", "pk")


def _take_turn() -> None:
    if not SearchTurn.objects.filter(pk=1).update(number=F("number") + 1):
        SearchTurn.objects.bulk_create([SearchTurn(pk=1)], ignore_conflicts=True)
        SearchTurn.objects.filter(pk=1).update(number=F("number") + 1)


def _entry(event: Event) -> SearchEntry:
    towns = {meeting.venue.municipality_id for meeting in event.timetable if meeting.venue}
    return SearchEntry(
        event=event,
        edition=stems.EDITION,
        spoken=_spaced(event.spoken_languages),
        audiences=_spaced(event.audiences),
        towns=_spaced(towns),
        online=any(meeting.is_online for meeting in event.timetable),
    )


def _spaced(codes: Iterable[str]) -> str:
    return f" {' '.join(sorted(set(codes) - {''}))} "


def _texts(event: Event) -> Iterator[tuple[str, str]]:
    """Every text of `event` with its language, and the names of what it borrows."""
    for code in LANGUAGES:
        with translation.override(code):
            yield code, str(event.get_kind_display())
        yield code, _in(event.organisation, "name", code)
        yield from ((code, _in(event, name, code)) for name in TEXTS)
        for meeting in event.timetable:
            yield code, _in(meeting, "title", code)
            if meeting.venue:
                yield code, _in(meeting.venue, "name", code)
                yield code, _in(meeting.venue.municipality, "name", code)
    yield from (("fi", text) for meeting in event.timetable for text in (meeting.teacher, _street(meeting)) if text)


def _in(row: object, name: str, code: str) -> str:
    return getattr(row, f"{name}_{code}", None) or ""


def _street(meeting: Meeting) -> str:
    return meeting.venue.address if meeting.venue else ""


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
