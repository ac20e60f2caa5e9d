"""The small forms that move a lesson on."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.common.forms import LockMixin, NonceMixin, set_choices
from exchange.lessons.choices import Decision
from exchange.lessons.models import REASON_LENGTH

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
        help_text=_("People of your organisation read it, nobody else."),
    )


class ReviewForm(StepForm):
    """A reviewer's decision, with a reason for every "no"."""

    decision = forms.ChoiceField(
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
            "nobody else."
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
