"""The forms about milestones and actions."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.accounts.models import User
from exchange.agreements.actions import Hands
from exchange.agreements.models import Action, Agreement, Milestone, Workstream
from exchange.audiences.viewer import Viewer
from exchange.common.forms import ChosenField, NonceMixin, set_choices
from exchange.common.merging import MergingForm
from exchange.partners.models import Membership, Organisation

# Stands for who is named now and is not offered.
KEPT = "as-it-is"
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


def evidence_field() -> forms.URLField:
    """Return a field for the address of what proves that a milestone is met."""
    return forms.URLField(
        label=_("Evidence"),
        max_length=2000,
        required=False,
        assume_scheme="https",
        help_text=Milestone._meta.get_field("evidence").help_text,
        error_messages={"invalid": _("Write an address, such as https://www.example.org.")},
    )


class TaskForm(MergingForm):
    """What a milestone and an action have in common: what, until when, by whom."""

    title = forms.CharField(label=_("What"), max_length=200)
    due = day_field(label=_("Due"))
    organisation = ChosenField(
        label=_("In the hands of"),
        required=False,
        help_text=_("Once it is saved, only they change it, or hand it on."),
    )

    def __init__(
        self,
        *args: Any,
        agreement: Agreement,
        task: Milestone | Action | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.agreement, self.task = agreement, task
        self._owners = {str(one.organisation_id): one.organisation for one in agreement.standing}
        self.offer()
        if task:
            self.initial = {**self.values_of(task), "lock": task.lock}

    def offer(self) -> None:
        """Set who may have it in hand; who had it and has left is offered as such."""
        parties = [(key, str(owner)) for key, owner in self._owners.items()]
        if self.task and self._kept(self.task.organisation_id, self._owners) == KEPT:
            words = _("as it is: %(party)s, no party any more")
            parties.append((KEPT, words % {"party": self.task.organisation}))
        set_choices(self, "organisation", [("", TOGETHER), *parties])

    def values_of(self, task: Milestone | Action) -> dict[str, Any]:
        """Return what the form begins with."""
        owner = self._kept(task.organisation_id, self._owners)
        return {"title": task.title, "due": task.due, "organisation": owner}

    @property
    def owner(self) -> Organisation | None:
        """Return the party that was chosen; None for all together."""
        return self._owners.get(self.cleaned_data["organisation"])

    @property
    def hands(self) -> Hands:
        """Return who was chosen to have it in hand; nothing where that stays as it is."""
        stays = self.cleaned_data["organisation"] == KEPT
        return {} if stays else {"organisation": self.owner}

    @staticmethod
    def _kept(pk: UUID | None, known: Mapping[str, object]) -> str:
        """Return the choice that stands for who is named: KEPT for who is not offered."""
        return (str(pk) if str(pk) in known else KEPT) if pk else ""

    @property
    def text(self) -> dict[str, Any]:
        return {"title": self.cleaned_data["title"], "due": self.cleaned_data["due"]}


class MilestoneForm(TaskForm):
    """A milestone."""

    evidence = evidence_field()

    def values_of(self, task: Milestone | Action) -> dict[str, Any]:
        return {**super().values_of(task), "evidence": getattr(task, "evidence", "")}

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

    workstream = ChosenField(label=_("Workstream"), required=False)

    def __init__(
        self,
        *args: Any,
        viewer: Viewer,
        workstreams: Any = (),
        whole: bool = True,
        **kwargs: Any,
    ) -> None:
        self._viewer, self._whole = viewer, whole
        self._workstreams = {str(one.pk): one for one in workstreams}
        super().__init__(*args, **kwargs)
        if not self._workstreams:
            del self.fields["workstream"]

    def offer(self) -> None:
        super().offer()
        rows = Membership.objects.visible_to(self._viewer).active()
        inside = rows.filter(organisation__in=self.agreement.party_ids)
        self._members = list(inside.select_related("user", "organisation"))
        self._people = {str(row.user_id): row.user for row in self._members}
        person = getattr(self.task, "person_id", None)
        # Who is named but not shown to the reader is told as such, and stays.
        kept = [(KEPT, _("as it is"))] if self._kept(person, self._people) == KEPT else []
        offered = [("", _("nobody by name")), *kept, *_by_party(self._members)]
        set_choices(self, "person", offered)
        streams = [(key, one.title) for key, one in self._workstreams.items()]
        whole = [("", _("the agreement as a whole"))] if self._whole else []
        set_choices(self, "workstream", [*whole, *streams])
        self.fields["workstream"].required = not self._whole

    def values_of(self, task: Milestone | Action) -> dict[str, Any]:
        person = self._kept(getattr(task, "person_id", None), self._people)
        return {**super().values_of(task), "person": person}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        owner, person = cleaned.get("organisation"), cleaned.get("person")
        if owner and person:
            there = {row.user_id for row in self._members if str(row.organisation_id) == owner}
            named = self._people.get(person) or getattr(self.task, "person", None)
            changes = "organisation" in self.changed_data or "person" in self.changed_data
            if changes and named and named.pk not in there:
                self.add_error("person", _("Choose somebody who is a member of that party."))
        return cleaned

    @property
    def chosen_person(self) -> User | None:
        return self._people.get(self.cleaned_data["person"])

    @property
    def hands(self) -> Hands:
        hands = super().hands
        if self.cleaned_data["person"] != KEPT:
            return {**hands, "person": self.chosen_person}
        # With another owner whoever is named has to be said again, or is gone.
        person = getattr(self.task, "person", None)
        return {**hands, "person": person} if "organisation" in self.changed_data else hands

    @property
    def chosen_workstream(self) -> Workstream | None:
        return self._workstreams.get(self.cleaned_data.get("workstream", ""))


class FinishForm(NonceMixin):
    """When a milestone or an action was done, and what proves it."""

    done_on = day_field(label=_("Done on"))
    evidence = evidence_field()


def _by_party(rows: Iterable[Membership]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        entry = (str(row.user_id), row.user.full_name or row.user.email)
        groups.setdefault(str(row.organisation), []).append(entry)
    return sorted(
        (party, sorted(people, key=lambda one: one[1])) for party, people in groups.items()
    )
