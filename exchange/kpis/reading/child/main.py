"""Reads a file twice: once to judge all of it, once to tell its rows."""

import sys
import traceback
from pathlib import Path
from typing import Any

from .delimited import Delimited
from .encodings import settle_encoding
from .kinds import TEXT, misnamed, recognise
from .signs import Signs
from .telling import Ask, Limits, Stop, Table, Teller


def main(order: dict[str, Any]) -> None:
    """Read as ordered and tell it on standard output; every end has its message."""
    teller = Teller(sys.stdout.buffer)
    try:
        _tell(order, teller)
    except BrokenPipeError:
        # The parent has heard enough.
        return
    except Stop as stop:
        teller.say(refused=[stop.code, stop.params])
    except Ask as ask:
        teller.say(question=[ask.about, ask.code, ask.choices, ask.params])
    except MemoryError:
        teller.say(refused=["limits", {}])
    except BaseException as error:
        # A panic in Rust is no Exception. Where it happened may be told, what the file holds not.
        last = traceback.extract_tb(error.__traceback__)[-1]
        teller.say(fault=f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}")


def _tell(order: dict[str, Any], teller: Teller) -> None:
    limits = Limits(**{name: order["limits"][name] for name in Limits.__annotations__})
    table = _table(Path(order["path"]), order["name"], order["asked"], limits)
    asked_sign = order["asked"]["decimal_sign"]
    count, widest, signs = _judge(table, limits)
    sign = asked_sign or signs.decide()
    found = table.found
    teller.say(
        found={
            "encoding": found.encoding,
            "delimiter": found.delimiter,
            "decimal_sign": sign,
            "sheet": found.sheet,
        },
        columns=found.columns,
        notices=found.notices,
        count=count,
    )
    teller.say_rows(table.lines(sign), widest)


def _table(path: Path, name: str, asked: dict[str, str], limits: Limits) -> Table:
    kind = recognise(path)
    table: Table
    if kind == TEXT:
        encoding = settle_encoding(path, asked["encoding"])
        table = Delimited(path, encoding, asked["delimiter"], limits)
    else:
        # What reads workbooks takes a third of a start, and most files are text.
        from .workbook import Workbook

        table = Workbook(path, asked["sheet"], limits)
    table.found.notices[:0] = misnamed(kind, name)
    return table


def _judge(table: Table, limits: Limits) -> tuple[int, int, Signs]:
    """Return how many rows there are, the letters of the longest, and what the values say about decimal signs."""
    signs, count, widest = Signs(), 0, 0
    value = table.found.columns.index("value")
    # Numbers that are no text are written without any sign here: they say nothing about one.
    for number, _problem, cells, _is_double in table.lines(""):
        count += 1
        if count > limits.most_rows:
            raise Stop("too_many_rows", most=limits.most_rows)
        text = "".join(cells)
        if "\0" in text:
            raise Stop("binary")
        letters = len(text)
        if letters > limits.longest_cell:
            _require_short(number, cells, table.found.columns, limits.longest_cell)
        if letters > widest:
            widest = letters
        if "," in cells[value] or "." in cells[value]:
            signs.weigh(cells[value], number)
    if not count:
        raise Stop("no_rows")
    return count, widest, signs


def _require_short(number: int, cells: tuple[str, ...], columns: list[str], most: int) -> None:
    for column, cell in zip(columns, cells, strict=True):
        if len(cell) > most:
            raise Stop("cell_too_long", row=number, column=column, letters=len(cell), most=most)
