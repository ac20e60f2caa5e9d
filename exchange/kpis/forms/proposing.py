"""The forms by which coordinators propose KPIs and definitions."""

from typing import Any, ClassVar

from django import forms
from django.forms.models import fields_for_model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from exchange.agreements.forms.agreement import several_lines, tell_all
from exchange.audiences.viewer import Viewer
from exchange.common.cleaning import ADDRESS_LENGTH
from exchange.common.forms import (
    NO_CHOICE,
    ChosenField,
    LinesField,
    NonceMixin,
    SeveralField,
    set_choices,
)
from exchange.kpis.forms.numbers import NumberField
from exchange.kpis.models import Definition
from exchange.kpis.models.indicator import CODE_LENGTH
from exchange.kpis.periods import PeriodKind
from exchange.kpis.texts import DEFINITION_FIELDS, clean_code, clean_definition
from exchange.topics.forms import theme_groups
from exchange.topics.models import Topic

OWN = {"aliases", "plausible_low", "plausible_high", "period_types", "source_link"}
HELP = {
    "inclusions": _("What is counted, where somebody could doubt it."),
    "exclusions": _("What is left out, and would be expected."),
    "statistic": _("How one value stands for a period."),
    "direction": _("Whether more of it is better, or less."),
    "unit": _("As people write it, such as TEU, t CO₂e or berths."),
    "ucum": _("The unit in UCUM, if you know it, such as {TEU} or t."),
    "decimals": _("With how many digits after the decimal sign values are shown."),
    "source_programme": _("Who defined or publishes it first, if anybody did."),
}


class DefinitionForm(NonceMixin):
    """A definition: what its values answer, what goes into them, how they are written."""

    # One a line: a unit such as “t per 10,000 TEU” has a comma of its own.
    aliases = LinesField(
        label=_("Other spellings of the unit"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One a line: files may write them instead."),
    )
    plausible_low = NumberField(label=_("Plausible from"), required=False)
    plausible_high = NumberField(
        label=_("Plausible to"),
        required=False,
        help_text=_("Values outside of this range are asked about, and may be right all the same."),
    )
    period_types = SeveralField(
        label=_("Period types"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(one.value, capfirst(one.label)) for one in PeriodKind],
        help_text=_("By which periods its values may be reported."),
    )
    source_link = forms.URLField(
        label=_("Its address"),
        required=False,
        max_length=ADDRESS_LENGTH,
        assume_scheme="https",
        error_messages={"invalid": _("Write an address, such as https://www.example.org.")},
    )
    fields_of_it: ClassVar[tuple[str, ...]] = DEFINITION_FIELDS
    field_order = ("code", "topic", *DEFINITION_FIELDS, "change_note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [name for name in self.fields_of_it if name not in OWN]
        words = {"statistic": NO_CHOICE, "direction": NO_CHOICE}
        self.fields.update(fields_for_model(Definition, fields=names, error_messages=words))
        for name, help_text in HELP.items():
            self.fields[name].help_text = help_text
        several_lines(self, question=2, formula=3, inclusions=2, exclusions=2, boundary=2)
        several_lines(self, comparability=3)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        tell_all(self, clean_definition, *self.fields_of_it)
        return cleaned

    @property
    def text(self) -> dict[str, Any]:
        """Return what the actions take of a valid form."""
        return {name: self.cleaned_data[name] for name in self.fields_of_it}


class NewIndicatorForm(DefinitionForm):
    """A KPI that the catalogue lacks."""

    code = forms.CharField(
        label=_("Code"),
        max_length=CODE_LENGTH,
        help_text=_(
            "Its name in files and for programs, for ever: small letters, digits and _, such as "
            "shore_power_berths."
        ),
    )
    topic = ChosenField(label=_("Topic"))

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = list(Topic.objects.visible_to(viewer))
        groups = theme_groups(topics, (), whole=_("The theme as a whole"))
        offered = [
            (group["theme"].label, [(row["code"], row["label"]) for row in group["rows"]])
            for group in groups
        ]
        set_choices(self, "topic", [("", _("Choose one")), *offered])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        tell_all(self, lambda given: clean_code(given.get("code")), "code")
        return cleaned


class VersionForm(DefinitionForm):
    """Another definition of a KPI in use; it begins with the one that holds."""

    fields_of_it = (*DEFINITION_FIELDS, "change_note")

    def __init__(self, data: Any = None, *, current: Definition) -> None:
        initial = {name: getattr(current, name) for name in DEFINITION_FIELDS}
        super().__init__(data, initial=initial)
        several_lines(self, change_note=3)
        self.fields["change_note"].required = True
        self.fields["change_note"].help_text = _("And why: the operator decides by it.")
