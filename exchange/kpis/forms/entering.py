"""Which part of the grid is shown, and the form for one value."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from exchange.common.forms import ChosenField, set_choices
from exchange.common.merging import MergingForm
from exchange.kpis.charts.lines import Kinds, kept_by
from exchange.kpis.choices import Missing, Precision, State, Status
from exchange.kpis.entries import Entry
from exchange.kpis.forms.period import TOO_LONG
from exchange.kpis.models import Observation, Series
from exchange.kpis.models.observation import ADDRESS_LENGTH, NOTE_LENGTH, REASON_LENGTH
from exchange.kpis.models.series import PERIOD_LENGTH
from exchange.kpis.periods import PeriodKind, code_of, parse_period
from exchange.kpis.plausible import History
from exchange.kpis.values import decimal_sign_of, typed_value
from exchange.kpis.yardstick import Yardstick

COUNTS = ("4", "6", "12")


class RangeForm(forms.Form):
    """The kind of period, the last one, and how many; what means nothing counts as not given.

    `held` tells which kinds of period the series have values of.
    """

    organisation = forms.UUIDField(required=False, widget=forms.HiddenInput)
    kind = ChosenField(label=_("Periods"), required=False)
    until = forms.CharField(
        label=_("Up to"),
        required=False,
        max_length=PERIOD_LENGTH,
        error_messages=TOO_LONG,
        widget=forms.TextInput({"placeholder": "2024-12", "size": 9}),
    )
    count = ChosenField(
        label=_("How many"), required=False, choices=[(one, one) for one in COUNTS], initial="4"
    )

    def __init__(self, data: Any, *, series: Sequence[Series], held: Mapping[UUID, Kinds]) -> None:
        super().__init__(data)
        allowed = {str(kind) for one in series for kind in one.definition.period_types}
        kinds = [kind for kind in PeriodKind if kind in allowed and kind != PeriodKind.SPAN]
        self._kinds = kinds or [PeriodKind.MONTH]
        self._usual = _usual_kind([kept_by(one, held[one.pk]) for one in series], self._kinds)
        # What is not chosen is the first that is offered.
        offered = sorted(self._kinds, key=lambda kind: kind != self._usual)
        choices = [(kind.value, capfirst(str(kind.label))) for kind in offered]
        set_choices(self, "kind", choices)

    def clean_until(self) -> str:
        text: str = self.cleaned_data["until"]
        return code_of(parse_period(text)) if text else ""

    @property
    def asked(self) -> dict[str, Any]:
        """Return kind, until (the name of a period, or "") and count, each as asked for or as usual."""
        self.full_clean()
        cleaned = self.cleaned_data
        return {
            "kind": PeriodKind(cleaned["kind"]) if cleaned.get("kind") else self._usual,
            "until": cleaned.get("until") or "",
            "count": int(cleaned.get("count") or COUNTS[0]),
        }


def _usual_kind(kept: Iterable[PeriodKind | None], offered: Sequence[PeriodKind]) -> PeriodKind:
    """Return the offered kind in which most series are kept, else months, else the longest."""
    counts = Counter(kind for kind in kept if kind in offered)
    return max(offered, key=lambda kind: (counts[kind], kind == PeriodKind.MONTH))


class EnterForm(MergingForm):
    """One value of a series, with all that is said of it; its `lock` is the revision that was seen.

    `standing` are the revisions that hold and wait, the latest last, `history` the values before it.
    """

    value = forms.CharField(label=_("Value"), required=False, max_length=40)
    missing = ChosenField(
        label=_("Or why there is none"),
        required=False,
        choices=[("", _("there is a value")), *Missing.choices],
    )
    status = ChosenField(label=_("Status"), choices=Status.choices, initial=Status.NORMAL)
    precision = ChosenField(
        label=_("Rounded"), required=False, choices=[("", _("not said")), *Precision.choices]
    )
    source_url = forms.CharField(label=_("Source"), required=False, max_length=ADDRESS_LENGTH)
    second_source_url = forms.CharField(
        label=_("Second source"), required=False, max_length=ADDRESS_LENGTH
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Everybody who reads the value reads it too."),
    )
    reason = forms.CharField(
        label=_("Why it is corrected"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("The old value stays to be read, and this beside the new one."),
    )
    all_the_same = forms.BooleanField(
        label=_("It is right: submit it all the same"), required=False
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        series: Series,
        period: str,
        standing: Sequence[Observation],
        history: History | None,
        language: str,
        today: dt.date,
    ) -> None:
        super().__init__(data, initial=_initial(standing, language))
        self._period, self._sign = period, decimal_sign_of(language)
        self._history = history
        self._measure = Yardstick(series.definition, today=today, year_start=series.year_start)
        self.fields["value"].help_text = series.definition.unit
        if not any(one.state == State.APPROVED for one in standing):
            del self.fields["reason"]
        if data is None:
            del self.fields["all_the_same"]
        self._entry: Entry | None = None

    @property
    def entry(self) -> Entry:
        """Return what a valid form says. Raises ValueError for one that is not."""
        if self._entry is None:
            raise ValueError("the form is not valid")
        return self._entry

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cells = {
            "period": self._period,
            "value": cleaned.get("value", ""),
            "status": cleaned.get("missing") or cleaned.get("status", ""),
            "precision": cleaned.get("precision", ""),
            "source_url": cleaned.get("source_url", ""),
            "second_source_url": cleaned.get("second_source_url", ""),
            "note": cleaned.get("note", ""),
        }
        entry, problems = self._measure.judge(cells, decimal_sign=self._sign, typed=True)
        for problem in problems:
            column = "note" if problem.column == "comment" else problem.column
            self.add_error(column if column in self.fields else None, problem.words)
        if entry is not None:
            self._entry = entry
            warnings = self._measure.warnings(entry, self._history)
            if warnings and not cleaned.get("all_the_same"):
                self.add_error("value", " ".join(warnings))
        return cleaned


def said_of(standing: Sequence[Observation], language: str) -> dict[str, Any]:
    """Return what the form begins with: what was said last of the period, or nothing."""
    latest = standing[-1] if standing else Observation()
    names = ("missing", "status", "precision", "source_url", "second_source_url", "note")
    value = "" if latest.value is None else typed_value(latest.value, language)
    # Why an approved value is corrected is not the reason for the next correction.
    reason = latest.reason if latest.state == State.SUBMITTED else ""
    return {"value": value, "reason": reason, **{name: getattr(latest, name) for name in names}}


def revision_of(standing: Sequence[Observation]) -> int:
    """Return which revision stands last of a period; 0 for none."""
    return standing[-1].revision if standing else 0


def _initial(standing: Sequence[Observation], language: str) -> dict[str, Any]:
    return {**said_of(standing, language), "lock": revision_of(standing)}
