"""Django's admin: each of its addresses is closed to everybody but the operator, who only looks."""

import re
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from exchange.accounts import bookkeeping
from exchange.accounts.models import SecurityKind, User
from exchange.activity.sequencer import place_events
from exchange.common.admin import ReadOnlyAdmin
from exchange.digests import actions, notices
from exchange.lessons.models import Lesson
from exchange.partners.models import ApiClient, Invitation
from tests.agreements.work import held, milestone
from tests.architecture.places import places
from tests.architecture.routes import CANARY, VIEWERS, Route
from tests.architecture.trials import browser, everything_said, noting_writes, rows, undone
from tests.cast import Cast, eyes
from tests.digests.scenes import subscribe
from tests.kpis.factories import make_series, read_now, row, send
from tests.lessons.factories import act, make_lesson
from tests.partners.factories import make_client, make_invitation

ENTRANCE = {"admin:login"}
# These change nothing but who is signed in, and the password of who is.
OWN = {"admin:logout", "admin:password_change"}
ARGUMENT = re.compile(r"\(\?P<(\w+)>[^)]*\)\$?|<\w+:(\w+)>")


@pytest.fixture
def world(cast: Cast) -> Cast:
    """The cast, with a row of everything that the admin shows; texts of lessons hold the canary."""
    act("request_changes", make_lesson(cast, state="in_review", canary=True), cast.gothenburg)
    bookkeeping.note(cast.gothenburg.contributor, SecurityKind.FACTORS_RESET)
    held(cast, milestone(cast, canary=True).agreement, canary=True)
    make_series(cast, canary=True)
    read_now(send(cast, None, [row(comment=CANARY)], name=f"{CANARY}.csv"))
    make_client(cast.gothenburg)
    make_invitation(cast.gothenburg)
    subscribe(cast.gothenburg.contributor)
    actions.send_now(actor=eyes(cast.gothenburg.contributor))
    place_events()
    notices.follow()
    return cast


@pytest.fixture
def operator(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("op@example.org", "x", full_name="Operator"))
    return client


def addresses() -> Iterator[tuple[str, str]]:
    """Yield the name and an address of each route of the admin, with rows that are there."""
    lesson = {
        "app_label": "lessons",
        "url": "nothing/",
        "content_type_id": str(ContentType.objects.get_for_model(Lesson).pk),
        "object_id": str(Lesson.objects.get().pk),
    }
    for model in admin.site._registry:
        row = model._default_manager.latest("pk")
        urls = admin.site._registry[model].get_urls()
        for name, path in places(urls, above=f"{model._meta.app_label}/{model._meta.model_name}/"):
            yield f"admin:{name}", address(path, {"object_id": str(row.pk)})
    for name, path in places(admin.site.get_urls()):
        if "object_id" not in path or "content_type_id" in path:
            yield f"admin:{name}", address(path, lesson)


def address(path: str, arguments: dict[str, str]) -> str:
    filled = ARGUMENT.sub(lambda found: arguments[found[1] or found[2]], path)
    return f"/admin/{filled}".removesuffix("$")


def body(address: str) -> dict[str, str]:
    """Return what would delete, be it one row or by an action on the list."""
    return {"post": "yes", "action": "delete_selected", "_selected_action": address.split("/")[-3]}


def written(operator: Client) -> set[str]:
    """Return the names of the routes where a POST was not refused, or any method changed a row."""
    before, found = rows(), set()
    for name, where in addresses():
        if name in ENTRANCE | OWN:
            continue
        with undone():
            with noting_writes() as statements:
                posted = operator.post(where, body(where))
                for method in (operator.put, operator.patch, operator.delete):
                    method(where, body(where))
            refused = posted.status_code >= 400 or not name.endswith(("_add", "_change", "_delete"))
            if not refused or (statements and rows() != before):
                found.add(name)
    return found


@pytest.mark.parametrize("viewer", VIEWERS)
def test_everybody_but_the_operator_is_turned_away(world: Cast, viewer: str) -> None:
    asking = browser(world, viewer, Route(name="admin:index", path="", owner_role="coordinator"))
    before = rows()
    for name, where in addresses():
        for response in (asking.get(where), asking.post(where, body(where))):
            assert CANARY not in everything_said(response)
            assert name in ENTRANCE or response.status_code == 302, (name, response.status_code)
            assert name in ENTRANCE or response["Location"].startswith("/admin/"), name
    assert rows() == before


def test_the_pages_there_bear_the_name_of_the_exchange(world: Cast, operator: Client) -> None:
    page = operator.get("/admin/").content.decode()
    assert "Port Exchange: operator’s pages" in page
    assert "Django" not in page


def test_the_operator_reads_no_lesson_there(world: Cast, operator: Client) -> None:
    before = rows()
    for name, where in addresses():
        assert CANARY not in everything_said(operator.get(where)), name
    assert rows() == before


@pytest.mark.parametrize("model", [ApiClient, Invitation])
def test_no_digest_of_a_secret_is_shown_there(
    world: Cast, operator: Client, model: type[ApiClient | Invitation]
) -> None:
    row = model.objects.get()
    page = operator.get(reverse(f"admin:partners_{model._meta.model_name}_change", args=[row.pk]))
    assert (page.status_code, row.token_digest in everything_said(page)) == (200, False)


def test_the_operator_writes_nothing_there(world: Cast, operator: Client) -> None:
    assert written(operator) == set()


def test_an_admin_that_may_be_written_to_is_noticed(
    world: Cast, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ReadOnlyAdmin, "has_delete_permission", lambda *_args, **_more: True)
    with pytest.raises(AssertionError, match="that is an action's"):
        written(operator)


def test_every_route_of_the_admin_is_tried(world: Cast) -> None:
    known = {name for name, _path in places(admin.site.get_urls(), prefix="admin:")}
    assert known == {name for name, _address in addresses()}
