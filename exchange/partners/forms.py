from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from exchange.accounts.forms.passwords import ADDRESS, RULES, AddressField
from exchange.accounts.models import User
from exchange.audiences.viewer import Role
from exchange.common import languages
from exchange.common.forms import ChosenField, LockMixin, NonceMixin, set_choices
from exchange.common.zones import CITY, ZoneField
from exchange.partners.actions.clients import LONGEST_DAYS
from exchange.partners.countries import COUNTRIES
from exchange.partners.models import ApiClient, Organisation, OrganisationKind

REGIONS = [
    ("", _("World")),
    ("europe", _("Europe")),
    ("north-america", _("North America")),
    ("south-america", _("South America")),
    ("africa", _("Africa and Middle East")),
    ("asia", _("Asia")),
    ("oceania", _("Oceania")),
]


class FindForm(forms.Form):
    """What the directory is narrowed by, in which order and how it is shown."""

    q = forms.CharField(
        label=_("Name or UN/LOCODE"),
        max_length=100,
        required=False,
        error_messages={"max_length": _("That is too long. Use up to 100 characters.")},
        widget=forms.TextInput({"type": "search"}),
    )
    kind = ChosenField(
        label=_("Kind"), required=False, choices=[("", _("every kind")), *OrganisationKind.choices]
    )
    country = ChosenField(label=_("Country"), required=False)
    part = ChosenField(
        label=_("Takes part"),
        required=False,
        choices=[
            ("", _("any")),
            ("partner", _("partners")),
            ("reference", _("references")),
            ("none", _("suspended or left")),
        ],
    )
    sort = ChosenField(
        label=_("Order"),
        required=False,
        choices=[("", _("by name")), ("code", _("by UN/LOCODE")), ("newest", _("newest first"))],
    )
    view = ChosenField(
        required=False,
        choices=[("", _("List")), ("map", _("Map"))],
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("There are a list and a map: choose one below.")},
    )
    region = ChosenField(
        required=False,
        choices=REGIONS,
        widget=forms.HiddenInput,
        error_messages={
            "invalid_choice": _(
                "There is no part of the world “%(value)s” here. Choose one above the map."
            )
        },
    )

    def __init__(self, data: QueryDict, *, countries: Iterable[str]) -> None:
        """Offer the countries (codes of ISO 3166-1) by their names."""
        super().__init__(data)
        named = sorted((COUNTRIES.get(code, code), code) for code in countries)
        offered = [("", _("every country")), *((code, name) for name, code in named)]
        set_choices(self, "country", offered)

    @property
    def asked(self) -> dict[str, str]:
        """Return what is asked for, without what is not understood."""
        self.full_clean()
        return {key: value for key, value in self.cleaned_data.items() if value}


class ProfileForm(NonceMixin, LockMixin):
    """What an organisation says of itself."""

    about = forms.CharField(
        label=_("About"),
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 10}),
        help_text=_(
            "What others should know of you before they ask; everybody reads it. Plain sentences do; "
            "lists, links and bold words are written as in Markdown."
        ),
    )
    website = forms.URLField(
        label=_("Website"),
        max_length=200,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("Write an address, such as https://www.example.org.")},
    )
    mailbox = AddressField(
        label=_("Contact address"),
        max_length=254,
        required=False,
        help_text=_("A shared mailbox rather than a person’s. Everybody reads it."),
    )
    timezone = ZoneField(help_text=_("Type your city."))

    def take_lock(self, lock: int) -> None:
        """Let the form be sent again over what a colleague saved meanwhile, once that was shown."""
        self.data = {**dict(self.data.items()), "lock": str(lock)}
        self.renew()


class ShownForm(NonceMixin):
    """Whether and how partners see a member."""

    is_shown = forms.BooleanField(
        label=_("Show me to people of partner organisations"),
        required=False,
        help_text=_(
            "With your name, and what you type below. Neither the public nor programs see you. "
            "You may take it back at any time."
        ),
    )
    function = forms.CharField(
        label=_("Function"),
        max_length=120,
        required=False,
        help_text=_("Such as “Head of shore power”."),
    )
    mailbox = AddressField(
        label=_("Contact address"),
        max_length=254,
        required=False,
        help_text=_("Where partners may write to you. Leave it empty to give none."),
    )


class InvitationForm(NonceMixin):
    """Whom to invite, as what."""

    email = AddressField(label=ADDRESS, max_length=254)
    role = ChosenField(
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

    role = ChosenField(label=_("Role"), choices=Role.choices)


class ClientForm(NonceMixin):
    """A program that gets access."""

    name = forms.CharField(
        label=_("Name of the program"),
        max_length=ApiClient._meta.get_field("name").max_length,
        help_text=_("So that you know it again, such as “Harbour system”."),
    )
    may_write = forms.BooleanField(
        label=_("It may write: lessons, the work under agreements, and values of KPIs"),
        required=False,
        help_text=_(
            "As a contributor of yours: it drafts and submits, and may change and discard "
            "colleagues’ drafts; people review and publish."
        ),
    )
    days = forms.IntegerField(
        label=_("Days until its token expires"),
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=LONGEST_DAYS,
        help_text=format_lazy(
            _("From 1 to {most}: a token works for a year at most."), most=LONGEST_DAYS
        ),
        error_messages=dict.fromkeys(
            ["min_value", "max_value", "invalid"],
            format_lazy(_("Write a number from 1 to {most}."), most=LONGEST_DAYS),
        ),
    )


class NewPersonForm(forms.Form):
    """What we ask of somebody who accepts an invitation and is new here."""

    full_name = forms.CharField(
        label=_("Full name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=RULES,
    )
    language = ChosenField(
        label=_("Language"), choices=languages.NAMES, help_text=languages.MEANT_FOR
    )
    timezone = ZoneField(help_text=CITY)

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """Judge the password beside the other fields, so that all that is wrong is told at once."""
        cleaned = super().clean() or {}
        if "password" in cleaned:
            person = User(email=self.email, full_name=cleaned.get("full_name", ""))
            try:
                validate_password(cleaned["password"], person)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned

    @staticmethod
    def beginning(organisation: Organisation, language: str) -> dict[str, Any]:
        """Return what the form begins with: the organisation's zone, the reader's language."""
        return {"timezone": organisation.timezone, "language": language}
