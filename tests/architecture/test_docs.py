"""The documentation names what the code has, and nothing else."""

import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from exchange.activity.verbs import all_verbs
from exchange.lessons.missing import REQUIRED

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
READ = re.compile(r"\benv\.\w+\(\s*\"([A-Z_]+)\"")
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")


def first_cells(page: Path, cell: str) -> list[str]:
    """Return the first cell of each table row of a page that looks like `cell`."""
    return re.findall(rf"^\| ({cell}) \|", page.read_text(), flags=re.MULTILINE)


def test_every_setting_is_listed_and_every_listed_setting_is_read() -> None:
    files = sorted((ROOT / "exchange" / "config" / "settings").glob("*.py"))
    source = "".join(file.read_text() for file in files)
    listed = first_cells(DOCS / "operators" / "settings.md", "`[A-Z_]+`")
    assert sorted(name.strip("`") for name in listed) == sorted(set(READ.findall(source)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EXCHANGE_SWEEP_SECONDS", settings.SWEEP_SECONDS),
        ("EXCHANGE_DIGEST_GRACE_SECONDS", settings.DIGEST_GRACE_SECONDS),
        ("EXCHANGE_LEASE_SECONDS", settings.LEASE_SECONDS),
    ],
)
def test_a_listed_default_is_the_one_used(name: str, value: int) -> None:
    page = (DOCS / "operators" / "settings.md").read_text()
    assert re.search(rf"^\| `{name}` \| `{value}` \|", page, flags=re.MULTILINE)


def test_every_verb_is_listed_and_every_listed_verb_is_registered() -> None:
    listed = first_cells(DOCS / "developers" / "events.md", "`[a-z_.]+`")
    assert sorted(name.strip("`") for name in listed) == [verb.name for verb in all_verbs()]


def test_what_a_review_needs_is_listed_for_programs() -> None:
    page = (DOCS / "partners" / "api.md").read_text()
    [line] = re.findall(r"^- A review needs (.+?) and `contact`", page, flags=re.MULTILINE)
    assert [*re.findall(r"`(\w+)`", line), "contact"] == list(REQUIRED)


def test_every_direct_dependency_has_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = sorted(re.split(r"[\[<>=!~ ]", wish, maxsplit=1)[0] for wish in wanted)
    listed = first_cells(DOCS / "dependencies.md", "(?!package)[a-z][a-z0-9-]+")
    assert sorted(listed) == names


def test_every_decision_is_listed() -> None:
    listed = LINK.findall((DOCS / "decisions" / "index.md").read_text())
    assert sorted(listed) == sorted(path.name for path in (DOCS / "decisions").glob("0*.md"))


def test_the_changelog_tells_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    assert newest
    assert newest[1] == version


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    missing = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]
    assert missing == []


def test_the_readme_has_exactly_two_commands() -> None:
    blocks = re.findall(r"^```\n(.*?)^```", (ROOT / "README.md").read_text(), flags=re.M | re.S)
    assert blocks == ["make demo\n", "make test\n"]


def test_every_make_target_in_the_docs_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for page in PAGES:
        for target in re.findall(r"`make ([a-z-]+)", page.read_text()):
            assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), f"{page.name}: {target}"
