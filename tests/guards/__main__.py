"""Takes each guard out of a copy of the tree and looks whether its tests notice.

    make test-guards                             all, one after the other
    make test-guards GUARD="positions"           those with these words in their names

A test must pass while its guard is there, and fail when it is out: what cannot even be collected has
noticed nothing. Ends with status 1 unless all are seen to fail.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from exchange.home.supervisor import say
from tests.guards.table import GUARDS, ROOT, Guard
from tests.process.world import clean_environment

Ended = subprocess.CompletedProcess[str]
# What pytest ends with; of what it cannot collect it says something else.
PASSED, FAILED = 0, 1


def main(words: str) -> int:
    """Try the guards with `words` in their names; return the exit status."""
    chosen = [guard for guard in GUARDS if words in guard.name]
    if not chosen:
        say("\n".join(["No guard is called so. There are:", *(guard.name for guard in GUARDS)]))
        return 2
    with tempfile.TemporaryDirectory(prefix="guards-") as folder:
        tree = copied(Path(folder) / "tree")
        for postgres in (False, True):
            tests = {test for one in chosen if one.postgres is postgres for test in one.tests}
            untouched = run(sorted(tests), tree, postgres=postgres) if tests else None
            if untouched and untouched.returncode != PASSED:
                say(f"{untouched.stdout}\nThese tests must pass before a guard is taken out.")
                return 1
        noticed = [is_noticed(guard, tree) for guard in chosen]
    say(f"{sum(noticed)} of {len(noticed)} seen to fail")
    return int(not all(noticed))


def copied(tree: Path) -> Path:
    """Copy the files of the working tree as they are, without what Git ignores; return the copy."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in names.split("\0"):
        if (source := ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, tree / name)
    return tree


def is_noticed(guard: Guard, tree: Path) -> bool:
    """Take a guard out, run its tests and say what became of them; tell whether each failed."""
    began = time.monotonic()
    with taken_out(guard, tree):
        ended = [run([test], tree, postgres=guard.postgres) for test in guard.tests]
    seconds = f"{time.monotonic() - began:4.0f} s"
    for one in ended:
        if one.returncode != FAILED or summed_up(one, "ERROR"):
            what = "NOT NOTICED" if one.returncode == PASSED else "COULD NOT BE RUN"
            say(f"{seconds}  {what}  {guard.name}\n{one.stdout}")
            return False
    say(f"{seconds}  seen to fail  {guard.name}")
    say("\n".join(line[:200] for one in ended for line in summed_up(one, "FAILED")))
    return True


def summed_up(ended: Ended, word: str) -> list[str]:
    """Return the lines of pytest's summary that begin with that word: a test's name, and why."""
    summary = ended.stdout.rpartition("short test summary info")[2]  # a log has lines of errors too
    return [line for line in summary.splitlines() if line.startswith(f"{word} ")]


@contextmanager
def taken_out(guard: Guard, tree: Path) -> Iterator[None]:
    """Take a guard out of the copy; put it back afterwards."""
    kept = {cut.file: (tree / cut.file).read_text() for cut in guard.cuts}
    for cut in guard.cuts:
        file = tree / cut.file
        file.write_text(file.read_text().replace(cut.guard, cut.without))
    try:
        yield
    finally:
        for name, text in kept.items():
            (tree / name).write_text(text)


def run(tests: Iterable[str], tree: Path, *, postgres: bool) -> Ended:
    """Run tests in the copy."""
    environment = clean_environment() | {"EXCHANGE_REQUIRE": "postgres,redis", "COLUMNS": "200"}
    if postgres:
        environment["DATABASE_URL"] = os.environ["DATABASE_URL"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *tests],
        cwd=tree,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
