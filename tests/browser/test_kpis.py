"""Values of KPIs are entered by keyboard and by file, by a person at a browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from exchange.home.sample import SAMPLE_PASSWORD
from tests.browser.people import Person
from tests.process.fixtures import embedded
from tests.process.world import World

pytestmark = pytest.mark.browser

KARIN = "karin@gothenburg.example.org"
GRID = "/values/enter/?kind=year&count=4"
HEADER = "port_unlocode,kpi_code,period,value,unit,source_url,comment"
FILE = f"{HEADER}\nSEGOT,new_cars,2011,123,vehicles,,\nSEGOT,new_cars,2010,many,vehicles,,\n"
PASTE = """([input, text]) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    input.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def karin(sample_world: World, browser: Browser) -> Iterator[Person]:
    """Karin of Gothenburg, signed in; a worker does what waits."""
    sample_world.start()
    person = Person(browser, sample_world.url, KARIN, SAMPLE_PASSWORD)
    yield person
    assert person.complaints == []
    person.page.context.close()


def cells(person: Person, row: str) -> Locator:
    """Return the cells of a row of the grid, by the name of its KPI."""
    header = person.page.get_by_role("rowheader", name=row)
    return person.page.get_by_role("row").filter(has=header).get_by_role("textbox")


@embedded
def test_three_values_are_entered_by_keyboard(karin: Person) -> None:
    karin.open(f"{GRID}&until=1990")
    cells(karin, "New cars").nth(1).focus()
    for key in ("1", "1", "ArrowRight", "2", "2", "ArrowRight", "3", "3"):
        karin.page.keyboard.press(key)
    expect(cells(karin, "New cars").nth(3)).to_be_focused()
    karin.press("Submit for approval")
    karin.sees("Submitted.", "waits for a reviewer")
    assert [cells(karin, "New cars").nth(at).input_value() for at in (1, 2, 3)] == [
        "11",
        "22",
        "33",
    ]


@embedded
def test_an_arrow_moves_in_a_number_before_it_leaves_the_cell(karin: Person) -> None:
    karin.open(f"{GRID}&until=1990")
    first, second = cells(karin, "New cars").nth(0), cells(karin, "New cars").nth(1)
    first.fill("12")
    for key in ("ArrowLeft", "ArrowRight"):
        first.press(key)
        expect(first).to_be_focused()
    first.press("ArrowRight")
    expect(second).to_be_focused()


@embedded
def test_what_is_pasted_beyond_the_grid_is_told(karin: Person) -> None:
    karin.open(f"{GRID}&until=1990")
    last = cells(karin, "New cars").nth(3)
    last.evaluate(f"(input) => ({PASTE})([input, '5\\t6\\t7'])")
    assert last.input_value() == "5"
    expect(karin.page.locator("#left-out")).to_contain_text("not pasted: 6 · 7")


@embedded
def test_a_file_is_seen_accepted_and_undone(karin: Person) -> None:
    karin.open("/imports/new/")
    file = {"name": "cars.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    karin.page.get_by_label("File", exact=True).set_input_files(file)
    karin.press("Read the file")
    karin.sees("Why it is rejected", "many", "Accept what would be added")
    karin.tick("Leave out the rejected rows")
    karin.press("Accept")
    karin.sees("Undo this import")
    karin.follow("Undo this import")
    karin.fill(Why="It was the wrong file.")
    karin.press("Undo it")
    expect(karin.page.get_by_role("main")).to_contain_text(
        re.compile("It was undone because: It was the wrong file"), timeout=15_000
    )
