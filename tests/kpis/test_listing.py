"""The catalogue by words: what a definition says is looked through as well."""

import pytest

from exchange.kpis.listing import narrowed
from exchange.partners.viewers import anonymous


def found(words: str) -> set[str]:
    return set(narrowed(anonymous(), {"q": words}).values_list("code", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["pass over the quays", "TRANSHIPPED box", "teu_total"])
def test_a_kpi_is_found_by_what_its_definition_says(words: str) -> None:
    assert "teu_total" in found(words)


@pytest.mark.django_db
def test_every_word_is_asked_for() -> None:
    assert found("quays zeppelins") == set()
