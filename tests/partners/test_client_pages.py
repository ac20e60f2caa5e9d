"""Coordinators give programs access, see how it stands, and end it."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from exchange.audiences.viewer import Role
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.partners.models import ApiClient, Membership
from tests.cast import Cast
from tests.partners.factories import make_client
from tests.partners.pages import at, said

ROW = r'<div class="who">\s*<strong>(.*?)</strong>.*?<span class="badge[^>]*>(.*?)</span>'


def test_programs_tell_how_their_access_stands(
    cast: Cast, siv: Client, vouched: Membership, django_assert_max_num_queries: Any
) -> None:
    Membership.objects.filter(pk=vouched.pk).update(role=Role.READER)
    with time_machine.travel(time.now() - dt.timedelta(days=60)):
        make_client(cast.gothenburg, "old")
    with django_assert_max_num_queries(8):
        page = siv.get(at(cast, "clients")).content.decode()
    rows = {row[0]: row[1] for row in re.findall(ROW, page, re.S)}
    assert rows == {
        "crane system": "ended with who made it",
        "gate system": "revoked",
        "of Siv": "works",
        "old": "expired",
    }


def program(**fields: Any) -> dict[str, Any]:
    return {"name": "harbour system", "days": 30, "nonce": uuid7(), **fields}


def test_a_token_is_shown_once_and_kept_from_caches(cast: Cast, siv: Client) -> None:
    page = siv.post(at(cast, "clients"), program(may_write="on"))
    token = page.context["token"]
    assert token in page.content.decode()
    assert page["Cache-Control"] == "no-store, private"
    made = ApiClient.objects.get()
    assert (made.name, made.may_write) == ("harbour system", True)
    assert token not in siv.get(at(cast, "clients")).content.decode()


def test_a_program_reads_only_unless_told_otherwise(cast: Cast, siv: Client) -> None:
    siv.post(at(cast, "clients"), program())
    assert not ApiClient.objects.get().may_write


def test_a_double_click_makes_one_program(cast: Cast, siv: Client) -> None:
    data = program()
    siv.post(at(cast, "clients"), data)
    assert "made already" in siv.post(at(cast, "clients"), data).content.decode()
    assert ApiClient.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 300),
        ("name", "\x00"),
        ("days", "0"),
        ("days", "366"),
        ("days", "many"),
        ("days", "9" * 400),
        ("nonce", "x"),
    ],
)
def test_a_bad_program_is_explained_and_nothing_written(
    cast: Cast, siv: Client, field: str, value: str
) -> None:
    page = siv.post(at(cast, "clients"), program(**{field: value}))
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert not ApiClient.objects.exists()


def test_a_program_loses_access_after_a_question(cast: Cast, siv: Client) -> None:
    made, _ = make_client(cast.gothenburg)
    address = at(cast, "revoke_client", client=made.pk)
    page = siv.get(address).content.decode()
    assert "Revoke the token" in page
    assert f'<li><a href="{at(cast, "clients")}">API clients</a></li>' in page
    assert "no access any more" in said(siv.post(address, follow=True))
    assert "revoked already" in said(siv.post(address, follow=True))
    made.refresh_from_db()
    assert made.revoked_at
