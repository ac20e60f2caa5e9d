"""Celery's messages as files in the data folder: what `BROKER_URL=filesystem://` means here.

Kombu's own filesystem transport lets a worker read a message that is still being written, ends when
its folder is deleted, and moves messages through the machine's shared temporary folder. Here a
message appears whole (by rename), is owned by whoever deletes its file, and a missing folder is
made again. Which queue an exchange leads to each process declares for itself, in memory.
"""

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import virtual
from kombu.utils.json import dumps, loads


class Channel(virtual.Channel):
    """One folder holds the messages of every queue, as `<time>_<id>.<queue>.msg`."""

    @property
    def _folder(self) -> Path:
        client: Any = self.connection.client
        folder = Path(client.transport_options["folder"])
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def _waiting(self, queue: str) -> Iterator[Path]:
        """Give the queue's messages, oldest first."""
        ending = f"{queue}.msg"
        with suppress(FileNotFoundError):
            for name in sorted(os.listdir(self._folder)):
                if name.partition(".")[2] == ending:
                    yield self._folder / name

    def _put(self, queue: str, message: Any, **_options: Any) -> None:
        name = f"{time.time_ns():020}_{uuid.uuid4()}"
        draft = self._folder / f"{name}.draft"
        draft.write_text(dumps(message))
        draft.rename(self._folder / f"{name}.{queue}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for path in self._waiting(queue):
            # Who deletes the file has the message: a second worker finds nothing to delete.
            with suppress(FileNotFoundError, ValueError):
                text = path.read_text()
                path.unlink()
                return loads(text)
        raise Empty

    def _size(self, queue: str) -> int:
        return sum(1 for _ in self._waiting(queue))

    def _purge(self, queue: str) -> int:
        paths = list(self._waiting(queue))
        for path in paths:
            path.unlink(missing_ok=True)
        return len(paths)


class Transport(virtual.Transport):
    """Direct exchanges over one folder, looked at every `polling_interval` seconds."""

    Channel = Channel
    implements = virtual.Transport.implements.extend(
        asynchronous=False, exchange_type=frozenset({"direct"})
    )
    # What is declared outlives a connection, as a broker would keep it.
    global_state = virtual.BrokerState()
    default_port = 0
    driver_type = "filesystem"
    driver_name = "folder_queue"

    def __init__(self, client: Any, **options: Any) -> None:
        super().__init__(client, **options)
        self.state = self.global_state

    def driver_version(self) -> str:
        return "1"
