"""What the operator may look at: how KPIs stand, no values; and the answers it gives to proposals."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exchange.audiences.viewer import Viewer
from exchange.common.admin import ListOnlyAdmin, ReadOnlyAdmin
from exchange.common.errors import ActionError
from exchange.kpis import actions, policies
from exchange.kpis.models import Definition, Import, Indicator, Series
from exchange.kpis.texts import DEFINITION_FIELDS
from exchange.partners.admin import ReasonForm


@admin.register(Indicator)
class IndicatorAdmin(ListOnlyAdmin):
    list_display = ("code", "organisation", "topic_id", "is_in_use", "retired_at", "lock")
    list_filter = ("retired_at",)
    list_select_related = ("organisation",)
    search_fields = ("id", "code")
    actions = ("retire", "reinstate")
    action_form = ReasonForm

    @admin.display(description=_("in use"), boolean=True)
    def is_in_use(self, indicator: Indicator) -> bool:
        return policies.is_listed(indicator)

    @admin.action(description=_("Retire: no new values (say why)"))
    def retire(self, request: HttpRequest, chosen: QuerySet[Indicator]) -> None:
        """Have no new values be entered for the chosen ones; who reports them reads why."""
        reason = request.POST.get("reason", "")
        self._change(request, chosen, partial(actions.retire_indicator, reason=reason))

    @admin.action(description=_("Have values be entered again"))
    def reinstate(self, request: HttpRequest, chosen: QuerySet[Indicator]) -> None:
        """Have values be entered again for the chosen ones."""
        self._change(request, chosen, actions.reinstate_indicator)

    def _change(
        self, request: HttpRequest, chosen: QuerySet[Indicator], act: Callable[..., Indicator]
    ) -> None:
        """Act on each; say of each how it stands, or why nothing was done."""
        for one in chosen:
            try:
                now = act(actor=Viewer.system(), indicator=one, lock=one.lock)
            except ActionError as error:
                self.message_user(request, f"{one.code}: {error}", messages.ERROR)
            else:
                how = gettext("In use") if policies.is_listed(now) else gettext("Retired")
                self.message_user(request, f"{how}: {now.code}")


@admin.register(Definition)
class DefinitionAdmin(ReadOnlyAdmin):
    """Versions of definitions, in full: those in use are public, proposals are made to the operator."""

    list_display = ("indicator_code", "version", "name", "standing", "organisation", "made_at")
    fields = (
        *list_display,
        *(name for name in DEFINITION_FIELDS if name != "name"),
        "change_note",
        "decided_at",
        "decision_reason",
    )
    list_filter = ("standing",)
    list_select_related = ("indicator", "organisation")
    search_fields = ("indicator__code",)
    actions = ("accept", "decline")
    action_form = ReasonForm

    @admin.display(description=_("code"), ordering="indicator__code")
    def indicator_code(self, definition: Definition) -> str:
        return definition.indicator.code

    @admin.action(description=_("Accept: put it in use"))
    def accept(self, request: HttpRequest, chosen: QuerySet[Definition]) -> None:
        """Put the chosen proposals in use."""
        self._answer(request, chosen, actions.accept_proposal)

    @admin.action(description=_("Decline (say why)"))
    def decline(self, request: HttpRequest, chosen: QuerySet[Definition]) -> None:
        """Decline the chosen proposals; who proposed them reads why."""
        reason = request.POST.get("reason", "")
        self._answer(request, chosen, partial(actions.decline_proposal, reason=reason))

    def _answer(
        self, request: HttpRequest, chosen: QuerySet[Definition], act: Callable[..., Any]
    ) -> None:
        """Act on each; say of each how it stands, or why nothing was done."""
        for one in chosen.select_related("indicator", "organisation"):
            try:
                act(actor=Viewer.system(), definition=one)
            except ActionError as error:
                self.message_user(request, f"{one}: {error}", messages.ERROR)
            else:
                one.refresh_from_db(fields=["standing"])
                self.message_user(request, f"{one}: {one.get_standing_display()}")


@admin.register(Series)
class SeriesAdmin(ListOnlyAdmin):
    list_display = (
        "id",
        "code",
        "organisation",
        "effective_audience__kind",
        "grade",
        "rhythm",
        "peer_consent",
        "revised",
        "closed_at",
        "lock",
    )
    list_filter = ("grade", "peer_consent")
    list_select_related = ("definition__indicator", "organisation", "effective_audience")
    search_fields = ("id", "definition__indicator__code")

    @admin.display(description=_("code"), ordering="definition__indicator__code")
    def code(self, series: Series) -> str:
        return series.definition.indicator.code


@admin.register(Import)
class ImportAdmin(ListOnlyAdmin):
    list_display = (
        "id",
        "organisation",
        "way",
        "state",
        "size",
        "rows_in_file",
        "rows_read",
        "outcomes",
        "attempt",
        "lease_until",
        "made_at",
        "accepted_at",
        "undone_at",
    )
    list_filter = ("state", "way")
    list_select_related = ("organisation",)
    search_fields = ("id", "sha256")

    @admin.display(description=_("rows"))
    def outcomes(self, batch: Import) -> str:
        return ", ".join(f"{name} {count}" for name, count in batch.counts.items() if count)
