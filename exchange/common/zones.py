"""Time zones as people know them: by a city.

The IANA list names one or few cities of each zone; `data/cities.csv`, written by hand, adds ports and
other large cities, each in the spellings that are typed.
"""

import csv
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from exchange.common import time
from exchange.common.text import sort_key

CITIES = Path(__file__).parent / "data" / "cities.csv"
CITY = _("Digests come at your local hour. Type your city.")
LIST = "zones"


@cache
def offered() -> tuple[tuple[str, str], ...]:
    """Return (zone, city): UTC, the zones that countries use, and zones by more of their cities."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    zones = sorted(line.split("\t")[2] for line in table.splitlines() if not line.startswith("#"))
    with CITIES.open(encoding="utf-8", newline="") as file:
        more = [(row["zone"], row["city"]) for row in csv.DictReader(file)]
    return (("UTC", ""), *((zone, _city(zone)) for zone in zones), *more)


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


@cache
def _by_name() -> dict[str, str]:
    named = {sort_key(city): zone for zone, city in offered() if city}
    return named | {_plain(zone): zone for zone, _name in offered()}


def _plain(text: str) -> str:
    return " ".join(sort_key(text).replace("_", " ").split())


def zone_of(typed: str) -> str:
    """Return the IANA zone of a city or of a zone's name; what means nothing to us is returned as it is."""
    city = typed.partition(",")[0]
    return next((_by_name()[key] for key in map(_plain, (typed, city)) if key in _by_name()), typed)


class ZoneInput(forms.TextInput):
    """A field that is typed into, with the zones and their cities for the browser to offer."""

    def __init__(self) -> None:
        super().__init__({"list": LIST, "autocomplete": "off"})

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        options = format_html_join("", '<option value="{}">{}</option>', offered())
        field = super().render(*args, **kwargs)
        return format_html('{}<datalist id="{}">{}</datalist>', field, LIST, options)


class ZoneField(forms.CharField):
    """A time zone, typed as a city or by its IANA name; cleaned to the name."""

    widget = ZoneInput
    default_error_messages = {
        "unknown_zone": _(
            "“%(value)s” is no time zone we know. Type the name of a large city whose clocks show "
            "the same time, such as Stockholm or Los Angeles."
        )
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Time zone"), max_length=64, validators=[time.validate_zone], **kwargs
        )

    def to_python(self, value: Any) -> str:
        return zone_of(super().to_python(value) or "")
