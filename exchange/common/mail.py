"""Letters: one mail to one person, and how a server took it."""

import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from email.header import Header
from email.message import Message
from email.utils import format_datetime
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.validators import validate_email

from exchange.common import time
from exchange.common.frames import Parts, parts
from exchange.common.ids import uuid7

REPLIES = range(200, 600)
# What a server says about us, whoever the letter is for.
OURS = (smtplib.SMTPSenderRefused, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError)
ONE_CLICK = "List-Unsubscribe=One-Click"


class NotTaken(Exception):
    """The server has certainly not taken the letter; `code` is its reply code, if it gave one."""

    def __init__(self, answer: str, *, code: int | None = None) -> None:
        super().__init__(answer)
        self.answer = answer[:200]
        self.code = code

    @property
    def is_lasting(self) -> bool:
        """Tell whether trying again is of no use.

        5.7.x (RFC 3463) is about policy: what our own relay may send, which its operator mends.
        """
        return self.code is not None and self.code >= 500 and not self.answer.startswith("5.7.")


class Unreachable(NotTaken):
    """The server takes no letter at all now, whosever it is."""

    @property
    def is_lasting(self) -> bool:
        return False


class Uncertain(Exception):
    """The connection ended after the letter was handed over: nobody knows whether it was taken."""


class LetterMessage(EmailMultiAlternatives):
    """A message that is put together once, with errors where it is written, not where it is sent."""

    @cached_property
    def _built(self) -> Message:
        subject, self.subject = self.subject, ""
        built: Message = super().message()
        self.subject = subject
        # Django forgets the header's name when it breaks lines: the first would be left empty.
        built.replace_header("Subject", _subject_header(str(subject)))
        return built

    def message(self, **_: Any) -> Any:
        return self._built


@lru_cache
def _subject_header(subject: str) -> str:
    """Return a subject as it stands in a mail; colleagues get the same one after the other."""
    return Header(subject, header_name="Subject").encode(linesep="")


@dataclass(frozen=True)
class Letter:
    """A finished mail to exactly one person, with the sizes of its parts in bytes."""

    message: LetterMessage
    text_size: int
    html_size: int

    @property
    def recipient(self) -> str:
        return self.message.to[0]


def write_letter(
    *,
    to: str,
    template: str,
    context: Mapping[str, Any],
    language: str = "en",
    zone: str = "UTC",
    **options: str,
) -> Letter:
    """Write the letter `template` for a reader of a language, in a time zone; else as `address`."""
    made = parts(template, context, language=language, zone=zone)
    return address(made, to=to, **options)


def address(
    made: Parts,
    *,
    to: str,
    kind: str = "account",
    message_id: str = "",
    unsubscribe_url: str = "",
) -> Letter:
    """Make a mail of what is rendered, to the one address `to`.

    `kind` names the sort of mail for filters (List-Id). With `unsubscribe_url` it can be ended with
    one click (RFC 8058). Raises ValidationError when `to` is not exactly one address.
    """
    validate_email(to)
    headers = {
        "Message-ID": message_id or f"<{kind}.{uuid7()}@{settings.SITE_HOST}>",
        "Date": format_datetime(time.now()),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Id": f"{settings.SITE_NAME} <{kind}.{settings.SITE_HOST}>",
    }
    if unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = ONE_CLICK
    message = LetterMessage(made.subject, made.text, to=[to], headers=headers)
    message.attach_alternative(made.html, "text/html")
    message.message()
    return Letter(message, len(made.text.encode()), len(made.html.encode()))


def post(letter: Letter, connection: BaseEmailBackend) -> None:
    """Hand a letter to a server, over a connection that may be used again.

    Raises Unreachable, NotTaken or Uncertain; when it returns, the server has taken the letter.
    """
    try:
        connection.open()
        connection.send_messages([letter.message])
    except OSError as error:  # includes everything smtplib raises
        raise Unreachable(f"{type(error).__name__}: {error}") from error


def absolute(path: str) -> str:
    """Return the address of a page as it stands in a mail."""
    return f"{settings.SITE_URL}{path}"


class _Smtp(smtplib.SMTP):
    """Knows whether a letter's content was on its way when the connection ended."""

    began = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.began = True
        return super().data(msg)


class _SmtpSsl(_Smtp, smtplib.SMTP_SSL):
    pass


class SmtpBackend(EmailBackend):
    """Django's SMTP backend, saying of each failure whether the server may have taken the letter."""

    connection: Any
    worn = False

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SmtpSsl if self.use_ssl else _Smtp

    def _send(self, message: EmailMessage) -> bool:
        reused, self.worn = self.worn, True
        self.connection.began = False
        try:
            return bool(super()._send(message))  # type: ignore[misc]
        except smtplib.SMTPServerDisconnected as error:
            began = self.connection.began
            self._drop()
            if began:
                raise Uncertain(str(error)) from error
            if not reused:
                raise
            # A server may end a connection that has carried many letters, or rested.
            self.open()
            return self._send(message)
        except smtplib.SMTPException as error:
            raise self._refusal(error) from error

    def _refusal(self, error: smtplib.SMTPException) -> NotTaken | Uncertain:
        code, answer = None, str(error)
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            code, reply = next(iter(error.recipients.values()))
            answer = _read(reply)
        elif isinstance(error, smtplib.SMTPResponseException):
            code, answer = error.smtp_code, _read(error.smtp_error)
        garbled = code is not None and code not in REPLIES
        ours = isinstance(error, OURS) or code in {421, 530}
        began = self.connection.began
        if garbled or ours:
            self._drop()
        if garbled:
            return Uncertain(answer) if began else Unreachable(answer)
        return (Unreachable if ours else NotTaken)(answer, code=code)

    def _drop(self) -> None:
        if self.connection is not None:
            smtplib.SMTP.close(self.connection)
        self.connection, self.worn = None, False


def _read(reply: bytes | str) -> str:
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
