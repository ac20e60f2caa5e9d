"""Countries: ISO 3166-1 alpha-2 codes with usual English names, and XK as UN/LOCODE uses it."""

from importlib import resources


def _countries() -> dict[str, str]:
    table = resources.files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return {**dict(rows), "XK": "Kosovo"}


COUNTRIES = _countries()
