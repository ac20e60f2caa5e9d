"""The children that a test starts."""

import subprocess
from typing import Any

import pytest


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of the processes that are started, in order."""
    started: list[int] = []
    start = subprocess.Popen

    def noting(*args: Any, **options: Any) -> "subprocess.Popen[bytes]":
        process = start(*args, **options)
        started.append(process.pid)
        return process

    monkeypatch.setattr(subprocess, "Popen", noting)
    return started
