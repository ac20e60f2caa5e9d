"""Rows of a preview: what one release keeps of them the next one reads."""

import zlib

import msgspec
import pytest

from exchange.kpis.choices import Outcome
from exchange.kpis.importing.staged import packed, rows_of
from exchange.kpis.models import ImportPage

SERIES = "01a2319d-c4e8-7e2c-aea3-c52e5e5f8f08"
TAKEN = (
    f'[2,"SEGOT","teu_total","TEU","{SERIES}","2024-01","2024-01-01","2024-01-31","95.50","",'
    '"normal","","https://example.org/1","","First count.","94.0",["More decimals than usual (0)."]]'
)
REJECTED = '[3,{"period":"2024-02","value":"many"},[["value","many","“many” is no number."]]]'
KEPT = pytest.mark.parametrize(
    ("outcome", "row"), [(Outcome.CORRECTED, TAKEN), (Outcome.REJECTED, REJECTED)]
)


def page(outcome: str, rows: str) -> ImportPage:
    return ImportPage(outcome=outcome, rows=zlib.compress(rows.encode()))


@KEPT
def test_rows_are_kept_in_one_form(outcome: str, row: str) -> None:
    rows = rows_of(page(outcome, f"[{row}]"))
    assert zlib.decompress(packed(rows)).decode() == f"[{row}]"


@KEPT
def test_rows_of_which_more_is_told_than_is_known_are_not_read(outcome: str, row: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        rows_of(page(outcome, f'[{row[:-1]},"more"]]'))
