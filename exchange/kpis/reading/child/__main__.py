"""Binds itself to its limits, then reads the file it is told to read: `python -I …/__main__.py ORDER`."""

import importlib
import json
import resource
import sys
from pathlib import Path

# Standard streams, the file, its parts, and the modules that are being imported.
OPEN_FILES = 16


def bind(memory_megabytes: int, seconds: int) -> None:
    """Let this process hold so much memory, work so long, and write no file."""
    for which, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory_megabytes << 20),
    ):
        hard = resource.getrlimit(which)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(which, (most, most))
        except ValueError:
            # macOS has no limit of this kind; there the parent's clock has to do.
            if sys.platform == "linux":
                raise


if __name__ == "__main__":
    order = json.loads(sys.argv[1])
    bind(order["limits"]["memory_megabytes"], order["limits"]["seconds"])
    # Isolated mode leaves our folder out; as `exchange.kpis…` it would bring Django with it.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    importlib.import_module("child.main").main(order)
