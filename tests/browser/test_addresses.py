"""What stands in the address after a form was sent."""

import pytest
from playwright.sync_api import Browser, expect

from exchange.home.sample import SAMPLE_PASSWORD
from tests.browser.people import Person
from tests.process.fixtures import embedded
from tests.process.world import World

pytestmark = pytest.mark.browser


@embedded
def test_what_is_left_empty_stays_out_of_the_address(sample_world: World, browser: Browser) -> None:
    sample_world.start("web")
    visitor = Person(browser, sample_world.url)
    visitor.open("/organisations/")
    visitor.page.get_by_label("Takes part").select_option("partner")
    visitor.press("Search")
    expect(visitor.page).to_have_url(f"{sample_world.url}/organisations/?part=partner")
    visitor.page.context.close()


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
