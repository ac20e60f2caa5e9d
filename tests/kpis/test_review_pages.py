"""The page on which a reviewer decides: what is said when they have."""

from typing import Any

from exchange.common.ids import uuid7
from exchange.kpis.models import Import, Observation, Series
from tests.cast import Cast
from tests.kpis.factories import approve, approved, imported, row, submitted
from tests.lessons.pages import browser, page


def decide(cast: Cast, series: Series, *periods: str, **pressed: str) -> str:
    """Have Gothenburg's reviewer press a button about these periods, each in its first revision."""
    return press(
        cast, f"/values/review/{series.pk}/", period=[f"{one}@1" for one in periods], **pressed
    )


def decide_all(cast: Cast, batch: Import, **pressed: str) -> str:
    return press(cast, f"/values/review/imports/{batch.pk}/", **pressed)


def press(cast: Cast, address: str, **data: Any) -> str:
    """Return the text of the page that follows."""
    client = browser(cast.gothenburg.reviewer)
    return page(client.post(address, {"nonce": str(uuid7()), **data}, follow=True))


def test_it_says_how_many_values_were_approved(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100", "2024-02": "110"})
    assert "2 values were approved." in decide(cast, series, "2024-01", "2024-02", approve="")


def test_it_says_how_many_values_were_sent_back(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    assert "1 value was sent back." in decide(cast, series, "2024-01", reject="", reason="Why?")


def test_it_does_not_say_approved_where_nothing_was(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    approve(cast.gothenburg, series)
    text = decide(cast, series, "2024-01", approve="")
    assert ("Nothing was decided" in text, "approved." in text) == (True, False)


def test_it_asks_for_what_is_meant_where_nothing_is_ticked(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    assert "Tick the values that you mean" in decide(cast, series, approve="")
    assert Observation.objects.waiting().exists()


def test_it_says_how_many_values_of_a_file_were_approved(cast: Cast, series: Series) -> None:
    batch = imported(cast, [row("2024-01"), row("2024-02")])
    assert "2 values were approved." in decide_all(cast, batch, approve="")


def test_a_file_that_was_decided_on_before_is_not_said_to_be_approved(
    cast: Cast, series: Series
) -> None:
    batch = imported(cast, [row("2024-01")])
    approve(cast.gothenburg, series)
    assert "Nothing was decided" in decide_all(cast, batch, approve="")


def shown(cast: Cast) -> str:
    """Return the text of the page on which Gothenburg's reviewer decides."""
    return page(browser(cast.gothenburg.reviewer).get("/values/review/"))


def test_it_names_what_a_correction_says_otherwise_beside_the_value(
    cast: Cast, series: Series
) -> None:
    said = {
        "status": "break",
        "note": "Counted at the gate.",
        "source_url": "https://a.example.org",
    }
    approved(cast.gothenburg, series, {"2024-01": "100"}, **said)
    submitted(cast.gothenburg, series, {"2024-01": "101"}, reason="Audit.", precision="exact")
    text = shown(cast)
    for words in (
        "Status: normal (until now: break",
        "Rounded: exact (until now: –)",
        "Source: – (until now: https://a.example.org)",
        "Note: – (until now: Counted at the gate.)",
    ):
        assert words in text


def test_it_names_what_is_said_beside_a_first_value(cast: Cast, series: Series) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "101"}, status="estimated", note="By hand.")
    text = shown(cast)
    assert "Status: estimated · Note: By hand." in text
    assert "(until now" not in text
