"""Real questions to the sample world, each with what must come first."""

import pytest

from exchange.audiences.viewer import Viewer
from exchange.search import service
from exchange.search.query import SearchQuery
from exchange.search.suggestions import suggest
from tests.home.test_sample import eyes_of, sample, world

__all__ = ["sample", "world"]

LESSONS = frozenset({"lesson"})
# What is typed → how the title of the first lesson begins.
FIRST = {
    # English
    "shore power": "Green Cable",
    "shore power for tankers": "Green Cable",
    "shore power container ships": "Shore power for container ships",
    "dwell fee": "Container Dwell Fee",
    "trucks at night": "OffPeak gates",
    "methanol bunkering rules": "Methanol bunkering",
    "share chassis": "Pool of Pools",
    "malware closed terminals": "NotPetya",
    "slow down ships for whales": "Quieter ships",
    "deeper fairway": "Skandia Gateway",
    "port call optimization": "Port call optimisation",
    "rail share": "Railport Scandinavia",
    # Swedish, with accents and without
    "landström göteborg": "Onshore power in Gothenburg",
    "landstrom till tankfartyg": "Green Cable",
    "lastbilarna på kvällen": "OffPeak gates",
    "grön korridor": "Green corridor",
    "tystare fartyg": "Quieter ships",
    "miljörabatt": "Environmental discount",
    "strejk": "Labour dispute",
    "djupare farleder": "Skandia Gateway",
    "cybersäkerhet": "Cyber Resilience Center",
    "järnvägen": "Alameda Corridor",
    # Spanish, with accents and without
    "energía en puerto gotemburgo": "Onshore power in Gothenburg",
    "corredores verdes": "Green corridor",
    "buques silenciosos": "Quieter ships",
    "huelgas": "Labour dispute",
    "fabricantes de camiones": "Tranzero",
    "optimizacion de escalas": "Port call optimisation",
    "ciberseguridad": "Cyber Resilience Center",
    "ferrocarril": "Alameda Corridor",
    "año de pandemia": "Pandemic year",
}

# What is typed → the title of what comes first of all.
AGREEMENTS = {
    "Nagoya start-ups": "Los Angeles - Nagoya memorandum of understanding",
    "Maersk green corridor Shanghai": "Los Angeles - Long Beach - Shanghai green shipping corridor",
    "JETRO": "Los Angeles - JETRO Los Angeles",
    "friendship port Dalian": "Los Angeles - Port of Dalian",
}


def karin() -> Viewer:
    return eyes_of("karin@gothenburg.example.org")


@pytest.mark.parametrize(("asked", "title"), FIRST.items())
def test_what_is_looked_for_comes_first(sample: None, asked: str, title: str) -> None:
    hits = service.search(karin(), SearchQuery(text=asked, kinds=LESSONS)).hits
    assert [hit.found.title[: len(title)] for hit in hits][:1] == [title]


@pytest.mark.parametrize(("asked", "title"), AGREEMENTS.items())
def test_an_agreement_is_found_by_its_parties_and_topics(
    sample: None, asked: str, title: str
) -> None:
    hits = service.search(karin(), SearchQuery(text=asked)).hits
    assert hits[0].found.title == title


@pytest.mark.parametrize("asked", ["internal", "plan", "carga", "rail"])
def test_a_word_does_not_find_one_that_only_looks_like_it(sample: None, asked: str) -> None:
    alike = {"internal": "international", "plan": "planet", "carga": "cargador", "rail": "Railport"}
    hits = service.search(karin(), SearchQuery(text=asked)).hits
    assert not any(f"<mark>{alike[asked]}" in f"{hit.title} {hit.excerpt}" for hit in hits)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("landstr", "Landström i Göteborg"), ("grön", "Grön korridor"), ("energia en", "Energía en")],
)
def test_titles_are_offered_in_every_language(sample: None, typed: str, offered: str) -> None:
    assert any(title.startswith(offered) for title in suggest(karin(), typed).titles)
