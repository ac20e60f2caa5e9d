"""Refuses a write to a slice's table from code that is no action and no bookkeeping."""

import functools
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from django.apps import apps
from django.db import connections

EXCHANGE = Path(__file__).resolve().parents[2] / "exchange"
WRITE = re.compile(
    r'^\s*(INSERT( OR \w+)? INTO|REPLACE INTO|UPDATE( OR \w+)?|DELETE FROM)\s+"?(?P<table>\w+)"?',
    re.IGNORECASE,
)
WRITERS = {"actions", "bookkeeping", "migrations"}
ALSO = {
    "accounts/models.py",  # Django's own way to make a user
    "activity/apps.py",
    "activity/log.py",
    "activity/sequencer.py",
    "audiences/apps.py",
    "common/once.py",
}


def our_tables() -> set[str]:
    """Return the tables of the slices; accounts are also Django's and allauth's to write."""
    return {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("exchange.") and model._meta.app_label != "accounts"
    }


def is_writer(file: Path) -> bool:
    """Tell whether a file of the product may write."""
    return bool(
        file.stem in WRITERS
        or WRITERS & set(file.relative_to(EXCHANGE).parts)
        or file.relative_to(EXCHANGE).as_posix() in ALSO
    )


@functools.cache
def within(folder: Path, file: str) -> Path | None:
    """Return the path of a file, None when it is not in the folder."""
    path = Path(file)
    return path if path.is_relative_to(folder) else None


def product_files(frame: FrameType | None) -> list[Path]:
    """Return the files of the product on the stack, innermost first."""
    files = []
    while frame:
        if file := within(EXCHANGE, frame.f_code.co_filename):
            files.append(file)
        frame = frame.f_back
    return files


@contextmanager
def only_actions_write() -> Iterator[None]:
    """Raise AssertionError when a write comes from the product, but from none of its writers."""
    tables = our_tables()

    def guard(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = WRITE.match(sql)
        if found and found["table"] in tables:
            files = product_files(sys._getframe())
            if files and not any(map(is_writer, files)):
                raise AssertionError(f"{files[0]} writes to {found['table']}: that is an action's")
        return execute(sql, *rest)

    with connections["default"].execute_wrapper(guard):
        yield
