"""A real SMTP server on loopback that answers as told and keeps the bytes it was given."""

import socket
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

CUT = "cut"


@dataclass(frozen=True)
class Received:
    """One message as it came over the wire, with its envelope. `taken` is whether we said 250."""

    sender: str
    recipients: list[str]
    raw: bytes
    connection: int
    taken: bool

    @property
    def parsed(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    def part(self, kind: str) -> str:
        """Return the "plain" or the "html" part."""
        body = self.parsed.get_body((kind,))
        assert body is not None
        return str(body.get_content())

    @property
    def raw_headers(self) -> dict[str, str]:
        """Return the headers as they stand on the wire, folded lines and all."""
        head = self.raw.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0].decode("ascii")
        found: dict[str, str] = {}
        name = ""
        for line in head.split("\n"):
            if line[0] in " \t":
                found[name] += f"\n{line}"
            else:
                name, _, value = line.partition(": ")
                found[name] = value
        return found


class SmtpServer:
    """Use as a context manager. Scripts are consumed one answer a message; then everything is 250.

    `answers` holds what follows the final dot, `at_recipient` what follows RCPT, `at_sender` what
    follows MAIL, `at_hello` what follows EHLO and HELO: a reply such as "451 4.3.0 later", or CUT for a connection that breaks there.
    """

    def __init__(self, port: int = 0) -> None:
        self.port = port or _free_port()
        self.received: list[Received] = []
        self.connections = 0
        self.answers: deque[str] = deque()
        self.at_hello: deque[str] = deque()
        self.at_recipient: deque[str] = deque()
        self.at_sender: deque[str] = deque()
        self._controller = _Controller(self, hostname="127.0.0.1", port=self.port)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def taken(self) -> list[Received]:
        return [message for message in self.received if message.taken]

    def to(self, address: str) -> list[Received]:
        """Return what was taken for one address."""
        return [message for message in self.taken if address in message.recipients]

    def say(self, answers: Iterable[str]) -> None:
        """Answer the next messages so, after the final dot."""
        self.answers.extend(answers)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._controller.stop()

    # The names are aiosmtpd's.
    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        session.number = self.connections
        return [self.at_hello.popleft()] if self.at_hello else responses

    async def handle_HELO(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Any, hostname: str
    ) -> str:
        session.host_name = hostname
        return self.at_hello.popleft() if self.at_hello else "250 loopback"

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        reply = self.at_sender.popleft() if self.at_sender else "250 OK"
        if reply.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return _reply(server, reply)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        reply = self.at_recipient.popleft() if self.at_recipient else "250 OK"
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return _reply(server, reply)

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        reply = self.answers.popleft() if self.answers else "250 2.0.0 taken"
        self.received.append(
            Received(
                envelope.mail_from,
                list(envelope.rcpt_tos),
                bytes(envelope.original_content),
                session.number,
                reply.startswith("250"),
            )
        )
        return _reply(server, reply)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, enable_SMTPUTF8=False, ident="loopback")


def _reply(server: SMTP, reply: str) -> str:
    if reply == CUT:
        assert server.transport is not None
        server.transport.abort()
        return "421 gone"
    return reply


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
