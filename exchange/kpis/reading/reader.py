"""Turns an uploaded file into rows of text, in a child process with limits."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from exchange.kpis.reading import words
from exchange.kpis.reading.answers import Dialect, Limits, Question, Reading, Row, Unreadable
from exchange.kpis.reading.child.header import COLUMNS
from exchange.kpis.reading.child.telling import ROWS_A_BATCH
from exchange.kpis.reading.child_process import Child

logger = logging.getLogger(__name__)

UNASKED = Dialect()
USUAL = Limits()
WRONG = (KeyError, TypeError, ValueError, AttributeError, OverflowError)


@contextmanager
def read(
    path: Path, *, name: str, asked: Dialect = UNASKED, limits: Limits = USUAL
) -> Iterator[Reading]:
    """Read the file at `path`, which its sender calls `name`; give its dialect, notices and rows.

    The whole file is judged before the first row comes, so nearly all refusals are raised on
    entering; a child that dies amid the rows raises Unreadable while they are taken. Rows come in
    batches and are not kept. The child ends when the block is left.

    Raises Unreadable when the file cannot be read, and Question when a person must be asked.
    """
    _require_known(asked)
    if path.stat().st_size > limits.most_bytes:
        raise Unreadable("too_large", most=limits.most_bytes // 1_000_000)
    order = {
        "path": str(path.resolve()),
        "name": name,
        "asked": asdict(asked),
        "limits": asdict(limits),
    }
    child = Child(order, limits.seconds)
    try:
        messages = child.messages()
        first = _heard(next(messages, None))
        try:
            dialect = Dialect(**first["found"])
            notices = [words.notice(code, params) for code, params in first["notices"]]
            columns = [str(column) for column in first["columns"]]
            count = int(first["count"])
        except WRONG:
            raise Unreadable("broken") from None
        if not 0 < count <= limits.most_rows:
            raise Unreadable("broken")
        yield Reading(dialect, notices, count, _batches(messages, columns, count, limits))
    finally:
        child.end()


def _require_known(asked: Dialect) -> None:
    for about in words.CHOICES:
        value = getattr(asked, about)
        if value and value not in words.CHOICES[about]:
            raise Unreadable("unknown_answer", value=value)


def _batches(
    messages: Iterator[dict[str, Any]], columns: list[str], expected: int, limits: Limits
) -> Iterator[list[Row]]:
    count = 0
    for message in messages:
        if "numbers" not in message:
            if not _heard(message).get("end") == count == expected:
                raise Unreadable("broken")
            return
        try:
            batch = _batch(message, columns, limits)
        except WRONG:
            raise Unreadable("broken") from None
        count += len(batch)
        yield batch
    raise Unreadable("limits")


def _batch(message: dict[str, Any], columns: list[str], limits: Limits) -> list[Row]:
    """Return the rows of a message; a text instead of a list of cells stands in all of them."""
    numbers, problems = message["numbers"], message["problems"]
    told = dict(zip(columns, message["cells"], strict=True))
    repeated = [one for one in told.values() if isinstance(one, str)]
    each = [one for one in told.values() if not isinstance(one, str)]
    if (
        not 0 < len(numbers) <= ROWS_A_BATCH
        or max(map(len, repeated), default=0) > limits.longest_cell
        or {int} != set(map(type, numbers))
        or {str} != {str, *map(type, chain.from_iterable(each))}
    ):
        raise ValueError("This is other than the child was told to say")
    cells = [told.get(name, "") for name in COLUMNS]
    texts = [repeat(one, len(numbers)) if isinstance(one, str) else one for one in cells]
    rows = [*zip(*texts, strict=True)]
    if len(rows) != len(numbers):
        raise ValueError("The columns have other than so many rows")
    faults = [problems.get(str(number), "") for number in numbers] if problems else repeat("")
    doubles = map(set(message["doubles"]).__contains__, numbers)
    return [*map(Row, numbers, rows, faults, doubles)]


def _heard(message: dict[str, Any] | None) -> dict[str, Any]:
    """Return a message that is neither a refusal, a question nor a fault; raise for those."""
    if message is None:
        # A child that was killed, by the system or by its limits, says nothing more.
        raise Unreadable("limits")
    try:
        if "refused" in message:
            code, params = message["refused"]
            raise _sayable(Unreadable(code, **params))
        if "question" in message:
            about, code, values, params = message["question"]
            raise _sayable(Question(about, code, values, **params))
    except WRONG:
        raise Unreadable("broken") from None
    if "fault" in message:
        logger.error("The reader of uploaded files failed: %s", str(message["fault"])[:200])
        raise Unreadable("broken")
    return message


def _sayable(answer: Unreadable | Question) -> Unreadable | Question:
    """Return an answer that there are words for."""
    str(answer)
    return answer
