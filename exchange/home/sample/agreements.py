"""Records the agreements and ties of mou.json, as the operator."""

from typing import Any

from exchange.agreements import actions
from exchange.agreements.models import Agreement
from exchange.audiences import actions as audiences
from exchange.audiences.viewer import Viewer
from exchange.home.sample import facts
from exchange.partners.actions import create_organisation
from exchange.partners.models import Organisation

OPERATOR = Viewer.system()
Ports = dict[str, Organisation]


def known() -> dict[str, Agreement]:
    """Return by id of mou.json the agreements that are here; the operator keeps their record."""
    rows = Agreement.objects.filter(organisation=None).exclude(external_id=None)
    return {str(agreement.external_id): agreement for agreement in rows}


def record(ports: Ports) -> int:
    """Record those that are not here yet, all parties confirmed; return how many.

    `ports` are all that the agreements name, by UN/LOCODE. What has ended by now is closed at once,
    not by the next sweep: nobody hears of it as news.
    """
    here = known()
    missing = [found for found in facts.agreements() if found["id"] not in here]
    for found in missing:
        _register(found, ports)
    if missing:
        actions.end_due(actor=OPERATOR)
    return len(missing)


def _register(found: dict[str, Any], ports: Ports) -> None:
    """Record an agreement with its first term, and the renewals that followed."""
    first, *renewals = found["terms"]
    agreement = actions.register_agreement(
        actor=OPERATOR,
        organisation=None,
        parties=[_party(party, ports) for party in found["parties"]],
        text=facts.text_of_agreement(found),
        term=facts.term_of(first),
        audience=audiences.public(),
        external_id=found["id"],
    )
    for renewal in renewals:
        agreement = actions.renew_agreement(
            actor=OPERATOR, agreement=agreement, lock=agreement.lock, term=facts.term_of(renewal)
        )


def _party(party: dict[str, str], ports: Ports) -> Organisation:
    """Return a party: a port by its code, another by its name, which is noted when first needed."""
    if party["unlocode"]:
        return ports[party["unlocode"]]
    return Organisation.objects.called(party["name"]).first() or create_organisation(
        actor=OPERATOR,
        name=party["name"],
        kind=facts.world()["without_code"][party["name"]],
        is_partner=False,
    )
