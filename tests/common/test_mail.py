from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from exchange.common import frames, mail, mailbox
from exchange.digests.checks import check_unsubscribe_address


class Entry:
    """What a notice tells, with a sentence of our choice."""

    target = "Agree the plug"

    def __init__(self, sentence: str) -> None:
        self.sentence = self.headline = sentence


def letter(
    sentence: str = "Karin asks", to: str = "ray@example.org", **options: Any
) -> mail.Letter:
    context = {"entry": Entry(sentence), "url": "http://localhost:8000/x/", "zone": "UTC"}
    return mail.write_letter(to=to, template="notice", context=context, **options)


def parsed(written: mail.Letter) -> EmailMessage:
    return message_from_bytes(written.message.message().as_bytes(), policy=policy.default)


@pytest.mark.parametrize(
    "to",
    [
        "",
        "a@example.org, b@example.org",
        "a@example.org\nBcc: b@example.org",
        "Ray <r@example.org>",
    ],
)
def test_a_letter_goes_to_exactly_one_address(to: str) -> None:
    with pytest.raises(ValidationError):
        letter(to=to)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x85", "\v", "\x00"])
def test_a_title_makes_no_header(end: str) -> None:
    message = parsed(letter(f"Hello{end}Bcc: victim@example.org"))
    assert message["Bcc"] is None
    assert str(message["Subject"]) == "Hello Bcc: victim@example.org"


def test_a_title_cannot_turn_the_subject_around() -> None:
    assert str(parsed(letter("safe\u202egpj.exe"))["Subject"]) == "safe gpj.exe"


@given(st.text(max_size=300))
def test_a_subject_is_one_line_of_at_most_78(text: str) -> None:
    line = frames.one_line(text)
    assert len(line) <= 78
    assert len(line.splitlines()) <= 1


def test_a_subject_ends_after_a_word_unless_that_leaves_too_little() -> None:
    assert frames.one_line("Agree the plug before the ship", 16) == "Agree the plug…"
    assert frames.one_line("Hamnverksamhetsutvecklingsplan", 16) == "Hamnverksamhets…"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=2000))
def test_text_is_wrapped_but_no_word_is_broken(text: str) -> None:
    for line in frames.wrap(text).split("\n"):
        assert len(line) <= 76 or " " not in line.strip()


def test_a_long_entry_of_a_list_hangs_below_its_first_word() -> None:
    first, second = frames.wrap("* " + "agree the plug before the ship " * 3).rstrip().split("\n")
    assert first.startswith("* agree")
    assert second.startswith("  ")


def test_an_address_stays_whole_when_text_is_wrapped() -> None:
    address = "http://localhost:8000/" + "x-" * 60
    assert address in frames.wrap(f"  Read this at {address} when you have the time to do so.")


def test_a_letter_ends_with_one_click_only_when_asked() -> None:
    url = "https://exchange.example.org/u/aaaaaaaaaaaaaaaaaaaaaa"
    assert parsed(letter())["List-Unsubscribe"] is None
    ended = letter(unsubscribe_url=url, kind="digest")
    assert parsed(ended)["List-Unsubscribe"] == f"<{url}>"


def test_each_letter_has_an_id_of_its_own() -> None:
    assert parsed(letter())["Message-ID"] != parsed(letter())["Message-ID"]


def test_a_letter_is_in_english_while_there_is_no_catalogue_of_the_readers_language() -> None:
    written = frames.parts("notice", {"entry": Entry("Hej")}, language="sv", zone="UTC")
    assert '<html lang="en"' in written.html


def test_an_address_too_long_for_the_header_is_warned_of(settings: Settings) -> None:
    assert check_unsubscribe_address() == []
    settings.SITE_URL = "https://" + "long." * 9 + "example.org"
    assert [warning.id for warning in check_unsubscribe_address()] == ["digests.W001"]


@pytest.fixture
def folder(settings: Settings, tmp_path: Any) -> Any:
    settings.EMAIL_BACKEND = "exchange.common.mailbox.FileBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def test_mail_goes_to_files_and_is_read_again(folder: Any) -> None:
    mail.post(letter("First <b>"), get_connection())
    mail.post(letter("Åter"), get_connection())
    assert {stored.subject for stored in mailbox.messages()} == {"First <b>", "Åter"}
    (first,) = [stored for stored in mailbox.messages() if stored.subject == "First <b>"]
    found = mailbox.message(first.id)
    assert found is not None
    assert found.to == "ray@example.org"
    assert found.date is not None
    assert "First <b>" in found.text
    assert "First &lt;b&gt;" in found.html
    assert ("Auto-Submitted", "auto-generated") in found.headers
    assert not list(folder.glob(".*"))


@pytest.mark.parametrize("id", ["", "..", "../secret", "/etc/passwd", "0" * 32, "x"])
def test_an_id_that_is_none_finds_nothing(folder: Any, id: str) -> None:
    assert mailbox.message(id) is None


def test_a_mailbox_nobody_has_written_to_is_empty(folder: Any) -> None:
    assert mailbox.messages() == []
