from collections.abc import Callable
from functools import partial

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exchange.audiences.viewer import Viewer
from exchange.common.admin import ReadOnlyAdmin
from exchange.common.errors import ActionError
from exchange.partners import actions
from exchange.partners.models import ApiClient, Invitation, Membership, Organisation
from exchange.partners.models.organisation import OrganisationQuerySet


class ReasonForm(ActionForm):
    """Why: what is chosen beside it is told to the people of the organisation with it."""

    reason = forms.CharField(label=_("Reason:"), required=False, max_length=500)


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    """Who takes part, and who is only compared with."""

    list_display = (
        "name",
        "takes_part",
        "kind",
        "unlocode",
        "country",
        "timezone",
        "created_at",
    )
    fields = (*list_display, "standing_since", "standing_reason")
    list_filter = ("kind", "is_partner", "standing")
    search_fields = ("name", "unlocode")
    actions = ("suspend", "resume", "end_partnership")
    action_form = ReasonForm

    @admin.display(description=_("standing"), ordering="standing")
    def takes_part(self, organisation: Organisation) -> str:
        """Return how an organisation stands; a reference port takes no part at all."""
        if not organisation.is_partner:
            return gettext("reference port")
        return organisation.get_standing_display()

    @admin.action(description=_("Suspend (say why)"))
    def suspend(self, request: HttpRequest, chosen: OrganisationQuerySet) -> None:
        """Have the chosen partners take no part for a while."""
        reason = request.POST.get("reason", "")
        self._change(request, chosen, partial(actions.suspend_organisation, reason=reason))

    @admin.action(description=_("Have it take part again"))
    def resume(self, request: HttpRequest, chosen: OrganisationQuerySet) -> None:
        """Have the chosen partners take part again."""
        self._change(request, chosen, actions.resume_organisation)

    @admin.action(description=_("Note that it left the exchange (say why)"))
    def end_partnership(self, request: HttpRequest, chosen: OrganisationQuerySet) -> None:
        """Note that the chosen partners left."""
        reason = request.POST.get("reason", "")
        self._change(request, chosen, partial(actions.end_partnership, reason=reason))

    def _change(
        self,
        request: HttpRequest,
        chosen: OrganisationQuerySet,
        act: Callable[..., Organisation],
    ) -> None:
        """Act on each; say of each how it stands, or why nothing was done."""
        for organisation in chosen:
            try:
                now = act(actor=Viewer.system(), organisation=organisation)
            except ActionError as error:
                self.message_user(request, f"{organisation}: {error}", messages.ERROR)
            else:
                self.message_user(request, f"{now}: {now.get_standing_display()}")


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Who is in which organisation, as what."""

    list_display = ("user", "organisation", "role", "joined_at")
    list_filter = ("role",)
    list_select_related = ("user", "organisation")
    search_fields = ("user__email", "organisation__name")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Who was invited, and what became of it; the tokens are kept by nobody."""

    list_display = (
        "email",
        "organisation",
        "role",
        "created_at",
        "expires_at",
        "accepted_at",
        "revoked_at",
        "mail_state",
    )
    list_filter = ("mail_state",)
    list_select_related = ("organisation",)
    search_fields = ("email", "organisation__name")


@admin.register(ApiClient)
class ApiClientAdmin(ReadOnlyAdmin):
    """Which programs have access; the tokens are kept by nobody."""

    list_display = (
        "name",
        "organisation",
        "may_write",
        "created_at",
        "last_used_at",
        "expires_at",
        "revoked_at",
        "end_reason",
    )
    list_filter = ("may_write",)
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name")
