"""Agreements for tests, made by the actions with the right people."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from exchange.agreements import actions
from exchange.agreements.models import Agreement, Party
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Viewer
from exchange.common import time
from tests.architecture.routes import CANARY
from tests.cast import Cast, Port, eyes
from tests.lessons.factories import make_topics

OPERATOR = Viewer.system()


def words(canary: bool = False, **fields: Any) -> dict[str, Any]:
    """Return the shared text of an agreement; with `canary` that word is in each of its fields."""
    mark = f"{CANARY} " if canary else ""
    return {
        "title": f"{mark}Los Angeles–Gothenburg MOU",
        "kind": "mou",
        "summary": f"{mark}Share *best practice*.",
        "topics": ["energy/shore-power"],
        "links": f"https://example.org/{CANARY if canary else 'mou'} {mark}The text",
        **fields,
    }


def make_agreement(
    cast: Cast,
    *,
    confirmed: bool = True,
    canary: bool = False,
    text: Mapping[str, Any] | None = None,
    term: Mapping[str, Any] | None = None,
    audience: Audience | None = None,
    external_id: str | None = None,
) -> Agreement:
    """Record an agreement of Gothenburg with Los Angeles, which confirms it unless told otherwise."""
    make_topics()
    agreement = actions.register_agreement(
        actor=eyes(cast.gothenburg.coordinator),
        organisation=cast.gothenburg.organisation,
        parties=[cast.los_angeles.organisation],
        text={**words(canary), **(text or {})},
        term={"signed": "2023-03", **(term or {})},
        audience=audience,
        external_id=external_id,
    )
    if confirmed:
        confirm(party(agreement, cast.los_angeles), cast.los_angeles)
    return again(agreement)


def again(agreement: Agreement) -> Agreement:
    """Return the agreement as it is now."""
    return Agreement.objects.with_shown().get(pk=agreement.pk)


def party(agreement: Agreement, port: Port) -> Party:
    """Return how a port stands to an agreement."""
    return Party.objects.get(agreement=agreement, organisation=port.organisation)


def confirm(asked: Party, port: Port) -> Party:
    """Have the port's coordinator say that it is party."""
    return actions.confirm_party(
        actor=eyes(port.coordinator),
        party=asked,
        lock=Agreement.objects.get(pk=asked.agreement_id).lock,
    )


def leave(agreement: Agreement, port: Port) -> Party:
    """Have the port's coordinator say that it leaves."""
    return actions.leave_agreement(actor=eyes(port.coordinator), party=party(agreement, port))


def ask(agreement: Agreement, port: Port, by: Port) -> Party:
    """Have a party ask another port to confirm."""
    return actions.ask_party(
        actor=eyes(by.coordinator),
        agreement=agreement,
        lock=again(agreement).lock,
        organisation=port.organisation,
    )


def today() -> dt.date:
    """Return the day in UTC, as the product's clock shows it."""
    return time.now().date()
