"""The admin is for looking: rows change through actions."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

if TYPE_CHECKING:
    Base = admin.ModelAdmin[models.Model]
else:
    Base = admin.ModelAdmin


class ReadOnlyAdmin(Base):
    """Shows `list_display`, and of one row `fields` or the same; nobody adds, changes or deletes.

    The operator has no reading right by being the operator: name columns that tell about a row,
    never the texts people wrote. A row's own page is headed by its `str()`.
    """

    actions: Any = None
    list_per_page = 50
    show_full_result_count = False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Narrow by the offered filters alone: others would tell texts letter by letter."""
        offered = lookup.partition("__")[0] in self.list_filter
        return offered and super().lookup_allowed(lookup, value, request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show of a row what is named, never simply all that it has."""
        return self.fields or self.list_display

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ListOnlyAdmin(ReadOnlyAdmin):
    """Opens no row, because its `str()` is a text that somebody wrote."""

    list_display_links = None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_view_permission(request)
