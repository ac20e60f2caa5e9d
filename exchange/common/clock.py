"""A day and an hour as people type them, and the moment that they mean by the clock of a zone."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.common import time


class OnTheClock(forms.DateTimeField):
    """A day and an hour as they were typed, in whatever zone: the value is in UTC in name only."""

    default_error_messages = {
        "invalid": gettext_lazy("Write a day and an hour, such as 2027-03-06 09:00.")
    }

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"type": "datetime-local"}
        super().__init__(
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
            widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs=attributes),
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        with timezone.override(dt.UTC):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(dt.UTC):
            return super().prepare_value(value)


def moment_of(typed: dt.datetime, zone_name: str) -> dt.datetime:
    """Return the moment at which clocks in the zone show what was typed, the first if they do twice.

    Raises ValidationError for an hour that the clocks leave out.
    """
    here = typed.replace(tzinfo=time.zone(zone_name))
    # Where clocks leap forward the offset before is the smaller one (PEP 495).
    before, after = here.utcoffset(), here.replace(fold=1).utcoffset()
    if cast(dt.timedelta, before) < cast(dt.timedelta, after):
        raise forms.ValidationError(_("The clocks leave this hour out. Choose another."))
    return here


def shown_by(moment: dt.datetime, zone_name: str) -> dt.datetime:
    """Return what clocks in the zone show then, in UTC in name only, as `OnTheClock` takes it."""
    return moment.astimezone(time.zone(zone_name)).replace(tzinfo=dt.UTC)
