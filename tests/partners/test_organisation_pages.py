"""The list of organisations, and an organisation's page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from exchange.audiences.viewer import Viewer
from exchange.common import providers
from exchange.common.providers import Panel
from exchange.partners.actions import create_organisation
from exchange.partners.models import Organisation
from tests.cast import Cast
from tests.partners.factories import make_city

LIST = "/organisations/"


def found(client: Client, query: str = "") -> list[str]:
    page = client.get(f"{LIST}{query}")
    assert page.status_code == 200
    return [organisation.name for organisation in page.context["page"].object_list]


def page_of(organisation: Organisation) -> str:
    return reverse("partners:organisation", args=[organisation.pk])


def test_everybody_reads_the_list_in_the_order_of_names(cast: Cast, client: Client) -> None:
    make_city("Åbo stad")
    make_city("zürich Stadt")
    assert found(client) == [
        "Åbo stad",
        "Port of Gothenburg",
        "Port of Los Angeles",
        "Port of Tokyo",
        "zürich Stadt",
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=gothen", ["Port of Gothenburg"]),
        ("?q=GÖTHEN", ["Port of Gothenburg"]),
        ("?q=göteborg", ["Port of Gothenburg"]),
        ("?q=Goteborg", ["Port of Gothenburg"]),
        ("?q=uslax", ["Port of Los Angeles"]),
        ("?q=SE", ["Port of Gothenburg"]),
        ("?q=%25", []),
        ("?q=_", []),
        ("?q=nowhere", []),
        ("?q=porto", []),
        ("?kind=city", ["City of Ghent"]),
        ("?q=port&kind=city", []),
        ("?country=JP", ["Port of Tokyo"]),
        ("?part=partner&country=SE", ["Port of Gothenburg"]),
        ("?part=reference", []),
        ("?part=none", []),
        ("?kind=port&sort=code", ["Port of Tokyo", "Port of Gothenburg", "Port of Los Angeles"]),
        ("?kind=port&sort=newest", ["Port of Tokyo", "Port of Los Angeles", "Port of Gothenburg"]),
    ],
)
def test_the_list_is_narrowed(cast: Cast, client: Client, query: str, names: list[str]) -> None:
    make_city()
    assert found(client, query) == names


@pytest.mark.parametrize(
    "query", ["?kind=fishmonger", "?country=XX", "?sort=size", "?q=%00", "?q=" + "x" * 300]
)
def test_a_bad_question_is_answered_with_a_message(cast: Cast, client: Client, query: str) -> None:
    page = client.get(LIST + query)
    assert page.status_code == 200
    assert "errorlist" in page.content.decode()


def test_of_a_question_what_is_understood_holds(cast: Cast, client: Client) -> None:
    make_city()
    page = client.get(f"{LIST}?kind=city&sort=size&view=globe")
    assert [row.kind for row in page.context["page"]] == ["city"]
    assert "There are a list and a map" in page.content.decode()


@pytest.mark.parametrize("number", ["0", "-1", "x", "99", "%00", "9" * 5000])
def test_a_page_number_that_is_none_shows_a_page(cast: Cast, client: Client, number: str) -> None:
    assert client.get(f"{LIST}?page={number}").status_code == 200


def test_long_lists_have_pages_that_keep_the_question(cast: Cast, client: Client) -> None:
    for number in range(30):
        make_city(f"City {number:02}")
    assert len(found(client, "?kind=city")) == 25
    page = client.get(f"{LIST}?kind=city&page=2")
    assert len(page.context["page"].object_list) == 5
    assert "kind=city&amp;page=1" in page.content.decode()


def test_the_list_costs_the_same_for_few_and_for_many(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(cast.tokyo.reader)
    client.get(LIST)
    with django_assert_max_num_queries(12) as few:
        client.get(LIST)
    for number in range(50):
        make_city(f"City {number}")
    with django_assert_max_num_queries(12) as many:
        client.get(LIST)
    assert len(few) == len(many)


def test_partners_and_reference_ports_are_told_apart(cast: Cast, client: Client) -> None:
    port = create_organisation(
        actor=Viewer.system(),
        name="Port of Hamburg",
        kind="port",
        unlocode="DEHAM",
        is_partner=False,
    )
    assert "reference port" in client.get(LIST).content.decode()
    page = client.get(page_of(port)).content.decode()
    assert "reference port" in page
    assert "Members" not in page


def test_an_organisation_is_introduced_to_everybody(cast: Cast, client: Client) -> None:
    page = client.get(page_of(cast.gothenburg.organisation)).content.decode()
    assert all(word in page for word in ("Port of Gothenburg", "SEGOT", "Europe/Stockholm"))


def test_members_are_shown_to_their_own_people_alone(cast: Cast, client: Client) -> None:
    for port in (cast.gothenburg, cast.tokyo):
        client.force_login(port.reader)
        page = client.get(page_of(cast.gothenburg.organisation)).content.decode()
        assert ("Siv Samordnare" in page) == (port is cast.gothenburg)
        assert "siv@segot" not in page


def test_slices_show_what_the_viewer_may_see(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, object]] = []

    def panel(viewer: Viewer, thing: Any) -> Panel:
        asked.append((viewer.name, thing))
        return Panel(template="partials/empty.html", context={"text": "<nothing> to show"})

    monkeypatch.setattr(providers, "_panel_providers", {"organisation": [panel]})
    client.force_login(cast.tokyo.reader)
    page = client.get(page_of(cast.gothenburg.organisation)).content.decode()
    assert "&lt;nothing&gt; to show" in page
    assert asked == [("Aiko Reader", cast.gothenburg.organisation)]


def test_an_unknown_organisation_is_not_found(cast: Cast, client: Client) -> None:
    assert client.get("/organisations/0192f0c1-2d3e-7f00-8000-000000000001/").status_code == 404


def write_for(client: Client, organisation: object, target: str = "/organisations/") -> Any:
    return client.post("/write-for/", {"organisation": organisation, "next": target})


def test_one_chooses_for_whom_one_writes(cast: Cast, client: Client) -> None:
    kenji = cast.tokyo.contributor
    kenji.memberships.create(organisation=cast.gothenburg.organisation, role="contributor")
    client.force_login(kenji)
    answer = write_for(client, cast.gothenburg.organisation.pk)
    assert (answer.status_code, answer["Location"]) == (302, "/organisations/")
    page = client.get("/organisations/")
    assert page.wsgi_request.viewer.organisation_id == cast.gothenburg.organisation.pk


@pytest.mark.parametrize("organisation", ["", "x", "\x00", None])
def test_one_does_not_choose_another_organisation(
    cast: Cast, client: Client, organisation: str | None
) -> None:
    client.force_login(cast.tokyo.contributor)
    chosen = cast.gothenburg.organisation.pk if organisation is None else organisation
    assert write_for(client, chosen).status_code == 404


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:x", ""])
def test_one_is_not_sent_elsewhere(cast: Cast, client: Client, target: str) -> None:
    client.force_login(cast.tokyo.contributor)
    assert write_for(client, cast.tokyo.organisation.pk, target)["Location"] == "/"


def test_times_are_in_the_zone_of_the_reader(cast: Cast, client: Client) -> None:
    Organisation.objects.filter(pk=cast.gothenburg.organisation.pk).update(
        created_at="2026-11-23T23:30:00Z"
    )
    shown = {}
    for port in (cast.los_angeles, cast.tokyo):
        client.force_login(port.reader)
        page = client.get(page_of(cast.gothenburg.organisation)).content.decode()
        shown[port.organisation.unlocode] = "24 November 2026" in page
    assert shown == {"USLAX": False, "JPTYO": True}


def test_a_country_is_called_by_its_name(cast: Cast, client: Client) -> None:
    for address in (LIST, page_of(cast.gothenburg.organisation)):
        assert "Sweden" in client.get(address).content.decode()
