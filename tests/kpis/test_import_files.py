"""Every messy file has the outcome that expected.json names, through the operator's door."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from exchange.common.ids import uuid7
from exchange.kpis.actions.importing import MOST_BYTES
from exchange.kpis.models import Observation

FILES = Path(__file__).parent / "import_files"
EXPECTED: dict[str, dict[str, Any]] = json.loads((FILES / "expected.json").read_text())["files"]

pytestmark = pytest.mark.django_db


def imported(name: str, *options: str) -> dict[str, Any]:
    """Import a file as the operator; return what was printed, with the exit status."""
    return told_by(str(FILES / name), *options)


def told_by(*words: str) -> dict[str, Any]:
    """Return what the command prints, with the exit status."""
    out, status = StringIO(), 0
    try:
        call_command("import_kpis", *words, "--json", stdout=out)
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


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "This file is empty."), (MOST_BYTES + 1, "Send a file of at most 25 MB.")],
)
def test_a_file_that_is_not_taken_in_is_told_like_any_other(
    tmp_path: Path, size: int, words: str
) -> None:
    file = tmp_path / "values.csv"
    file.write_bytes(b"x" * size)
    told = told_by(str(file))
    assert (told["outcome"], told["status"], told["message"]) == ("refused", 1, words)
    assert (told["added"], told["import"]) == (0, None)


def test_the_operator_undoes_an_import() -> None:
    first = imported("01_correct.csv")
    told = told_by("--undo", first["import"], "--reason", "Wrong file.")
    assert (told["outcome"], told["status"]) == ("undone", 0)
    assert set(Observation.objects.approved().values_list("missing", flat=True)) == {"retracted"}


def test_an_undo_without_a_reason_is_refused() -> None:
    first = imported("01_correct.csv")
    told = told_by("--undo", first["import"])
    assert (told["outcome"], told["status"]) == ("refused", 1)
    assert told["message"] == "Say why it is undone."


def test_an_import_that_is_not_there_cannot_be_undone() -> None:
    with pytest.raises(CommandError, match="There is no import with the id"):
        told_by("--undo", str(uuid7()), "--reason", "Wrong file.")
