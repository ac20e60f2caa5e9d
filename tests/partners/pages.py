"""What tests of Gothenburg's pages ask for and look at."""

from typing import Any

from django.urls import reverse

from tests.cast import Cast


def at(cast: Cast, name: str, **more: Any) -> str:
    return reverse(f"partners:{name}", kwargs={"pk": cast.gothenburg.organisation.pk, **more})


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])
