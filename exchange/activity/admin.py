from django.contrib import admin

from exchange.activity.models import Cursor, Event
from exchange.common.admin import ListOnlyAdmin, ReadOnlyAdmin


@admin.register(Event)
class EventAdmin(ListOnlyAdmin):
    """That something happened and to which kind of thing; not its title, nor what was said."""

    list_display = ("id", "position", "occurred_at", "verb", "target_type", "target_id")
    list_filter = ("target_type", "verb")
    ordering = ("-pk",)


@admin.register(Cursor)
class CursorAdmin(ReadOnlyAdmin):
    """How far each reader of the log has come."""

    list_display = ("name", "position")
