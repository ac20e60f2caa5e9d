"""The files of an index, and what is made of their damage."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile

from exchange.search.engines.base import EngineBroken


class VerifiedStorage(FileStorage):  # type: ignore[misc]
    """Files of an index; a segment is read whole, compared with its check sum, and kept in memory.

    So a file that is cut or scribbled over while we run neither kills the process nor misleads it.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), supports_mmap=False)

    def open_file(self, name: str, **options: Any) -> Any:
        if not name.endswith(".seg"):
            return super().open_file(name, **options)
        file = Path(self.folder) / name
        content = file.read_bytes()
        with suppress(FileNotFoundError):
            if file.with_suffix(".sum").read_text() != str(zlib.crc32(content)):
                raise EngineBroken(f"{name} does not agree with its check sum")
        return BufferFile(memoryview(content), name=name)

    def seal(self) -> None:
        """Write the check sums that are missing; Whoosh deletes them with their segments."""
        for file in Path(self.folder).glob("*.seg"):
            if not (total := file.with_suffix(".sum")).exists():
                fresh = file.with_suffix(".newsum")
                fresh.write_text(str(zlib.crc32(file.read_bytes())))
                fresh.replace(total)


@contextmanager
def broken_if_it_fails() -> Iterator[None]:
    """Make EngineBroken of whatever goes wrong inside Whoosh: damaged files raise anything."""
    try:
        yield
    except EngineBroken:
        raise
    except Exception as error:
        raise EngineBroken(f"the index cannot be used: {error!r}") from error
