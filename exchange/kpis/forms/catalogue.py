"""The filters of the catalogue."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from exchange.audiences.viewer import Viewer
from exchange.common.forms import ChosenField, set_choices
from exchange.kpis.choices import Direction
from exchange.topics.models import Topic


class CatalogueForm(forms.Form):
    """Filters and order, all from the address; what is not among the choices counts as not given."""

    q = forms.CharField(
        label=_("Words of it, or its code"),
        max_length=100,
        required=False,
        error_messages={"max_length": _("That is too long. Use up to 100 characters.")},
        widget=forms.TextInput({"type": "search"}),
    )
    theme = ChosenField(label=_("Theme"), required=False)
    whose = ChosenField(
        label=_("Who reports it"),
        required=False,
        choices=[
            ("", _("Any, or nobody")),
            ("any", _("Somebody whose values I may see")),
            ("mine", _("My organisations")),
        ],
    )
    direction = ChosenField(
        label=_("Which way is better"),
        required=False,
        choices=[("", _("Any")), *((one.value, capfirst(one.label)) for one in Direction)],
    )
    sort = ChosenField(
        label=_("Order"),
        required=False,
        choices=[
            ("", _("By name")),
            ("code", _("By code")),
            ("reported", _("Most reported first")),
        ],
    )

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        super().__init__(data)
        themes = Topic.objects.visible_to(viewer).filter(parent=None)
        set_choices(self, "theme", [("", _("All")), *((one.code, one.label) for one in themes)])
        if not viewer.roles:
            set_choices(self, "whose", [("", _("Any, or nobody")), ("any", _("Somebody"))])

    @property
    def chosen(self) -> dict[str, str]:
        """Return what was chosen, without what is not among the choices."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}
