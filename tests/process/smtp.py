"""A mail server on loopback that keeps what it is given, byte by byte."""

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


class _Keeper:
    def __init__(self) -> None:
        self.letters: list[tuple[str, bytes]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.letters += [(address, envelope.content) for address in envelope.rcpt_tos]
        return "250 kept"


class SmtpServer:
    """Start with `with`; `letters` are (recipient, bytes) in the order of arrival."""

    def __init__(self, port: int) -> None:
        self._keeper = _Keeper()
        self._controller = Controller(self._keeper, hostname="127.0.0.1", port=port)
        self.url = f"smtp://127.0.0.1:{port}"

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    @property
    def letters(self) -> list[tuple[str, bytes]]:
        return list(self._keeper.letters)

    def to(self, address: str) -> list[EmailMessage]:
        """Return the parsed letters to one address."""
        parser = BytesParser(policy=default)
        return [parser.parsebytes(content) for to, content in self.letters if to == address]
