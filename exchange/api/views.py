"""What belongs to no slice: who am I, is it up, the contract, and the pages that explain it."""

from functools import cache
from typing import Any, cast

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.api.reference import Operation, operations
from exchange.api.serializers import LIMITS, MeBody, StatusBody
from exchange.audiences.choosing import choices_for
from exchange.common import languages, time
from exchange.common.drf.codes import PROBLEMS
from exchange.common.drf.views import ApiView
from exchange.common.markdown import render as markdown
from exchange.partners.models import ApiClient


class Me(ApiView):
    @extend_schema(operation_id="me_read", summary="Who am I", responses=MeBody)
    def get(self, request: Request) -> Response:
        """Tell which program the token belongs to, and what it may do."""
        client = cast(ApiClient, request.auth)
        body = {
            "client": client,
            "organisation": client.organisation,
            "scopes": ["read", "write"] if client.may_write else ["read"],
            "audiences": choices_for(self.viewer),
            "limits": LIMITS,
        }
        return Response(MeBody(body, context=self.context).data)


class Status(ApiView):
    authentication_classes = []
    permission_classes = []

    @extend_schema(operation_id="status_read", summary="Is it up", responses=StatusBody)
    def get(self, request: Request) -> Response:
        """Tell that the exchange and its database answer. Needs no token."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return Response(StatusBody({"status": "ok", "time": time.now()}).data)


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document, in English, made once by each process."""
    with languages.reading("en"):
        return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-any-return,no-untyped-call]


@cache
def reference() -> dict[str, list[Operation]]:
    """Return the contract as the page for people shows it, made once by each process."""
    return operations(document())


@csrf_exempt
@require_safe
def schema(request: HttpRequest) -> JsonResponse:
    """Answer with the contract: OpenAPI 3.1 as JSON, for everybody."""
    return JsonResponse(document())


@csrf_exempt
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the contract to people."""
    context = {
        "groups": reference(),
        "problems": PROBLEMS.values(),
        "site_url": settings.SITE_URL,
    }
    return render(request, "api/docs.html", context)


@require_safe
def problem(request: HttpRequest, code: str) -> HttpResponse:
    """Explain one kind of failure: its cause and what to do."""
    if code not in PROBLEMS:
        raise Http404
    found = PROBLEMS[code]
    told = {"cause": markdown(str(found.cause)), "remedy": markdown(str(found.remedy))}
    return render(request, "api/problem.html", {"problem": found, **told})
