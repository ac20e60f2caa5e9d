"""What people say about themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.common import languages, time
from exchange.common.text import validate_storable


class PreferencesForm(forms.Form):
    """Name, language and time zone; the zone is typed with suggestions."""

    full_name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        validators=[validate_storable],
        help_text=_("Colleagues see it, and partners beside what you publish."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=languages.NAMES,
        help_text=_(
            "For the names of topics, for titles, and for what you begin to write. Pages and mails are "
            "in English for now, and lessons stay in the language they were written in."
        ),
    )
    timezone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        validators=[time.validate_zone],
        help_text=_("Digests come at your local hour. Type your city and choose."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )
