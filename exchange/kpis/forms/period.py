"""Which periods of a series are shown, all from the address."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from exchange.common.forms import ChosenField, set_choices
from exchange.kpis.models.series import PERIOD_LENGTH
from exchange.kpis.periods import Period, PeriodKind, holding, latest_ended, parse_period

TOO_LONG = {"max_length": _("That is no period. Write one such as 2024, 2024-Q3 or 2024-09.")}
ONE_DAY = dt.timedelta(days=1)
PICTURES = [("", _("Line")), ("bar", _("Bars"))]


class SpanForm(forms.Form):
    """The first and the last period that are asked for, and the kind of picture.

    What means nothing counts as not given.
    """

    year_start = "--01-01"
    kind = ChosenField(label=_("Periods"), required=False)
    since = forms.CharField(
        label=_("From"),
        required=False,
        max_length=PERIOD_LENGTH,
        error_messages=TOO_LONG,
        widget=forms.TextInput({"placeholder": "2019-01", "size": 9}),
    )
    until = forms.CharField(
        label=_("To"),
        required=False,
        max_length=PERIOD_LENGTH,
        error_messages=TOO_LONG,
        widget=forms.TextInput({"placeholder": "2024-12", "size": 9}),
    )
    picture = ChosenField(label=_("Picture"), required=False, choices=PICTURES)

    def clean_since(self) -> Period | None:
        return self.period_in("since")

    def clean_until(self) -> Period | None:
        return self.period_in("until")

    def period_in(self, name: str) -> Period | None:
        """Return the period that was typed into a field; None for none."""
        text = self.cleaned_data[name]
        return parse_period(text, self.year_start) if text else None

    @property
    def asked(self) -> dict[str, Any]:
        """Return what was asked for and means something."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ShownForm(SpanForm):
    """Which values of one series are shown: of which kind of period, and how many there are of each."""

    def __init__(
        self, data: Any, *, kinds: Mapping[PeriodKind, int], year_start: str = "--01-01"
    ) -> None:
        super().__init__(data)
        self.year_start = year_start
        offered = [
            (one.value, f"{capfirst(str(one.label))} ({count})") for one, count in kinds.items()
        ]
        set_choices(self, "kind", [("", _("Most values")), *offered])


def period_or_none(text: str, year_start: str) -> Period | None:
    """Return the period that a text names, or None."""
    try:
        return parse_period(text, year_start)
    except ValidationError:
        return None


def periods_until(
    named: str, kind: PeriodKind, count: int, *, year_start: str, today: dt.date
) -> list[Period]:
    """Return the last so many periods of a kind, as the years of a series go.

    They end with the period that is `named`, or its last part; without one, with the last that has ended.
    """
    until = period_or_none(named, year_start) if named else None
    last = holding(until.last, kind, year_start) if until else latest_ended(kind, today, year_start)
    found = [last]
    while len(found) < count:
        found.append(holding(found[-1].first - ONE_DAY, kind, year_start))
    return found[::-1]
