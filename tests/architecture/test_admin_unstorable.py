"""What no database keeps is refused in every address of the admin, and never a fault of ours."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from exchange.accounts.models import User
from exchange.lessons.models import Lesson
from tests.partners.factories import make_city

UNSTORABLE = ("%00", "a%00b")
ROWS = ("change", "history", "delete")


@pytest.fixture
def operator(db: None) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("op@example.org", "x", full_name="Operator"))
    return client


def lists() -> Iterator[str]:
    """Yield each list of the admin, narrowed by what cannot be stored."""
    for model, page in admin.site._registry.items():
        for name in page.list_filter:
            for lookup in ("", "__exact", "__in", "__isnull"):
                yield f"/admin/{model._meta.label_lower.replace('.', '/')}/?{name}{lookup}=%00"


def rows() -> Iterator[str]:
    """Yield each kind of address of one row, with a key that cannot be stored."""
    for model in admin.site._registry:
        for key in UNSTORABLE:
            for page in ROWS:
                yield f"/admin/{model._meta.label_lower.replace('.', '/')}/{key}/{page}/"
            kind = ContentType.objects.get_for_model(model).pk
            yield f"/admin/r/{kind}/{key}/"


def test_a_list_is_not_narrowed_by_what_cannot_be_stored(operator: Client) -> None:
    answers = {where: operator.get(where).status_code for where in lists()}
    assert answers
    assert set(answers.values()) == {400}, answers


def test_no_row_has_a_key_that_cannot_be_stored(operator: Client) -> None:
    answers = {where: operator.get(where).status_code for where in rows()}
    assert set(answers.values()) == {400}, answers


def test_what_is_no_key_finds_no_row(operator: Client) -> None:
    kind = ContentType.objects.get_for_model(Lesson).pk
    assert operator.get(f"/admin/r/{kind}/no-key/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "status"), [({"reason": "\x00"}, 400), ({"_selected_action": "no key"}, 404)]
)
def test_an_action_refuses_what_is_no_reason_and_no_row(
    operator: Client, typed: dict[str, str], status: int
) -> None:
    chosen = {"action": "suspend", "_selected_action": str(make_city().pk), **typed}
    answer = operator.post("/admin/partners/organisation/", chosen)
    assert answer.status_code == status
