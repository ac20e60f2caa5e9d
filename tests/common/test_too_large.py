"""A form that is too large is answered in words, whoever sends it; a refusal is one line in the log."""

import logging

import pytest
from django.test import Client
from django.urls import reverse

from exchange.common.logs import WithoutTraceback
from tests.cast import Cast

FORM = "application/x-www-form-urlencoded"
HUGE = "full_name=" + "x" * 5_000_000


def test_who_is_signed_in_is_told_and_finds_the_way(client: Client, cast: Cast) -> None:
    client.force_login(cast.gothenburg.reader)
    answer = client.post(reverse("accounts:preferences"), HUGE, content_type=FORM)
    page = answer.content.decode()
    assert answer.status_code == 413
    assert "at most 4 MB" in page
    assert 'aria-label="Main"' in page


def test_who_has_no_session_is_told_the_same(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("account_login"), HUGE, content_type=FORM)
    assert (answer.status_code, "at most 4 MB" in answer.content.decode()) == (413, True)


def test_a_small_form_without_its_secret_is_refused_as_before(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "x"})
    assert answer.status_code == 403


def test_a_refusal_has_a_line_and_no_traceback(
    client: Client, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(cast.gothenburg.reader)
    assert client.get(reverse("lessons:new")).status_code == 403
    [line] = [row for row in caplog.records if row.name == "django.request"]
    assert (line.levelname, line.exc_info) == ("WARNING", None)


def test_an_error_of_ours_keeps_its_traceback() -> None:
    record = logging.makeLogRecord({"exc_info": (ValueError, ValueError("x"), None)})
    assert WithoutTraceback().filter(record)
    assert record.exc_info


def test_the_log_has_a_line_of_it_and_no_traceback(
    client: Client, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(cast.gothenburg.reader)
    client.post(reverse("accounts:preferences"), HUGE, content_type=FORM)
    [line] = [row for row in caplog.records if row.name == "django.security.RequestDataTooBig"]
    assert "DATA_UPLOAD_MAX_MEMORY_SIZE" in line.getMessage()
    assert line.exc_info is None
