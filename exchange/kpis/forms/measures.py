"""Which indicators a workstream is to move."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.common.forms import NonceMixin, SeveralField, set_choices
from exchange.kpis.models import Indicator


class MeasuresForm(NonceMixin):
    """The indicators, by theme."""

    indicators = SeveralField(
        label=_("KPIs"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Eight at most. What the parties report of them is shown on its page."),
    )

    def __init__(self, data: Any, *, offered: list[Indicator], chosen: list[Indicator]) -> None:
        super().__init__(data, initial={"indicators": [str(one.pk) for one in chosen]})
        self._offered = {str(one.pk): one for one in offered}
        choices = [(key, f"{one.name} ({one.code})") for key, one in self._offered.items()]
        set_choices(self, "indicators", choices)

    @property
    def indicators_named(self) -> list[Indicator]:
        """Return what a valid form chose."""
        return [self._offered[key] for key in self.cleaned_data["indicators"]]
