"""The mailbox: there when mail goes to files on this machine, else not."""

from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from exchange.common import mailbox
from tests.cast import Cast

FILES = "exchange.common.mailbox.FileBackend"


@pytest.fixture
def opened(settings: Settings, tmp_path: Path) -> Settings:
    """Open the mailbox as the demo does."""
    settings.EMAIL_BACKEND = FILES
    settings.EMAIL_FILE_PATH = str(tmp_path)
    settings.LISTEN_HOST = "127.0.0.1"
    settings.MAILBOX = "everybody"
    return settings


def a_letter() -> str:
    """Send a letter and return its id in the mailbox."""
    letter = EmailMultiAlternatives("Hello Göteborg", "Plain words", None, ["karin@example.org"])
    letter.attach_alternative("<p>Rich <script>alert(1)</script> words</p>", "text/html")
    letter.send()
    return mailbox.messages()[0].id


def test_a_letter_is_listed_and_read(client: Client, db: None, opened: Settings) -> None:
    letter = a_letter()
    listed = client.get(reverse("mailbox")).content.decode()
    assert "Hello Göteborg" in listed
    assert "In the demo everybody may read them" in listed
    assert "Plain words" in client.get(reverse("mail", args=[letter])).content.decode()


def test_the_frame_links_to_an_open_mailbox(client: Client, db: None, opened: Settings) -> None:
    assert reverse("mailbox") in client.get("/about/").content.decode()


def test_the_html_part_is_sealed_off(client: Client, db: None, opened: Settings) -> None:
    answer = client.get(reverse("mail_html", args=[a_letter()]))
    assert "Rich" in answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "allow-scripts" not in policy


def test_the_source_is_plain_text(client: Client, db: None, opened: Settings) -> None:
    answer = client.get(reverse("mail_source", args=[a_letter()]))
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "To: karin@example.org" in answer.content.decode()


def test_a_letter_that_is_not_there_is_not_found(
    client: Client, db: None, opened: Settings
) -> None:
    unknown = "01930000-0000-7000-8000-000000000000"
    assert client.get(reverse("mail", args=[unknown])).status_code == 404


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend"),
        ("LISTEN_HOST", "0.0.0.0"),  # noqa: S104
        ("MAILBOX", "closed"),
        # A proxy leads others here.
        ("SITE_HOST", "exchange.example.org"),
    ],
)
def test_the_mailbox_is_closed(
    client: Client, db: None, opened: Settings, name: str, value: str
) -> None:
    letter = a_letter()
    setattr(opened, name, value)
    for page in ["mail", "mail_html", "mail_source"]:
        assert client.get(reverse(page, args=[letter])).status_code == 404
    assert client.get(reverse("mailbox")).status_code == 404
    assert reverse("mailbox") not in client.get("/about/").content.decode()


def test_in_earnest_only_the_operator_reads_the_mailbox(
    client: Client, cast: Cast, opened: Settings
) -> None:
    opened.MAILBOX = "operator"
    client.force_login(cast.gothenburg.coordinator)
    assert client.get(reverse("mailbox")).status_code == 404
    cast.gothenburg.coordinator.is_staff = True
    cast.gothenburg.coordinator.save()
    assert "Nobody but the operator may" in client.get(reverse("mailbox")).content.decode()
