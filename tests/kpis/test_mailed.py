"""What a mail says of values: the latest that holds, as its reader writes numbers."""

import re
from email.message import EmailMessage

import pytest
import time_machine

from exchange.accounts.models import User
from exchange.activity.sequencer import place_events
from exchange.kpis.models import Series
from tests.cast import Cast
from tests.digests.scenes import DUE_IN_LOS_ANGELES, WEEK, run, subscribe
from tests.kpis.factories import approved, submitted


@pytest.fixture
def mail(cast: Cast, series: Series, mailoutbox: list[EmailMessage]) -> list[EmailMessage]:
    """Have values of Gothenburg approved, and one wait, since Ray of Los Angeles asked for mails."""
    with time_machine.travel(DUE_IN_LOS_ANGELES - WEEK, tick=False):
        subscribe(cast.los_angeles.reader)
        approved(cast.gothenburg, series, {"2024-01": "1000", "2024-02": "1234.50"})
        submitted(cast.gothenburg, series, {"2024-03": "77777"})
        place_events()
    return mailoutbox


def text_of(mail: list[EmailMessage]) -> str:
    """Send what is due; return the mail's text without its line ends."""
    with time_machine.travel(DUE_IN_LOS_ANGELES, tick=False):
        run()
    return re.sub(r"[ \n]+", " ", str(mail[0].body))


@pytest.mark.parametrize(
    ("language", "number"),
    [("en", "1,234.50"), ("sv", "1\u00a0234,50"), ("de", "1.234,50"), ("fr", "1\u00a0234,50")],
)
def test_a_number_is_mailed_as_its_reader_writes_it(
    cast: Cast, mail: list[EmailMessage], language: str, number: str
) -> None:
    User.objects.filter(pk=cast.los_angeles.reader.pk).update(language=language)
    assert f"Latest: February 2024, {number} TEU." in text_of(mail)


def test_what_waits_is_mailed_to_nobody_else(mail: list[EmailMessage]) -> None:
    assert "777" not in text_of(mail) + str(mail[0].alternatives)


def test_a_value_that_may_change_is_mailed_as_such(
    cast: Cast, series: Series, mail: list[EmailMessage]
) -> None:
    approved(cast.gothenburg, series, {"2024-04": "1300"}, status="provisional")
    assert "Latest: April 2024, 1,300 TEU (provisional)." in text_of(mail)


def test_a_forecast_is_not_the_latest_value(
    cast: Cast, series: Series, mail: list[EmailMessage]
) -> None:
    approved(cast.gothenburg, series, {"2024-05": "9000"}, status="forecast")
    assert "Latest: February 2024" in text_of(mail)
