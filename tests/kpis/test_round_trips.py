"""What the exchange writes into files it reads again as it was."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from exchange.kpis.exporting import csv_of, row_of, xlsx_of
from exchange.kpis.models import Import, Observation, Series
from exchange.kpis.reading import bare, shielded
from exchange.partners.models import Organisation
from tests.cast import Cast, eyes
from tests.kpis.factories import (
    accept,
    again,
    approved,
    counts,
    make_series,
    read_now,
    row,
    send,
    submitted,
)

NOTES = [
    "=1+1",
    "'=1+1",
    "''@home",
    "-5",
    "- a list",
    "+46 31",
    "'quoted'",
    "\ttab",
    "=a\n=b",
    "x;=1",
    "x\t'@a",
]


def exported(series: Series, format: str) -> bytes:
    """Return the values of a series as the file that its page gives."""
    rows = [row_of(one, again(series)) for one in Observation.objects.filter(series=series)]
    return xlsx_of(rows) if format == "xlsx" else "".join(csv_of(rows)).encode()


def sent_back(cast: Cast, series: Series, format: str) -> Import:
    """Have the exported file be sent as an import, and return the preview."""
    return read_now(send(cast, None, exported(series, format), name=f"values.{format}"))


@pytest.fixture
def change(cast: Cast) -> Series:
    """A series whose values may be negative."""
    return make_series(cast, code="teu_growth_pct")


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("value", ["1.50", "-5", "-0.10", "0.00", "1500.00", "123456789012345.678"])
def test_a_value_that_is_sent_back_is_unchanged(
    cast: Cast, change: Series, value: str, format: str
) -> None:
    approved(cast.gothenburg, change, {"2024": value})
    assert counts(sent_back(cast, change, format)) == {"unchanged": 1}


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_an_organisation_without_a_port_code_sends_its_values_back(
    cast: Cast, series: Series, format: str
) -> None:
    approved(cast.gothenburg, series, {"2024-01": "5"})
    own = Organisation.objects.filter(pk=cast.gothenburg.organisation.pk)
    own.update(kind="terminal", unlocode=None)
    assert counts(sent_back(cast, series, format)) == {"unchanged": 1}


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("note", NOTES)
def test_a_note_that_is_sent_back_is_unchanged(
    cast: Cast, series: Series, note: str, format: str
) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "5"}, note=note)
    assert counts(sent_back(cast, series, format)) == {"unchanged": 1}


@given(st.text(st.sampled_from("'=+-@\t\n5.,;a \uff1d"), max_size=6))
def test_an_apostrophe_that_was_put_before_a_text_is_taken_off_again(text: str) -> None:
    assert bare(shielded(text)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("x;=1+1", "x;'=1+1"), ("x\t@a", "x\t'@a"), ("x\n-1", "x\n'-1"), ("x;y", "x;y")],
)
def test_what_begins_a_cell_to_a_spreadsheet_that_divides_otherwise_is_no_formula(
    text: str, shown: str
) -> None:
    assert shielded(text) == shown


@pytest.mark.parametrize("number", ["-5", "+5", "-1.234,5"])
def test_a_number_needs_no_apostrophe(number: str) -> None:
    assert shielded(number) == number


def test_a_number_cell_of_a_workbook_keeps_the_zeros_that_were_published(
    cast: Cast, series: Series
) -> None:
    approved(cast.gothenburg, series, {"2024-01": "1500.00"})
    file = xlsx_of([row(value=Decimal(1500), comment="Said twice.")])
    batch = read_now(send(cast, None, file, name="values.xlsx"))
    accept(batch, eyes(cast.gothenburg.contributor), reason="A note was missing.")
    assert {str(one.value) for one in Observation.objects.filter(series=series)} == {"1500.00"}


def test_other_zeros_in_a_text_correct_how_exact_a_value_was_published(
    cast: Cast, series: Series
) -> None:
    approved(cast.gothenburg, series, {"2024-01": "1500.00"})
    assert counts(read_now(send(cast, None, [row(value="1500.0")]))) == {"corrected": 1}


def rejected_file(cast: Cast, client: Client, batch: Import) -> bytes:
    """Return what its sender downloads of the rows that were rejected."""
    client.force_login(cast.gothenburg.contributor)
    answer: Any = client.get(reverse("kpis:rejected", args=[batch.pk]))
    return b"".join(answer.streaming_content)


def test_rejected_rows_that_are_mended_are_accepted(
    cast: Cast, change: Series, client: Client
) -> None:
    cells = {"kpi_code": "teu_growth_pct", "comment": "=HYPERLINK(1)"}
    wrong = [row("2024", "-5", unit="furlongs", **cells)]
    file = rejected_file(cast, client, read_now(send(cast, None, wrong)))
    mended = file.replace(b"furlongs", change.definition.unit.encode())
    accept(read_now(send(cast, None, mended)), eyes(cast.gothenburg.contributor))
    [found] = Observation.objects.filter(series=change)
    assert (str(found.value), found.note) == ("-5", "=HYPERLINK(1)")


def test_rejected_rows_hold_no_formula(cast: Cast, change: Series, client: Client) -> None:
    del change
    wrong = [row("2024", "=1+1", kpi_code="teu_growth_pct", unit="%", comment="@cmd")]
    file = rejected_file(cast, client, read_now(send(cast, None, wrong))).decode()
    assert "'=1+1" in file
    assert ",'@cmd" in file
