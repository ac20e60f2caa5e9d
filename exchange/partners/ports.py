"""The list of known seaports (see data/README.md): it checks and prefills, it does not limit."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

from exchange.common.text import fold, words_of

LIST = Path(__file__).parent / "data" / "ports.csv"
BRACKETS = re.compile(r"[()]")


@dataclass(frozen=True, kw_only=True)
class Port:
    """A seaport: `timezone` is an IANA name, `country` an ISO 3166-1 code of two letters.

    `latitude` and `longitude` are degrees, north and east. `unlocode_name` is its name in UN/LOCODE
    where that is another, such as Göteborg for Gothenburg; else empty.
    """

    unlocode: str
    name: str
    unlocode_name: str
    country: str
    timezone: str
    latitude: float
    longitude: float


@cache
def _ports() -> dict[str, Port]:
    with LIST.open(encoding="utf-8", newline="") as file:
        return {row["unlocode"]: _port(**row) for row in csv.DictReader(file)}


def _port(*, latitude: str, longitude: str, **names: str) -> Port:
    return Port(latitude=float(latitude), longitude=float(longitude), **names)


def ports_called(name: str) -> list[Port]:
    """Return the listed ports that have these words in their names, whatever case and accents.

    Words may be written together, such as LOSANGELES.
    """
    wanted = "".join(_folded(name))
    return [
        port
        for port, ends in _endings().items()
        if any(wanted in accumulate(words) for words in ends)
    ]


def port_named(name: str) -> Port | None:
    """Return the one listed port that is called so, with “Port of” or without; else None.

    What our list adds in brackets is a name, too, such as Vlissingen.
    """
    found = _by_name().get(_whole(name), set())
    return next(iter(found)) if len(found) == 1 else None


def ports_beginning(words: str) -> list[Port]:
    """Return the listed ports in whose names `words` begin a word, whatever case and accents."""
    wanted = " ".join(_folded(words))
    return [
        port
        for port, ends in _endings().items()
        if wanted and any(" ".join(words).startswith(wanted) for words in ends)
    ]


@cache
def _endings() -> dict[Port, list[list[str]]]:
    """Return of each port the words of its names, from each of them on."""
    return {
        port: [
            words[start:]
            for words in (_folded(port.name), _folded(port.unlocode_name))
            for start in range(len(words))
        ]
        for port in _ports().values()
    }


def _folded(name: str) -> list[str]:
    return [fold(word) for word in words_of(name)]


@cache
def _by_name() -> dict[str, set[Port]]:
    found: dict[str, set[Port]] = {}
    for port in _ports().values():
        for part in BRACKETS.split(f"{port.name}({port.unlocode_name})"):
            if name := _whole(part):
                found.setdefault(name, set()).add(port)
    return found


def _whole(name: str) -> str:
    return " ".join(_folded(name)).removeprefix("port of ")


def port_name(unlocode: str) -> str:
    """Return what a port is called, or its code where nobody told us a name."""
    listed = port_with(unlocode)
    return listed.name if listed else unlocode


def port_with(unlocode: str | None) -> Port | None:
    """Return the listed port of that UN/LOCODE, or None."""
    return _ports().get(unlocode or "")
