"""What became of a request about an agreement, in the same words for a page and for the API."""

from typing import Any

from django.http import HttpResponse

from exchange.accounts.models import User
from exchange.agreements.models import Agreement
from exchange.common.ids import uuid7
from tests.api.program import Program
from tests.api.verdicts import OF_STATUS, Verdict, named
from tests.lessons.pages import browser

AGREEMENTS = "/api/v1/agreements"


class ByPage:
    """A person at the pages."""

    def __init__(self, user: User) -> None:
        self.http = browser(user)

    def create(self, body: dict[str, Any]) -> Verdict:
        """Send the form of a new agreement: parties one a line, what is not known empty."""
        parties = "\n".join(body["parties"])
        return self._of(
            self.http.post("/agreements/new/", self._form({**body, "parties": parties}))
        )

    def change(self, agreement: Agreement, text: dict[str, Any]) -> Verdict:
        """Send the form of the shared text."""
        body = self._form({**text, "lock": agreement.lock})
        return self._of(self.http.post(f"{agreement.get_absolute_url()}edit/", body))

    @staticmethod
    def _form(body: dict[str, Any]) -> dict[str, Any]:
        return {"nonce": str(uuid7()), **body}

    @staticmethod
    def _of(response: HttpResponse) -> Verdict:
        if response.status_code == 302:
            return Verdict("done")
        if response.status_code == 409:
            return Verdict("stale")
        if response.status_code != 200:
            return Verdict(OF_STATUS[response.status_code])
        context: Any = response.context  # type: ignore[attr-defined]
        names = set(context["form"].errors)
        return Verdict("conflict") if names == {"__all__"} else named("invalid", names)


class ByApi:
    """A program at the API."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def create(self, body: dict[str, Any]) -> Verdict:
        return self._of(self.program.post(AGREEMENTS, body))

    def change(self, agreement: Agreement, text: dict[str, Any]) -> Verdict:
        address = f"{AGREEMENTS}/{agreement.pk}"
        return self._of(self.program.patch(address, text, version=agreement.lock))

    @staticmethod
    def _of(response: Any) -> Verdict:
        kind = OF_STATUS[response.status_code]
        entries = response.json().get("errors", []) if kind == "invalid" else []
        return named(kind, {entry["pointer"].split("/")[1] for entry in entries})
