from exchange.common import time
from exchange.partners.models import validate_unlocode
from exchange.partners.ports import all_ports, port_with


def test_every_listed_port_could_be_admitted() -> None:
    assert len(all_ports()) == 139
    for port in all_ports():
        validate_unlocode(port.unlocode)
        time.validate_zone(port.timezone)
        assert port.country == port.unlocode[:2]
        assert port.name == port.name.strip() != ""


def test_the_two_ports_of_the_agreement_are_listed() -> None:
    zones = {code: port.timezone for code in ("SEGOT", "USLAX") if (port := port_with(code))}
    assert zones == {"SEGOT": "Europe/Stockholm", "USLAX": "America/Los_Angeles"}


def test_another_code_is_not_listed() -> None:
    assert port_with("SEXYZ") is None
    assert port_with(None) is None
