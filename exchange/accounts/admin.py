from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group

from exchange.accounts.models import SecurityEntry, User
from exchange.common.admin import ReadOnlyAdmin


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """People, for the operator who is asked for help with signing in."""

    list_display = ("email", "full_name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("email", "full_name")
    ordering = ("email",)
    fields = (
        "email",
        "full_name",
        "language",
        "timezone",
        "is_active",
        "is_staff",
        "date_joined",
        "last_login",
    )


@admin.register(SecurityEntry)
class SecurityEntryAdmin(ReadOnlyAdmin):
    """What happened to accounts, for the operator who is asked whether somebody else was in."""

    list_display = ("at", "user", "kind", "detail", "address", "browser")
    list_filter = ("kind",)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    ordering = ("-at",)
    date_hierarchy = "at"


# Whoever changes an address there takes the account over by a new password.
admin.site.unregister(EmailAddress)
# Secrets, and keys of sessions, are for nobody's eyes.
admin.site.unregister(Authenticator)
admin.site.unregister(UserSession)
# Rights are roles in organisations.
admin.site.unregister(Group)

# The front door is the only way in: it counts wrong passwords and asks for a verified address.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
