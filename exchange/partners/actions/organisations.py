from django.db import transaction
from django.utils.translation import gettext as _

from exchange.activity.log import record
from exchange.audiences import actions as audiences
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict, Forbidden
from exchange.partners.actions._record import check
from exchange.partners.models import Organisation
from exchange.partners.policies import can_admit
from exchange.partners.ports import port_with


@transaction.atomic
def create_organisation(
    *,
    actor: Viewer,
    name: str,
    kind: str,
    unlocode: str | None = None,
    country: str = "",
    timezone: str = "",
    website: str = "",
    is_partner: bool = True,
) -> Organisation:
    """Admit an organisation with its home audience, or note a reference port (not `is_partner`).

    `unlocode` is needed for a port and gives the country; `timezone` is an IANA name, without one
    that of the port list, else UTC. Coordinates are the list's. Only the operator may. Raises Forbidden, Conflict when name or
    code is taken, Invalid by field.
    """
    if not can_admit(actor):
        raise Forbidden(_("Only the operator admits organisations."))
    name, unlocode = name.strip(), (unlocode or "").strip().upper() or None
    listed = port_with(unlocode)
    organisation = Organisation(
        name=name,
        sort_key=Organisation.sort_key_of(name),
        kind=kind,
        unlocode=unlocode,
        country=country.upper() or (unlocode or "")[:2],
        timezone=timezone or (listed.timezone if listed else "UTC"),
        website=website,
        latitude=listed.latitude if listed else None,
        longitude=listed.longitude if listed else None,
        is_partner=is_partner,
    )
    check(organisation, alone=True)
    if Organisation.objects.like(organisation).exists():
        raise Conflict(_("An organisation with this name or UN/LOCODE is here already."))
    if is_partner:
        organisation.home_audience = audiences.make_organisation_audience(actor=actor, name=name)
    check(organisation)
    organisation.save()
    if is_partner and organisation.home_audience:
        record(
            "organisation.admitted",
            actor=actor,
            target=organisation,
            audience=audiences.all_partners(),
            home_audience=organisation.home_audience,
            organisation_id=organisation.pk,
        )
    return organisation
