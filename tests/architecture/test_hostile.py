"""Bad input by one corpus on every form: words at the field, the text kept, nothing written, no fault."""

import pytest

from tests.architecture.hostile import HostileAddress, HostileForm, HostilePage
from tests.architecture.routes import Route
from tests.architecture.test_routes import ROUTES
from tests.cast import Cast
from tests.corpus import NAMES, SHORT, TEXTS


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
    for name, text in TEXTS.items():
        form.try_text(name, text)
    for name in NAMES:
        form.try_data(f"unknown field {name!r}", {name: "x"})
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
    for name, text in SHORT.items():
        page.ask_all(name, text)
    page.ask_each(list(SHORT.items()))
    assert not page.findings, "\n" + "\n".join(sorted(page.findings))


ADDRESSES = [
    pytest.param(route, id=f"{route.name}-{route.make.__name__}")
    for route in ROUTES
    if "<" in route.path
]


@pytest.mark.parametrize("route", ADDRESSES)
def test_an_address_that_was_tampered_with_opens_nothing(cast: Cast, route: Route) -> None:
    address = HostileAddress(cast, route)
    for name, text in SHORT.items():
        address.try_text(name, text)
    address.try_changed()
    assert not address.findings, "\n" + "\n".join(sorted(address.findings))
