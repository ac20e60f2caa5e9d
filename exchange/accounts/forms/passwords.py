"""Signing in by password and changing it, in the same words everywhere."""

from typing import Any, ClassVar

from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordKeyForm
from django import forms
from django.utils.translation import gettext_lazy as _

ADDRESS = _("E-mail address")
RULES = _("At least 10 characters. A few words that only you would put together do well.")
LABELS = {
    "login": ADDRESS,
    "password": _("Password"),
    "oldpassword": _("Present password"),
    "password1": _("New password"),
    "password2": _("New password again"),
}


class AddressField(forms.EmailField):
    """An e-mail address."""

    default_error_messages: ClassVar = {
        "invalid": _("Write an e-mail address, such as name@example.org.")
    }


class WordsMixin(forms.Form):
    """A form of allauth's with our labels and no others within the fields; the rules by a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS[name]
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field, forms.EmailField):
                field.error_messages |= AddressField.default_error_messages
        if "password1" in self.fields:
            self.fields["password1"].help_text = RULES


class SignInForm(WordsMixin, LoginForm):
    """An e-mail address and its password, one keystroke apart."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # After a refusal the message has it.
        if not self.is_bound:
            self.fields["login"].widget.attrs["autofocus"] = True
        # allauth's way to a forgotten password stood between the two fields; the page has it below.
        self.fields["password"].help_text = ""


class PasswordForm(WordsMixin, ChangePasswordForm):
    """A new password for who knows the present one."""


class ForgottenPasswordKeyForm(WordsMixin, ResetPasswordKeyForm):
    """A new password for who got a link by mail."""
