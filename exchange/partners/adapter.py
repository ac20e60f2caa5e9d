"""How allauth behaves here."""

from contextvars import copy_context
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exchange.accounts.bookkeeping import signed_in_at
from exchange.accounts.browsers import browser_of
from exchange.common import frames, time
from exchange.common.mail import NotTaken, Uncertain
from exchange.common.refusals import unavailable


class InvitationOnlyAdapter(DefaultAccountAdapter):
    """Accounts are made by accepting an invitation, never by signing up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _(
            "Too many attempts. Wait some minutes, then try again; a passkey works at once."
        ),
        "duplicate_email": _("This is your address already, or it waits for you to confirm it."),
        "email_password_mismatch": _("E-mail address and password do not match. Try again."),
        "email_taken": _("Somebody with this e-mail address is here already."),
        "enter_current_password": _("That is not your present password. Try again."),
        "incorrect_password": _("That is not your password. Try again."),
        "unknown_email": _("No account has this e-mail address."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def render_mail(
        self,
        template_prefix: str,
        email: str,
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Return a mail of allauth, marked as automatic so that nothing answers it (RFC 3834)."""
        if "user_agent" in context:
            context = {**context, "user_agent": browser_of(context["user_agent"])}
        automatic = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
        message: EmailMessage = super().render_mail(
            template_prefix, email, context, headers={**automatic, **(headers or {})}
        )
        message.body = frames.wrap(str(message.body))
        return message

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Say what allauth did: that it was done is nothing to be warned of."""
        level = messages.SUCCESS if level == messages.WARNING else level
        super().add_message(request, level, *args, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail that somebody waits for; when it is not taken, answer 503 in words."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, NotTaken, Uncertain) as error:
            words = _("The mail server does not take our letter now. Try again in some minutes.")
            raise ImmediateHttpResponse(unavailable(self.request, words)) from error

    def send_notification_mail(
        self, template_prefix: str, user: Any, *args: Any, **kwargs: Any
    ) -> None:
        """Tell somebody what was done to their account, when it is; a mail that fails undoes nothing."""
        tell, here = super().send_notification_mail, copy_context()

        def told() -> None:
            # Who sets a forgotten password is not signed in, and has a zone all the same.
            with timezone.override(time.zone(user.timezone)):
                tell(template_prefix, user, *args, **kwargs)

        transaction.on_commit(lambda: here.run(told), robust=True)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Put a verified address into the place of the old one, wholly or not at all."""
        try:
            with transaction.atomic():
                return bool(super().confirm_email(request, email_address))
        except IntegrityError:
            # Somebody was given this address since it was looked up.
            words = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, words, {"email": email_address.email})
            return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Tell whether an act that matters asks again who is there: some time after signing in."""
        age = time.now().timestamp() - signed_in_at(self.request)
        return age > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count an attempt with a password: for the address, for both, and loosely for the account.

        What fits is not counted in the end. A stranger's guesses close an account to the stranger's
        address soon, to all others only when many come.
        """
        super().pre_authenticate(request, **credentials)
        usage = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed_anywhere",
            key=str(credentials.get("email", "")).lower(),
        )
        if not usage:
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage.usage += usage.usage

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        account = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{account}:{ratelimit.get_ip(request)}"
