"""What people say about themselves, and what they show to be let in."""

from exchange.accounts.forms.addresses import ForgottenPasswordForm, NewAddressForm
from exchange.accounts.forms.codes import AppForm, CodeAgainForm, CodeForm
from exchange.accounts.forms.passkeys import (
    PasskeyAgainForm,
    PasskeyAsSecondFactorForm,
    PasskeyForm,
    PasskeySignInForm,
    RenamePasskeyForm,
)
from exchange.accounts.forms.passwords import (
    ForgottenPasswordKeyForm,
    PasswordForm,
    SignInForm,
)
from exchange.accounts.forms.preferences import PreferencesForm

__all__ = [
    "AppForm",
    "CodeAgainForm",
    "CodeForm",
    "ForgottenPasswordForm",
    "ForgottenPasswordKeyForm",
    "NewAddressForm",
    "PasskeyAgainForm",
    "PasskeyAsSecondFactorForm",
    "PasskeyForm",
    "PasskeySignInForm",
    "PasswordForm",
    "PreferencesForm",
    "RenamePasskeyForm",
    "SignInForm",
]
