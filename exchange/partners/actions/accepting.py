from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.accounts.models import User
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.partners.actions._record import check, locked, record_at_home
from exchange.partners.actions.invitations import invitation_for
from exchange.partners.models import Membership, Organisation
from exchange.partners.viewers import viewer_of

CLOSED = gettext_lazy("This invitation was used, taken back or has expired. Ask for a new one.")
TAKEN = gettext_lazy("There is an account with this address. Sign in, then open the link again.")


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
    if invitation is None:
        raise Conflict(CLOSED)
    if actor and (actor.email.lower() != invitation.email or not actor.is_active):
        raise Forbidden(_("This invitation is for another address. Sign out and open it again."))
    # Hashing a password is slow by intention: nobody waits for a lock meanwhile.
    user = actor or _new_user(
        email=invitation.email,
        full_name=full_name,
        password=password,
        language=language,
        timezone=timezone,
    )
    return _join(token, invitation.organisation, user)


def _new_user(*, email: str, full_name: str, password: str, language: str, timezone: str) -> User:
    if User.objects.filter(email=email).exists():
        raise Conflict(TAKEN)
    user = User(email=email, full_name=full_name.strip(), language=language, timezone=timezone)
    user.set_unusable_password()
    check(user, alone=True)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid({"password": error.messages}) from error
    user.set_password(password)
    return user


@transaction.atomic
def _join(token: str, organisation: Organisation, user: User) -> Membership:
    organisation = locked(organisation)
    # Looked up again under the lock: of two who come at once, one finds it closed.
    invitation = invitation_for(token)
    if invitation is None:
        raise Conflict(CLOSED)
    if user._state.adding:
        _open_account(user)
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


def _open_account(user: User) -> None:
    try:
        with transaction.atomic():
            # The address first, as where somebody takes it for the account they have: whoever took
            # the two the other way round would wait in a circle.
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            user.save()
    except IntegrityError:
        # Somebody took it at the same moment, by another invitation or for another account.
        raise Conflict(TAKEN) from None
