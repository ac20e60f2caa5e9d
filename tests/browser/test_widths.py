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

KPI_PAGES = [
    "/kpis/",
    "/kpis/teu_total/",
    "/kpis/new/",
    "/values/enter/",
    "/compare/",
    "/imports/new/",
]


def chooser(person: Person) -> str:
    """Return the address at which the KPIs of the sample's first workstream are chosen."""
    person.open("/agreements/")
    for name in ("Los Angeles–Gothenburg agreement", "Supply-chain efficiency", "Choose others"):
        person.page.get_by_role("link", name=name).first.click()
    return person.page.url


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


@embedded
def test_no_page_of_kpis_is_wider_than_a_phone(sample_world: World, browser: Browser) -> None:
    sample_world.start("web")
    siv = Person(browser, sample_world.url, "siv@gothenburg.example.org", SAMPLE_PASSWORD)
    siv.page.set_viewport_size({"width": 390, "height": 800})
    too_wide = []
    for address in [*KPI_PAGES, chooser(siv)]:
        siv.open(address)
        wider = siv.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        too_wide += [address] if wider > 0 else []
    assert too_wide == []
    siv.page.context.close()
