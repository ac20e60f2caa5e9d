"""Rules of the house that no tool knows: each is a search over the syntax trees of `exchange/`."""

import ast
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path for path in (ROOT / "exchange").rglob("*.py") if "migrations" not in path.parts
)
WRITES = {"create", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "save"}
QUERY_WRITES = {"update", "delete", *WRITES}
CLOCKS = {"now", "utcnow", "today"}

# Code that changes rows or asks what may be done: it is handed things that were seen already.
BELOW_THE_RULE = ("models", "actions", "bookkeeping", "policies", "commands", "engines")
# Who reads rows without anybody's eyes, and why that shows nothing to anybody.
FREE = {
    "api/authentication.py": "before a token is known there are no eyes",
    "common/once.py": "keys of the asker alone",
    "digests/letters.py": "the one mail that is being sent, and its address",
    "digests/notices.py": "who is to be told; what they may see is asked at sending",
    "digests/planning.py": "when and up to where, no contents",
    "digests/sending.py": "the mails that wait",
    "digests/sharing.py": "how far the log is",
    "home/guards.py": "whether the data belong to a demo",
    "home/sample/world.py": "makes the sample world, for the operator",
    "lessons/comparing.py": "labels of topics, which are public",
    "lessons/events.py": "who is to be told, and the reason for them",
    "lessons/library.py": "rows between lessons that were seen and their topics",
    "lessons/search.py": "what is indexed; readers load through visible_to",
    "lessons/texts.py": "whether a topic exists",
    "partners/apps.py": "whether an invitation waits",
    "partners/letters.py": "the invitations that wait to be mailed",
    "partners/viewers.py": "makes the eyes",
    "search/tail.py": "what to leave out",
    "topics/apps.py": "whether topics are there",
}

Finding = tuple[int, str]
Rule = Callable[[Path, ast.AST], Iterator[Finding]]


def named(path: Path, *names: str) -> bool:
    """Tell whether a file, or the folder it is in, bears one of the names: `actions` or `actions.py`."""
    return path.stem in names or path.parent.name in names


def relative(path: Path) -> str:
    """Return the path below `exchange/`."""
    return path.relative_to(ROOT / "exchange").as_posix()


def chain(node: ast.AST) -> list[str]:
    """Return the attribute names of `a.b(...).c`, outermost last."""
    names: list[str] = []
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            if isinstance(node, ast.Name):
                names.append(node.id)
            return names[::-1]


def attribute_chains(tree: ast.AST) -> Iterator[tuple[int, list[str]]]:
    """Yield every outermost attribute chain with its line."""
    inner = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Subscript)
    } | {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Call) and id(node) not in inner:
            yield node.lineno, chain(node)


def sight_begins_with_the_rule(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """Rows are reached through visible_to or for_viewer, but in the few places named here."""
    if named(path, *BELOW_THE_RULE) or relative(path).startswith(("activity/", "audiences/")):
        return
    if relative(path) in FREE:
        return
    for line, names in attribute_chains(tree):
        for before, after in pairwise([*names, ""]):
            if before == "objects" and after not in {"visible_to", "for_viewer"}:
                yield line, "rows are reached through visible_to(viewer) or for_viewer(viewer)"


def the_rule_is_written_once(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """Nobody else decides from the keys who may see something."""
    if path.is_relative_to(ROOT / "exchange" / "audiences") or named(
        path, "models", "actions", "search", "viewers"
    ):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and re.match(
            r"(.*__)?(effective_audience|home_audience)(__in|_id|_id__in)?$", node.arg or ""
        ):
            value = ast.unparse(node.value)
            if "audience_ids" in value or "viewer" in value:
                yield node.value.lineno, "who may see is decided by visible_to alone"


def actions_write(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """Rows are written by actions and bookkeeping."""
    if named(path, "actions", "bookkeeping") or relative(path) in {
        "accounts/models.py",  # Django's own way to make a user
        "activity/apps.py",  # the sequencer's one row
        "activity/log.py",  # record(), which actions call
        "activity/sequencer.py",  # positions
        "common/once.py",  # nonces
    }:
        return
    for line, names in attribute_chains(tree):
        managed = "objects" in names and QUERY_WRITES & set(names[names.index("objects") :])
        if managed or (len(names) > 1 and names[-1] == "save"):
            yield line, f"{'.'.join(names)}: only actions and bookkeeping write"


def one_clock(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """The only clock is common.time.now()."""
    if relative(path) in {"common/time.py", "common/ids.py"}:
        return
    for line, names in attribute_chains(tree):
        if len(names) > 1 and names[-1] in CLOCKS and names[-2] in {"datetime", "date", "timezone"}:
            yield line, "ask exchange.common.time.now()"
        if names[-2:] == ["time", "time"]:
            yield line, "ask exchange.common.time.now(), or time.monotonic() for durations"


def nothing_is_cached_for_all(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """cache_page shows one person's page to another; eager tasks hide what a lost message does."""
    for node in ast.walk(tree):
        name = (
            getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "name", None)
        )
        if name in {"cache_page", "CELERY_TASK_ALWAYS_EAGER", "task_always_eager"}:
            yield getattr(node, "lineno", 0), f"{name} is not used here"


def trusted_html_has_three_homes(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """Text becomes markup in Markdown, in highlights and in word diffs, nowhere else."""
    if path.name in {"markdown.py", "highlight.py", "diff.py"}:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and chain(node)[-1:] in (["mark_safe"], ["SafeString"]):
            yield node.lineno, "markup is made from text in reviewed modules only"


RULES: list[Rule] = [
    sight_begins_with_the_rule,
    the_rule_is_written_once,
    actions_write,
    one_clock,
    nothing_is_cached_for_all,
    trusted_html_has_three_homes,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_code_keeps(rule: Rule) -> None:
    findings = [
        f"{path.relative_to(ROOT)}:{line}: {words}"
        for path in SOURCES
        for line, words in rule(path, ast.parse(path.read_text()))
    ]
    assert not findings, "\n".join(findings)


@pytest.mark.parametrize(
    ("rule", "file", "code"),
    [
        (sight_begins_with_the_rule, "lessons/views.py", "Lesson.objects.filter(pk=1).first()"),
        (sight_begins_with_the_rule, "lessons/views/pages.py", "x = Lesson.objects"),
        (sight_begins_with_the_rule, "lessons/waiting.py", "Lesson.objects.exclude(pk=1)"),
        (
            the_rule_is_written_once,
            "digests/compose.py",
            "q.filter(home_audience__in=v.audience_ids)",
        ),
        (actions_write, "lessons/views.py", "Lesson.objects.filter(pk=1).update(state='x')"),
        (actions_write, "lessons/tasks.py", "lesson.save()"),
        (one_clock, "lessons/models.py", "timezone.now()"),
        (one_clock, "lessons/models.py", "dt.datetime.now(dt.UTC)"),
        (nothing_is_cached_for_all, "home/views.py", "@cache_page(60)\ndef page(): ..."),
        (nothing_is_cached_for_all, "config/settings.py", "CELERY_TASK_ALWAYS_EAGER = True"),
        (trusted_html_has_three_homes, "home/views.py", "mark_safe(text)"),
    ],
)
def test_the_rule_finds_a_planted_breach(rule: Rule, file: str, code: str) -> None:
    assert list(rule(ROOT / "exchange" / file, ast.parse(code)))


def test_templates_trust_no_text() -> None:
    trusting = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(r"\|\s*safe\b|autoescape\s+off", path.read_text())
    ]
    assert not trusting


def test_no_exception_is_left_over() -> None:
    assert {name for name in FREE if not (ROOT / "exchange" / name).exists()} == set()
