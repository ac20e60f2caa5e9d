"""The indicators that come with the release are whole and fit to count with."""

import re
from decimal import Decimal

import pytest

from exchange.kpis.catalogue import IndicatorRow, rows
from exchange.topics import taxonomy

# Codes of the figures that come with the sample world, and their unit in files.
UNITS = {
    "teu_total": "TEU",
    "teu_import_loaded": "TEU",
    "teu_export_loaded": "TEU",
    "teu_import_empty": "TEU",
    "teu_export_empty": "TEU",
    "teu_empty": "TEU",
    "teu_loaded": "TEU",
    "teu_loaded_international": "TEU",
    "rail_teu": "TEU",
    "rail_share_pct": "%",
    "roro_units": "units",
    "new_cars": "vehicles",
    "automobiles": "vehicles",
    "energy_products_mt": "million tonnes",
    "total_tonnes_mt": "million tonnes",
    "passengers": "passengers",
    "cruise_calls": "calls",
    "national_container_share_pct": "%",
    "co2_avoided_by_rail_t": "tonnes CO2",
    "co2_shipping_in_port_area_t": "tonnes CO2",
    "co2_road_transport_t": "tonnes CO2",
    "vessels_with_environmental_discount": "vessels",
    "calls_with_environmental_discount_pct": "%",
    "vessels_able_to_use_shore_power_pct": "%",
    "container_terminal_co2_reduction_pct": "%",
    "dpm_reduction_since_2005_pct": "%",
    "nox_reduction_since_2005_pct": "%",
    "sox_reduction_since_2005_pct": "%",
    "ghg_reduction_since_2005_pct": "%",
    "ghg_per_10000_teu_reduction_since_2005_pct": "%",
    "shore_power_berths": "berths",
    "shore_power_investment_usd": "USD",
    "trapac_shore_power_use_pct": "%",
    "truck_visit_time_min": "minutes",
    "container_ships_at_anchor_san_pedro_bay": "ships",
    "container_ships_waiting_san_pedro_bay": "ships",
    "import_boxes_on_terminals": "containers",
    "import_boxes_dwelling_9_days_plus": "containers",
    "truck_dwell_days": "days",
    "rail_dwell_days": "days",
    "truck_boxes_over_5_days_pct": "%",
    "rail_boxes_over_5_days_pct": "%",
    "teu_per_vessel_call": "TEU per call",
    "container_vessels_at_anchor_avg": "ships",
    "container_vessels_at_berth_avg": "ships",
    "days_at_berth_avg": "days",
    "days_at_anchor_and_berth_avg": "days",
}
STATISTICS = {"total", "stock", "mean", "median", "p90", "share", "ratio", "index", "level"}
DIRECTIONS = {"higher", "lower", "context", "band"}
PERIOD_TYPES = ["year", "half", "quarter", "month", "week", "day", "span"]
# UN/ECE Recommendation 20, revision 17e; USD is ISO 4217.
REC_20 = {"E22", "TNE", "KGM", "P1", "C62", "IE", "HUR", "MIN", "DAY", "MWH", "KWH", "MTQ"}
BELOW = {"", "E22", "TNE", "C62", "IE", "HUR", "MTK", "MTR"}
MAY_BE_EMPTY = {"source_programme", "source_link", "denominator"}
EACH = pytest.mark.parametrize("row", rows(), ids=lambda row: row["code"])


def test_codes_are_well_formed_and_there_once() -> None:
    codes = [row["code"] for row in rows()]
    assert len(set(codes)) == len(codes) == 107
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{1,59}", code) for code in codes)


def test_names_and_questions_differ() -> None:
    for key in ("name", "question"):
        assert len({row[key] for row in rows()}) == len(rows())


def test_every_one_of_the_48_kpis_is_covered() -> None:
    assert {row["reference"] for row in rows()} - {None} == set(range(1, 49))


def test_the_codes_of_the_figures_keep_their_unit() -> None:
    assert len(UNITS) == 47
    units = {row["code"]: row["unit"] for row in rows()}
    assert {code: units.get(code) for code in UNITS} == UNITS


def test_every_new_code_is_one_of_the_48() -> None:
    known = {*UNITS, "teu_growth_pct"}
    assert all(row["reference"] for row in rows() if row["code"] not in known)


def test_topics_are_those_that_are_shipped() -> None:
    assert {row["topic"] for row in rows()} <= {topic["code"] for topic in taxonomy.rows()}


@EACH
def test_an_indicator_has_all_its_keys_filled(row: IndicatorRow) -> None:
    assert set(row) == set(IndicatorRow.__annotations__)
    for key, value in row.items():
        if isinstance(value, str):
            assert value == value.strip()
            assert value or key in MAY_BE_EMPTY, key
    assert row["question"].endswith("?")
    assert row["source_link"] == "" or row["source_link"].startswith(("https://", "http://"))


@EACH
def test_plausible_values_are_a_range(row: IndicatorRow) -> None:
    low, high = row["plausible_low"], row["plausible_high"]
    if low is not None and high is not None:
        assert Decimal(low) < Decimal(high)
    assert all(end is None or Decimal(end).is_finite() for end in (low, high))
    assert 0 <= row["decimals"] <= 6
    if row["statistic"] == "share":
        assert (row["unit"], low, high) == ("%", "0", "100")


@EACH
def test_words_are_among_the_allowed(row: IndicatorRow) -> None:
    assert row["statistic"] in STATISTICS
    assert row["direction"] in DIRECTIONS
    kinds = row["period_types"]
    assert kinds
    assert kinds == [kind for kind in PERIOD_TYPES if kind in kinds]


@EACH
def test_units_are_of_recommendation_20(row: IndicatorRow) -> None:
    assert row["numerator"] in REC_20 | {"USD"}
    assert row["denominator"] in BELOW
    assert row["exponent"] == (6 if row["unit"].startswith("million ") else 0)
    per = {"per 10 000 TEU": 4, "per million hours": 6}
    below = [power for words, power in per.items() if row["unit"].endswith(words)]
    assert row["denominator_exponent"] == (below[0] if below else 0)
    assert bool(row["denominator"]) == (" per " in row["unit"]) == ("/" in row["ucum"])


def test_a_count_at_a_moment_is_not_given_for_a_span() -> None:
    assert not [
        row["code"]
        for row in rows()
        if row["statistic"] == "stock" and "span" in row["period_types"]
    ]


def test_a_unit_is_written_one_way_and_coded_one_way() -> None:
    coded: dict[str, set[tuple[str, str, int, int]]] = {}
    for row in rows():
        code = row["numerator"], row["denominator"], row["exponent"], row["denominator_exponent"]
        for word in (row["unit"].casefold(), *row["aliases"]):
            coded.setdefault(word, set()).add(code)
    assert [word for word, codes in coded.items() if len(codes) > 1] == []


@EACH
def test_aliases_are_in_lower_case_and_none_is_ambiguous(row: IndicatorRow) -> None:
    aliases = row["aliases"]
    assert len(set(aliases)) == len(aliases)
    assert all(alias == " ".join(alias.casefold().split()) != "" for alias in aliases)
    assert not {"mt", "ton", "tons", "$", "m", "k"} & set(aliases)


@EACH
def test_an_indicator_named_in_a_text_is_there_and_another_one(row: IndicatorRow) -> None:
    texts = " ".join((row["formula"], row["inclusions"], row["exclusions"], row["boundary"]))
    named = re.findall(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b", f"{texts} {row['comparability']}")
    assert set(named) <= {other["code"] for other in rows()} - {row["code"]}
