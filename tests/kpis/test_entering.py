"""One value on a page of its own: with all that is said of it, and with others at work."""

from typing import Any

import pytest
from django.test import Client

from exchange.kpis.models import Observation, Series
from tests.agreements.pages import form_of
from tests.cast import Cast
from tests.kpis.factories import approved, held, make_series, states, submitted
from tests.kpis.test_grid import signed_in
from tests.lessons.pages import page


@pytest.fixture
def writer(cast: Cast) -> Client:
    """The contributor of Gothenburg, at a browser."""
    return signed_in(cast.gothenburg.contributor)


def address(series: Series) -> str:
    return f"/series/{series.pk}/values/2024-01/enter/"


def waiting(series: Series) -> Observation:
    return Observation.objects.waiting().get(series=series)


def test_it_begins_with_what_was_said_last(cast: Cast, series: Series, writer: Client) -> None:
    approved(cast.gothenburg, series, {"2024-01": "1234.50"}, note="At the gate.")
    sent = form_of(writer, address(series))
    assert (sent["value"], sent["note"].strip()) == ("1\u00a0234.50", "At the gate.")


def test_a_correction_that_waits_is_corrected_with_a_reason(
    cast: Cast, series: Series, writer: Client
) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    submitted(cast.gothenburg, series, {"2024-01": "110"}, reason="It was counted again.")
    sent = form_of(writer, address(series))
    assert sent["reason"].strip() == "It was counted again."
    writer.post(address(series), {**sent, "value": "120"})
    assert (str(waiting(series).value), waiting(series).reason) == ("120", "It was counted again.")


def test_a_value_that_nobody_approved_needs_no_reason(
    cast: Cast, series: Series, writer: Client
) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "110"})
    assert "reason" not in form_of(writer, address(series))


def test_of_two_people_the_second_sees_what_the_first_entered(
    cast: Cast, series: Series, writer: Client
) -> None:
    sent = form_of(writer, address(series))
    submitted(cast.gothenburg, series, {"2024-01": "110"}, by="reviewer", note="At the gate.")
    text = writer.post(address(series), {**sent, "value": "120"}).content.decode()
    assert "Somebody saved this meanwhile." in text
    assert "<p>110</p>" in text
    assert "At the gate." in text
    assert str(waiting(series).value) == "110"


def test_the_second_brings_both_together_and_submits(
    cast: Cast, series: Series, writer: Client
) -> None:
    sent = form_of(writer, address(series))
    submitted(cast.gothenburg, series, {"2024-01": "110"}, by="reviewer")
    again = {**sent, **form_of(writer, address(series)), "value": "120"}
    assert writer.post(address(series), again).status_code == 302
    assert states(series) == [("2024-01", 1, "withdrawn"), ("2024-01", 2, "submitted")]


def test_a_jump_beside_the_values_before_it_is_asked_about(
    cast: Cast, series: Series, writer: Client
) -> None:
    before = {f"2023-{month:02}": str(70000 + month) for month in range(4, 13)}
    approved(cast.gothenburg, series, before)
    sent = {**form_of(writer, address(series)), "value": "7"}
    assert "Far from the values before it" in page(writer.post(address(series), sent))
    assert writer.post(address(series), {**sent, "all_the_same": "on"}).status_code == 302


def test_a_number_that_can_be_read_in_two_ways_is_asked_about(cast: Cast, writer: Client) -> None:
    tonnes = make_series(cast, code="total_tonnes_mt")
    sent: dict[str, Any] = {**form_of(writer, address(tonnes)), "value": "1,234"}
    assert "can be read in two ways" in page(writer.post(address(tonnes), sent))
    assert held(tonnes) == {}
