"""Choosing to which workstreams a lesson belongs."""

from collections.abc import Collection
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.agreements.models import Workstream
from exchange.common.forms import NonceMixin, SeveralField, set_choices
from exchange.lessons.linking import Offer


class _Unchecked(forms.MultipleChoiceField):
    """What a form says of itself; what no choice is means nothing."""

    def valid_value(self, value: str) -> bool:
        return True


class LinkForm(NonceMixin):
    """The workstreams of a lesson, by agreement; `shown` are those it belonged to when it was opened."""

    workstreams = SeveralField(
        label=_("Workstreams"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only the parties of their agreements see this."),
    )
    shown = _Unchecked(required=False, widget=forms.MultipleHiddenInput)

    def offer(self, offers: Collection[Offer]) -> None:
        """Offer these; those that the lesson belongs to are ticked at first."""
        self._offered = {str(one.workstream.pk): one.workstream for one in offers}
        by_agreement: list[tuple[str, Any]] = [
            (str(agreement), [(str(one.workstream.pk), str(one.workstream)) for one in rows])
            for agreement, rows in groupby(offers, lambda one: one.workstream.agreement)
        ]
        set_choices(self, "workstreams", by_agreement)
        linked = [str(one.workstream.pk) for one in offers if one.is_linked]
        self.initial["workstreams"] = self.initial["shown"] = linked

    @property
    def chosen(self) -> list[Workstream]:
        """Return the workstreams that were ticked."""
        return self._rows("workstreams")

    @property
    def seen(self) -> list[Workstream]:
        """Return those that were ticked when the form was opened."""
        return self._rows("shown")

    def _rows(self, name: str) -> list[Workstream]:
        return [self._offered[pk] for pk in self.cleaned_data[name] if pk in self._offered]
