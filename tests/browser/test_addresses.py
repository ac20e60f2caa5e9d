"""What stands in the address after a form was sent."""

import pytest
from playwright.sync_api import Browser, expect

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
