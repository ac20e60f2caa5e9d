"""Time zones, typed as cities."""

import pytest

from exchange.common.text import sort_key
from exchange.common.time import validate_zone
from exchange.common.zones import offered, zone_of


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Göteborg", "Europe/Stockholm"),
        ("  gothenburg ", "Europe/Stockholm"),
        ("Los Angeles", "America/Los_Angeles"),
        ("los_angeles, USA", "America/Los_Angeles"),
        ("TOKYO", "Asia/Tokyo"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("europe/stockholm", "Europe/Stockholm"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("utc", "UTC"),
        ("Atlantis", "Atlantis"),
        ("", ""),
        (",", ","),
    ],
)
def test_a_city_or_a_name_is_understood(typed: str, zone: str) -> None:
    assert zone_of(typed) == zone


def test_every_zone_that_is_offered_is_one() -> None:
    for zone, _city in offered():
        validate_zone(zone)


def test_no_city_stands_for_two_zones() -> None:
    named = {(sort_key(city), zone) for zone, city in offered() if city}
    assert len(named) == len(dict(named))
