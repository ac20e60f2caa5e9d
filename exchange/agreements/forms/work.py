"""The forms about the work under an agreement."""

from typing import Any

from django import forms
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from exchange.accounts.models import User
from exchange.agreements.forms.agreement import (
    DATE_HELP,
    WORDS,
    TopicsMixin,
    several_lines,
    tell_all,
)
from exchange.agreements.models import ProgressUpdate, Workstream
from exchange.agreements.texts import (
    UPDATE_FIELDS,
    WORKSTREAM_FIELDS,
    clean_update,
    clean_workstream,
)
from exchange.audiences.viewer import Viewer
from exchange.common.forms import ChosenField, set_choices
from exchange.common.merging import MergingForm
from exchange.partners.models import Membership, Organisation


class WorkstreamForm(MergingForm, TopicsMixin):
    """What a workstream is for, when, and where it stands."""

    field_order = WORKSTREAM_FIELDS

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [name for name in WORKSTREAM_FIELDS if name != "topics"]
        self.fields.update(fields_for_model(Workstream, fields=names, error_messages=WORDS))
        several_lines(self, objective=6)
        for name in names:
            self.fields[name].show_hidden_initial = True
        for name in ("starts", "ends"):
            self.fields[name].help_text = DATE_HELP
            self.fields[name].widget.attrs["placeholder"] = "2026-03"
        self.order_fields(self.field_order)
        self.offer_topics(viewer)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        tell_all(self, clean_workstream, *(name for name in WORKSTREAM_FIELDS if name != "topics"))
        return cleaned

    @property
    def text(self) -> dict[str, Any]:
        """Return what the actions take of a valid form."""
        return {name: self.cleaned_data[name] for name in WORKSTREAM_FIELDS}


class LeadForm(MergingForm):
    """Who leads a workstream for one's own organisation."""

    person = ChosenField(
        label=_("Person"),
        required=False,
        help_text=_("Other parties read the name of who agreed to be shown to partners."),
    )
    function = forms.CharField(
        label=_("Function"),
        max_length=120,
        required=False,
        help_text=_("Such as “Head of shore power”: what other parties read in any case."),
    )

    def __init__(
        self, *args: Any, viewer: Viewer, organisation: Organisation, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        rows = Membership.objects.visible_to(viewer).active().filter(organisation=organisation)
        self._people = {str(row.user_id): row.user for row in rows.select_related("user")}
        named = sorted((user.full_name, key) for key, user in self._people.items())
        set_choices(
            self, "person", [("", _("nobody by name")), *((key, name) for name, key in named)]
        )

    @property
    def chosen_person(self) -> User | None:
        return self._people.get(self.cleaned_data["person"])


class UpdateForm(MergingForm):
    """How a workstream stands, what was done, what is next."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(
            fields_for_model(ProgressUpdate, fields=UPDATE_FIELDS, error_messages=WORDS)
        )
        several_lines(self, reason=2, done=4, next=3, help_wanted=2)
        for name in UPDATE_FIELDS:
            self.fields[name].show_hidden_initial = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        tell_all(self, clean_update, *UPDATE_FIELDS)
        return cleaned

    @property
    def update(self) -> dict[str, Any]:
        """Return what the action takes of a valid form."""
        return {name: self.cleaned_data[name] for name in UPDATE_FIELDS}
