from django.db import transaction
from django.utils.translation import gettext as _

from exchange.activity.log import record
from exchange.audiences import actions as audiences
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.partners.actions import clients, invitations
from exchange.partners.actions._record import check, locked, record_at_home
from exchange.partners.models import ApiClient, EndReason, Invitation, Organisation, Standing
from exchange.partners.policies import can_admit


@transaction.atomic
def suspend_organisation(*, actor: Viewer, organisation: Organisation, reason: str) -> Organisation:
    """Have a partner take no part for a while: its people read what is their own and what is public.

    With their next request: tokens and open invitations rest until it is resumed; what it published
    stays. Its people read `reason`. One that is suspended already for it is left as it is. Raises
    Forbidden; Conflict for a reference port, for who has left, and for another reason; Invalid
    without one.
    """
    organisation = _partner(actor, organisation)
    if organisation.standing == Standing.SUSPENDED:
        _require_same(organisation, _worded(reason))
        return organisation
    if organisation.standing == Standing.LEFT:
        raise Conflict(_("This organisation has left. Resume it first."))
    _set(organisation, Standing.SUSPENDED, reason)
    record_at_home("organisation.suspended", actor=actor, organisation=organisation)
    return organisation


@transaction.atomic
def resume_organisation(*, actor: Viewer, organisation: Organisation) -> Organisation:
    """Have a partner that was suspended, or has left, take part again. Raises Forbidden, Conflict."""
    organisation = _partner(actor, organisation)
    if organisation.standing == Standing.ACTIVE:
        return organisation
    _set(organisation, Standing.ACTIVE)
    record_at_home("organisation.resumed", actor=actor, organisation=organisation)
    return organisation


@transaction.atomic
def end_partnership(*, actor: Viewer, organisation: Organisation, reason: str) -> Organisation:
    """Have a partner leave the exchange: as when suspended, and its tokens and invitations end.

    What it published stays its own and readable to those it is shared with. All partners hear that
    it left, its own people why. One that has left already is left as it is. Raises Forbidden;
    Conflict for a reference port; Invalid without a reason.
    """
    organisation = _partner(actor, organisation)
    if organisation.standing == Standing.LEFT:
        return organisation
    _set(organisation, Standing.LEFT, reason)
    _record_left(organisation, actor=actor)
    _end_tokens_and_invitations(organisation, actor=actor)
    return organisation


def _partner(actor: Viewer, organisation: Organisation) -> Organisation:
    if not can_admit(actor):
        raise Forbidden(_("Only the operator decides who takes part."))
    organisation = locked(organisation)
    if not organisation.is_partner:
        raise Conflict(_("This is a reference: it takes no part anyway."))
    return organisation


def _set(organisation: Organisation, standing: Standing, reason: str = "") -> None:
    organisation.standing = standing
    organisation.standing_since = None if standing == Standing.ACTIVE else time.now()
    organisation.standing_reason = "" if standing == Standing.ACTIVE else _worded(reason)
    check(organisation)
    organisation.save(update_fields=["standing", "standing_since", "standing_reason"])


def _worded(reason: str) -> str:
    if not reason.strip():
        raise Invalid({"reason": [_("Say why: the people of the organisation read it.")]})
    return reason.strip()


def _require_same(organisation: Organisation, reason: str) -> None:
    if organisation.standing_reason.split() != reason.split():
        words = _("It is so already, and its people read: “%(reason)s” Resume it to say otherwise.")
        raise Conflict(words % {"reason": organisation.standing_reason})


def _record_left(organisation: Organisation, *, actor: Viewer) -> None:
    if home := organisation.home_audience:
        record(
            "organisation.left",
            actor=actor,
            target=organisation,
            audience=audiences.all_partners(),
            home_audience=home,
            organisation_id=organisation.pk,
        )


def _end_tokens_and_invitations(organisation: Organisation, *, actor: Viewer) -> None:
    ours = {"organisation": organisation, "revoked_at": None}
    for client in ApiClient.objects.filter(**ours).select_for_update(of=("self",)):
        clients.revoked(client, EndReason.LEFT, actor=actor, organisation=organisation)
    waiting = Invitation.objects.filter(**ours, accepted_at=None)
    for invitation in waiting.select_for_update(of=("self",)):
        invitations.revoked(invitation, actor=actor, organisation=organisation)
