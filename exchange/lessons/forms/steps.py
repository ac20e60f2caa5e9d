"""The small forms that move a lesson on."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.common.clock import OnTheClock, moment_of
from exchange.common.forms import ChosenField, LockMixin, NonceMixin, set_choices
from exchange.lessons.choices import Decision
from exchange.lessons.models import NOTE_LENGTH, REASON_LENGTH

DECISIONS: list[tuple[Decision, Any]] = [
    (Decision.APPROVED, _("Approve: it is significant, valid and of use to others")),
    (Decision.CHANGES_REQUESTED, _("Request changes: the author mends it and sends it again")),
    (Decision.DECLINED, _("Decline: it should not be published")),
]
ACTIONS = {
    Decision.APPROVED: "approve",
    Decision.CHANGES_REQUESTED: "request_changes",
    Decision.DECLINED: "decline",
}


class StepForm(NonceMixin, LockMixin):
    """A button that changes a lesson: what it was when it was shown, and once only."""


class ReasonForm(StepForm):
    """A step that needs a reason."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "People of your organisation read it, nobody else. Plain text, shown as you type it."
        ),
    )


class ReleaseForm(StepForm):
    """A day and an hour from which readers see the lesson, as the clock shows them in `zone`."""

    release_at = OnTheClock(label=_("Publish on"))

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields["release_at"].help_text = _("By the clock in %(zone)s.") % {"zone": zone}

    def clean_release_at(self) -> dt.datetime:
        """Return the moment: what was typed is the time on the clock in the person's zone."""
        return moment_of(self.cleaned_data["release_at"], self.zone)


class SuccessorForm(StepForm):
    """Which lesson replaces another, by the address of its page, and what its readers are told."""

    successor = forms.CharField(
        label=_("Replaced by"),
        max_length=2000,
        widget=forms.TextInput(attrs={"list": "may-replace", "autocomplete": "off"}),
        help_text=_(
            "Choose one from the list, or paste the address of another published lesson of your "
            "organisation."
        ),
    )
    note = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Everybody who may read the replaced lesson reads this. Do not name what they may not see."
        ),
    )


class ReviewForm(StepForm):
    """A reviewer's decision, with a reason for every "no"."""

    decision = ChosenField(
        label=_("Your decision"),
        widget=forms.RadioSelect,
        choices=DECISIONS,
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Needed unless you approve. The author and people of your organisation read it, "
            "nobody else. Plain text, shown as you type it."
        ),
    )

    def offer(self, actions: Collection[str]) -> None:
        """Leave only the decisions whose actions (names of `states.TRANSITIONS`) are open now."""
        offered = [row for row in DECISIONS if ACTIONS[row[0]] in actions]
        set_choices(self, "decision", offered)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        decision, reason = cleaned.get("decision"), cleaned.get("reason", "").strip()
        if decision and decision != Decision.APPROVED and not reason and "reason" in cleaned:
            self.add_error("reason", _("Say why, so that the author can mend it."))
        return cleaned
