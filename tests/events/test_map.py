"""The map: where a point lies, what is shown, and that no name covers another."""

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.models import Municipality, Stand
from events.services import maps, register, search
from events.services.maps import Box, Point
from tests import factories as make
from tests.factories import NOW

POINTS = st.lists(
    st.builds(
        Point,
        name=st.text("abcdefgh", min_size=3, max_size=12),
        latitude=st.floats(59.8, 70.1),
        longitude=st.floats(19.5, 31.5),
        number=st.integers(0, 500),
    ),
    max_size=25,
)


def test_the_plane_counts_hundredths_of_degrees_from_the_north_west():
    x, y = maps.plane(60.5, 29.0)
    assert (round(x, 1), round(y, 1)) == (430.5, 1000.0)


def test_without_points_the_whole_country_is_shown():
    drawing = maps.draw([])
    assert (drawing.dots, drawing.frame, drawing.inset) == ([], None, None)
    assert drawing.height == maps.HIGHEST


def test_four_neighbouring_towns_fill_the_map():
    towns = {"Hartola": (61.58, 26.02), "Sysmä": (61.5, 25.68), "Joutsa": (61.74, 26.11), "Kangasniemi": (61.99, 26.64)}
    drawing = maps.draw([Point(name=name, latitude=lat, longitude=lon, number=3) for name, (lat, lon) in towns.items()])

    assert sorted(dot.point.name for dot in drawing.dots if dot.anchor) == sorted(towns)
    assert max(dot.y for dot in drawing.dots) - min(dot.y for dot in drawing.dots) > drawing.height / 3
    by_name = {dot.point.name: dot for dot in drawing.dots}
    assert by_name["Sysmä"].x < by_name["Hartola"].x < by_name["Kangasniemi"].x
    assert by_name["Kangasniemi"].y < by_name["Joutsa"].y < by_name["Hartola"].y < by_name["Sysmä"].y


@given(POINTS)
def test_every_point_lies_on_the_sheet(points):
    drawing = maps.draw(points)
    assert len(drawing.dots) == len(points)
    assert all(0 <= dot.x <= drawing.width and 0 <= dot.y <= drawing.height for dot in drawing.dots)


@given(POINTS, POINTS)
def test_no_name_touches_another_or_leaves_the_sheet(points, around):
    drawing = maps.draw(points, around)
    boxes = [box_of(dot) for dot in [*drawing.dots, *drawing.around] if dot.anchor]
    sheet = Box(-1, -1, drawing.width + 1, drawing.height + 1)
    assert all(sheet.holds(box) for box in boxes)
    assert not any(one.meets(other) for number, one in enumerate(boxes) for other in boxes[:number])


def box_of(dot):
    """Half a unit smaller than what was kept free: places are rounded."""
    long = maps.LETTER * len(dot.point.name)
    left = {"start": dot.name_x, "end": dot.name_x - long, "middle": dot.name_x - long / 2}[dot.anchor]
    half = maps.LINE / 2 - 0.5
    return Box(left + 0.5, dot.name_y - half, left + long - 0.5, dot.name_y + half)


def test_every_municipality_of_the_register_has_its_place_in_finland():
    entries = tomllib.loads(register.FILE.read_text(encoding="utf-8"))["municipality"]
    assert [entry["name"]["fi"] for entry in entries if "latitude" not in entry] == []
    assert all(59.7 < entry["latitude"] < 70.1 and 19.4 < entry["longitude"] < 31.4 for entry in entries)


@pytest.mark.django_db
def test_the_register_brings_places_into_the_database():
    register.load()
    hartola = Municipality.objects.get(code="081")
    assert (round(hartola.latitude, 1), round(hartola.longitude, 1)) == (61.6, 26.0)


@pytest.fixture
def towns(time_machine):
    time_machine.move_to(NOW, tick=False)
    return [
        make.municipality("081", "Hartola", latitude=61.58, longitude=26.02),
        make.municipality("172", "Joutsa", latitude=61.742, longitude=26.117),
    ]


@pytest.mark.django_db
def test_the_map_shows_towns_with_their_numbers_and_lists_them_beside(client, towns):
    make.event()
    both = make.event(meetings=2)
    both.meetings.filter(pk=both.timetable[1].pk).update(venue=make.venue(municipality=towns[1]))
    page = client.get("/map/", {"kind": "course"})

    assert [(town.name, town.number) for town, _url in page.context["places"]] == [("Hartola", 2), ("Joutsa", 1)]
    assert page.context["number"] == 2
    assert [(dot.point.name, dot.point.number) for dot in page.context["drawn"].dots] == [("Hartola", 2), ("Joutsa", 1)]
    assert page.text.count('href="/?kind=course&amp;municipality=172"') == 2
    assert "GeoNames" in page.text
    assert not re.findall(r'(?:src|href)="https?://(?!miitti\.example|www\.geonames\.org)', page.text)


@pytest.mark.django_db
def test_a_place_that_somebody_picked_stands_where_it_was_picked(client, towns):
    event = make.event()
    event.meetings.update(venue=make.venue(name="Leirikeskus", latitude=61.6, longitude=26.3))
    page = client.get("/map/")

    [dot] = page.context["drawn"].dots
    assert (dot.point.name, dot.point.latitude) == ("Leirikeskus", 61.6)
    assert [town.name for town, _url in page.context["places"]] == ["Hartola"]


@pytest.mark.django_db
def test_what_is_online_is_counted_beside_the_map(client, towns):
    event = make.event()
    event.meetings.update(venue=None, mode="remote")
    search.index(event=event)
    page = client.get("/map/")
    assert (page.context["elsewhere"], page.context["drawn"].dots) == (1, [])
    assert 'href="/?online=1"' in page.text
    assert len(client.get("/?online=1").context["cards"]) == 1


@pytest.mark.django_db
def test_figures_in_the_drawing_have_points_in_every_language(client, towns):
    make.event()
    for prefix in ("", "/sv", "/en", "/uk"):
        drawn = client.get(f"{prefix}/map/").text.split("<svg")[1].split("</svg>")[0]
        assert not re.findall(r'(?:cx|cy|r|x|y|width|height)="[\d.]*,', drawn)


def test_hosts_of_one_town_fill_a_map_with_a_scale_and_their_numbers():
    places = [(61.99, 26.64), (62.0, 26.66), (None, None)]
    hosts = [
        Stand(name=f"Host {number}", number=str(number), latitude=north, longitude=east)
        for number, (north, east) in enumerate(places, 1)
    ]

    drawing = maps.stands_of(hosts)

    assert [dot.point.label for dot in drawing.dots] == ["1", "2"]
    apart = abs(drawing.dots[0].y - drawing.dots[1].y)
    assert apart / drawing.kilometre == pytest.approx(
        1.112, rel=0.02
    )  # a hundredth of a degree of latitude, in kilometres
    assert drawing.inset is None
    assert maps.stands_of(hosts[2:]) is None
