"""What we took from others is what they released."""

import hashlib
import re
from pathlib import Path

import pytest

VENDOR = Path(__file__).resolve().parents[2] / "exchange" / "static" / "vendor"
ROW = re.compile(r"\| `(?P<file>[^`]+)` \|.*\| `(?P<sum>[0-9a-f]{64})` \|")
NOTED = {row["file"]: row["sum"] for row in ROW.finditer((VENDOR / "README.md").read_text())}


@pytest.mark.parametrize("name", sorted(NOTED))
def test_a_vendored_file_has_the_noted_checksum(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == NOTED[name]


def test_every_vendored_file_is_noted() -> None:
    kept = {
        path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*.*") if path.is_file()
    } - {"README.md"}
    assert {name for name in kept if not name.rpartition("/")[2].startswith("LICENSE")} == set(
        NOTED
    )


def test_every_vendored_file_has_its_licence_beside_it() -> None:
    for name in NOTED:
        assert list((VENDOR / name).parent.glob("LICENSE*"))


def test_what_is_under_apaches_licence_has_its_notice_beside_it() -> None:
    for row in ROW.finditer((VENDOR / "README.md").read_text()):
        if "Apache-2.0" in row[0]:
            assert (VENDOR / row["file"]).with_name("NOTICE").is_file()
