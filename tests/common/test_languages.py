"""One language a page; the reader's own only for the names of things."""

import pytest
from django.test import RequestFactory
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from pytest_django.fixtures import Settings

from exchange.common.languages import asked_for, readers_own, reading
from exchange.common.time import now


@pytest.mark.parametrize("language", ["sv", "es"])
def test_words_and_dates_stay_english_without_a_catalogue_of_ours(language: str) -> None:
    english = date_format(now())
    with reading(language):
        assert gettext("This field is required.") == "This field is required."
        assert date_format(now()) == english
        assert readers_own() == language


def test_words_follow_the_reader_once_there_is_a_catalogue(settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("sv", "Swedish")]
    with reading("sv"):
        assert get_language() == "sv"


def test_afterwards_all_is_as_before() -> None:
    with reading("es"), reading("sv"):
        pass
    assert (readers_own(), get_language()) == ("en", "en")


@pytest.mark.parametrize(
    ("header", "language"),
    [("es-MX,es;q=0.9", "es"), ("de,SV;q=0.5", "sv"), ("de", "en"), ("", "en"), (";;q=x,", "en")],
)
def test_a_browser_asks_for_a_language(header: str, language: str) -> None:
    request = RequestFactory().get("/", headers={"accept-language": header})
    assert asked_for(request) == language
