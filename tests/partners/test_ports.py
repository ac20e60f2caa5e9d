import pytest

from exchange.common import time
from exchange.partners.models import validate_unlocode
from exchange.partners.ports import LIST, port_named, port_with, ports_beginning, ports_called


def test_every_listed_port_could_be_admitted() -> None:
    codes = [line.partition(",")[0] for line in LIST.read_text().splitlines()[1:]]
    assert len(set(codes)) == len(codes) == 139
    for code in codes:
        port = port_with(code)
        assert port
        validate_unlocode(port.unlocode)
        time.validate_zone(port.timezone)
        assert port.country == port.unlocode[:2]
        assert port.name == port.name.strip() != ""


def test_the_two_ports_of_the_agreement_are_listed() -> None:
    zones = {code: port.timezone for code in ("SEGOT", "USLAX") if (port := port_with(code))}
    assert zones == {"SEGOT": "Europe/Stockholm", "USLAX": "America/Los_Angeles"}


@pytest.mark.parametrize(
    ("words", "code"),
    [("Gothenburg", "SEGOT"), ("goteborg", "SEGOT"), ("kobenhavn", "DKCPH"), ("Lisboa", "PTLIS")],
)
def test_a_port_is_found_by_its_name_in_english_and_at_home(words: str, code: str) -> None:
    assert [port.unlocode for port in ports_called(words)] == [code]
    assert [port.unlocode for port in ports_beginning(words[:-1])] == [code]


def test_a_name_may_be_written_together_and_part_of_a_word_is_none() -> None:
    assert [port.unlocode for port in ports_called("LOSANGELES")] == ["USLAX"]
    assert ports_called("Gothen") == []


@pytest.mark.parametrize("name", ["Gothenburg", "port of gothenburg", "Göteborg", " GOTEBORG "])
def test_the_whole_name_of_a_port_stands_for_it(name: str) -> None:
    assert port_named(name) == port_with("SEGOT")


@pytest.mark.parametrize(
    ("name", "code"), [("Gent", "BEGNE"), ("Ghent", "BEGNE"), ("Malmö", "SEMMA")]
)
def test_what_the_list_adds_in_brackets_is_a_name_too(name: str, code: str) -> None:
    assert port_named(name) == port_with(code)


@pytest.mark.parametrize("name", ["Angeles", "Gothen", "North Sea Port", "Port of", "", "SEGOT"])
def test_what_is_no_whole_name_of_one_port_stands_for_none(name: str) -> None:
    assert port_named(name) is None


@pytest.mark.parametrize("words", ["Porto", "ofl", "burg", "", " ", "-"])
def test_what_begins_no_word_finds_no_port(words: str) -> None:
    assert ports_beginning(words) == []


def test_another_code_is_not_listed() -> None:
    assert port_with("SEXYZ") is None
    assert port_with(None) is None
