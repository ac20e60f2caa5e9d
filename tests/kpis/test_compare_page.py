"""The compare view: what its address names, what it says of it, and what it gives as a file."""

import csv
import io
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from exchange.accounts.models import User
from exchange.audiences import actions as audiences
from exchange.audiences.viewer import Viewer
from exchange.kpis import actions
from exchange.kpis.actions import _steps
from exchange.kpis.models import Series
from exchange.partners.actions import create_organisation
from tests.cast import Cast, Port
from tests.kpis.charted import address_of, block_of, names, table_of, text_of, words_of
from tests.kpis.factories import OPERATOR, approved, definition, entry, indicator, make_series
from tests.lessons.pages import browser, page

YEARS = ("2021", "2022", "2023")
CALLS = "vessel_calls"


def values(first: int) -> dict[str, str]:
    return {year: str(first + 10 * number) for number, year in enumerate(YEARS)}


def reports(
    cast: Cast, port: Port, found: dict[str, str], code: str = "teu_total", **text: Any
) -> Series:
    """Have a port report a KPI to all partners, measured as defined unless told otherwise."""
    status = text.pop("status", "normal")
    series = make_series(cast, port, code, audience=cast.partners, **{"grade": "same", **text})
    approved(port, series, found, status=status)
    return series


@pytest.fixture
def three(cast: Cast) -> list[Series]:
    """Three ports that report the same KPI as defined; who comes last in the alphabet has most."""
    ports = (cast.gothenburg, cast.los_angeles, cast.tokyo)
    return [reports(cast, port, values(100 * number)) for number, port in enumerate(ports, 1)]


def address(*places: str, file: str = "", **asked: str) -> str:
    query = urlencode({"kpi": "teu_total", "at": places, **asked}, doseq=True)
    return f"/compare/{f'values.{file}' if file else ''}?{query}"


def shown(user: User | None, *places: str, **asked: str) -> str:
    return page(browser(user).get(address(*places, **asked)))


def exported(user: User, *places: str, **asked: str) -> list[dict[str, str]]:
    answer: Any = browser(user).get(address(*places, file="csv", **asked))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def make_board(number: int) -> Series:
    """Have a reference port report the KPI, as the operator does."""
    board = create_organisation(
        actor=Viewer.system(), name=f"Harbour board {number}", kind="agency", is_partner=False
    )
    return actions.begin_series(
        actor=OPERATOR, organisation=board, indicator=indicator(), audience=audiences.public()
    )


# What the address names.


def test_lines_stand_in_the_order_of_names_whatever_their_values(
    cast: Cast, three: list[Series]
) -> None:
    text = shown(cast.gothenburg.reader, "JPTYO", "USLAX", "SEGOT")
    assert names(text) == ["Port of Gothenburg", "Port of Los Angeles", "Port of Tokyo"]


@pytest.mark.parametrize("word", ["XXXXX", "00000000-0000-0000-0000-000000000000", "a\0b", "<b>"])
def test_an_unknown_organisation_leaves_the_others(
    cast: Cast, three: list[Series], word: str
) -> None:
    text = shown(cast.gothenburg.reader, "SEGOT", word)
    assert names(text) == ["Port of Gothenburg"]
    assert "is not shown to you" in text


def test_what_is_hidden_is_told_like_what_there_is_not(cast: Cast) -> None:
    reports(cast, cast.gothenburg, values(1))
    make_series(cast, cast.los_angeles, audience=cast.los_angeles.home)
    hidden, nothing = (
        text_of(shown(cast.gothenburg.reader, "SEGOT", key)).replace(key, "…")
        for key in ("USLAX", "USNYC")
    )
    assert hidden == nothing


def test_the_kpi_that_was_named_first_stands_first(cast: Cast) -> None:
    reports(cast, cast.gothenburg, values(1), CALLS)
    reports(cast, cast.los_angeles, values(1))
    text = shown(cast.gothenburg.reader, "SEGOT", "USLAX", also=CALLS)
    assert block_of(text)["unit"] == "TEU"


def test_an_unknown_kpi_leaves_the_other(cast: Cast, three: list[Series]) -> None:
    text = shown(cast.gothenburg.reader, "SEGOT", kpi="no_such_kpi", also="teu_total")
    assert names(text) == ["Port of Gothenburg"]
    assert "Part of this address means nothing here" in text


def test_the_form_gives_the_address_again(cast: Cast, three: list[Series]) -> None:
    asked = {"mode": "indexed", "base": "2022", "kind": "year", "since": "2022", "picture": "bar"}
    text = shown(cast.gothenburg.reader, "SEGOT", "USLAX", **asked)
    again = {name: [value] for name, value in asked.items()}
    assert address_of(text) == {"kpi": ["teu_total"], "at": ["SEGOT", "USLAX"], **again}


def test_lines_that_are_too_many_are_named(cast: Cast) -> None:
    series = [make_board(number) for number in range(9)]
    text = shown(cast.gothenburg.reader, *(str(one.organisation_id) for one in series))
    assert "8 lines are drawn at most. Left out: Harbour board 8." in text_of(text)


def test_of_many_organisations_some_are_offered_and_all_are_found(cast: Cast) -> None:
    for number in range(30):
        make_board(number)
    assert "Harbour board 9" not in shown(cast.gothenburg.reader)
    assert "Harbour board 9" in shown(cast.gothenburg.reader, who="BOARD 9")


def test_beside_a_kpi_those_are_offered_that_are_reported_there(cast: Cast) -> None:
    reports(cast, cast.gothenburg, values(1))
    reports(cast, cast.los_angeles, values(1), CALLS)
    option = f'<option value="{CALLS}"'
    assert shown(cast.gothenburg.reader, "SEGOT").count(option) == 1
    assert shown(cast.gothenburg.reader, "SEGOT", also=CALLS).count(option) == 2


def test_two_versions_at_one_organisation_are_told_apart(cast: Cast) -> None:
    reports(cast, cast.gothenburg, values(1))
    text = definition(name="Containers", unit="TEU", change_note="Counted at the gate.")
    now = indicator()
    actions.revise_indicator(actor=OPERATOR, indicator=now, lock=now.lock, text=text)
    reports(cast, cast.gothenburg, values(5))
    assert names(shown(cast.gothenburg.reader, "SEGOT")) == [
        "Port of Gothenburg (version 1)",
        "Port of Gothenburg (version 2)",
    ]


def test_eight_lines_cost_no_more_queries_than_one(cast: Cast) -> None:
    places = [str(make_board(number).organisation_id) for number in range(8)]
    costs = []
    for some in (places[:1], places):
        client = browser(cast.gothenburg.reader)
        client.get(address(*some))
        with CaptureQueriesContext(connection) as captured:
            client.get(address(*some))
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 12


# What has to be said.


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ({"grade": "not_comparable"}, "does not compare with the definition"),
        ({"grade": "convertible"}, "in its own way: convertible to the definition"),
        ({"grade": ""}, "Nobody has said yet how the measuring of Port of Los Angeles"),
        ({"local_note": "Without transit."}, "Port of Los Angeles adds: Without transit."),
        ({"year_start": "--07-01"}, "Their years begin in different months"),
        ({"status": "provisional"}, "Some values are not final: Port of Los Angeles"),
    ],
)
def test_the_page_says_what_does_not_compare(cast: Cast, text: dict[str, str], words: str) -> None:
    reports(cast, cast.gothenburg, values(1))
    reports(cast, cast.los_angeles, values(2), **text)
    assert words in text_of(shown(cast.gothenburg.reader, "SEGOT", "USLAX", kind="year"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ({"grade": "not_comparable"}, "Port of Gothenburg says that its"),
        ({"local_note": "Tugs, too."}, "Port of Gothenburg adds: Tugs, too."),
        ({"status": "estimated"}, "Some values are not final: Port of Gothenburg: "),
    ],
)
def test_what_is_divided_by_has_to_compare_as_well(
    cast: Cast, text: dict[str, str], words: str
) -> None:
    reports(cast, cast.gothenburg, values(100))
    reports(cast, cast.gothenburg, values(3), CALLS, **text)
    told = shown(cast.gothenburg.reader, "SEGOT", mode="ratio", per=CALLS)
    assert words in text_of(told)


def test_a_quotient_is_as_little_final_as_what_it_is_divided_by(cast: Cast) -> None:
    reports(cast, cast.gothenburg, values(100))
    reports(cast, cast.gothenburg, values(3), CALLS, status="provisional")
    told = shown(cast.gothenburg.reader, "SEGOT", mode="ratio", per=CALLS)
    marks = block_of(told)["lines"][0]["marks"]
    assert [marks[place][0] for place in "012"] == ["provisional"] * 3
    assert "divided by: provisional" in table_of(told)[1][1]


@pytest.mark.parametrize("per", ["", "no_such_kpi"])
def test_without_anything_to_divide_by_the_page_asks_for_it(cast: Cast, per: str) -> None:
    reports(cast, cast.gothenburg, values(100))
    told = shown(cast.gothenburg.reader, "SEGOT", mode="ratio", per=per)
    assert block_of(told)["mode"] == "absolute"
    assert "Part of this address means nothing here" in told
    assert per or "Per: Choose what to divide by." in text_of(told)


def test_only_quotients_that_are_rounded_are_called_so(cast: Cast) -> None:
    reports(cast, cast.gothenburg, {"2022": "10", "2023": "10"})
    reports(cast, cast.gothenburg, {"2022": "4", "2023": "3"}, CALLS)
    told = shown(cast.gothenburg.reader, "SEGOT", mode="ratio", per=CALLS)
    assert [row[1] for row in table_of(told)[1:]] == ["≈\u00a03.333", "2.5"]


# The band of peers.


def consents(cast: Cast, count: int, hidden: int = 0, **cells: str) -> None:
    """Have so many boards report, and agree to count; what some report is shown to Tokyo alone."""
    for number in range(count):
        series = make_board(number)
        Series.objects.filter(pk=series.pk).update(peer_consent=True, grade="same")
        actions.submit_values(
            actor=OPERATOR,
            series=series,
            entries=[entry(series, *one, **cells) for one in values(number).items()],
            reason="",
        )
        if number < hidden:
            alone = {"effective_audience": cast.tokyo.home, "home_audience": cast.tokyo.home}
            Series.objects.filter(pk=series.pk).update(**alone)


@pytest.mark.parametrize(("count", "who", "is_shown"), [(5, "reader", True), (4, "reader", False)])
def test_a_band_takes_five_others(cast: Cast, count: int, who: str, is_shown: bool) -> None:
    reports(cast, cast.gothenburg, values(1))
    consents(cast, count)
    text = shown(getattr(cast.gothenburg, who), "SEGOT")
    assert bool(block_of(text)["band"]) is is_shown
    assert ("No band of peers" in text) is not is_shown


@pytest.mark.parametrize(
    ("count", "hidden", "is_shown"),
    [(5, 1, False), (9, 4, False), (5, 5, True), (9, 5, True), (6, 0, True)],
)
def test_of_values_that_the_reader_misses_a_band_takes_five_too(
    cast: Cast, count: int, hidden: int, is_shown: bool
) -> None:
    reports(cast, cast.gothenburg, values(1))
    consents(cast, count, hidden)
    assert bool(block_of(shown(cast.gothenburg.reader, "SEGOT"))["band"]) is is_shown


def test_who_reads_all_values_is_shown_the_band_that_others_miss(cast: Cast) -> None:
    for port in (cast.gothenburg, cast.tokyo):
        reports(cast, port, values(1))
    consents(cast, 6, hidden=1)
    people = [(cast.gothenburg, "SEGOT"), (cast.tokyo, "JPTYO"), (cast.gothenburg, "SEGOT")]
    bands = [block_of(shown(port.reader, place))["band"] for port, place in people]
    assert [bool(band) for band in bands] == [False, True, False]


def test_what_is_forecast_counts_in_no_band(cast: Cast) -> None:
    reports(cast, cast.gothenburg, values(1))
    consents(cast, 6, status="forecast")
    assert block_of(shown(cast.gothenburg.reader, "SEGOT"))["band"] is None


def test_passers_by_see_no_band(cast: Cast) -> None:
    consents(cast, 6)
    board = Series.objects.order_by("pk")[0].organisation_id
    assert block_of(shown(None, str(board)))["band"] is None


@pytest.mark.parametrize("where", ["compared", "alone"])
def test_picture_table_and_words_tell_the_same_band(cast: Cast, where: str) -> None:
    series = reports(cast, cast.gothenburg, values(1))
    consents(cast, 5)
    alone = f"/series/{series.pk}/"
    path = alone if where == "alone" else address("SEGOT")
    text = page(browser(cast.gothenburg.reader).get(path))
    told = block_of(text)["band"][-1][-1]
    assert told == table_of(text)[1][-1]
    low, middle, high = told.split(" – ")
    assert words_of(text)[-1].startswith(f"Half of the peers lie between {low} and {high}")
    assert middle in words_of(text)[-1]


def test_a_band_is_another_one_once_a_consent_is_taken_back(cast: Cast) -> None:
    reports(cast, cast.gothenburg, values(1))
    consents(cast, 5)
    assert block_of(shown(cast.gothenburg.reader, "SEGOT"))["band"]
    peer = Series.objects.exclude(organisation=cast.gothenburg.organisation).order_by("pk")[0]
    Series.objects.filter(pk=peer.pk).update(peer_consent=False)
    assert block_of(shown(cast.gothenburg.reader, "SEGOT"))["band"] is None


def test_a_band_is_another_one_once_a_peer_takes_the_place_of_another(cast: Cast) -> None:
    reports(cast, cast.gothenburg, values(1))
    consents(cast, 6)
    peers = Series.objects.exclude(organisation=cast.gothenburg.organisation).order_by("pk")
    leaves, comes = peers[0], peers[5]
    Series.objects.filter(pk=comes.pk).update(peer_consent=False)
    # As often changed as who takes its place.
    Series.objects.filter(pk=leaves.pk).update(lock=comes.lock + 1)
    before = block_of(shown(cast.gothenburg.reader, "SEGOT"))["band"]
    for one in (leaves, comes):
        one.refresh_from_db()
        one.peer_consent = one is comes
        _steps.save(one, "peer_consent")
    assert block_of(shown(cast.gothenburg.reader, "SEGOT"))["band"] != before


def test_a_band_is_another_one_once_its_reader_misses_a_value(cast: Cast) -> None:
    reports(cast, cast.gothenburg, values(1))
    consents(cast, 6)
    assert block_of(shown(cast.gothenburg.reader, "SEGOT"))["band"]
    peer = Series.objects.exclude(organisation=cast.gothenburg.organisation).order_by("pk")[0]
    peer.effective_audience = peer.home_audience = cast.tokyo.home
    _steps.save(peer, "effective_audience", "home_audience")
    assert block_of(shown(cast.gothenburg.reader, "SEGOT"))["band"] is None


def test_a_band_is_another_one_once_a_value_is_corrected(cast: Cast) -> None:
    reports(cast, cast.gothenburg, values(1))
    consents(cast, 5)
    before = block_of(shown(cast.gothenburg.reader, "SEGOT"))["band"]
    peer = Series.objects.exclude(organisation=cast.gothenburg.organisation).order_by("pk")[2]
    found = [entry(peer, "2023", "9000")]
    actions.submit_values(actor=OPERATOR, series=peer, entries=found, reason="Counted again.")
    assert block_of(shown(cast.gothenburg.reader, "SEGOT"))["band"] != before


# The file.


@pytest.mark.parametrize(
    "asked", [{}, {"mode": "indexed", "base": "2022"}, {"since": "2022"}, {"until": "2022"}]
)
def test_the_file_has_what_is_drawn(cast: Cast, three: list[Series], asked: dict[str, str]) -> None:
    places = ("SEGOT", "USLAX")
    drawn = block_of(shown(cast.gothenburg.reader, *places, **asked))["lines"]
    rows = exported(cast.gothenburg.reader, *places, **asked)
    for line in drawn:
        of_line = [row["value"] for row in rows if row["organisation"] == line["name"]]
        assert of_line == line["values"]


def test_the_file_says_how_its_numbers_were_made(cast: Cast, three: list[Series]) -> None:
    rows = exported(cast.gothenburg.reader, "SEGOT", mode="indexed", base="2022")
    assert {(row["unit"], row["how"]) for row in rows} == {("index", "2022 is 100.")}


def test_a_workbook_says_on_its_second_sheet_what_does_not_compare(cast: Cast) -> None:
    reports(cast, cast.gothenburg, values(1))
    reports(cast, cast.los_angeles, values(2), grade="similar")
    answer = browser(cast.gothenburg.reader).get(address("SEGOT", "USLAX", file="xlsx"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    said = [row[0] for row in book.get_sheet_by_index(1).to_python()]
    assert any("Port of Los Angeles measures" in str(words) for words in said)
    first = book.get_sheet_by_index(0).to_python()[1]
    assert Decimal(str(first[5])) == Decimal(1)


def test_the_file_holds_nothing_that_is_hidden(cast: Cast) -> None:
    reports(cast, cast.gothenburg, values(1))
    make_series(cast, cast.los_angeles, audience=cast.los_angeles.home)
    rows = exported(cast.gothenburg.reader, "SEGOT", "USLAX")
    assert {row["organisation"] for row in rows} == {"Port of Gothenburg"}
