from django.contrib import admin

from exchange.common.admin import ReadOnlyAdmin
from exchange.partners.models import ApiClient, Invitation, Membership, Organisation


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    """Who takes part, and who is only compared with."""

    list_display = ("name", "kind", "unlocode", "country", "timezone", "is_partner", "created_at")
    list_filter = ("kind", "is_partner")
    search_fields = ("name", "unlocode")


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
    )
    list_filter = ("may_write",)
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name")
