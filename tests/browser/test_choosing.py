"""What one ticks for the digest counts, without a second click."""

import pytest
from playwright.sync_api import Browser, expect

from exchange.home.sample import SAMPLE_PASSWORD
from tests.browser.people import Person
from tests.process.fixtures import embedded
from tests.process.world import World

pytestmark = pytest.mark.browser


@embedded
def test_ticking_a_kind_chooses_only_what_is_ticked(sample_world: World, browser: Browser) -> None:
    sample_world.start("web")
    karin = Person(browser, sample_world.url, "karin@gothenburg.example.org", SAMPLE_PASSWORD)
    karin.open("/digests/")
    karin.press("Start these mails")
    karin.open("/digests/choice/")
    expect(karin.page.get_by_label("everything that I may read")).to_be_checked()
    karin.page.get_by_role("group", name="Kinds of thing").get_by_role("checkbox").first.check()
    expect(karin.page.get_by_label("only what I choose here")).to_be_checked()
    karin.page.context.close()
