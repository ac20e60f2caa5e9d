"""Every messy file has the outcome that expected.json names, through the operator's door."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from exchange.kpis.models import Observation

FILES = Path(__file__).parent / "import_files"
EXPECTED: dict[str, dict[str, Any]] = json.loads((FILES / "expected.json").read_text())["files"]

pytestmark = pytest.mark.django_db


def imported(name: str, *options: str) -> dict[str, Any]:
    """Import a file as the operator; return what was printed, with the exit status."""
    out, status = StringIO(), 0
    try:
        call_command("import_kpis", str(FILES / name), "--json", *options, stdout=out)
    except SystemExit as error:
        status = int(error.code or 0)
    return {**json.loads(out.getvalue()), "status": status}


@pytest.mark.parametrize("name", EXPECTED)
def test_good_rows_are_taken_and_the_others_named(name: str) -> None:
    expected = EXPECTED[name]
    told = imported(name, "--accept", "good")
    assert told["added"] == expected["accepted_rows"] == Observation.objects.approved().count()
    if expected["outcome"] != "reject file":
        assert told["rejected"] == expected["rejected_rows"]
        assert len({one["row"] for one in told["rejected_rows"]}) == expected["rejected_rows"]


@pytest.mark.parametrize("name", [name for name in EXPECTED if EXPECTED[name]["rejected_rows"]])
def test_all_or_nothing_writes_nothing_of_a_file_with_a_rejected_row(name: str) -> None:
    told = imported(name)
    assert (told["outcome"], told["status"]) == ("refused", 1)
    assert not Observation.objects.exists()


@pytest.mark.parametrize("name", [name for name in EXPECTED if EXPECTED[name]["accepted_rows"]])
def test_the_same_file_again_changes_nothing(name: str) -> None:
    first = imported(name, "--accept", "good")
    again = imported(name, "--accept", "good")
    assert (again["added"], again["corrected"], again["unchanged"]) == (0, 0, first["added"])


@pytest.mark.parametrize("name", [name for name in EXPECTED if "accepted_lines" in EXPECTED[name]])
def test_no_accepted_line_is_among_the_rejected(name: str) -> None:
    told = imported(name, "--accept", "good")
    rejected = {one["row"] for one in told["rejected_rows"]}
    assert not rejected & set(EXPECTED[name]["accepted_lines"])


def test_a_dry_run_writes_nothing() -> None:
    told = imported("01_correct.csv", "--dry-run")
    assert (told["outcome"], told["added"], told["status"]) == ("accepted", 48, 0)
    assert not Observation.objects.exists()
