"""What routes of the API have in common: who is answered how, and what goes with a request."""

from collections.abc import Mapping
from typing import Any

from exchange.common.ids import uuid7
from tests.architecture.routes import everybody
from tests.cast import Cast

INSIDE = ("owner", "partner_in", "client")
WITH_TOKEN = ("owner", "partner_in", "partner_out", "client")
ANYBODY_KNOWN = everybody(200, anonymous=401)
INSIDERS = {**ANYBODY_KNOWN, "partner_out": 404}
ANYBODY_WRITES = everybody(201, anonymous=401)


def a_key(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, str]:
    """Return the header of a request that was never sent before, and no version."""
    return {"idempotency-key": str(uuid7())}
