"""Cards as bytes with a check sum: what decides who sees a document is not taken on trust."""

import json
import zlib
from collections.abc import Mapping
from typing import Any

from exchange.search.engines.base import EngineBroken
from exchange.search.engines.shelf import Card


def sealed(value: Mapping[str, Any]) -> bytes:
    """Return `value` as JSON behind its CRC-32."""
    content = json.dumps(value, separators=(",", ":")).encode()
    return zlib.crc32(content).to_bytes(4, "big") + content


def unsealed(content: bytes) -> dict[str, Any]:
    """Return what was sealed; raises EngineBroken when a bit of it has changed."""
    if zlib.crc32(content[4:]) != int.from_bytes(content[:4], "big"):
        raise EngineBroken("a card of the index is damaged")
    found: dict[str, Any] = json.loads(content[4:])
    return found


def card_of(content: bytes) -> Card | None:
    """Return the card that was sealed; None when it is a mark."""
    found = unsealed(content)
    if "key" not in found:
        return None
    lists = ("read_in", "topics", "audiences", "belongs_to")
    pairs = ("titles", "marks")
    return Card(
        **found
        | {name: tuple(found[name]) for name in lists}
        | {name: tuple(map(tuple, found[name])) for name in pairs}
    )
