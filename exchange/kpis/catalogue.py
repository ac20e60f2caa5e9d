"""The indicators that come with this release (see data/README.md)."""

import json
from functools import cache
from pathlib import Path
from typing import TypedDict

# Of which release they are, as `pyproject.toml` has it.
RELEASE = "0.1.0"
LIST = Path(__file__).parent / "data" / "indicators.json"


class IndicatorRow(TypedDict):
    """One indicator as `data/indicators.json` has it.

    `reference` is its number in the list of 48 port KPIs, if it is one of them. A unit is
    `numerator` / `denominator`, codes of UN/ECE Recommendation 20 (ISO 4217 for money), counted in
    10^`exponent` and per 10^`denominator_exponent`; `unit` is the word in files, `aliases` are
    other spellings, in lower case, that mean exactly the same.
    """

    code: str
    reference: int | None
    topic: str
    name: str
    question: str
    formula: str
    inclusions: str
    exclusions: str
    boundary: str
    statistic: str
    decimals: int
    plausible_low: str | None
    plausible_high: str | None
    source_programme: str
    source_link: str
    unit: str
    numerator: str
    denominator: str
    exponent: int
    denominator_exponent: int
    ucum: str
    aliases: list[str]
    direction: str
    period_types: list[str]
    comparability: str


@cache
def rows() -> list[IndicatorRow]:
    """Return the indicators of `data/indicators.json`, in its order; do not change them."""
    found: list[IndicatorRow] = json.loads(LIST.read_text(encoding="utf-8"))
    return found
