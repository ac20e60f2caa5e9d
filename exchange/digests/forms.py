import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exchange.common import time
from exchange.common.forms import NonceMixin
from exchange.digests.models.subscription import Weekday
from exchange.digests.periods import Cadence

HOURS = [(hour, f"{dt.time(hour):%H:%M}") for hour in range(24)]


class OnceForm(NonceMixin):
    """A button that works once."""


class ScheduleForm(NonceMixin):
    """When the mail comes."""

    cadence = forms.ChoiceField(
        label=_("How often"), choices=Cadence.choices, widget=forms.RadioSelect
    )
    weekday = forms.TypedChoiceField(
        label=_("Day"),
        choices=Weekday.choices,
        coerce=int,
        help_text=_("A monthly mail comes on the first such day. A daily mail comes every day."),
    )
    hour = forms.TypedChoiceField(label=_("Hour"), choices=HOURS, coerce=int)
    zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, *args: Any, own_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = gettext("My own: %(zone)s") % {"zone": own_zone}
        zones = [(name, name) for name in time.zone_names()]
        field = self.fields["zone"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", mine), *zones]

    @property
    def wish(self) -> dict[str, Any]:
        """Return what `subscribe` takes, from a valid form."""
        return {name: self.cleaned_data[name] for name in ("cadence", "weekday", "hour", "zone")}
