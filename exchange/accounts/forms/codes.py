"""Six digits of an authenticator app: taken half a minute early or late, and each once.

allauth remembers a used code for half a minute only, and the one that set the app up not at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import wrap
from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.accounts.bookkeeping import note
from exchange.accounts.models import SecurityKind, User
from exchange.common.once import once

UNFIT = _(
    "That did not fit. Wait for the app’s next code: six digits, each works once. If that does not fit either, "
    "let the phone set its clock by itself, or use a recovery code."
)
# There are no recovery codes before there is an app.
UNFIT_FIRST = _(
    "That did not fit. Wait for the app’s next code: six digits, each works once. If that does not fit either, "
    "let the phone set its clock by itself."
)


def _use(user: User, code: str, unfit: Any = UNFIT) -> None:
    """Use a code that fits up, in one step of the database; refuse one that was used within a day."""
    digits = "".join(filter(str.isdigit, code))
    with once(owner=f"code:{user.pk}", key=digits) as claim:
        is_new = claim.first
    if not is_new:
        note(user, SecurityKind.FAILED_CODE, context.request)
        raise forms.ValidationError(unfit)


@contextmanager
def _in_our_words(unfit: Any = UNFIT) -> Iterator[None]:
    try:
        yield
    except forms.ValidationError as error:
        if error.code != "incorrect_code":
            raise
        raise forms.ValidationError(unfit) from error


class CodeMixin(BaseAuthenticateForm):
    """A code of the app is good once; so are recovery codes, which allauth crosses off."""

    def clean_code(self) -> str:
        with _in_our_words():
            code: str = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            _use(self.user, code)
        return code


class CodeForm(CodeMixin, AuthenticateForm):
    """A code after the password."""


class CodeAgainForm(CodeMixin, ReauthenticateForm):
    """A code before an act that matters."""


class AppForm(ActivateTOTPForm):
    """The first code of a new authenticator app."""

    @property
    def groups(self) -> str:
        """Return the app's key as one types it: in groups of four."""
        return " ".join(wrap(self.secret, 4))

    def clean_code(self) -> str:
        with _in_our_words(UNFIT_FIRST):
            code: str = super().clean_code()
        _use(self.user, code, UNFIT_FIRST)
        return code
