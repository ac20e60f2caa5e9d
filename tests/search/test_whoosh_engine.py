"""What can happen to files, and to a writer."""

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from exchange.search.documents import SearchDocument
from exchange.search.engines.base import EngineBroken, Mark
from exchange.search.engines.sealed import sealed, unsealed
from exchange.search.engines.whoosh import WhooshEngine
from exchange.search.engines.whoosh.storage import VerifiedStorage
from tests.search.documents import PUBLIC, SECRET, ask, doc, fill, found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an index of one document, written by another process."""
    fill(WhooshEngine(tmp_path / "search"), doc("a", "crane"))
    return tmp_path / "search"


def damage(file: Path, *, how: str) -> None:
    content = file.read_bytes()
    middle = len(content) // 2
    file.write_bytes(
        {
            "emptied": b"",
            "cut": content[:middle],
            "overwritten": b"\xff" * len(content),
            "one bit": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        }[how]
    )


@pytest.mark.parametrize("how", ["emptied", "cut", "overwritten", "one bit"])
def test_a_damaged_segment_is_noticed(folder: Path, how: str) -> None:
    damage(next(folder.glob("*.seg")), how=how)
    with pytest.raises(EngineBroken):
        WhooshEngine(folder).open()


def test_a_card_with_another_audience_is_noticed() -> None:
    content = sealed({"key": "note:a", "audiences": [SECRET]})
    forged = content.replace(f"[{SECRET}]".encode(), f"[{PUBLIC}]".encode())
    assert forged != content
    with pytest.raises(EngineBroken):
        unsealed(forged)


@pytest.mark.parametrize("how", ["emptied", "cut", "overwritten"])
def test_a_damaged_table_of_contents_is_noticed_and_a_rebuild_heals_it(
    folder: Path, how: str
) -> None:
    engine = WhooshEngine(folder)
    damage(next(folder.glob("*.toc")), how=how)
    with pytest.raises(EngineBroken):
        engine.open()
    fill(engine, doc("b", "berth"))
    assert found(engine, "berth") == ["b"]


def test_damage_under_an_open_index_neither_kills_nor_misleads(folder: Path) -> None:
    engine = WhooshEngine(folder)
    engine.open()
    damage(next(folder.glob("*.seg")), how="emptied")
    assert found(engine, "crane") == ["a"]


@pytest.mark.parametrize("how", ["emptied", "overwritten"])
def test_writing_to_a_damaged_index_says_so_and_a_rebuild_heals_it(folder: Path, how: str) -> None:
    engine = WhooshEngine(folder)
    damage(next(folder.glob("*.seg")), how=how)
    with pytest.raises(EngineBroken):
        engine.update(documents=[doc("b")], gone=["note:a"], mark=Mark(position=1))
    fill(engine, doc("b", "berth"))
    assert found(engine, "berth") == ["b"]


def test_an_index_of_another_version_is_not_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.search.engines.whoosh.engine.VERSION", "0.0")
    with pytest.raises(EngineBroken, match="older version"):
        WhooshEngine(folder).open()


def test_a_folder_made_anew_is_read_anew(folder: Path) -> None:
    reader = WhooshEngine(folder)
    assert found(reader) == ["a"]
    shutil.rmtree(folder)
    with pytest.raises(EngineBroken, match="there is no index"):
        reader.open()
    fill(WhooshEngine(folder), doc("b"))
    assert found(reader) == ["b"]


@pytest.mark.parametrize("step", ["_close_segment", "_commit_toc"])
def test_a_commit_that_fails_frees_the_lock(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    engine = WhooshEngine(folder)
    with monkeypatch.context() as patch:
        patch.setattr(
            f"whoosh.writing.SegmentWriter.{step}",
            lambda *_: (_ for _ in ()).throw(OSError("full")),
        )
        with pytest.raises(EngineBroken) as held:
            engine.update(documents=[doc("b", "crane")], gone=[], mark=Mark(position=1))
    assert found(engine, "crane") == ["a"]
    engine.update(documents=[doc("c", "crane")], gone=[], mark=Mark(position=2))
    assert found(engine, "crane") == ["c", "a"]
    # Until here: with the error the writer is kept alive, which else would free its lock in dying.
    assert held


def dies() -> Iterator[SearchDocument]:
    yield doc("b")
    raise KeyboardInterrupt


def test_a_write_that_fails_leaves_no_working_folder_behind(
    folder: Path,
) -> None:
    with pytest.raises(KeyboardInterrupt):
        WhooshEngine(folder).rebuild(dies(), Mark())
    assert [entry.name for entry in folder.iterdir() if entry.is_dir()] == []


def test_a_half_written_rebuild_leaves_a_healthy_index_as_it_was(folder: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        WhooshEngine(folder).rebuild(dies(), Mark())
    assert found(WhooshEngine(folder)) == ["a"]
    fill(WhooshEngine(folder), doc("c"))
    assert found(WhooshEngine(folder)) == ["c"]


def test_a_half_written_first_index_is_none(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        WhooshEngine(tmp_path / "new").rebuild(dies(), Mark())
    assert not WhooshEngine(tmp_path / "new").status().healthy


def test_a_healthy_index_answers_while_it_is_made_anew(folder: Path) -> None:
    reader, meanwhile = WhooshEngine(folder), []

    def slow() -> Iterator[SearchDocument]:
        for name in ("b", "c"):
            yield doc(name, "crane")
            meanwhile.append(found(reader, "crane"))

    WhooshEngine(folder).rebuild(slow(), Mark(position=1))
    assert meanwhile == [["a"], ["a"]]
    assert found(reader, "crane") == ["c", "b"]
    assert len(list(folder.glob("*.seg"))) == 1


def test_files_that_a_commit_swaps_while_they_are_opened_are_looked_for_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swaps, opened = [FileNotFoundError, FileNotFoundError], VerifiedStorage.open_file

    def open_too_late(*args: Any, **options: Any) -> Any:
        if swaps:
            raise swaps.pop()
        return opened(*args, **options)

    monkeypatch.setattr(VerifiedStorage, "open_file", open_too_late)
    assert found(WhooshEngine(folder)) == ["a"]


def test_readers_in_threads_see_whole_states_while_somebody_writes(folder: Path) -> None:
    engine, stop, ready = WhooshEngine(folder), threading.Event(), threading.Barrier(4)

    def read() -> set[tuple[int, int]]:
        seen = set()
        ready.wait(10)
        while not stop.is_set():
            result = ask(engine, "crane")
            seen.add((result.total, len(result.hits)))
        return seen

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        writer = WhooshEngine(folder)
        try:
            ready.wait(10)
            for number in range(25):
                documents = [doc("a", f"crane {number}")]
                writer.update(documents=documents, gone=[], mark=Mark(position=number + 1))
        finally:
            stop.set()
    assert [reader.result() for reader in readers] == [{(1, 1)}] * 3


def test_what_was_replaced_is_cleared_away_in_time(folder: Path) -> None:
    engine = WhooshEngine(folder)
    for number in range(4):
        documents = [doc(str(n), f"crane {number}") for n in range(250)]
        engine.update(documents=documents, gone=["note:a"], mark=Mark(position=number + 1))
    assert sum(shelf.size for shelf, _holding in engine.open().shelves) < 2 * 250
    assert ask(engine, "crane").total == 250
