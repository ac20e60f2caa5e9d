"""JSON merge patches (RFC 7396): a program may send back a whole thing as it read it."""

from collections.abc import Mapping
from typing import Any

from exchange.common.drf.serializers import Input


def without_echoes(
    body: Any, present: Mapping[str, Any], change: type[Input], *, is_stale: bool
) -> Any:
    """Return the body of a change without members that cannot be written and stand as they were read.

    `present` is the thing as it is told now. What was read before the thing changed is not judged
    here (`is_stale`): the action refuses it.
    """
    if not isinstance(body, dict):
        return body
    writable = change().fields
    echoed = {
        name
        for name in body
        if name in present and name not in writable and (is_stale or body[name] == present[name])
    }
    return {name: value for name, value in body.items() if name not in echoed}
