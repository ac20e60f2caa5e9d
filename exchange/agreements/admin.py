"""What the operator may look at: how agreements stand, not what they say; and the answers it gives."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from exchange.agreements import actions
from exchange.agreements.models import Agreement, Meeting, Milestone, Party, Workstream
from exchange.audiences.viewer import Viewer
from exchange.common.admin import ListOnlyAdmin
from exchange.common.errors import ActionError


@admin.register(Agreement)
class AgreementAdmin(ListOnlyAdmin):
    list_display = (
        "id",
        "kind",
        "organisation",
        "audience__kind",
        "effective_audience__kind",
        "concluded_at",
        "closing",
        "closed_at",
        "lock",
        "external_id",
        "changed_at",
    )
    list_filter = ("kind", "closing")
    list_select_related = ("organisation", "audience", "effective_audience")
    search_fields = ("id", "external_id")


@admin.register(Workstream)
class WorkstreamAdmin(ListOnlyAdmin):
    list_display = ("id", "agreement_id", "number", "status", "health", "reported_at", "lock")
    list_filter = ("status", "health")
    search_fields = ("id", "agreement__id")


@admin.register(Milestone)
class MilestoneAdmin(ListOnlyAdmin):
    list_display = ("id", "agreement_id", "organisation", "due", "done_on", "dropped_at", "lock")
    list_select_related = ("organisation",)
    search_fields = ("id", "agreement__id")


@admin.register(Meeting)
class MeetingAdmin(ListOnlyAdmin):
    list_display = ("id", "agreement_id", "starts_at", "timezone", "state", "lock")
    list_filter = ("state",)
    search_fields = ("id", "agreement__id")


@admin.register(Party)
class PartyAdmin(ListOnlyAdmin):
    """Who is party; the operator answers for those that take no part in the exchange."""

    list_display = (
        "id",
        "agreement_id",
        "organisation",
        "state",
        "is_coordinating",
        "proposed_by",
        "joined_at",
        "left_at",
    )
    list_filter = ("state",)
    list_select_related = ("organisation", "proposed_by")
    search_fields = ("id", "agreement__id", "organisation__name")
    actions = ("confirm", "remove")

    @admin.action(description=_("Confirm that it is party"))
    def confirm(self, request: HttpRequest, chosen: QuerySet[Party]) -> None:
        """Confirm for the chosen ones, such as reference ports, that they are party."""

        def confirm(actor: Viewer, party: Party) -> Party:
            return actions.confirm_party(actor=actor, party=party, lock=party.agreement.lock)

        self._answer(request, chosen, confirm)

    @admin.action(description=_("Have it leave the agreement"))
    def remove(self, request: HttpRequest, chosen: QuerySet[Party]) -> None:
        """Have the chosen parties leave."""
        self._answer(request, chosen, actions.leave_agreement)

    def _answer(self, request: HttpRequest, chosen: QuerySet[Party], act: Any) -> None:
        """Act on each; say of each how it stands, or why nothing was done."""
        for party in chosen.select_related("organisation"):
            try:
                now = act(actor=Viewer.system(), party=party)
            except ActionError as error:
                self.message_user(request, f"{party.organisation}: {error}", messages.ERROR)
            else:
                self.message_user(request, f"{party.organisation}: {now.get_state_display()}")
