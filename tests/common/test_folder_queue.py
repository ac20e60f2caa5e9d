"""Messages as files: whole, once, in order, and never the end of a worker."""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import Empty
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from kombu import Connection

import exchange.config.celery  # noqa: F401  (names the transport)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "broker"


@pytest.fixture
def connection(folder: Path) -> Iterator[Connection]:
    options = {"folder": str(folder), "polling_interval": 0.01}
    with Connection("filesystem://localhost/", transport_options=options) as connection:
        yield connection


def put(connection: Connection, *messages: Any) -> None:
    with connection.SimpleQueue("bells") as queue:
        for message in messages:
            queue.put(message)


def take_all(connection: Connection) -> list[Any]:
    taken = []
    with connection.SimpleQueue("bells") as queue:
        while True:
            try:
                message = queue.get(timeout=0.1)
            except Empty:
                return taken
            message.ack()
            taken.append(message.payload)


def test_messages_come_in_the_order_they_were_put(connection: Connection) -> None:
    put(connection, *range(20))
    assert take_all(connection) == list(range(20))


def test_a_message_is_taken_once(connection: Connection) -> None:
    put(connection, *range(50))
    with ThreadPoolExecutor(4) as pool:
        taken = [
            m for found in pool.map(take_all, [connection.clone() for _ in range(4)]) for m in found
        ]
    assert sorted(taken) == list(range(50))


def test_of_two_who_have_read_a_message_one_gets_it(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(connection, "ring")
    both, read = Barrier(2), Path.read_text

    def read_beside_the_other(path: Path) -> str:
        text = read(path)
        with suppress(BrokenBarrierError):
            both.wait(5)
        return text

    monkeypatch.setattr(Path, "read_text", read_beside_the_other)
    with ThreadPoolExecutor(2) as pool:
        taken = list(pool.map(take_all, [connection.clone(), connection.clone()]))
    assert sorted(taken) == [[], ["ring"]]


def test_nobody_sees_a_message_before_it_is_whole(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, seen = Path.write_text, []

    def write_half_and_look(path: Path, text: str) -> int:
        write(path, text[:9])
        with connection.clone() as other, other.SimpleQueue("bells") as queue:
            seen.append(queue.qsize())
        return write(path, text)

    monkeypatch.setattr(Path, "write_text", write_half_and_look)
    put(connection, "ring")
    assert seen == [0]
    assert take_all(connection) == ["ring"]


def test_what_was_taken_is_gone_from_the_folder(connection: Connection, folder: Path) -> None:
    put(connection, "ring")
    take_all(connection)
    assert list(folder.iterdir()) == []


def test_a_deleted_folder_is_made_again(connection: Connection, folder: Path) -> None:
    put(connection, "lost")
    shutil.rmtree(folder)
    assert take_all(connection) == []
    put(connection, "ring")
    assert take_all(connection) == ["ring"]


def test_a_folder_deleted_while_somebody_looks_holds_nothing(
    connection: Connection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(connection, "lost")
    look = os.listdir

    def look_too_late(path: Path) -> list[str]:
        shutil.rmtree(path)
        return look(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "listdir", look_too_late)
        assert take_all(connection) == []
    put(connection, "ring")
    assert take_all(connection) == ["ring"]


def test_a_broken_message_is_passed_over(connection: Connection, folder: Path) -> None:
    put(connection, "ring")
    (folder / "00000000000000000000_x.bells.msg").write_text("{")
    assert take_all(connection) == ["ring"]


def test_a_message_that_is_being_written_is_not_read(connection: Connection, folder: Path) -> None:
    put(connection, "ring")
    (folder / "00000000000000000000_x.draft").write_text("{")
    assert take_all(connection) == ["ring"]


def test_queues_do_not_take_each_others_messages(connection: Connection) -> None:
    with connection.SimpleQueue("other.bells") as other:
        other.put("theirs")
        assert take_all(connection) == []
        assert other.qsize() == 1


def test_a_queue_is_emptied_and_the_others_are_not(connection: Connection) -> None:
    put(connection, "one", "two")
    with connection.SimpleQueue("other.bells") as other, connection.SimpleQueue("bells") as queue:
        other.put("theirs")
        assert queue.clear() == 2
        assert (queue.qsize(), other.qsize()) == (0, 1)


def test_what_is_not_acknowledged_comes_back_when_the_channel_closes(
    connection: Connection,
) -> None:
    put(connection, "ring")
    with connection.clone() as worker, worker.SimpleQueue("bells") as queue:
        queue.get(timeout=1)
    assert take_all(connection) == ["ring"]
