"""The forms about what a series aims at."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from exchange.agreements.forms.agreement import tell_all
from exchange.common.forms import ChosenField, NonceMixin
from exchange.common.merging import MergingForm
from exchange.kpis.choices import Aim, Direction
from exchange.kpis.forms.numbers import NumberField
from exchange.kpis.models import Series, Target
from exchange.kpis.models.series import PERIOD_LENGTH
from exchange.kpis.periods import Period, parse_period
from exchange.kpis.texts import TARGET_FIELDS, clean_target


class TargetFields(forms.Form):
    """What is said of a target or a baseline."""

    value = NumberField(label=_("Value"))
    upper = NumberField(label=_("Upper end"), required=False)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=500,
        help_text=Target._meta.get_field("note").help_text,
    )

    def __init__(self, *args: Any, series: Series, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.series = series
        self.fields["value"].help_text = series.definition.unit
        if series.definition.direction == Direction.BAND:
            self.fields["value"].label = _("Lower end")
            self.fields["upper"].help_text = series.definition.unit
        else:
            del self.fields["upper"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        judge = partial(clean_target, definition=self.series.definition)
        tell_all(self, judge, *TARGET_FIELDS)
        return cleaned

    @property
    def text(self) -> dict[str, Any]:
        """Return what the action takes of a valid form."""
        return {name: self.cleaned_data[name] for name in TARGET_FIELDS if name in self.fields}


class TargetForm(MergingForm, TargetFields):
    """A target or a baseline that is there; what a colleague saved meanwhile is brought together."""

    def __init__(self, *args: Any, target: Target, **kwargs: Any) -> None:
        initial = {**self.values_of(target), "lock": target.lock}
        super().__init__(*args, initial=initial, series=target.series, **kwargs)

    @staticmethod
    def values_of(target: Target) -> dict[str, Any]:
        """Return what is said of it now."""
        return {name: getattr(target, name) for name in ("value", "upper", "note")}


class NewTargetForm(NonceMixin, TargetFields):
    """A target or a baseline of a period that has none of its kind yet."""

    aim = ChosenField(
        label=_("What it is"),
        choices=[(one.value, capfirst(one.label)) for one in Aim],
        initial=Aim.TARGET,
        help_text=_("A target is aimed at; a baseline is what the values are measured against."),
    )
    period = forms.CharField(
        label=_("Period"),
        max_length=PERIOD_LENGTH,
        help_text=_("Such as 2030, 2027-S1, 2026-Q3 or 2026-09."),
    )
    field_order = ("aim", "period", "value", "upper", "note")

    def __init__(self, *args: Any, targets: Sequence[Target], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._taken = {(one.aim, one.first, one.last) for one in targets}

    def clean_period(self) -> str:
        """Return the period as it was typed; refuse one that is taken, so that nothing is replaced."""
        text: str = self.cleaned_data["period"]
        days: Period = parse_period(text, self.series.year_start)
        if (self.cleaned_data.get("aim"), days.first, days.last) in self._taken:
            raise forms.ValidationError(_("There is one for this period already: edit that one."))
        return text
