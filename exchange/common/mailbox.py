"""Mail as files: where mail goes when there is no server to send it, and how it is read again.

Each message is one file, `<uuid7>.eml`, in `settings.EMAIL_FILE_PATH`.
"""

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMail
from functools import cached_property
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from exchange.common.ids import uuid7


class FileBackend(BaseEmailBackend):
    """Write every message to a file of its own; a reader never sees half a message."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages that have a recipient; return how many."""
        addressed = [message for message in email_messages if message.recipients()]
        for message in addressed:
            _write(message.message().as_bytes())
        return len(addressed)


class StoredMail:
    """A message read from the mailbox; it is parsed when first looked at."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def id(self) -> str:
        return self._path.stem

    @cached_property
    def raw(self) -> str:
        """Return the message as it would have left, headers included."""
        return self._path.read_bytes().decode("utf-8", "replace")

    @cached_property
    def _parsed(self) -> ParsedMail:
        return message_from_bytes(self._path.read_bytes(), policy=policy.default)

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self._parsed.items()]

    @property
    def subject(self) -> str:
        return str(self._parsed["Subject"] or "")

    @property
    def to(self) -> str:
        return str(self._parsed["To"] or "")

    @property
    def date(self) -> dt.datetime | None:
        header = self._parsed["Date"]
        return getattr(header, "datetime", None)

    @property
    def text(self) -> str:
        """Return the plain text part; empty when there is none."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """Return the HTML part as it was sent, not cleaned; empty when there is none."""
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self._parsed.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part else ""


def messages() -> list[StoredMail]:
    """Return every stored message, newest first; nothing when mail goes elsewhere."""
    return [StoredMail(path) for path in sorted(_files(), reverse=True)]


def message(id: str | UUID) -> StoredMail | None:
    """Return one message, or None when there is none of that id (or it is no id at all)."""
    try:
        name = str(UUID(str(id)))
    except ValueError:
        return None
    folder = _folder()
    path = folder / f"{name}.eml" if folder else None
    return StoredMail(path) if path and path.is_file() else None


def _folder() -> Path | None:
    path: str | None = getattr(settings, "EMAIL_FILE_PATH", None)
    return Path(path) if path else None


def _files() -> Iterator[Path]:
    folder = _folder()
    return folder.glob("[0-9a-f]*.eml") if folder else iter(())


def _write(content: bytes) -> None:
    folder = _folder()
    if folder is None:
        raise RuntimeError("mail goes to files, and EMAIL_FILE_PATH names no folder")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = str(uuid7())
    half = folder / f".{name}.half"
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(folder / f"{name}.eml")
