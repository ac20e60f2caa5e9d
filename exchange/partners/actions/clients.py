import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.partners import tokens
from exchange.partners.actions._record import check, coordinates_now, locked, record_at_home
from exchange.partners.models import ApiClient, EndReason, Organisation

LONGEST_DAYS = 365


@transaction.atomic
def create_api_client(
    *,
    actor: Viewer,
    organisation: Organisation,
    name: str,
    may_write: bool,
    days: int = LONGEST_DAYS,
) -> tuple[ApiClient, str]:
    """Give a program access in the organisation's name; return the client and its token.

    The token is known only now. It works for `days`, at most 365. Raises Forbidden, Invalid.
    """
    organisation = locked(organisation)
    if not coordinates_now(actor, organisation) or not organisation.is_partner:
        raise Forbidden(_("Only a coordinator gives programs access."))
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid({"days": [_("A token works for 1 to 365 days.")]})
    secret = tokens.new_secret()
    client = ApiClient(
        organisation=organisation,
        name=name.strip(),
        may_write=may_write,
        token_digest=tokens.digest(secret),
        created_by_id=actor.user_id,
        expires_at=time.now() + dt.timedelta(days=days),
    )
    check(client)
    client.save()
    record_at_home(
        "organisation.client_added", actor=actor, organisation=organisation, client=client
    )
    return client, tokens.client_token(client.pk, secret)


@transaction.atomic
def revoke_api_client(*, actor: Viewer, client: ApiClient) -> ApiClient:
    """End a program's access with its next request. Raises Forbidden, or Conflict when ended."""
    organisation = locked(client.organisation)
    if not coordinates_now(actor, organisation):
        raise Forbidden(_("Only a coordinator ends a program's access."))
    client = ApiClient.objects.select_for_update().get(pk=client.pk)
    if client.revoked_at:
        raise Conflict(_("This token is revoked already."))
    return revoked(client, EndReason.REVOKED, actor=actor, organisation=organisation)


def revoked(
    client: ApiClient, reason: EndReason, *, actor: Viewer, organisation: Organisation
) -> ApiClient:
    """Revoke a client whose row, and the organisation's, are locked."""
    client.revoked_at, client.revoked_by_id = time.now(), actor.user_id
    client.end_reason = reason
    client.save(update_fields=["revoked_at", "revoked_by", "end_reason"])
    record_at_home(
        "organisation.client_revoked",
        actor=actor,
        organisation=organisation,
        client=client,
        reason=reason,
    )
    return client
