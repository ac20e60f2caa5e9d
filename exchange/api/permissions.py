"""Who may use the API at all; what they may do with a thing is the slices' policies' decision."""

from typing import TYPE_CHECKING, cast

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from exchange.common.drf.codes import PROBLEMS

if TYPE_CHECKING:
    from rest_framework.views import APIView

    from exchange.partners.models import ApiClient


class KnownViewer(BasePermission):
    """A client with a working token; to change something, a token that may write."""

    message = PROBLEMS["read_only_token"].cause
    code = "read_only_token"

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Tell whether the request may go on; without a client DRF answers 401."""
        client = cast("ApiClient | None", request.auth)
        return client is not None and (request.method in SAFE_METHODS or client.may_write)
