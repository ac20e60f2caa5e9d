"""The topics that come with this release."""

import csv
from pathlib import Path

LIST = Path(__file__).parent / "data" / "topics.csv"


def rows() -> list[dict[str, str]]:
    """Return the rows of `data/topics.csv` as `load_topics` takes them."""
    with LIST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
