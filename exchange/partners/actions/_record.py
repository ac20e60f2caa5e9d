from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from exchange.accounts.models import User
from exchange.activity.log import Whom, record
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Invalid
from exchange.partners.models import ApiClient, Organisation
from exchange.partners.policies import can_coordinate
from exchange.partners.viewers import in_office_now


def locked(organisation: Organisation) -> Organisation:
    """Return the organisation's row, locked: events about one organisation keep their order."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def coordinates_now(actor: Viewer, organisation: Organisation) -> bool:
    """Tell whether `actor` coordinates the locked organisation, asked of the database."""
    return can_coordinate(in_office_now(actor, organisation), organisation)


def record_at_home(
    verb: str,
    *,
    actor: Viewer,
    organisation: Organisation,
    user: User | None = None,
    client: ApiClient | None = None,
    **data: Any,
) -> None:
    """Record an event that only the organisation itself hears of, done to a person or a program."""
    home = organisation.home_audience
    if home is None:
        raise ValueError(f"{organisation} is a reference port: it has no home to record at")
    whom = None
    if user:
        whom = Whom(kind="person", actor_id=user.pk, name=user.full_name)
    if client:
        whom = Whom(kind="client", actor_id=client.pk, name=client.name)
    record(
        verb,
        actor=actor,
        target=organisation,
        audience=home,
        home_audience=home,
        organisation_id=organisation.pk,
        whom=whom,
        data=data,
    )


def check(row: Model, *, alone: bool = False) -> None:
    """Raise Invalid by field unless every rule of the row's model holds.

    `alone`: only what the row itself tells, not how it stands to other rows.
    """
    try:
        row.full_clean(validate_unique=not alone, validate_constraints=not alone)
    except ValidationError as error:
        raise Invalid(error.message_dict) from error
