"""The page of one period: how its value came about, as far as each may know."""

import pytest

from exchange.kpis.models import Import, Series
from tests.cast import Cast
from tests.kpis.factories import (
    OPERATOR,
    accept,
    approve,
    imported,
    read_now,
    row,
    send_as_operator,
    submitted,
)
from tests.lessons.pages import browser, page


def history(cast: Cast, series: Series, port: str) -> str:
    client = browser(getattr(cast, port).reader)
    return page(client.get(f"/series/{series.pk}/values/2024-01/"))


@pytest.mark.parametrize(("port", "is_told"), [("gothenburg", True), ("los_angeles", False)])
def test_which_revision_it_is_is_told_at_home_alone(
    cast: Cast, series: Series, port: str, is_told: bool
) -> None:
    for value in ("1", "2"):
        submitted(cast.gothenburg, series, {"2024-01": value})
    approve(cast.gothenburg, series)
    assert ("revision 2" in history(cast, series, port)) == is_told


@pytest.mark.parametrize(("port", "is_told"), [("gothenburg", True), ("los_angeles", False)])
def test_of_a_file_others_are_told_neither_name_nor_checksum(
    cast: Cast, series: Series, port: str, is_told: bool
) -> None:
    batch = imported(cast, [row()])
    approve(cast.gothenburg, series)
    text = history(cast, series, port)
    assert (batch.sha256 in text) == is_told
    assert batch.file_name not in text


def test_of_the_operators_file_everybody_is_told_the_checksum(cast: Cast, series: Series) -> None:
    accept(read_now(send_as_operator([row()])), OPERATOR)
    assert Import.objects.get().sha256 in history(cast, series, "los_angeles")
