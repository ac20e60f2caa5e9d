"""What is laid side by side, all from the address, so that it can be passed on."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _

from exchange.common.forms import ChosenField, SeveralField, set_choices
from exchange.kpis.charts.picture import INDEXED, RATIO
from exchange.kpis.forms.period import TOO_LONG, SpanForm
from exchange.kpis.models import Series
from exchange.kpis.models.series import PERIOD_LENGTH
from exchange.kpis.periods import Period, PeriodKind

LONGEST_KEY = 40
MODES = [
    ("", _("As they are")),
    (INDEXED, _("Indexed: a period is 100")),
    (RATIO, _("Per unit of another KPI")),
]


class PlacesField(SeveralField):
    """Organisations by their keys: what is not shown to the reader is told beside those that are."""

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)


class CompareForm(SpanForm):
    """Two KPIs at most, several organisations, and how they are drawn.

    What means nothing counts as not given. `kpis` are codes and names of those that the reader may
    see values of, and whether an organisation of the address reports them: only then it is offered
    beside another. `series` is what the address names and the reader may see, `offered` keys and
    names of organisations to choose from.
    """

    kpi = ChosenField(label=_("KPI"), required=False)
    also = ChosenField(label=_("And"), required=False)
    at = PlacesField(label=_("Organisations"), required=False, widget=forms.CheckboxSelectMultiple)
    who = forms.CharField(
        label=_("Find others"),
        required=False,
        max_length=100,
        error_messages={"max_length": _("That is too long. Use up to 100 characters.")},
        widget=forms.TextInput({"type": "search"}),
    )
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

    field_order = (
        "kpi",
        "also",
        "at",
        "who",
        "mode",
        "base",
        "per",
        "kind",
        "since",
        "until",
        "picture",
    )

    def __init__(
        self,
        data: Any,
        *,
        kpis: Sequence[tuple[str, str, bool]],
        series: Sequence[Series],
        offered: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data)
        names = [(code, name) for code, name, _is_there in kpis]
        set_choices(self, "kpi", [("", _("Choose one")), *names])
        for field, nothing in (("also", _("nothing else")), ("per", _("Choose one"))):
            beside = [
                (code, name)
                for code, name, is_there in kpis
                if is_there or not series or code == data.get(field)
            ]
            set_choices(self, field, [("", nothing), *beside])
        kinds = [(kind.value, capfirst(str(kind.label))) for kind in PeriodKind]
        set_choices(self, "kind", [("", _("Most values")), *kinds])
        wanted = {str(data.get(field, "")) for field in ("kpi", "also")} - {""}
        self._places = {
            key_of(one): str(one.organisation)
            for one in series
            if one.definition.indicator.code in wanted
        }
        self._named = data.getlist("at")
        chosen = [one for one in self._places.items() if one[0] in self._named]
        set_choices(self, "at", list(dict([*chosen, *offered]).items()))

    def clean_at(self) -> list[str]:
        return [key for key in self.cleaned_data["at"] if key in self._places]

    @property
    def unknown(self) -> list[str]:
        """Return the organisations of the address that are not shown, as they stand there."""
        is_of_something = {"kpi", "also"} & self.asked.keys()
        named = dict.fromkeys(self._named) if is_of_something else {}
        return [Truncator(key).chars(LONGEST_KEY) for key in named if key not in self._places]

    def clean_base(self) -> Period | None:
        return self.period_in("base")

    def clean(self) -> None:
        if self.cleaned_data.get("mode") == RATIO and not self.cleaned_data.get("per"):
            del self.cleaned_data["mode"]
            if "per" not in self.errors:
                self.add_error("per", _("Choose what to divide by."))


def key_of(series: Series) -> str:
    """Return what an organisation is called in an address: its UN/LOCODE, else its id."""
    return series.organisation.unlocode or str(series.organisation_id)
