"""What fits the screen, from a phone to a desk."""

import pytest
from playwright.sync_api import Browser, expect

from exchange.home.sample import SAMPLE_PASSWORD
from tests.browser.people import Person
from tests.process.fixtures import embedded
from tests.process.world import World

pytestmark = pytest.mark.browser

WIDTHS = [320, 390, 640, 800, 960, 1000, 1100, 1180, 1220, 1280, 1600]
CUT_OR_COVERED = """() => {
    const edges = [...document.querySelectorAll(".top-row > *")]
        .map((part) => part.getBoundingClientRect()).filter((box) => box.width);
    const covered = edges.some((box, place) => place && box.left < edges[place - 1].right);
    return covered || edges.at(-1).right > document.documentElement.clientWidth;
}"""


@embedded
def test_the_row_at_the_top_fits_every_width_whatever_ones_name(
    sample_world: World, browser: Browser
) -> None:
    sample_world.start("web")
    rolf = Person(browser, sample_world.url, "rolf@gothenburg.example.org", SAMPLE_PASSWORD)
    rolf.page.locator(".menu > summary").evaluate("(name) => name.append(' of Something and Else')")
    too_narrow = []
    for width in WIDTHS:
        rolf.page.set_viewport_size({"width": width, "height": 800})
        too_narrow += [width] if rolf.page.evaluate(CUT_OR_COVERED) else []
    assert too_narrow == []
    rolf.page.context.close()


@embedded
def test_a_map_wider_than_the_screen_begins_in_its_middle(
    sample_world: World, browser: Browser
) -> None:
    sample_world.start("web")
    visitor = Person(browser, sample_world.url)
    visitor.page.set_viewport_size({"width": 390, "height": 800})
    visitor.open("/organisations/?view=map")
    of_map = "(frame) => [frame.scrollLeft, frame.scrollWidth - frame.clientWidth]"
    left, most = visitor.page.locator(".map .scroll").evaluate(of_map)
    assert most > 0
    assert abs(left - most / 2) <= 1
    visitor.page.context.close()


@embedded
def test_it_begins_at_ones_own_port(sample_world: World, browser: Browser) -> None:
    sample_world.start("web")
    kenji = Person(browser, sample_world.url, "kenji@tokyo.example.org", SAMPLE_PASSWORD)
    kenji.page.set_viewport_size({"width": 390, "height": 800})
    kenji.open("/organisations/?view=map")
    kenji.page.locator(".map .scroll").scroll_into_view_if_needed()
    expect(kenji.page.locator(".map .own :is(circle, polygon)")).to_be_in_viewport()
    kenji.page.context.close()
