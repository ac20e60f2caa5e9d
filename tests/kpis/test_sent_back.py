"""Values that are sent back: who is mailed, how often, and with which words."""

import pytest
from django.core.mail import EmailMessage

from exchange.activity.sequencer import place_events
from exchange.audiences.viewer import Role
from exchange.digests import tasks
from exchange.kpis import actions
from exchange.kpis.models import Import, Series
from tests.cast import Cast, eyes
from tests.kpis.factories import (
    client_of,
    entry,
    imported,
    make_series,
    row,
    seen,
    submitted,
)
from tests.partners.factories import membership


def send_back(cast: Cast, series: Series, reason: str = "Where from?") -> None:
    actions.reject_values(
        actor=eyes(cast.gothenburg.reviewer),
        series=series,
        revisions=seen(series),
        reason=reason,
    )
    tell()


def send_back_all(cast: Cast, batch: Import) -> None:
    reviewer = eyes(cast.gothenburg.reviewer)
    actions.decide_import(actor=reviewer, batch=batch, accept=False, reason="Another year.")
    tell()


def tell() -> None:
    """Do what the bell of a log that grew does."""
    place_events()
    tasks.send_mail()


def to(mails: list[EmailMessage]) -> list[str]:
    return sorted(mail.to[0].partition("@")[0] for mail in mails)


def test_who_sent_them_is_mailed_the_reason(
    cast: Cast, series: Series, mailoutbox: list[EmailMessage]
) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100", "2024-02": "110"})
    send_back(cast, series)
    assert to(mailoutbox) == ["karin"]
    assert mailoutbox[0].subject.startswith("Rolf Granskare sent back values of “Container")
    assert "Where from?" in mailoutbox[0].body


def test_who_sent_them_and_writes_no_more_leaves_it_to_the_coordinators(
    cast: Cast, series: Series, mailoutbox: list[EmailMessage]
) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    here = membership(cast.gothenburg, "contributor")
    here.role = Role.READER
    here.save(update_fields=["role"])
    send_back(cast, series)
    assert to(mailoutbox) == ["siv"]


def test_of_what_a_program_sent_the_coordinators_hear(
    cast: Cast, series: Series, mailoutbox: list[EmailMessage]
) -> None:
    actions.submit_values(
        actor=client_of(cast.gothenburg), series=series, entries=[entry(series, "2024", "1")]
    )
    send_back(cast, series)
    assert to(mailoutbox) == ["siv"]


def test_of_a_file_with_several_series_they_hear_once_and_of_which_file(
    cast: Cast, series: Series, mailoutbox: list[EmailMessage]
) -> None:
    make_series(cast, code="passengers")
    rows = [row(), row(kpi_code="passengers", unit="passengers")]
    send_back_all(cast, imported(cast, rows))
    assert to(mailoutbox) == ["karin"]
    assert "Another year." in mailoutbox[0].body
    assert "values.csv" in mailoutbox[0].body


@pytest.mark.parametrize("who", ["los_angeles", "tokyo"])
def test_nobody_else_hears_of_it(
    cast: Cast, series: Series, mailoutbox: list[EmailMessage], who: str
) -> None:
    submitted(cast.gothenburg, series, {"2024-01": "100"})
    send_back(cast, series)
    others = getattr(cast, who)
    assert not {others.reviewer.email, others.coordinator.email} & {
        address for mail in mailoutbox for address in mail.to
    }
