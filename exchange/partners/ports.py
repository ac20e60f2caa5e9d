"""The list of known seaports (see data/README.md): it checks and prefills, it does not limit."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from exchange.common.text import sort_key

LIST = Path(__file__).parent / "data" / "ports.csv"


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


def ports_named(words: str) -> list[Port]:
    """Return the listed ports with `words` in their names, whatever case, accents and spaces."""
    wanted = _letters(words)
    return [port for port in _ports().values() if wanted and wanted in _names(port)]


def _names(port: Port) -> str:
    return f"{_letters(port.name)} {_letters(port.unlocode_name)}"


def _letters(words: str) -> str:
    return "".join(sort_key(words).split())


def port_with(unlocode: str | None) -> Port | None:
    """Return the listed port of that UN/LOCODE, or None."""
    return _ports().get(unlocode or "")
