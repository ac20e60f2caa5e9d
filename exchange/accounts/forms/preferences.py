"""What people say about themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.common import languages
from exchange.common.forms import ChosenField
from exchange.common.zones import CITY, ZoneField


class PreferencesForm(forms.Form):
    """Name, language and time zone."""

    full_name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_(
            "Colleagues see it; people of other organisations only where you agreed to be shown."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = ChosenField(
        label=_("Language"),
        choices=languages.NAMES,
        help_text=languages.MEANT_FOR,
    )
    timezone = ZoneField(help_text=CITY)
