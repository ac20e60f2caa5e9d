import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast

PAGE = "accounts:preferences"
GOOD = {"full_name": "Karin Ny", "language": "sv", "timezone": "Europe/Stockholm"}


@pytest.fixture
def karin(client: Client, cast: Cast) -> Client:
    """Sign Gothenburg's contributor in."""
    client.force_login(cast.gothenburg.contributor)
    return client


def test_preferences_are_kept(karin: Client, cast: Cast) -> None:
    assert karin.post(reverse(PAGE), GOOD).status_code == 302
    person = cast.gothenburg.contributor
    person.refresh_from_db()
    assert (person.full_name, person.language, person.timezone) == tuple(GOOD.values())


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("timezone", "Europe/Atlantis", "is no time zone we know"),
        ("timezone", "", "This field is required"),
        ("full_name", "", "This field is required"),
        ("full_name", "x" * 121, "at most 120"),
        ("language", "tlh", "There is no such choice here"),
    ],
)
def test_bad_input_is_explained_and_nothing_is_lost(
    karin: Client, cast: Cast, field: str, value: str, words: str
) -> None:
    answer = karin.post(reverse(PAGE), {**GOOD, "full_name": "Typed Name", field: value})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert (value if field == "full_name" else "Typed Name") in page
    cast.gothenburg.contributor.refresh_from_db()
    assert cast.gothenburg.contributor.full_name == "Karin Skrift"


@pytest.mark.parametrize("city", ["Göteborg", "gothenburg", "Malmo", "Stockholm, Sweden"])
def test_a_city_is_typed_for_its_time_zone(karin: Client, cast: Cast, city: str) -> None:
    karin.post(reverse(PAGE), {**GOOD, "timezone": city})
    cast.gothenburg.contributor.refresh_from_db()
    assert cast.gothenburg.contributor.timezone == "Europe/Stockholm"


def test_cities_are_offered_while_one_types(karin: Client) -> None:
    page = karin.get(reverse(PAGE)).content.decode()
    assert '<option value="America/Los_Angeles">Los Angeles</option>' in page
    assert '<option value="Europe/Stockholm">Göteborg</option>' in page


def test_an_unknown_zone_stays_in_the_field(karin: Client) -> None:
    page = karin.post(reverse(PAGE), {**GOOD, "timezone": "Europe/Atlantis"}).content.decode()
    assert 'value="Europe/Atlantis"' in page
    assert 'aria-invalid="true"' in page
    assert "Type the name of a large city" in page


def test_a_character_that_no_database_keeps_is_refused(karin: Client) -> None:
    answer = karin.post(reverse(PAGE), {**GOOD, "full_name": "Kar\x00in"})
    assert answer.status_code == 200
    assert "Null characters are not allowed" in answer.content.decode()


def test_a_page_is_in_one_language_whatever_the_reader_speaks(karin: Client) -> None:
    page = karin.post(reverse(PAGE), {**GOOD, "full_name": ""}).content.decode()
    karin.post(reverse(PAGE), GOOD)
    in_swedish = karin.post(reverse(PAGE), {**GOOD, "full_name": ""}).content.decode()
    assert "This field is required." in in_swedish
    assert '<html lang="en">' in page
    assert '<html lang="en">' in in_swedish


def test_a_browser_that_asks_for_swedish_gets_one_language(db: None) -> None:
    answer = Client().post(reverse("account_login"), {}, headers={"accept-language": "sv"})
    assert answer["Content-Language"] == "en"
    assert "This field is required." in answer.content.decode()


def test_preferences_need_a_sign_in(client: Client, db: None) -> None:
    assert reverse("account_login") in client.get(reverse(PAGE))["Location"]
