from allauth.account.forms import AddEmailForm, ResetPasswordForm
from allauth.account.models import EmailAddress
from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.accounts.forms.passwords import ADDRESS, AddressField
from exchange.accounts.models import User


class NewAddressForm(AddEmailForm):
    """Another e-mail address to sign in by."""

    email = AddressField(
        label=_("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )


class ForgottenPasswordForm(ResetPasswordForm):
    """Whose password was forgotten."""

    users: list[User]
    email = AddressField(
        label=ADDRESS, max_length=254, widget=forms.EmailInput({"autocomplete": "email"})
    )

    def clean_email(self) -> str:
        """Find the person by a verified address: one mistyped is somebody else's, who gets no link."""
        email: str = super().clean_email()
        rows = EmailAddress.objects.filter(email=email.lower(), verified=True)
        verified = set(rows.values_list("user_id", flat=True))
        self.users = [user for user in self.users if user.pk in verified]
        return email
