from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from exchange.audiences.viewer import Role
from exchange.common import time
from exchange.common.forms import NonceMixin
from exchange.common.text import validate_storable
from exchange.partners.actions.clients import LONGEST_DAYS
from exchange.partners.models import ApiClient, Organisation, OrganisationKind


class FindForm(forms.Form):
    """What the list of organisations is narrowed by."""

    q = forms.CharField(
        label=_("Name or UN/LOCODE"),
        max_length=100,
        required=False,
        validators=[validate_storable],
        widget=forms.TextInput({"type": "search"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("every kind")), *OrganisationKind.choices]
    )


class InvitationForm(NonceMixin):
    """Whom to invite, as what."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        initial=Role.CONTRIBUTOR,
        help_text=_(
            "A reader reads; a contributor also writes lessons; a reviewer also reviews and "
            "publishes them; a coordinator also looks after members and programs."
        ),
    )


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class ClientForm(NonceMixin):
    """A program that gets access."""

    name = forms.CharField(
        label=_("Name of the program"),
        max_length=ApiClient._meta.get_field("name").max_length,
        validators=[validate_storable],
        help_text=_("So that you know it again, such as “Harbour system”."),
    )
    may_write = forms.BooleanField(
        label=_("It may write lessons"),
        required=False,
        help_text=_("As a contributor: it drafts and submits; people review and publish."),
    )
    days = forms.IntegerField(
        label=_("Days until its token expires"),
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=LONGEST_DAYS,
    )


class NewPersonForm(forms.Form):
    """What we ask of somebody who accepts an invitation and is new here."""

    full_name = forms.CharField(
        label=_("Full name"),
        max_length=120,
        validators=[validate_storable],
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=256,
        strip=False,
        validators=[validate_storable],
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_(
            "At least 10 characters. A few words that only you would put together do well."
        ),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    timezone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        validators=[time.validate_zone],
        help_text=_("Digests come at your local hour. Type your city and choose."),
        widget=forms.TextInput({"list": "zones", "autocomplete": "off"}),
    )

    @staticmethod
    def beginning(organisation: Organisation, language: str) -> dict[str, Any]:
        """Return what the form begins with: the organisation's zone, the reader's language."""
        return {"timezone": organisation.timezone, "language": language}
