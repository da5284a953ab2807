"""Our own map of Finland: where points lie on a small canvas, and which of them can carry their names.

The plane is the Earth's degrees, shrunk in the east-west direction as at 64.5° north;
templates/components/finland.html has the outline in it. Nothing here knows what a point stands for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import cos, radians, sqrt
from typing import NamedTuple

from django.db.models import Count, QuerySet

from core.collation import alphabetical
from events.models import Meeting, Municipality, Stand
from events.services import search
from events.services.search import Wanted

WEST, NORTH, SHRINK, PER_DEGREE = 19.0, 70.5, cos(radians(64.5)), 100.0
FINLAND = (0.0, 40.0, 545.0, 1075.0)
"""Left, top, right and bottom of the country in the plane."""
WIDTH, LOWEST, HIGHEST, MARGIN = 360.0, 260.0, 500.0, 34.0
CLOSEST = 90.0
"""What is shown is at least so wide and high, some 100 km, else one town would be a map of its market square."""
STREETS = 1.5
"""The same for the hosts of one town, some 1.7 km."""
KILOMETRES_PER_DEGREE = 111.2
BESIDE = 0.15
"""How much more is shown on each side of the points, for orientation."""
INSET_WIDTH, INSET_HEIGHT, INSET_GAP = 50.4, 99.0, 6.0
LETTER, LINE, DOT = 7.0, 16.0, 16.0
AROUND = 14
"""Names of towns without a point of their own, for orientation."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """Something at a place (WGS 84), with how much of it there is and where it leads to."""

    name: str
    latitude: float
    longitude: float
    number: int = 0
    url: str = ""
    label: str = ""
    """What stands in the dot, where that is no number of things."""


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)

    def holds(self, other: "Box") -> bool:
        inside = self.left <= other.left and other.right <= self.right
        return inside and self.top <= other.top and other.bottom <= self.bottom


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A point on the canvas; `anchor` says on which side its name stands; empty: there is no room for it."""

    point: Point
    x: float
    y: float
    radius: float
    name_x: float = 0.0
    name_y: float = 0.0
    anchor: str = ""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """All that the template draws. `frame` is the shown part of the whole country, None when that is shown."""

    width: float
    height: float
    scale: float
    left: float
    top: float
    dots: list[Dot]
    around: list[Dot]
    frame: Box | None
    inset: Box | None
    """Where the small map of the whole country stands."""

    @property
    def foot(self) -> float:
        """Where the scale stands."""
        return self.height - 12

    @property
    def kilometre(self) -> float:
        """How long a kilometre is on the canvas, where it is long enough to be seen."""
        length = round(self.scale * PER_DEGREE / KILOMETRES_PER_DEGREE, 1)
        return length if length > DOT else 0

    @property
    def frame_width(self) -> float:
        return round(self.frame.right - self.frame.left, 1) if self.frame else 0

    @property
    def frame_height(self) -> float:
        return round(self.frame.bottom - self.frame.top, 1) if self.frame else 0


def plane(latitude: float, longitude: float) -> tuple[float, float]:
    """Eastwards and southwards from 70.5° N 19° E, in hundredths of a degree of latitude."""
    return (longitude - WEST) * SHRINK * PER_DEGREE, (NORTH - latitude) * PER_DEGREE


def shown(points: Sequence[Point], closest: float = CLOSEST) -> Box:
    """The part of the plane that holds `points`, at least `closest` wide; the whole country when there are none."""
    if not points:
        return Box(*FINLAND)
    places = [plane(point.latitude, point.longitude) for point in points]
    xs, ys = [x for x, _y in places], [y for _x, y in places]
    return _widened(Box(min(xs), min(ys), max(xs), max(ys)), closest)


def draw(points: Sequence[Point], around: Iterable[Point] = (), *, closest: float = CLOSEST) -> Drawing:
    """Lay `points` out so that they fill the canvas; names of places `around` where there is room.

    A map of streets (`closest` below that of towns) shows no small map of the country.
    """
    part = shown(points, closest)
    of_towns = bool(points) and closest >= CLOSEST
    high = (part.bottom - part.top) * (WIDTH - 2 * MARGIN) / (part.right - part.left) + 2 * MARGIN
    height = min(HIGHEST, max(LOWEST, high))
    scale = min((WIDTH - 2 * MARGIN) / (part.right - part.left), (height - 2 * MARGIN) / (part.bottom - part.top))
    left = WIDTH / 2 - scale * (part.left + part.right) / 2
    top = height / 2 - scale * (part.top + part.bottom) / 2
    canvas = Canvas(scale, left, top, Box(0, 0, WIDTH, height))
    inset = canvas.inset(points) if of_towns else None
    dots = canvas.place(sorted(points, key=lambda point: (-point.number, point.name)))
    names = {point.name for point in points}
    return Drawing(
        width=WIDTH,
        height=round(height, 1),
        scale=round(scale, 4),
        left=round(left, 2),
        top=round(top, 2),
        dots=dots,
        around=canvas.orient(point for point in around if point.name not in names),
        frame=canvas.frame() if of_towns else None,
        inset=inset,
    )


class Canvas:
    """The sheet, with what is taken of it already."""

    def __init__(self, scale: float, left: float, top: float, sheet: Box) -> None:
        self.scale, self.left, self.top, self.sheet = scale, left, top, sheet
        self.taken: list[Box] = []

    def inset(self, points: Sequence[Point]) -> Box:
        """The corner with the fewest points, which is taken then."""
        rights, bottoms = (INSET_GAP, self.sheet.right - INSET_GAP), (INSET_GAP, self.sheet.bottom - INSET_GAP)
        corners = [
            Box(rights[0], bottoms[0], rights[0] + INSET_WIDTH, bottoms[0] + INSET_HEIGHT),
            Box(rights[1] - INSET_WIDTH, bottoms[0], rights[1], bottoms[0] + INSET_HEIGHT),
            Box(rights[0], bottoms[1] - INSET_HEIGHT, rights[0] + INSET_WIDTH, bottoms[1]),
            Box(rights[1] - INSET_WIDTH, bottoms[1] - INSET_HEIGHT, rights[1], bottoms[1]),
        ]
        places = [_around(*self._at(point), DOT, DOT) for point in points]
        found = min(corners, key=lambda corner: sum(corner.meets(place) for place in places))
        self.taken.append(found)
        return found

    def place(self, points: Sequence[Point]) -> list[Dot]:
        """A dot for each point; all dots first, then the names that find room."""
        bare = [self._dot(point) for point in points]
        self.taken += [_around(dot.x, dot.y, dot.radius, dot.radius) for dot in bare]
        return [self._named(dot) for dot in bare]

    def orient(self, points: Iterable[Point]) -> list[Dot]:
        """Small dots with names, as many as fit without touching anything."""
        found: list[Dot] = []
        for point in points:
            x, y = self._at(point)
            here = _around(x, y, 3, 3)
            if not self.sheet.holds(here) or any(here.meets(other) for other in self.taken):
                continue
            named = self._named(Dot(point=point, x=x, y=y, radius=2.5))
            if named.anchor:
                self.taken.append(here)
                found.append(named)
            if len(found) == AROUND:
                break
        return found

    def frame(self) -> Box:
        """The sheet in the plane."""
        width, height = self.sheet.right, self.sheet.bottom
        corners = (-self.left, -self.top, width - self.left, height - self.top)
        return Box(*(round(corner / self.scale, 1) for corner in corners))

    def _at(self, point: Point) -> tuple[float, float]:
        x, y = plane(point.latitude, point.longitude)
        return round(x * self.scale + self.left, 1), round(y * self.scale + self.top, 1)

    def _dot(self, point: Point) -> Dot:
        x, y = self._at(point)
        return Dot(point=point, x=x, y=y, radius=round(9 + min(7.0, sqrt(max(0, point.number))), 1))

    def _named(self, dot: Dot) -> Dot:
        """`dot` with its name on the first side where nothing stands."""
        half, gap = LETTER * len(dot.point.name) / 2, dot.radius + 4
        sides = (
            ("start", dot.x + gap, _around(dot.x + gap + half, dot.y, half, LINE / 2)),
            ("end", dot.x - gap, _around(dot.x - gap - half, dot.y, half, LINE / 2)),
            ("middle", dot.x, _around(dot.x, dot.y + gap + LINE / 2, half, LINE / 2)),
            ("middle", dot.x, _around(dot.x, dot.y - gap - LINE / 2, half, LINE / 2)),
        )
        for anchor, x, box in sides:
            if self.sheet.holds(box) and not any(box.meets(other) for other in self.taken):
                self.taken.append(box)
                place = (round(x, 1), round((box.top + box.bottom) / 2, 1))
                return replace(dot, name_x=place[0], name_y=place[1], anchor=anchor)
        return dot


def _around(x: float, y: float, across: float, down: float) -> Box:
    return Box(x - across, y - down, x + across, y + down)


def _widened(box: Box, closest: float) -> Box:
    wide, high = box.right - box.left, box.bottom - box.top
    across, down = max(wide * BESIDE, (closest - wide) / 2), max(high * BESIDE, (closest - high) / 2)
    return Box(box.left - across, box.top - down, box.right + across, box.bottom + down)


# An event's hosts


def stands_of(stands: Iterable[Stand]) -> Drawing | None:
    """The hosts who told where they are, each under its number; None when nobody did."""
    points = [
        Point(name=stand.name, latitude=stand.latitude, longitude=stand.longitude, label=stand.number or "•")
        for stand in stands
        if stand.latitude is not None and stand.longitude is not None
    ]
    return draw(points, closest=STREETS) if points else None


# The catalogue's towns


@dataclass(frozen=True, kw_only=True)
class Town:
    """A municipality, or a venue that somebody picked on the map, with how many events meet there."""

    code: str
    name: str
    latitude: float | None
    longitude: float | None
    number: int

    def point(self, url: str) -> Point:
        return Point(
            name=self.name, latitude=self.latitude or 0, longitude=self.longitude or 0, number=self.number, url=url
        )


@dataclass(frozen=True, kw_only=True)
class Towns:
    """`all` towns for the list, the places `on_map`, how many `events` there are, how many of them meet nowhere."""

    all: list[Town]
    on_map: list[Town]
    events: int
    elsewhere: int


def towns(*, wanted: Wanted, now: datetime) -> Towns:
    """Where the `wanted` events meet."""
    meetings = search.meetings(wanted=wanted, now=now)
    number = Count("event", distinct=True)
    venue = ("venue__municipality", "venue__name", "venue__latitude", "venue__longitude")
    picked = meetings.exclude(venue__latitude=None).values_list(*venue).annotate(number=number)
    whole = _by_town(meetings)
    rest = _by_town(meetings.filter(venue__latitude=None))
    known = Municipality.objects.in_bulk([code for code in whole if code])
    venues = [
        Town(code=code, name=name, latitude=latitude, longitude=longitude, number=number)
        for code, name, latitude, longitude, number in picked.order_by("venue")
    ]
    centres = [_town(known[code], rest[code]) for code in known if code in rest]
    return Towns(
        all=sorted((_town(known[code], whole[code]) for code in known), key=lambda town: alphabetical(town.name)),
        on_map=venues + [town for town in centres if town.latitude is not None],
        events=meetings.aggregate(number=number)["number"],
        elsewhere=meetings.filter(event__search__online=True).aggregate(number=number)["number"],
    )


def _by_town(meetings: QuerySet[Meeting]) -> dict[str | None, int]:
    return dict(meetings.values_list("venue__municipality").annotate(number=Count("event", distinct=True)))


def _town(town: Municipality, number: int) -> Town:
    return Town(code=town.code, name=town.name, latitude=town.latitude, longitude=town.longitude, number=number)
