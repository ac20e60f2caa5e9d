"""A KPI that is retired: nobody is asked for it any more, and who reports it reads why."""

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.test import Client

from exchange.accounts.models import User
from exchange.activity.sequencer import place_events
from exchange.digests import tasks
from exchange.kpis import actions
from exchange.kpis.models import Series
from tests.api.program import Program
from tests.cast import Cast
from tests.kpis.factories import OPERATOR, indicator, make_series
from tests.lessons.pages import browser, page

LIST = "/admin/kpis/indicator/"


@pytest.fixture
def operator(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("op@example.org", "x", full_name="Operator"))
    return client


def press(operator: Client, action: str, **said: str) -> str:
    """Have the operator press a button about teu_total; return what is told."""
    body = {"action": action, "_selected_action": str(indicator().pk), **said}
    return operator.post(LIST, body, follow=True).content.decode()


def retire() -> None:
    found = indicator()
    actions.retire_indicator(actor=OPERATOR, indicator=found, lock=found.lock, reason="Unused.")


def test_the_operator_retires_it_with_a_reason(cast: Cast, operator: Client) -> None:
    assert "Retired: teu_total" in press(operator, "retire", reason="Counted twice.")
    assert indicator().retired_at is not None


def test_without_a_reason_it_stays(cast: Cast, operator: Client) -> None:
    assert "Say why" in press(operator, "retire")
    assert indicator().retired_at is None


def test_the_operator_has_it_in_use_again(cast: Cast, operator: Client) -> None:
    retire()
    assert "In use: teu_total" in press(operator, "reinstate")
    assert indicator().retired_at is None


def test_the_coordinators_of_those_who_report_it_read_why(
    cast: Cast, series: Series, mailoutbox: list[EmailMessage]
) -> None:
    retire()
    place_events()
    tasks.send_mail()
    assert [mail.to for mail in mailoutbox] == [[cast.gothenburg.coordinator.email]]
    assert "Unused." in mailoutbox[0].body


@time_machine.travel("2026-11-30T12:00Z", tick=False)
def test_nobody_is_asked_for_its_figures(cast: Cast) -> None:
    make_series(cast, rhythm="month")
    client = browser(cast.gothenburg.contributor)
    asked = [page(client.get(where)) for where in ("/", "/values/enter/")]
    retire()
    left = [page(client.get(where)) for where in ("/", "/values/enter/")]
    name = indicator().name
    assert [name in text for text in asked + left] == [True, True, False, False]


def test_a_program_is_not_told_that_it_may_submit(cast: Cast, series: Series) -> None:
    program = Program(cast.gothenburg)
    retire()
    assert program.get(f"/api/v1/series/{series.pk}").json()["allowed_actions"] == []
