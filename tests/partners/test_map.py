"""The map of organisations: where points lie, and what it says in words."""

import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from exchange.audiences.viewer import Viewer
from exchange.partners import world
from exchange.partners.actions import create_organisation
from exchange.partners.labels import labelled
from exchange.partners.models import Organisation
from tests.cast import Cast
from tests.partners.factories import make_city, put_aside

MAP = "/organisations/?view=map"
LAND = Path(world.__file__).parents[1] / "static" / "map" / "land.svg"


def reference(code: str, name: str) -> Organisation:
    return create_organisation(
        actor=Viewer.system(), name=name, kind="port", unlocode=code, is_partner=False
    )


def shown(client: Client, query: str = "") -> list[str]:
    page = client.get(f"{MAP}{query}")
    return [point.organisation.unlocode for point in page.context["points"]]


def test_a_listed_port_has_its_place_from_the_beginning(cast: Cast) -> None:
    port = cast.gothenburg.organisation
    assert (round(port.latitude or 0), round(port.longitude or 0)) == (58, 12)
    assert make_city().latitude is None


def test_the_projection_is_equal_earth() -> None:
    assert world.project(0, 0) == (500, 0)
    assert world.project(0, 180) == pytest.approx((1000, 0))
    x, y = world.project(90, 0)
    assert (x, y) == pytest.approx((500, -1.317362759 * 500 / world.LARGEST_X))


def test_the_land_is_light_and_no_line_crosses_the_whole_earth() -> None:
    land = LAND.read_text()
    assert len(land) <= 40_000
    ways = re.findall(r"l([^z]*)z", land.split(' d="')[1])
    steps = [abs(int(dx)) for way in ways for dx in re.findall(r"-?\d+", way)[::2]]
    # In half units: the whole earth is 2,000 wide.
    assert 0 < max(steps) < 200


def test_everybody_sees_partners_and_references_apart(cast: Cast, client: Client) -> None:
    reference("DEHAM", "Port of Hamburg")
    page = client.get(MAP).content.decode()
    assert "<title>Port of Gothenburg, Sweden (partner)</title><circle" in page
    assert "<title>Port of Hamburg, Germany (reference port)</title><polygon" in page
    assert page.count(cast.gothenburg.organisation.get_absolute_url()) == 2


def test_who_takes_no_part_is_told_apart(cast: Cast, client: Client) -> None:
    put_aside(cast.gothenburg.organisation)
    page = client.get(MAP).content.decode()
    assert re.search(r'class="apart"><title>Port of Gothenburg, Sweden \(suspended\)', page)


def test_who_has_no_place_is_named_below(cast: Cast, client: Client) -> None:
    make_city("City of Ghent")
    page = client.get(MAP)
    assert [one.name for one in page.context["unplaced"]] == ["City of Ghent"]
    assert "City of Ghent" in page.content.decode().split("Without a place")[1]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ["SEGOT", "JPTYO", "USLAX"]),
        ("&region=europe", ["SEGOT"]),
        ("&region=north-america", ["USLAX"]),
        ("&region=asia", ["JPTYO"]),
        ("&region=oceania", []),
        ("&country=JP", ["JPTYO"]),
        ("&part=reference", []),
        ("&q=gothen&region=europe", ["SEGOT"]),
    ],
)
def test_it_is_narrowed_by_region_and_question(
    cast: Cast, client: Client, query: str, codes: list[str]
) -> None:
    assert shown(client, query) == codes


def test_a_region_that_is_none_is_told_and_the_rest_of_the_question_kept(
    cast: Cast, client: Client
) -> None:
    page = client.get(f"{MAP}&region=mars&country=JP")
    assert [point.organisation.unlocode for point in page.context["points"]] == ["JPTYO"]
    text = page.content.decode()
    assert "There is no part of the world “mars” here." in text
    assert 'value="mars"' not in text


def test_no_point_covers_another(cast: Cast) -> None:
    for code, name in (("SEMMA", "Malmö"), ("DKCPH", "Copenhagen"), ("DEHAM", "Hamburg")):
        reference(code, name)
    points = world.points(Organisation.objects.all(), world.FRAMES["world"])
    for one in points:
        for other in points:
            far = ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5
            assert one is other or far >= 2 * one.dot
    assert any(point.is_moved for point in points)


def test_a_point_beside_its_place_has_a_line_to_a_dot_there(cast: Cast, client: Client) -> None:
    assert 'class="spot"' not in client.get(f"{MAP}&region=europe").content.decode()
    reference("SEMMA", "Malmö")
    reference("DKCPH", "Copenhagen")
    page = client.get(f"{MAP}&region=europe").content.decode()
    x, y = re.findall(r'class="lead-line" x1="([\d.-]+)" y1="([\d.-]+)"', page)[0]
    # Above the points: one of them may be where another belongs.
    assert (
        f'<circle class="spot" cx="{x}" cy="{y}"'
        in page.partition("</svg>")[0].rpartition("</a>")[2]
    )


def test_ones_own_port_is_told_apart(cast: Cast, client: Client) -> None:
    assert " own" not in "".join(
        re.findall(r'class="partner[^"]*"', client.get(MAP).content.decode())
    )
    client.force_login(cast.gothenburg.reader)
    page = client.get(MAP).content.decode()
    assert re.findall(r'class="partner own"><title>([^,]*)', page) == ["Port of Gothenburg"]


@pytest.mark.parametrize("part", world.FRAMES)
def test_names_stand_on_the_map_and_cover_nothing(cast: Cast, part: str) -> None:
    for code, name in (
        ("BEGNE", "North Sea Port (Ghent)"),
        ("NLVLI", "North Sea Port (Vlissingen)"),
    ):
        reference(code, name)
    frame = world.FRAMES[part]
    points = labelled(world.points(Organisation.objects.all(), frame), frame)
    boxes = [label_box(point.label, frame.letter) for point in points if point.label]
    for left, top, right, bottom in boxes:
        assert frame.holds(left, top)
        assert frame.holds(right, bottom)
        for point in points:
            assert not (left < point.x < right and top < point.y < bottom)
    for one, other in combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def label_box(label: world.Label, letter: float) -> tuple[float, float, float, float]:
    width = len(label.text) * letter / 2
    left = label.x - {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]
    return left, label.y - letter * 0.7, left + width, label.y + letter * 0.2


def test_names_are_short_unless_two_have_the_same(cast: Cast, client: Client) -> None:
    reference("BEGNE", "North Sea Port (Ghent)")
    assert names(client, "&region=europe") == {"Gothenburg", "North Sea Port"}
    reference("NLVLI", "North Sea Port (Vlissingen)")
    assert "North Sea Port" not in names(client, "&region=europe")


def names(client: Client, query: str) -> set[str]:
    return set(re.findall(r"<text [^>]*>([^<]+)</text>", client.get(MAP + query).content.decode()))


def test_in_a_crowd_the_name_of_a_partner_comes_first() -> None:
    frame = world.FRAMES["europe"]
    row = [spot(number, frame, is_partner=number == 5) for number in range(10)]
    labels = [point.label for point in labelled(row, frame)]
    assert labels[5]
    assert labels[5].anchor == "middle"
    assert labels.count(None) > 0


def spot(number: int, frame: world.Frame, *, is_partner: bool) -> world.Point:
    """Return one point of a row in which each touches the next."""
    port = Organisation(name=f"Port of Place {number}", is_partner=is_partner)
    x, y = frame.left + frame.width / 3 + 2.3 * number * frame.dot, frame.top + frame.height / 2
    return world.Point(organisation=port, x=x, y=y, place_x=x, place_y=y, dot=frame.dot)


def test_a_partner_is_drawn_larger_than_a_reference_port() -> None:
    point = world.Point(organisation=Organisation(), x=0, y=0, place_x=0, place_y=0, dot=9)
    corners = point.diamond.replace(",", " ").split()
    assert max(map(float, corners)) <= 0.8 * 9


def test_more_than_a_map_can_hold_are_counted(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world, "MOST", 2)
    page = client.get(MAP)
    assert (len(page.context["points"]), page.context["more"]) == (2, 1)
    assert "1 more is not shown" in page.content.decode()


def test_the_map_costs_the_same_for_few_and_for_many(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12) as few:
        client.get(MAP)
    for number in range(50):
        make_city(f"City {number}")
    with django_assert_max_num_queries(12) as many:
        client.get(MAP)
    assert len(few) == len(many)


def test_an_empty_part_of_the_world_is_no_empty_exchange(cast: Cast, client: Client) -> None:
    page = client.get(f"{MAP}&region=africa").content.decode()
    assert "No organisation is in this part of the world" in page
    assert "The operator admits" not in page
