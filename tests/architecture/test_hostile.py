"""Bad input by one corpus on every form: words at the field, the text kept, nothing written, no fault."""

import pytest

from tests.architecture.hostile import HostileAddress, HostileForm, HostilePage
from tests.architecture.routes import Route
from tests.architecture.test_routes import ROUTES
from tests.cast import Cast
from tests.corpus import EVERYWHERE, NAMES, SHORT, TEXTS, share

pytestmark = pytest.mark.exhaustive


def senders(route: Route) -> list[str]:
    """Return who gets past the door of a form: who changes something, else whoever may send it."""
    able = [who for who in ("owner", "anonymous") if route.post.get(who, 403) < 400]
    return [who for who in able if who in route.changes][:1] or able


FORMS = [
    pytest.param(route, who, id=f"{route.name}-{who}-{route.make.__name__}")
    for route in ROUTES
    if not route.name.startswith("api:")
    for who in senders(route)
]


@pytest.mark.parametrize(("route", "viewer"), FORMS)
def test_a_form_withstands_whatever_is_typed(cast: Cast, route: Route, viewer: str) -> None:
    form = HostileForm(cast, route, viewer)
    form.try_texts()
    form.try_twice()
    form.try_data("unknown fields", dict.fromkeys(NAMES, "x"))
    form.keep_what_was_taken()
    assert not form.findings, "\n" + "\n".join(sorted(form.findings))


PAGES = [
    pytest.param(route, who, id=f"{route.name}-{route.make.__name__}-{'-'.join(route.query)}")
    for route in ROUTES
    if not route.name.startswith("api:")
    and (who := next((who for who, status in route.get.items() if status == 200), None))
]


@pytest.mark.parametrize(("route", "viewer"), PAGES)
def test_a_page_withstands_whatever_is_asked(cast: Cast, route: Route, viewer: str) -> None:
    page = HostilePage(cast, route, viewer)
    page.ask_all()
    page.ask_each()
    assert not page.findings, "\n" + "\n".join(sorted(page.findings))


ADDRESSES = [
    pytest.param(route, id=f"{route.name}-{route.make.__name__}")
    for route in ROUTES
    if "<" in route.path
]


@pytest.mark.parametrize("route", ADDRESSES)
def test_an_address_that_was_tampered_with_opens_nothing(cast: Cast, route: Route) -> None:
    address = HostileAddress(cast, route)
    address.try_texts()
    address.try_changed()
    assert not address.findings, "\n" + "\n".join(sorted(address.findings))


def test_a_share_is_the_same_in_every_run_and_all_shares_are_the_corpus() -> None:
    places = [f"place {number}" for number in range(100)]
    assert share("title", SHORT, full=False) == share("title", SHORT, full=False)
    assert all(set(share(one, TEXTS, full=False)) > EVERYWHERE for one in places)
    assert {name for one in places for name in share(one, TEXTS, full=False)} == TEXTS.keys()
    assert set(share("title", TEXTS, full=True)) == TEXTS.keys()
