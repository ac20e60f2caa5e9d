"""A program of a port, as tests of the API use it."""

import json
from typing import Any

from django.test import Client

from exchange.common.ids import uuid7
from exchange.partners.actions import create_api_client
from exchange.partners.models import ApiClient
from tests.api.contract import check
from tests.cast import Port, eyes


class Program:
    """Calls the API with a token of its port; checks each answer against the contract."""

    def __init__(self, port: Port | None, *, may_write: bool = True) -> None:
        self.http = Client(raise_request_exception=False)
        self.headers: dict[str, str] = {}
        if port:
            self.client, self.token = make_token(port, may_write=may_write)
            self.headers = {"authorization": f"Bearer {self.token}"}
            self.get("/api/v1/me")

    def get(self, path: str, headers: dict[str, str] | None = None, **parameters: Any) -> Any:
        """GET an address under /api/v1 (or a whole one), with query parameters."""
        return self.call("get", path, parameters, headers=headers)

    def post(
        self, path: str, body: Any = None, *, key: str | None = "", version: Any = None
    ) -> Any:
        """POST JSON with a new Idempotency-Key (or `key`; None for none) and If-Match."""
        headers = {} if key is None else {"idempotency-key": key or str(uuid7())}
        return self.send("post", path, body, version, headers)

    def patch(self, path: str, body: Any, *, version: Any = None) -> Any:
        """PATCH with JSON."""
        return self.send("patch", path, body, version, {})

    def delete(self, path: str, *, version: Any = None) -> Any:
        """DELETE with the version in If-Match."""
        return self.send("delete", path, None, version, {})

    def send(self, method: str, path: str, body: Any, version: Any, headers: dict[str, str]) -> Any:
        """Send a body (bytes as they are) with the version in If-Match."""
        if version is not None:
            headers["if-match"] = f'"v{version}"' if isinstance(version, int) else version
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        return self.call(method, path, raw, headers=headers, content_type="application/json")

    def call(
        self, method: str, path: str, data: Any, *, headers: dict[str, str] | None, **more: Any
    ) -> Any:
        """Call, check against the contract, return the response."""
        response = getattr(self.http, method)(
            path, data, headers={**self.headers, **(headers or {})}, **more
        )
        check(method, path, response)
        return response

    def ids(self, path: str, **parameters: Any) -> list[str]:
        """Return the ids of a whole list, page by page."""
        found, address = [], path
        while address:
            body = self.get(address, **parameters).json()
            found += [item["id"] for item in body["items"]]
            address, parameters = body["next"], {}
        return found


def make_token(port: Port, *, may_write: bool = True) -> tuple[ApiClient, str]:
    """Make a program of the port; return it and its token."""
    return create_api_client(
        actor=eyes(port.coordinator),
        organisation=port.organisation,
        name="harbour system",
        may_write=may_write,
    )


def pointers(response: Any) -> dict[str, str]:
    """Return code by pointer of a 422."""
    assert response.status_code == 422, response.content
    return {entry["pointer"]: entry["code"] for entry in response.json()["errors"]}
