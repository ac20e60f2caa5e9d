"""Rules of the house that no tool knows; each has breaches beside it that it must find."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.lints import habits, sight, writing
from tests.architecture.lints.syntax import EXCHANGE, ROOT, SOURCES, Rule, accessors, tree_of

BREACHES = [*sight.BREACHES, *writing.BREACHES, *habits.BREACHES]
RULES = list(dict.fromkeys(rule for rule, _file, _code in BREACHES))
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
# Texts that are trusted, clocks that are not ours, and rows past visible_to and for_viewer.
NOT_IN_TEMPLATES = re.compile(
    r"\|\s*safe\b|autoescape\s+off|{%\s*now\b|\|\s*(timesince|timeuntil|natural\w+)\b"
    rf"|\.({'|'.join(accessors())})\.\w+"
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_code_keeps(rule: Rule) -> None:
    findings = [
        f"{path.relative_to(ROOT)}:{line}: {words}"
        for path in SOURCES
        for line, words in rule(path, tree_of(path))
    ]
    assert not findings, "\n".join(findings)


@pytest.mark.parametrize(("rule", "file", "code"), BREACHES)
def test_the_rule_finds_a_planted_breach(rule: Rule, file: str, code: str) -> None:
    assert list(rule(EXCHANGE / file, ast.parse(code)))


def markup_of(path: Path) -> str:
    """Return a template; plain text needs no escapes, so that is not looked for in it."""
    text = path.read_text()
    return text.replace("{% autoescape off %}", "") if path.suffix == ".txt" else text


def test_templates_keep_the_rules_as_well() -> None:
    found = {
        str(path.relative_to(ROOT)): breach[0]
        for path in TEMPLATES
        if (breach := NOT_IN_TEMPLATES.search(markup_of(path)))
    }
    assert found == {}


@pytest.mark.parametrize(
    "breach",
    ["{{ text|safe }}", "{% autoescape off %}", "{% now 'Y' %}", "{{ lesson.versions.all }}"],
)
def test_a_breach_in_a_template_is_found(breach: str) -> None:
    assert NOT_IN_TEMPLATES.search(breach)


def test_no_exception_is_left_over() -> None:
    needed = {name for name in sight.FREE if list(sight.reached_without(tree_of(EXCHANGE / name)))}
    assert set(sight.FREE) == needed
