"""Passkeys as browsers send them: allauth reads them, and these forms take nothing else."""

import struct
from typing import Any

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.accounts.actions import rename_passkey
from exchange.accounts.factors import SecondFactors
from exchange.common.text import validate_storable

LONGEST_NAME = 60
# What bytes that are no passkey's make the parsers raise.
UNREADABLE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    struct.error,
)


WORDS = SecondFactors.error_messages["incorrect_code"]


class CredentialField(forms.JSONField):
    """What a script writes into a form; shown again it would be of no use."""

    widget = forms.HiddenInput
    default_error_messages = {"required": WORDS, "invalid": WORDS}

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except RecursionError as error:
            raise forms.ValidationError(WORDS) from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial


class CredentialMixin(forms.Form):
    """A form with a passkey; what cannot be read as one is refused in words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField()

    def full_clean(self) -> None:
        try:
            super().full_clean()
        except UNREADABLE:
            self.add_error("credential", WORDS)


class PasskeyForm(CredentialMixin, AddWebAuthnForm):
    """A new passkey and its name."""

    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=_("So that you know it again."),
    )
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone, without the password"),
        required=False,
        initial=True,
        help_text=_(
            "It then asks for your finger, face or PIN. Untick this only for a security key "
            "without a PIN."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Keep of a passkey what signing in needs: the rest is whatever a browser liked to add."""
        cleaned: dict[str, Any] = super().clean() or {}
        if credential := cleaned.get("credential"):
            cleaned["credential"] = _known(credential)
            validate_storable(cleaned["credential"])
        return cleaned


def _known(credential: dict[str, Any]) -> dict[str, Any]:
    parts = {name: credential[name] for name in ("id", "rawId", "type")}
    response = credential["response"]
    extensions = credential.get("clientExtensionResults", {})
    resident = extensions.get("credProps", {}).get("rk")
    return {
        **parts,
        "response": {name: response[name] for name in ("clientDataJSON", "attestationObject")},
        "clientExtensionResults": {"credProps": {"rk": bool(resident)}},
    }


class RenamePasskeyForm(EditWebAuthnForm):
    """Another name for a passkey."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)

    def save(self) -> Authenticator:
        """Rename it."""
        name = self.cleaned_data["name"]
        return rename_passkey(request=context.request, passkey=self.instance, name=name)


class PasskeySignInForm(CredentialMixin, LoginWebAuthnForm):
    """Signing in with a passkey alone."""


class PasskeyAsSecondFactorForm(CredentialMixin, AuthenticateWebAuthnForm):
    """A passkey after the password."""


class PasskeyAgainForm(CredentialMixin, ReauthenticateWebAuthnForm):
    """A passkey before an act that matters."""
