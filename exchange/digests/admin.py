"""What the operator may look at: why somebody got a mail or none, not what stood in it."""

from django.contrib import admin

from exchange.common.admin import ReadOnlyAdmin
from exchange.digests.models import Digest, Notice, Subscription

HOW_IT_FARED = ("state", "reason", "attempts", "smtp_code", "smtp_answer", "due_at", "sent_at")


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    list_display = (
        "user",
        "cadence",
        "weekday",
        "hour",
        "everything",
        "active",
        "unsubscribed_via",
    )
    list_filter = ("active", "cadence")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    fields = (
        "user",
        "cadence",
        "weekday",
        "hour",
        "zone",
        "paused_from",
        "paused_to",
        "everything",
        "active",
        "created_at",
        "scheduled_at",
        "unsubscribed_at",
        "unsubscribed_via",
    )


@admin.register(Digest)
class DigestAdmin(ReadOnlyAdmin):
    list_display = ("subscription", "period_key", "state", "reason", "due_at", "sent_at")
    list_filter = ("state", "reason")
    list_select_related = ("subscription__user",)
    search_fields = ("id", "subscription__user__email", "period_key")
    fields = ("id", "subscription", "period_key", "from_position", "to_position", *HOW_IT_FARED)


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("user", "state", "reason", "due_at", "sent_at")
    list_filter = ("state", "reason")
    list_select_related = ("user",)
    search_fields = ("id", "user__email")
    fields = ("id", "user", "event_id", *HOW_IT_FARED)
