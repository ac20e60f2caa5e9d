"""The table of guards names what is there."""

import subprocess
import sys
from collections import Counter

import pytest

from tests.guards.table import GUARDS, ROOT, Guard


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_a_guard_stands_where_it_is_said_to_stand(guard: Guard) -> None:
    for cut in guard.cuts:
        assert (ROOT / cut.file).read_text().count(cut.guard) == 1, cut
        assert cut.guard != cut.without


def test_every_guard_has_a_name_of_its_own_and_several_cuts_a_reason() -> None:
    assert set(Counter(guard.name for guard in GUARDS).values()) == {1}
    assert not [guard.name for guard in GUARDS if bool(guard.why) != (len(guard.cuts) > 1)]


def test_every_test_that_notices_is_there() -> None:
    named = {test for guard in GUARDS for test in guard.tests}
    collected = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", *sorted(named)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert collected.returncode == 0, collected.stdout + collected.stderr
