import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["old", "missing"])
def test_a_named_python_that_is_no_good_is_not_replaced_by_another(
    tmp_path: Path, name: str
) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "old").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "old").chmod(0o700)
    ended = subprocess.run(
        ["make", ".venv/bin/pip", f"PYTHON={tmp_path / name}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode
    assert f"{tmp_path / name} is no Python 3.11 or later" in ended.stderr
    assert not (tmp_path / ".venv").exists()
