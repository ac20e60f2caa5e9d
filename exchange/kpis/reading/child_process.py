"""The child process in which files are read: started, heard, and ended."""

import fcntl
import json
import logging
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, cast

from exchange.kpis.reading.answers import Unreadable

logger = logging.getLogger(__name__)

CHILD = Path(__file__).with_name("child") / "__main__.py"
CHUNK = 1 << 16
# A batch has at most a quarter of a million letters, but for one row of many long cells.
LONGEST_LINE = 8_000_000
# So many bytes a child works ahead, while the rows before are judged.
AHEAD = 1 << 20
# Nothing else of our environment: it holds secrets.
KEPT = ("LD_LIBRARY_PATH",)


def command(order: dict[str, Any]) -> list[str]:
    """Return what starts a child with its order."""
    return [sys.executable, "-I", str(CHILD), json.dumps(order)]


class Child:
    """A child at work. Who starts it must `end` it."""

    def __init__(self, order: dict[str, Any], seconds: float) -> None:
        self._left = seconds
        self._process = subprocess.Popen(  # noqa: S603 – our own program; the order is data to it
            command(order),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in KEPT if name in os.environ},
            cwd="/",
            start_new_session=True,
        )
        self._pipe = cast("IO[bytes]", self._process.stdout)
        # Where the system grants no such pipe, or knows none, the child waits more often.
        if sys.platform == "linux":
            with suppress(OSError):
                fcntl.fcntl(self._pipe, fcntl.F_SETPIPE_SZ, AHEAD)

    def messages(self) -> Iterator[dict[str, Any]]:
        """Yield what the child says until it ends; raise Unreadable when it takes too long or babbles."""
        for line in self._lines():
            try:
                message = json.loads(line)
            except ValueError:
                raise Unreadable("broken") from None
            if not isinstance(message, dict):
                raise Unreadable("broken")
            yield message

    def end(self) -> None:
        """Stop the child, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._pipe.close()

    def _note_end(self) -> None:
        # Who is heard to the end is left before this.
        with suppress(subprocess.TimeoutExpired):
            status = self._process.wait(timeout=1)
            logger.warning("The reader of uploaded files ended early, with status %s.", status)

    def _lines(self) -> Iterator[bytes]:
        begun: list[bytes] = []
        for chunk in self._chunks():
            *ended, rest = chunk.split(b"\n")
            for line in ended:
                yield b"".join([*begun, line])
                begun = []
            begun.append(rest)
            if len(begun) * CHUNK > LONGEST_LINE:
                raise Unreadable("broken")

    def _chunks(self) -> Iterator[bytes]:
        pipe = self._pipe.fileno()
        poll = select.poll()
        poll.register(pipe, select.POLLIN)
        while True:
            began = time.monotonic()
            ready = poll.poll(max(self._left, 0) * 1000)
            # Only waiting counts: how long the rows take to be used is no fault of the file.
            self._left -= time.monotonic() - began
            if not ready:
                raise Unreadable("limits")
            chunk = os.read(pipe, CHUNK)
            if not chunk:
                self._note_end()
                return
            yield chunk
