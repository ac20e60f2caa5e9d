import datetime as dt

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from exchange.accounts.models import User
from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.partners import tokens
from exchange.partners.actions._record import check, coordinates_now, locked, record_at_home
from exchange.partners.models import Invitation, MailState, Membership, Organisation
from exchange.partners.policies import can_admit
from exchange.partners.viewers import viewer_of

VALID_FOR = dt.timedelta(days=14)
# An exchange that mails strangers for its coordinators does so within bounds.
MOST_OPEN = 50
BETWEEN_LETTERS = dt.timedelta(minutes=10)


@transaction.atomic
def invite(*, actor: Viewer, organisation: Organisation, email: str, role: Role) -> Invitation:
    """Invite the owner of `email` into the organisation by a letter in the actor's language.

    Only the letter has the token that opens the invitation, once, for 14 days: whoever brings it
    has the address. Raises Forbidden; Invalid for a bad address; Conflict when they are a member
    or invited already, or when 50 invitations are open.
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
    if not can_admit(actor) or not organisation.is_partner:
        raise Forbidden(_("Only the operator hands invitations over."))
    return _opened(actor, organisation, email, role, MailState.NONE)


def _opened(
    actor: Viewer, organisation: Organisation, email: str, role: Role, mail_state: MailState
) -> tuple[Invitation, str]:
    secret = tokens.new_secret()
    invitation = Invitation(
        organisation=organisation,
        email=email.strip().lower(),
        role=Role(role),
        language=actor.language,
        token_digest=tokens.digest(secret),
        invited_by_id=actor.user_id,
        expires_at=time.now() + VALID_FOR,
        mail_state=mail_state,
    )
    check(invitation, alone=True)
    _make_room(invitation)
    invitation.save()
    record_at_home("organisation.invited", actor=actor, organisation=organisation, role=str(role))
    return invitation, secret


def _make_room(invitation: Invitation) -> None:
    """Close the invitations that lapsed; refuse one that is needless or one too many."""
    organisation, email = invitation.organisation, invitation.email
    if Membership.objects.filter(organisation=organisation, user__email=email).exists():
        raise Conflict(_("This person is a member already."))
    Invitation.objects.lapsed().filter(organisation=organisation).update(revoked_at=time.now())
    still_open = Invitation.objects.open().filter(organisation=organisation)
    if still_open.filter(email=email).exists():
        raise Conflict(_("This address is invited already. Take that invitation back first."))
    if still_open.count() >= MOST_OPEN:
        raise Conflict(_("There are 50 open invitations. Take some back before you send more."))


@transaction.atomic
def mail_again(*, actor: Viewer, invitation: Invitation) -> Invitation:
    """Send the letter of an invitation once more; the link in it is new and works for 14 days.

    Links sent before stop working. Raises Forbidden; Conflict when the invitation is closed, its
    letter is still on its way, or one went in the last ten minutes.
    """
    organisation = locked(invitation.organisation)
    if not coordinates_now(actor, organisation):
        raise Forbidden(_("Only a coordinator sends invitations again."))
    invitation = _open_and_locked(invitation)
    now = time.now()
    if invitation.mail_state in {MailState.DUE, MailState.SENDING}:
        raise Conflict(_("This letter is on its way already."))
    if invitation.mail_state != MailState.NONE and now < invitation.mail_at + BETWEEN_LETTERS:
        raise Conflict(_("A letter went only minutes ago. Give it ten minutes to arrive."))
    invitation.mail_state, invitation.mail_at = MailState.DUE, now
    invitation.expires_at = now + VALID_FOR
    # The letter names who sends it now, and ends with their office.
    invitation.invited_by_id = actor.user_id
    invitation.save(update_fields=["mail_state", "mail_at", "expires_at", "invited_by"])
    record_at_home(
        "organisation.invited", actor=actor, organisation=organisation, role=invitation.role
    )
    return invitation


@transaction.atomic
def revoke_invitation(*, actor: Viewer, invitation: Invitation) -> Invitation:
    """Take an invitation back; its links stop working. Raises Forbidden, or Conflict when used."""
    organisation = locked(invitation.organisation)
    if not coordinates_now(actor, organisation):
        raise Forbidden(_("Only a coordinator takes invitations back."))
    invitation = _open_and_locked(invitation)
    invitation.revoked_at = time.now()
    invitation.save(update_fields=["revoked_at"])
    record_at_home("organisation.invitation_revoked", actor=actor, organisation=organisation)
    return invitation


def _open_and_locked(invitation: Invitation) -> Invitation:
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not Invitation.objects.open().filter(pk=invitation.pk).exists():
        raise Conflict(_("This invitation is closed already."))
    return invitation


def invitation_for(token: str) -> Invitation | None:
    """Return the open invitation of a token, or None: used, expired and unknown look the same."""
    return Invitation.objects.open().bearing(token).select_related("organisation").first()


@transaction.atomic
def accept_invitation(
    *,
    token: str,
    actor: User | None = None,
    full_name: str = "",
    password: str = "",
    language: str = "en",
    timezone: str = "UTC",
) -> Membership:
    """Join by an invitation: as `actor` when signed in, else as a new person with a password.

    The new account has the invited address, verified by the token having reached it. Raises
    Conflict when the invitation is closed or an account with the address exists (sign in first);
    Forbidden when `actor` has another address; Invalid by field.
    """
    invitation = invitation_for(token)
    organisation = locked(invitation.organisation) if invitation else None
    # Looked up again under the lock: of two who come at once, one finds it closed.
    invitation = invitation_for(token)
    if invitation is None or organisation is None:
        raise Conflict(_("This invitation was used, taken back or has expired. Ask for a new one."))
    if actor and (actor.email.lower() != invitation.email or not actor.is_active):
        raise Forbidden(_("This invitation is for another address. Sign out and open it again."))
    user = actor or _new_user(
        email=invitation.email,
        full_name=full_name,
        password=password,
        language=language,
        timezone=timezone,
    )
    membership, made = Membership.objects.get_or_create(
        user=user, organisation=organisation, defaults={"role": invitation.role}
    )
    if not made:
        raise Conflict(_("You are a member already."))
    invitation.accepted_at = time.now()
    invitation.save(update_fields=["accepted_at"])
    record_at_home(
        "organisation.member_joined",
        actor=viewer_of(user),
        organisation=organisation,
        role=invitation.role,
    )
    return membership


def _new_user(*, email: str, full_name: str, password: str, language: str, timezone: str) -> User:
    taken = Conflict(_("There is an account with this address. Sign in, then open the link again."))
    if User.objects.filter(email=email).exists():
        raise taken
    user = User(email=email, full_name=full_name.strip(), language=language, timezone=timezone)
    user.set_unusable_password()
    check(user, alone=True)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid({"password": error.messages}) from error
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        # Two invitations for one address, from two organisations, accepted at once.
        raise taken from None
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user
