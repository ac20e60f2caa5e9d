"""The frame that every page has."""

import gzip
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from exchange.audiences.viewer import Role
from exchange.partners.models import Membership
from tests.agreements.work import plan
from tests.cast import Cast
from tests.lessons.factories import make_lesson

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
# Letters are read by mail programs, which want their styles inline; pages never do.
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "email" not in str(path.parent))
INLINE = re.compile(
    r"""<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["']|\shx-on|javascript:|<script(?![^>]*\ssrc=)""",
    re.IGNORECASE,
)
A_LINK_CALLED_A_BUTTON = re.compile(r"<a\b[^>]*\srole=")
# Of a day that is in no calendar a browser sends nothing: only it can say that it was typed.
WITH_DAYS = {"lessons/schedule.html", "digests/settings.html"}
FORM = re.compile("<form.*?</form>", re.DOTALL)
CAP = 60_000


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_has_no_inline_script_or_style(path: Path) -> None:
    assert not INLINE.findall(path.read_text())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_link_is_announced_as_a_link(path: Path) -> None:
    assert not A_LINK_CALLED_A_BUTTON.findall(path.read_text())


def test_what_is_wrong_with_a_form_is_told_by_us_where_the_browser_hides_nothing() -> None:
    written = [
        (str(path.relative_to(TEMPLATES)), form)
        for path in PAGES
        for form in FORM.findall(path.read_text())
        if "partials/field.html" in form and 'method="get"' not in form
    ]
    assert len(written) > 10
    by_the_browser = {name for name, form in written if " novalidate" not in form.splitlines()[0]}
    assert by_the_browser == WITH_DAYS


@pytest.mark.parametrize(
    "breach",
    [
        '<p style="color: red">',
        '<a onclick="go()">',
        "<script>go()</script>",
        "<style>",
        '<a href="javascript:go()">',
        '<p hx-on:click="go()">',
    ],
)
def test_a_breach_would_be_found(breach: str) -> None:
    assert INLINE.search(breach)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_stays_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 120


@pytest.mark.parametrize("name", ["home", "about", "account_login", "account_signup"])
def test_a_page_forbids_what_is_not_ours(client: Client, db: None, name: str) -> None:
    policy = client.get(reverse(name))["Content-Security-Policy"].split("; ")
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert not any("unsafe" in part for part in policy)


def test_script_and_style_of_a_page_stay_within_the_budget(client: Client, db: None) -> None:
    page = client.get("/").content.decode()
    names = re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', page)
    files = [Path(str(finders.find(name))).read_bytes() for name in names]
    assert len(files) >= 4
    assert sum(len(gzip.compress(file)) for file in files) <= CAP


def test_every_search_box_offers_something_while_one_types(client: Client, db: None) -> None:
    for address, boxes in (("/", 3), ("/about/", 2), ("/search/", 1)):
        page = client.get(address).content.decode()
        forms = re.findall(r'<form[^>]*data-suggest="/search/suggest/".*?</form>', page, re.DOTALL)
        lists = [re.findall(r'<datalist id="([^"]+)"', form) for form in forms]
        assert [re.findall(r' list="([^"]+)"', form) for form in forms] == lists
        assert len({name for [name] in lists}) == boxes == page.count('role="search"')
        assert page.count('class="leads"') == boxes


def test_a_visitor_is_offered_to_sign_in_and_no_dashboard(client: Client, db: None) -> None:
    page = client.get("/").content.decode()
    assert reverse("account_login") in page
    assert reverse("account_logout") not in page


def test_signing_out_is_a_post(client: Client, cast: Cast) -> None:
    client.force_login(cast.gothenburg.reader)
    page = client.get("/about/").content.decode()
    assert '<form method="post" action="/accounts/logout/"' in page
    assert 'href="/accounts/logout/"' not in page


def test_the_page_says_its_language(client: Client, db: None) -> None:
    assert '<html lang="en">' in client.get("/about/").content.decode()


def test_the_place_where_one_is_is_marked(client: Client, db: None) -> None:
    page = client.get(reverse("partners:organisations")).content.decode()
    assert re.findall(r'<a href="([^"]+)" aria-current="page">', page)[0] == "/organisations/"


def test_a_page_elsewhere_marks_the_place_of_its_own_slice(client: Client, cast: Cast) -> None:
    client.force_login(cast.gothenburg.coordinator)
    page = client.get(plan(cast).get_absolute_url()).content.decode()
    assert re.findall(r'<a href="([^"]+)" aria-current="true">', page)[0] == "/agreements/"


def test_who_writes_for_one_organisation_has_nothing_to_choose(client: Client, cast: Cast) -> None:
    client.force_login(cast.gothenburg.contributor)
    assert 'class="write-for"' not in client.get("/about/").content.decode()


def test_who_writes_for_several_chooses_one(client: Client, cast: Cast) -> None:
    karin = cast.gothenburg.contributor
    Membership.objects.create(
        user=karin, organisation=cast.tokyo.organisation, role=Role.CONTRIBUTOR
    )
    client.force_login(karin)
    page = client.get("/about/").content.decode()
    pressed = re.findall(r'value="([^"]+)" aria-pressed="true"', page)
    assert set(pressed) == {str(cast.gothenburg.organisation.pk)}


def test_the_frame_costs_five_queries_at_most(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(cast.gothenburg.contributor)
    with django_assert_max_num_queries(5):
        client.get("/about/")


def test_a_missing_page_says_what_to_do(client: Client, db: None) -> None:
    answer = client.get("/nothing/")
    assert answer.status_code == 404
    assert "not meant for your eyes" in answer.content.decode()


def test_who_is_not_signed_in_may_do_so_and_look_again(client: Client, cast: Cast) -> None:
    lesson = make_lesson(cast)
    for address in (lesson.get_absolute_url(), "/lessons/nothing/?a=1&b=2"):
        page = client.get(address).content.decode()
        assert (
            f'href="/accounts/login/?next={quote(address, safe="")}">Sign in and look again' in page
        )


def test_who_is_signed_in_is_not_asked_to_sign_in(client: Client, cast: Cast) -> None:
    client.force_login(cast.tokyo.reader)
    page = client.get(make_lesson(cast).get_absolute_url()).content.decode()
    assert "not meant for your eyes" in page
    assert "Sign in" not in page


def test_a_refused_page_says_why(client: Client, cast: Cast) -> None:
    client.force_login(cast.gothenburg.reader)
    answer = client.get(reverse("lessons:new"))
    assert answer.status_code == 403
    assert (
        "Ask a coordinator of your organisation to make you a contributor."
        in answer.content.decode()
    )


def test_a_lost_form_token_is_explained(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {})
    assert answer.status_code == 403
    assert "send it once more" in answer.content.decode()


def test_our_own_fault_is_told_without_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("exchange.home.views.render", fail)
    answer = Client(raise_request_exception=False).get("/about/")
    assert answer.status_code == 500
    assert "our fault" in answer.content.decode()


ENTRANCES = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_inactive",
    "account_email_verification_sent",
]


@pytest.mark.parametrize("name", ["home", *ENTRANCES])
def test_a_visitor_finds_the_main_places_on_every_page(db: None, client: Client, name: str) -> None:
    page = client.get(reverse(name)).content.decode()
    for place in ("lessons:library", "agreements:agreements", "partners:organisations"):
        assert f'href="{reverse(place)}"' in page
    assert f'action="{reverse("search:search")}"' in page


@pytest.mark.parametrize("name", ["home", "account_change_password", "account_logout"])
def test_a_person_finds_their_places_on_every_page(cast: Cast, client: Client, name: str) -> None:
    client.force_login(cast.gothenburg.reader)
    page = client.get(reverse(name)).content.decode()
    for place in ("lessons:waiting", "digests:settings", "accounts:preferences"):
        assert f'href="{reverse(place)}"' in page
