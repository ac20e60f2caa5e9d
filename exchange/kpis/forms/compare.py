"""What is laid side by side, all from the address, so that it can be passed on."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from exchange.common.forms import ChosenField, SeveralField, set_choices
from exchange.kpis.forms.period import TOO_LONG, SpanForm
from exchange.kpis.models import Series
from exchange.kpis.models.series import PERIOD_LENGTH
from exchange.kpis.periods import Period, PeriodKind

MOST_LINES = 8
MODES = [
    ("", _("As they are")),
    ("indexed", _("Indexed: a period is 100")),
    ("ratio", _("Per unit of another KPI")),
]


class CompareForm(SpanForm):
    """Two KPIs at most, several organisations, and how they are drawn.

    What means nothing counts as not given. `kpis` are codes and names of those that the reader may
    see values of, `series` those of the KPIs that the address names.
    """

    kpi = ChosenField(label=_("KPI"), required=False)
    also = ChosenField(label=_("And"), required=False)
    at = SeveralField(label=_("Organisations"), required=False, widget=forms.CheckboxSelectMultiple)
    mode = ChosenField(label=_("How"), required=False, choices=MODES)
    base = forms.CharField(
        label=_("Period that is 100"),
        required=False,
        max_length=PERIOD_LENGTH,
        error_messages=TOO_LONG,
        help_text=_("Empty: the first that all have."),
        widget=forms.TextInput({"placeholder": "2019", "size": 9}),
    )
    per = ChosenField(label=_("Per"), required=False)

    field_order = ("kpi", "also", "at", "mode", "base", "per", "kind", "since", "until", "picture")

    def __init__(
        self, data: Any, *, kpis: Sequence[tuple[str, str]], series: Sequence[Series]
    ) -> None:
        super().__init__(data)
        for field, nothing in (
            ("kpi", _("Choose one")),
            ("also", _("nothing else")),
            ("per", _("Choose one")),
        ):
            set_choices(self, field, [("", nothing), *kpis])
        kinds = [(kind.value, capfirst(str(kind.label))) for kind in PeriodKind]
        set_choices(self, "kind", [("", _("Most values")), *kinds])
        wanted = {str(data.get(field, "")) for field in ("kpi", "also")} - {""}
        places = {
            key_of(one): str(one.organisation)
            for one in series
            if one.definition.indicator.code in wanted
        }
        set_choices(self, "at", sorted(places.items(), key=lambda pair: pair[1].casefold()))

    def clean_at(self) -> list[str]:
        return list(self.cleaned_data["at"])[:MOST_LINES]

    def clean_base(self) -> Period | None:
        return self.period_in("base")


def key_of(series: Series) -> str:
    """Return what an organisation is called in an address: its UN/LOCODE, else its id."""
    return series.organisation.unlocode or str(series.organisation_id)


def chosen_of(
    series: Iterable[Series], asked: dict[str, Any], codes: Iterable[str]
) -> list[Series]:
    """Return the series of these KPIs at the organisations that were asked for."""
    wanted, places = set(codes), set(asked.get("at", []))
    found = [
        one for one in series if one.definition.indicator.code in wanted and key_of(one) in places
    ]
    return found[:MOST_LINES]
