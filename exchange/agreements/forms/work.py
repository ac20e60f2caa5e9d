"""The forms about the work under an agreement."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from exchange.accounts.models import User
from exchange.agreements.forms.agreement import DATE_HELP, WORDS, TopicsMixin, several_lines
from exchange.agreements.models import Agreement, Milestone, ProgressUpdate, Workstream
from exchange.agreements.texts import UPDATE_FIELDS, WORKSTREAM_FIELDS
from exchange.audiences.viewer import Viewer
from exchange.common.forms import ChosenField, NonceMixin, set_choices
from exchange.common.merging import MergingForm
from exchange.partners.models import Membership, Organisation

TOGETHER = _("all parties together")


def day_field(**given: Any) -> forms.DateField:
    """Return a field for a day that may be left empty."""
    return forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Write a day, such as 2026-03-06.")},
        **given,
    )


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
            self.fields[name].widget.attrs |= {"placeholder": "2026-03", "autocomplete": "off"}
        self.order_fields(self.field_order)
        self.offer_topics(viewer)

    @property
    def text(self) -> dict[str, Any]:
        """Return what the actions take of a valid form."""
        return {name: self.cleaned_data[name] for name in WORKSTREAM_FIELDS}


class LeadForm(NonceMixin):
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


class UpdateForm(NonceMixin):
    """How a workstream stands, what was done, what is next."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(
            fields_for_model(ProgressUpdate, fields=UPDATE_FIELDS, error_messages=WORDS)
        )
        several_lines(self, reason=2, done=4, next=3, help_wanted=2)

    @property
    def update(self) -> dict[str, Any]:
        """Return what the action takes of a valid form."""
        return {name: self.cleaned_data[name] for name in UPDATE_FIELDS}


class TaskForm(MergingForm):
    """What a milestone and an action have in common: what, until when, by whom."""

    title = forms.CharField(label=_("What"), max_length=200)
    due = day_field(label=_("Due"))
    organisation = ChosenField(label=_("In the hands of"), required=False)

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        self.agreement = agreement
        super().__init__(*args, **kwargs)
        parties = [(str(one.organisation_id), str(one.organisation)) for one in agreement.standing]
        set_choices(self, "organisation", [("", TOGETHER), *parties])

    @property
    def owner(self) -> Organisation | None:
        """Return the party that was chosen; None for all together."""
        chosen = self.cleaned_data["organisation"]
        owners = {str(one.organisation_id): one.organisation for one in self.agreement.standing}
        return owners.get(chosen)

    @property
    def text(self) -> dict[str, Any]:
        return {"title": self.cleaned_data["title"], "due": self.cleaned_data["due"]}


class MilestoneForm(TaskForm):
    """A milestone."""

    evidence = forms.URLField(
        label=_("Evidence"),
        max_length=2000,
        required=False,
        assume_scheme="https",
        help_text=Milestone._meta.get_field("evidence").help_text,
        error_messages={"invalid": _("Write an address, such as https://www.example.org.")},
    )

    @property
    def text(self) -> dict[str, Any]:
        return {**super().text, "evidence": self.cleaned_data["evidence"]}


class ActionForm(TaskForm):
    """An action: a party has it in hand, or a person of it."""

    person = ChosenField(
        label=_("Person"),
        required=False,
        help_text=_("One of yours, or of who agreed to be shown to partners. It waits for them."),
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Membership.objects.visible_to(viewer).active()
        found = rows.filter(organisation__in=self.agreement.party_ids)
        self._people = {
            str(row.user_id): row.user for row in found.select_related("user", "organisation")
        }
        set_choices(self, "person", [("", _("nobody by name")), *_by_party(found)])

    @property
    def chosen_person(self) -> User | None:
        return self._people.get(self.cleaned_data["person"])


class FinishForm(NonceMixin):
    """When a milestone or an action was done, and what proves it."""

    done_on = day_field(label=_("Done on"))
    evidence = forms.URLField(
        label=_("Evidence"),
        max_length=2000,
        required=False,
        assume_scheme="https",
        help_text=Milestone._meta.get_field("evidence").help_text,
        error_messages={"invalid": _("Write an address, such as https://www.example.org.")},
    )


def _by_party(rows: Iterable[Membership]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        entry = (str(row.user_id), row.user.full_name or row.user.email)
        groups.setdefault(str(row.organisation), []).append(entry)
    return sorted(
        (party, sorted(people, key=lambda one: one[1])) for party, people in groups.items()
    )
