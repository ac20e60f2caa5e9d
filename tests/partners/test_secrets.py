"""Tokens are kept by nobody: not in a table, not in a log."""

import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from exchange.common.logs import SecretAddresses
from exchange.partners.letters import send_due_letters
from tests.cast import Cast
from tests.partners.factories import NEW_PERSON, invite_to, make_client, make_invitation
from tests.partners.test_letters import token_in


def everything_stored() -> str:
    """Return every row of every table as text."""
    return "\n".join(
        repr(row)
        for model in apps.get_models(include_auto_created=True)
        for row in model._default_manager.values()
    )


def test_no_table_holds_a_token(cast: Cast, client: Client) -> None:
    invite_to(cast.gothenburg)
    _, token = make_client(cast.gothenburg)
    send_due_letters()
    mailed = token_in(mail.outbox[0])
    client.post(reverse("partners:accept", args=[mailed]), NEW_PERSON)
    stored = everything_stored()
    assert "nina@example.org" in stored
    for secret in (mailed, token, token.split("_", 2)[2], NEW_PERSON["password"]):
        assert secret not in stored


def test_pages_that_make_secrets_store_none(cast: Cast, client: Client) -> None:
    client.force_login(cast.gothenburg.coordinator)
    pk = cast.gothenburg.organisation.pk
    nonce = "0192f0c1-2d3e-7f00-8000-000000000001"
    page = client.post(
        reverse("partners:clients", args=[pk]), {"name": "x", "days": 9, "nonce": nonce}
    )
    token = page.context["token"]
    assert token in page.content.decode()
    assert token.split("_", 2)[2] not in everything_stored()


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Not Found: /invitations/s3cr-et_x/", "Not Found: /invitations/…/"),
        ("Forbidden: /accounts/login/?next=/invitations/s3cret/", None),
        ("Gone: /accounts/login/?next=%2Finvitations%2Fs3cret%2F", None),
        ("Not Found: /u/s3cret", "Not Found: /u/…"),
        ("Not Found: /news/s3cret.atom", "Not Found: /news/…"),
        ("GET /accounts/password/reset/key/s3cret/ 404", None),
        ("Not Found: /lessons/s3cret/", "Not Found: /lessons/s3cret/"),
    ],
)
def test_a_log_line_keeps_no_secret_address(said: str, written: str | None) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s", (said,), None)
    assert SecretAddresses().filter(record)
    line = record.getMessage()
    assert line == written if written else "s3cret" not in line


@pytest.fixture
def log_lines() -> Iterator[StringIO]:
    """What the console's handler, as the settings make it, would write."""
    lines = StringIO()
    handler = logging.StreamHandler(lines)
    for name in settings.LOGGING["handlers"]["console"]["filters"]:
        handler.addFilter(import_string(settings.LOGGING["filters"][name]["()"])())
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_answer_about_an_invitation_logs_its_token(
    cast: Cast, log_lines: StringIO, method: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    _, token = make_invitation(cast.gothenburg)
    getattr(client, method)(reverse("partners:accept", args=[token]))
    getattr(client, method)(reverse("partners:accept", args=[token[::-1]]))
    said = log_lines.getvalue()
    assert "/invitations/…" in said
    assert token not in said
    assert token[::-1] not in said
