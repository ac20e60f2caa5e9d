"""Charts in the browser, under the exchange's own content security policy."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.people import Person
from tests.process.fixtures import Templates
from tests.process.world import World

pytestmark = pytest.mark.browser

STATIC = "/static/"
SCRIPTS = [
    "vendor/echarts-6.1.0/echarts.common.min.js",
    "js/charts/look.js",
    "js/charts/tooltip.js",
    "js/charts/parts.js",
    "js/charts/options.js",
    "js/charts.js",
]
HEAD = f'<link rel="stylesheet" href="{STATIC}css/charts.css">' + "".join(
    f'<script src="{STATIC}{name}" defer></script>' for name in SCRIPTS
)
WORDS = {
    "target": "Target",
    "baseline": "Baseline",
    "provisional": "provisional",
    "estimated": "estimated",
    "forecast": "forecast",
    "break": "Break in the series",
    "missing": "no value",
    "median": "Median of peers",
    "band": "Middle half of peers",
    "png": "Download PNG",
    "svg": "Download SVG",
    "reset": "Show all",
    "from": "from",
}
REFUSED = """addEventListener("securitypolicyviolation", (event) => {
    (window.refused ??= []).push(`${event.violatedDirective} ${event.blockedURI}`);
});"""
# How many pieces each line is drawn in; only lines have this width.
PIECES = """[...document.querySelectorAll('.chart-picture path[fill="none"][stroke-width="2"]')]
    .map((path) => path.getAttribute("d").split("M").length - 1).filter(Boolean)"""


def year(number: int, value: str | None, status: str = "normal", note: str = "") -> dict[str, Any]:
    """One year's point as the server gives it."""
    return {
        "first": f"{number}-01-01",
        "last": f"{number}-12-31",
        "label": str(number),
        "value": value,
        "text": f"{value} TEU exactly" if value else "no value: not collected",
        "status": status,
        "note": note,
    }


POINTS = [
    *(year(number, f"{number - 1200}000") for number in range(2013, 2018)),
    year(2018, None),
    *(year(number, f"{number - 1200}000") for number in range(2019, 2022)),
    year(2022, "885000", "provisional", "derived from two halves"),
]


def chart(**changes: Any) -> dict[str, Any]:
    """A chart's data as the server gives them."""
    return {
        "kind": "line",
        "mode": "absolute",
        "title": "Container throughput, total",
        "unit": "TEU",
        "language": "en",
        "words": WORDS,
        "file": "segot-teu_total",
        "lines": [{"name": "Port of Gothenburg", "points": POINTS}],
        "targets": [],
        "breaks": [],
        "band": None,
    } | changes


def figure(data: dict[str, Any]) -> str:
    block = json.dumps(data).replace("<", "\\u003c")
    return (
        '<figure class="chart"><figcaption>A chart</figcaption>'
        f'<script type="application/json" class="chart-data">{block}</script>'
        '<div class="chart-picture"></div></figure>'
    )


class Reader(Person):
    """Somebody who reads a page of the exchange in whose place charts stand."""

    def reads_charts(self, *charts: dict[str, Any]) -> None:
        """Open the page about the exchange, with these charts as its content."""

        def with_charts(route: Route) -> None:
            answer = route.fetch()
            before, _, rest = answer.text().partition('<main id="main" tabindex="-1">')
            after = rest.partition("</main>")[2]
            body = before.replace("</head>", f"{HEAD}</head>") + '<main id="main">'
            body += "".join(map(figure, charts)) + "</main>" + after
            route.fulfill(response=answer, body=body)

        self.page.add_init_script(REFUSED)
        self.page.route("**/about/", with_charts)
        answer = self.open("/about/")
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        self.sees_lines()

    def sees_lines(self) -> None:
        """Wait until every chart is drawn."""
        for picture in self.page.locator(".chart-picture").all():
            expect(picture.locator("svg path").first).to_be_attached()

    def points_at(self, share: float) -> None:
        """Move the mouse over the picture, so far from its left edge."""
        box = self.page.locator(".chart-picture").bounding_box()
        assert box
        self.page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] * 0.6)

    def downloads(self, button: str, folder: Path) -> Path:
        """Press a button of the chart; return the file that it gives."""
        with self.page.expect_download() as given:
            self.press(button)
        path = folder / given.value.suggested_filename
        given.value.save_as(path)
        return path


@pytest.fixture(scope="module")
def world(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A running exchange, one for all: readers change nothing."""
    world = World(tmp_path_factory.mktemp("charts"), templates.of("embedded"))
    world.start("web")
    yield world
    world.close()


@pytest.fixture
def reader(world: World, browser: Browser) -> Iterator[Reader]:
    """A visitor whose browser in the end has refused nothing and complained of nothing."""
    reader = Reader(browser, world.url)
    yield reader
    assert reader.page.evaluate("window.refused ?? []") == []
    assert reader.complaints == []
    reader.page.context.close()


def test_a_line_is_drawn_and_named(reader: Reader) -> None:
    reader.reads_charts(chart())
    picture = reader.page.get_by_role("img", name="Container throughput, total")
    expect(picture.locator("text", has_text="Port of Gothenburg")).to_be_visible()
    expect(picture.locator("text", has_text="TEU")).to_be_visible()
    expect(picture.locator("text", has_text="820K")).to_be_visible()


def test_an_axis_of_values_that_lie_close_tells_its_numbers_apart(reader: Reader) -> None:
    close = [year(2020, "1234000"), year(2021, "1235000"), year(2022, "1236000")]
    reader.reads_charts(chart(lines=[{"name": "Gothenburg", "points": close}]))
    labels = [
        text
        for text in reader.page.locator(".chart-picture text").all_text_contents()
        if text.endswith("M")
    ]
    assert len(labels) > 3
    assert len(set(labels)) == len(labels)


def test_a_missing_year_and_a_break_part_the_line(reader: Reader) -> None:
    anew = [*POINTS[:2], {**POINTS[2], "status": "break"}, *POINTS[3:]]
    reader.reads_charts(chart(lines=[{"name": "Gothenburg", "points": anew}]))
    assert reader.page.evaluate(PIECES) == [3]
    picture = reader.page.locator(".chart-picture")
    expect(picture.locator("text", has_text="Break in the series")).to_be_visible()


@pytest.mark.parametrize("kind", ["line", "bar"])
def test_the_mouse_is_told_what_the_server_wrote(reader: Reader, kind: str) -> None:
    reader.reads_charts(chart(kind=kind))
    reader.points_at(0.95)
    told = reader.page.locator(".chart-picture text")
    expect(told.filter(has_text="885000 TEU exactly (provisional)")).to_be_visible()
    expect(told.filter(has_text="derived from two halves")).to_be_visible()
    reader.points_at(0.58)
    expect(told.filter(has_text="no value: not collected")).to_be_visible()


def test_a_period_may_be_named_once_for_all_lines(reader: Reader) -> None:
    line = {
        "name": "Gothenburg",
        "values": ["821000", None],
        "texts": ["821,000 TEU", ""],
        "marks": {"0": ["estimated", "counted by hand"]},
    }
    periods = [[f"{number}-01-01", f"{number}-12-31", str(number)] for number in (2021, 2022)]
    reader.reads_charts(chart(periods=periods, lines=[line]))
    told = reader.page.locator(".chart-picture text")
    reader.points_at(0.2)
    expect(told.filter(has_text="Gothenburg: 821,000 TEU (estimated)")).to_be_visible()
    expect(told.filter(has_text="counted by hand")).to_be_visible()
    reader.points_at(0.8)
    expect(told.filter(has_text="Gothenburg: no value")).to_be_visible()


def test_targets_and_peers_stand_behind(reader: Reader) -> None:
    target = {"name": "Target 2030", "first": "2030-01-01", "last": "2030-12-31", "text": "1 m"}
    band = [
        {**year(number, "1"), "low": "600000", "median": "800000", "high": "900000"}
        for number in range(2013, 2023)
    ]
    reader.reads_charts(
        chart(
            targets=[{**target, "value": "1000000", "upper": "1100000", "aim": "target"}], band=band
        )
    )
    picture = reader.page.locator(".chart-picture")
    for text in ["Target 2030", "Middle half of peers", "Median of peers", "2030"]:
        expect(picture.locator("text", has_text=text).first).to_be_visible()


def test_each_end_of_a_line_has_a_mark(reader: Reader) -> None:
    long = [year(number, "900000") for number in range(1960, 2023)]
    short = [year(number, "1" if number in {2000, 2001} else None) for number in range(1960, 2023)]
    lines = [{"name": name, "points": one} for name, one in (("Long", long), ("Short", short))]
    reader.page.emulate_media(reduced_motion="reduce")
    reader.reads_charts(chart(lines=lines))
    widths = reader.page.locator(".chart-picture path[fill='#c44e00']").evaluate_all(
        "marks => marks.map((mark) => mark.getBoundingClientRect().width)"
    )
    # One of them stands in the legend.
    assert sum(width > 1 for width in widths) == 3


PEERS = """(kind) => [...document.querySelectorAll(".chart-picture path")].filter((path) => kind === "area"
    ? path.getAttribute("fill-opacity") === "0.22" && path.getAttribute("stroke-width") !== "16"
    : path.getAttribute("stroke-width") === "16")
    .map((path) => path.getAttribute("d").split("M").length - 1)"""


@pytest.mark.parametrize("kind", ["line", "bar"])
def test_peers_of_one_period_alone_are_a_bar_and_where_there_are_none_is_a_gap(
    reader: Reader, kind: str
) -> None:
    known = [2013, 2014, 2016, 2018, 2019, 2020]
    band = [
        {**year(number, "1"), "low": "600000", "median": "800000", "high": "900000"}
        for number in known
    ]
    reader.reads_charts(chart(kind=kind, band=band))
    assert reader.page.evaluate(PEERS, "bar") == [1]
    assert sum(reader.page.evaluate(PEERS, "area")) == 3


def test_a_held_key_and_the_wheel_show_less_and_a_button_shows_all(reader: Reader) -> None:
    years = [year(number, f"{number - 1200}000") for number in range(1990, 2023)]
    reader.reads_charts(chart(lines=[{"name": "Gothenburg", "points": years}]))
    first = reader.page.locator(".chart-picture text", has_text="1990")
    expect(first).to_be_attached()
    reader.points_at(0.9)
    reader.page.mouse.wheel(0, -400)
    expect(first).to_be_attached()
    reader.page.keyboard.down("Control")
    reader.page.mouse.wheel(0, -400)
    reader.page.keyboard.up("Control")
    expect(first).not_to_be_attached()
    reader.press("Show all")
    expect(first).to_be_attached()


def test_the_picture_is_given_as_files(reader: Reader, tmp_path: Path) -> None:
    reader.reads_charts(chart())
    png = reader.downloads("Download PNG", tmp_path)
    assert png.name == "segot-teu_total.png"
    assert png.read_bytes().startswith(b"\x89PNG\r\n")
    svg = reader.downloads("Download SVG", tmp_path)
    assert svg.read_text().startswith("<svg")
    assert "Container throughput, total" in svg.read_text()


def test_by_night_it_is_drawn_in_other_colours(reader: Reader) -> None:
    reader.reads_charts(chart())
    by_day, by_night = (
        reader.page.locator(f".chart-picture path[stroke='{colour}']").first
        for colour in ("#0067a5", "#6cbcf5")
    )
    expect(by_day).to_be_attached()
    reader.page.emulate_media(color_scheme="dark")
    expect(by_night).to_be_attached()
    expect(by_day).not_to_be_attached()


def test_what_htmx_brings_is_drawn_once(reader: Reader) -> None:
    reader.reads_charts(chart())
    reader.page.route("**/more/", lambda route: route.fulfill(body=figure(chart(title="Another"))))
    reader.page.evaluate("htmx.ajax('GET', '/more/', {target: 'main', swap: 'beforeend'})")
    expect(
        reader.page.get_by_role("img", name="Another").locator("svg path").first
    ).to_be_attached()
    expect(reader.page.locator(".chart-picture svg")).to_have_count(2)
    expect(reader.page.locator(".chart-tools")).to_have_count(2)


def test_a_phone_shows_it_whole(reader: Reader) -> None:
    reader.reads_charts(chart())
    reader.page.set_viewport_size({"width": 390, "height": 800})
    fits = """() => {
        const picture = document.querySelector(".chart-picture").getBoundingClientRect();
        return [...document.querySelectorAll(".chart-picture text")].every((text) => {
            const { left, right } = text.getBoundingClientRect();
            return left >= picture.left && right <= picture.right;
        });
    }"""
    reader.page.wait_for_function(fits)
