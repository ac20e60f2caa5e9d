"""What no person of good will types: one corpus for every form, address and endpoint."""

import os
from collections.abc import Iterator
from itertools import zip_longest
from typing import Final
from zlib import crc32

from django.conf import settings

# EXCHANGE_CORPUS=full tries every text everywhere; else each place gets its share: these, and two
# that are others elsewhere.
FULL: Final = os.environ.get("EXCHANGE_CORPUS") == "full"
SHARE: Final = 2
EVERYWHERE: Final = {
    "NUL",
    "lone surrogate",
    "300 characters",
    "wrong UN/LOCODE",
    "unknown zone",
    "tampered token",
    "tampered cursor",
}
# Each database is tried with a share of its own.
ENGINE: Final = settings.DATABASES["default"]["ENGINE"]

# One text in place of another, for any field whatever it is meant for.
TEXTS: Final[dict[str, str]] = {
    "nothing": "",
    "blanks": "   ",
    "300 characters": "Å" * 300,
    "1 MB of Markdown": "- **one** [more](https://example.org)\n" * 27_000,
    "1 MB in other letters": "- **один** [ещё](https://example.org)\n" * 23_000,
    "10,000 quotations": "> " * 10_000,
    "deep JSON": "[" * 10_000 + "]" * 10_000,
    "NUL": "a\x00b",
    "lone surrogate": "a\ud800b",
    "control characters": "a\x07\x1b[31m\u2028b\x0bc\x85d\uffff",
    "direction override": "abc\u202egnp.exe",
    "nothing that shows": "\u200b\u2060",
    "200 accents": "a" + "\u0301" * 200,
    "beyond the first plane": "⚓️ 𝒫ort",
    "line breaks": "a\r\nBcc: all@example.org\r\n\r\nb",
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "code": "=cmd|'/C calc'!A0 {{ 7|add:7 }}{% debug %}%(name)s{0}'; DROP TABLE lessons_lesson; --",
    "path": "../../etc/passwd",
    "other site": "//evil.example.org/",
    "script": "javascript:alert(1)",
    "wrong UN/LOCODE": "QQ00!",
    "unknown zone": "Mars/Olympus",
    "wrong address": "nobody@",
    "wrong date": "2026-02-30",
    "year 0": "0000-00-00",
    "last moment": "9999-12-31T23:59:59-14:00",
    "negative": "-1",
    "beyond 32 bits": "2147483648",
    "beyond 64 bits": "9223372036854775808",
    "5,000 digits": "9" * 5000,
    "infinity": "1e999",
    "no number": "NaN",
    "other digits": "١²",
    "nobody's id": "00000000-0000-4000-8000-000000000000",
    "tampered token": "x" * 43,
    "tampered cursor": "eyJhIjoxfQ:1wXyZ0:abc",
    "yes": "true",
}
# An address is shorter than a body.
SHORT: Final = {name: text for name, text in TEXTS.items() if len(text) <= 5000}
# Names of parameters and fields that nobody gave.
NAMES: Final = ("nmae", "page[]", "organisation__name", "pk", "", "a\x00", "å", "__class__")


def share(place: str, texts: dict[str, str], *, full: bool = FULL) -> list[str]:
    """Return the names of the texts that are tried at `place`: all, or those of everywhere and a few.

    A few are the same in every run, and others at another place and on another database. A name may
    say the shape of its text: "NUL as list".
    """
    names = sorted(texts)
    first = crc32(f"{ENGINE} {place}".encode())
    steps = range(len(names)) if full else range(0, len(names), -(-len(names) // SHARE))
    few = [names[(first + step) % len(names)] for step in steps]
    always = [name for name in names if name.partition(" as ")[0] in EVERYWHERE]
    return list(dict.fromkeys([*always, *few]))


def rounds(shares: dict[str, list[str]]) -> Iterator[dict[str, str]]:
    """Yield which text is tried where, until each place had its share; the last are without some."""
    for names in zip_longest(*shares.values()):
        yield {place: name for place, name in zip(shares, names, strict=True) if name is not None}
