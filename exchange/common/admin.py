"""The admin is for looking: rows change through actions."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import BadRequest, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from exchange.common.text import find_unstorable

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


class OperatorsSite(admin.AdminSite):
    """The admin: of what is asked and sent, what no database keeps is a 400, what is no key a 404."""

    site_header = site_title = f"{settings.SITE_NAME}: operator’s pages"
    index_title = _("What there is")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return super().admin_view(_refusing(view), cacheable)


def _refusing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def refused(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked, sent = dict(request.GET.lists()), dict(request.POST.lists())
        if find_unstorable([kwargs, asked, sent]):
            raise BadRequest("This holds a character that cannot be stored")
        try:
            return view(request, *args, **kwargs)
        except ValidationError as error:
            raise Http404 from error

    return refused
