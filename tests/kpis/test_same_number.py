"""One number in every language: typed, stored, drawn, told, exported, read by programs, imported again."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from exchange.kpis import actions
from exchange.kpis.choices import ImportState
from exchange.kpis.models import Import, Observation, Series
from exchange.kpis.values import decimal_sign_of, format_value, plain
from tests.agreements.pages import form_of
from tests.api.program import Program
from tests.cast import Cast, eyes
from tests.kpis.charted import block_of, table_of
from tests.kpis.factories import approve, counts, read_now, send
from tests.lessons.pages import browser, page

LANGUAGES = ["sv", "en", "de", "fr"]
NUMBERS = st.builds(
    lambda whole, decimals: Decimal(f"{whole}.{decimals}" if decimals else str(whole)),
    st.integers(0, 10**15 - 1) | st.integers(0, 9999),
    st.text("0123456789", max_size=9),
)


@pytest.fixture
def program(cast: Cast) -> Program:
    return Program(cast.gothenburg)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(value=NUMBERS)
def test_a_number_stays_what_it_is_on_all_its_ways(
    cast: Cast, series: Series, program: Program, language: str, value: Decimal
) -> None:
    Observation.objects.all().delete()
    client = signed_in(cast, language)
    typed(client, series, plain(value).replace(".", decimal_sign_of(language)))
    approve(cast.gothenburg, series, "2024-01")
    assert plain(Observation.objects.get().value) == plain(value)
    text = page(client.get(f"/series/{series.pk}/"))
    assert block_of(text)["lines"][0]["values"] == [plain(value)]
    assert block_of(text)["lines"][0]["texts"] == [format_value(value, language)]
    assert table_of(text)[1][1] == format_value(value, language)
    assert program.get("/api/v1/observations").json()["items"][0]["value"] == plain(value)
    assert in_csv(client, series) == plain(value)
    assert in_workbook(client, series) == value
    for format in ("csv", "xlsx"):
        file = content(client.get(f"/series/{series.pk}/values.{format}"))
        assert counts(sent_back(cast, file, f"again.{format}")) == {"unchanged": 1}


def signed_in(cast: Cast, language: str) -> Any:
    """Return the browser of somebody who writes for Gothenburg in a language."""
    writer = cast.gothenburg.contributor
    writer.language = language
    writer.save(update_fields=["language"])
    return browser(writer)


def typed(client: Any, series: Series, text: str) -> None:
    address = f"/series/{series.pk}/values/2024-01/enter/"
    answer = client.post(address, {**form_of(client, address), "value": text, "all_the_same": "on"})
    assert answer.status_code == 302, answer.content.decode()


def sent_back(cast: Cast, file: bytes, name: str) -> Import:
    """Return the preview of a file; whether 1.234 has decimals is asked, never guessed."""
    batch = read_now(send(cast, None, file, name=name))
    if batch.state == ImportState.ASKING:
        writer = eyes(cast.gothenburg.contributor)
        actions.answer_import(actor=writer, batch=batch, asked={"decimal_sign": "."})
    return read_now(batch)


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def in_csv(client: Any, series: Series) -> str:
    text = content(client.get(f"/series/{series.pk}/values.csv")).decode("utf-8-sig")
    return next(csv.DictReader(io.StringIO(text)))["value"]


def in_workbook(client: Any, series: Series) -> Decimal:
    """Return the number of the cell: what a spreadsheet would round is text."""
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(content(client.get(f"/series/{series.pk}/values.xlsx")))
    )
    head, row = book.get_sheet_by_index(0).to_python()
    return Decimal(str(row[head.index("value")]))
