import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.activity.models import Event
from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden
from exchange.partners import tokens
from exchange.partners.actions._record import check, coordinates_now, locked, record_at_home
from exchange.partners.models import Invitation, MailState, Membership, Organisation
from exchange.partners.policies import can_admit

VALID_FOR = dt.timedelta(days=14)
# An exchange that mails strangers for its coordinators does so within bounds.
MOST_OPEN = 50
DAY = dt.timedelta(hours=24)
MOST_TO_ONE_A_DAY = 3
MOST_A_DAY = 200
BETWEEN_LETTERS = dt.timedelta(minutes=10)


@transaction.atomic
def invite(*, actor: Viewer, organisation: Organisation, email: str, role: Role) -> Invitation:
    """Invite the owner of `email` into the organisation by a letter in the actor's language.

    Only the letter has the token that opens the invitation, once, for 14 days: whoever brings it
    has the address. Raises Forbidden; Invalid for a bad address; Conflict when they are a member
    or invited already, when 50 invitations are open, or when letters enough went within a day.
    """
    organisation = locked(organisation)
    if not coordinates_now(actor, organisation) or not organisation.is_partner:
        raise Forbidden(_("Only a coordinator invites people to an organisation."))
    return _opened(actor, organisation, email, role, MailState.DUE)[0]


@transaction.atomic
def invite_by_hand(
    *, actor: Viewer, organisation: Organisation, email: str, role: Role
) -> tuple[Invitation, str]:
    """Invite as `invite` does, but return the token, known only now, instead of mailing it.

    The operator alone does so, and answers for the token reaching the owner of the address.
    """
    organisation = locked(organisation)
    if not can_admit(actor):
        raise Forbidden(_("Only the operator hands invitations over."))
    if not organisation.takes_part:
        raise Conflict(_("This organisation takes no part in the exchange now."))
    return _opened(actor, organisation, email, role, MailState.NONE)


def _opened(
    actor: Viewer, organisation: Organisation, email: str, role: Role, mail_state: MailState
) -> tuple[Invitation, str]:
    invitation = Invitation(
        organisation=organisation,
        email=email.strip().lower(),
        role=Role(role),
        language=actor.language,
        invited_by_id=actor.user_id,
        expires_at=time.now() + VALID_FOR,
        mail_state=mail_state,
    )
    token = tokens.invitation_token(invitation.pk)
    invitation.token_digest = tokens.digest(token)
    check(invitation, alone=True)
    _make_room(invitation)
    if mail_state == MailState.DUE:
        _refuse_one_letter_too_many(invitation)
    invitation.save()
    _record_invited(invitation, actor=actor)
    return invitation, token


def _record_invited(invitation: Invitation, *, actor: Viewer) -> None:
    """Record at home that somebody was invited: the log has the invitation's id, no address."""
    record_at_home(
        "organisation.invited",
        actor=actor,
        organisation=invitation.organisation,
        invitation=str(invitation.pk),
        role=invitation.role,
    )


def _make_room(invitation: Invitation) -> None:
    """Close the invitations that lapsed; refuse one that is needless or one too many."""
    organisation, email = invitation.organisation, invitation.email
    if Membership.objects.filter(organisation=organisation, user__email=email).exists():
        raise Conflict(_("This person is a member already."))
    Invitation.objects.lapsed().filter(organisation=organisation).update(revoked_at=time.now())
    still_open = Invitation.objects.open().filter(organisation=organisation)
    if still_open.filter(email=email).exists():
        raise Conflict(
            _("This address is invited already. Send that invitation again, or take it back first.")
        )
    if still_open.count() >= MOST_OPEN:
        raise Conflict(_("There are 50 open invitations. Take some back before you send more."))


def _refuse_one_letter_too_many(invitation: Invitation) -> None:
    """Refuse when letters enough were asked for within a day; under the organisation's lock."""
    asked = Event.objects.filter(
        target_type="organisation",
        target_id=invitation.organisation_id,
        verb="organisation.invited",
        # What the operator hands over is not mailed.
        actor__kind="person",
        occurred_at__gt=time.now() - DAY,
    )
    letters = list(asked.values_list("data__invitation", flat=True))
    if len(letters) >= MOST_A_DAY:
        raise Conflict(_("Your organisation sent 200 letters within a day. Go on tomorrow."))
    theirs = Invitation.objects.filter(
        organisation=invitation.organisation_id, email=invitation.email
    )
    known = {str(pk) for pk in theirs.values_list("pk", flat=True)}
    if sum(letter in known for letter in letters) >= MOST_TO_ONE_A_DAY:
        raise Conflict(
            _("Three letters to one address within a day are enough. Send another one tomorrow.")
        )


@transaction.atomic
def mail_again(*, actor: Viewer, invitation: Invitation) -> Invitation:
    """Send the letter of an invitation once more; its link works for 14 days from now.

    While a letter is on its way nothing is changed: it is what was asked for. Raises Forbidden;
    Conflict when the invitation is closed, a letter went in the last ten minutes, or letters enough
    went within a day.
    """
    organisation = locked(invitation.organisation)
    if not coordinates_now(actor, organisation):
        raise Forbidden(_("Only a coordinator sends invitations again."))
    invitation = _open_and_locked(invitation)
    now = time.now()
    if invitation.mail_state in {MailState.DUE, MailState.SENDING}:
        return invitation
    if invitation.mail_state != MailState.NONE and now < invitation.mail_at + BETWEEN_LETTERS:
        raise Conflict(_("A letter went only minutes ago. Give it ten minutes to arrive."))
    _refuse_one_letter_too_many(invitation)
    invitation.mail_state, invitation.mail_at = MailState.DUE, now
    invitation.expires_at = now + VALID_FOR
    # The letter names who sends it now, and ends with their office.
    invitation.invited_by_id = actor.user_id
    invitation.save(update_fields=["mail_state", "mail_at", "expires_at", "invited_by"])
    _record_invited(invitation, actor=actor)
    return invitation


@transaction.atomic
def revoke_invitation(*, actor: Viewer, invitation: Invitation) -> Invitation:
    """Take an invitation back; its links stop working. Raises Forbidden, or Conflict when used."""
    organisation = locked(invitation.organisation)
    if not coordinates_now(actor, organisation):
        raise Forbidden(_("Only a coordinator takes invitations back."))
    return revoked(_open_and_locked(invitation), actor=actor, organisation=organisation)


def revoked(invitation: Invitation, *, actor: Viewer, organisation: Organisation) -> Invitation:
    """Revoke an invitation whose row, and the organisation's, are locked."""
    invitation.revoked_at = time.now()
    invitation.save(update_fields=["revoked_at"])
    record_at_home(
        "organisation.invitation_revoked",
        actor=actor,
        organisation=organisation,
        invitation=str(invitation.pk),
    )
    return invitation


def _open_and_locked(invitation: Invitation) -> Invitation:
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not Invitation.objects.open().filter(pk=invitation.pk).exists():
        raise Conflict(_("This invitation is closed already."))
    return invitation


def invitation_for(token: str) -> Invitation | None:
    """Return the open invitation of a token, or None: used, expired and unknown look the same."""
    return Invitation.objects.open().bearing(token).select_related("organisation").first()
