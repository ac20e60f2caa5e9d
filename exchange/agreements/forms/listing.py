"""The filters of the list of agreements."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from exchange.agreements.board import STATES
from exchange.agreements.choices import Kind, Status
from exchange.agreements.forms.tasks import day_field
from exchange.audiences.viewer import Viewer
from exchange.common.forms import ChosenField, set_choices


def _every(words: Any, choices: Any) -> list[Any]:
    return [("", words), *((value, capfirst(str(label))) for value, label in choices)]


class ListForm(forms.Form):
    """Filters and order, all from the address; what is not among the choices counts as not given."""

    q = forms.CharField(
        label=_("Title or party"),
        max_length=100,
        required=False,
        error_messages={"max_length": _("That is too long. Use up to 100 characters.")},
        widget=forms.TextInput({"type": "search"}),
    )
    whose = ChosenField(
        label=_("Whose"),
        required=False,
        choices=[("", _("All I may see")), ("mine", _("Of my organisations"))],
    )
    status = ChosenField(
        label=_("Status"), required=False, choices=_every(_("Any"), Status.choices)
    )
    kind = ChosenField(label=_("Kind"), required=False, choices=_every(_("Any"), Kind.choices))
    sort = ChosenField(
        label=_("Order"),
        required=False,
        choices=[
            ("", _("By title, yours first")),
            ("newest", _("Newest first")),
            ("ends", _("Ending soonest")),
        ],
    )

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        super().__init__(data)
        if not viewer.roles:
            del self.fields["whose"]

    @property
    def chosen(self) -> dict[str, str]:
        """Return what was chosen, without what is not among the choices."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class BoardForm(forms.Form):
    """What the board of an agreement is narrowed to, all from the address."""

    workstream = ChosenField(label=_("Workstream"), required=False)
    party = ChosenField(label=_("In the hands of"), required=False)
    kind = ChosenField(
        label=_("What"),
        required=False,
        choices=[
            ("", _("Milestones and actions")),
            ("milestone", _("Milestones")),
            ("action", _("Actions")),
        ],
    )
    state = ChosenField(label=_("State"), required=False, choices=[("", _("Any")), *STATES.items()])

    def __init__(self, data: Any, *, workstreams: Any, parties: Any) -> None:
        super().__init__(data)
        streams = [(str(one.pk), one.title) for one in workstreams]
        set_choices(self, "workstream", [("", _("All")), *streams])
        owners = [(str(one.organisation_id), str(one.organisation)) for one in parties]
        set_choices(self, "party", [("", _("Any party")), *owners])

    @property
    def chosen(self) -> dict[str, str]:
        """Return what was chosen, without what is not among the choices."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class PeriodForm(forms.Form):
    """The days from which and to which a report counts; what means nothing counts as not given."""

    def __init__(self, data: Any, *, first: dt.date, last: dt.date) -> None:
        usual = {"from": first.isoformat(), "to": last.isoformat()}
        super().__init__({name: data.get(name) or day for name, day in usual.items()})
        self.fields["from"] = day_field(label=_("From"))
        self.fields["to"] = day_field(label=_("To"))
        self._usual = (first, last)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.period != (cleaned.get("from"), cleaned.get("to")) and not self.errors:
            self.add_error("to", _("The end lies before the start. Check both dates."))
        return cleaned

    @property
    def period(self) -> tuple[dt.date, dt.date]:
        """Return the first and the last day: as asked for, or the usual ones."""
        first, last = (self.cleaned_data.get(name) for name in ("from", "to"))
        return (first, last) if first and last and first <= last else self._usual
