"""Requests come in UTF-8: what another encoding hides could be neither stored nor shown."""

import pytest
from django.test import Client
from django.urls import reverse

# A lone surrogate, as UTF-7 writes it.
FORM = b"--x\r\nContent-Disposition: form-data; name=login\r\n\r\n+2AA-@x.org\r\n--x--\r\n"


@pytest.mark.parametrize(
    ("charset", "status"), [("utf-7", 400), ("utf-16", 400), ("nonsense", 400), ("UTF-8", 200)]
)
def test_a_form_in_another_encoding_is_refused(
    db: None, client: Client, charset: str, status: int
) -> None:
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    answer = client.generic("POST", reverse("account_login"), FORM, content_type=kind)
    assert answer.status_code == status


@pytest.mark.parametrize(
    "address", ["/search/?q", "/organisations/?q", "/accounts/login/?next", "/api/v1/lessons?topic"]
)
def test_an_address_in_another_encoding_is_refused(db: None, client: Client, address: str) -> None:
    answer = client.get(f"{address}=a%2B2AA-b", CONTENT_TYPE="text/plain; charset=utf-7")
    assert answer.status_code == 400
    assert answer["X-Frame-Options"] == "DENY"
    assert "Content-Security-Policy" in answer
