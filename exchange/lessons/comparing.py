"""What differs between two texts of a lesson, field by field and word by word."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, Literal, cast

from django.db import models
from django.utils.text import capfirst

from exchange.audiences.viewer import Viewer
from exchange.lessons import choices
from exchange.lessons.models import TEXT_FIELDS, LessonVersion
from exchange.lessons.related import seen_of
from exchange.partners.ports import port_name
from exchange.topics.models import Topic

# Comparing words costs the product of both lengths; longer passages are shown whole.
MOST_WORDS = 3_000
# When fewer of their words than this share stand in both, two passages are easier read apart.
ENOUGH_IN_COMMON = 0.4
COMPARED = (*TEXT_FIELDS, "topics")


@dataclass(frozen=True)
class Part:
    """A stretch of text that both have, or that was added or removed.

    `whole`: a passage of its own, as the one that took its place has little in common with it.
    """

    kind: Literal["same", "added", "removed"]
    text: str
    whole: bool = False


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field in which two texts differ; `before` and `after` are what a person reads there."""

    name: str
    label: str
    before: str
    after: str

    @property
    def parts(self) -> list[Part]:
        """Return what became of the words, in reading order."""
        return word_diff(self.before, self.after)


@dataclass(frozen=True, kw_only=True)
class Clash(Difference):
    """A field that two people left different: `before` is theirs, `after` is mine.

    `untouched`: mine is as it was when I began, so theirs is the newer one; `mine_only`: theirs is.
    """

    untouched: bool
    mine_only: bool


def text_of(version: LessonVersion, viewer: Viewer) -> dict[str, Any]:
    """Return the LessonText of a version as the viewer sees it, as the actions take it."""
    return _text_with(version, _keys_seen(version.related, viewer))


def changed_names(versions: Sequence[LessonVersion], viewer: Viewer) -> list[list[str]]:
    """Return for each of `versions`, newest first, in which fields it differs from the one after it.

    For the last there is none to compare it with, and nothing. One query, when topics are loaded.
    """
    seen = _keys_seen([key for version in versions for key in version.related], viewer)
    texts = [_text_with(version, seen) for version in versions]
    changed = [
        [name for name in COMPARED if before[name] != after[name]]
        for after, before in pairwise(texts)
    ]
    return [*changed, *([[]] if texts else [])]


def label_of(name: str) -> str:
    """Return what a field is called on pages."""
    return capfirst(str(_column(name).verbose_name))


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], viewer: Viewer
) -> list[Difference]:
    """Return the fields in which two LessonTexts differ for the viewer, in the order of the form."""
    return [
        Difference(
            name=name,
            label=label_of(name),
            before=readable(name, before[name], viewer),
            after=readable(name, after[name], viewer),
        )
        for name in COMPARED
        if before[name] != after[name]
    ]


def clashes(
    base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any], viewer: Viewer
) -> list[Clash]:
    """Return where my text differs from theirs; `base` is what both began from, empty if unknown."""
    return [
        Clash(
            name=found.name,
            label=found.label,
            before=found.before,
            after=found.after,
            untouched=found.name in base and base[found.name] == mine[found.name],
            mine_only=found.name in base and base[found.name] == theirs[found.name],
        )
        for found in differences(theirs, mine, viewer)
    ]


def readable(name: str, value: Any, viewer: Viewer) -> str:
    """Return a field's value as the viewer reads it."""
    if name == "ports":
        return ", ".join(map(port_name, value))
    if name == "topics":
        return ", ".join(topic.label for topic in Topic.objects.filter(pk__in=value))
    if name == "related":
        return "\n".join(map(str, seen_of(value, viewer)))
    if name == "titles":
        languages = dict(choices.LANGUAGES)
        return "\n".join(f"{languages[code]}: {title}" for code, title in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    words = dict(_column(name).flatchoices)
    return str(words.get(value, value)) if value else ""


def word_diff(before: str, after: str) -> list[Part]:
    """Return what was kept, removed and added between two texts: by line, and in lines by word."""
    found: list[Part] = []
    for old, new in _runs(before.splitlines(keepends=True), after.splitlines(keepends=True)):
        for one, other in _side_by_side(old, new):
            found += [Part("same", one)] if one == other else _passage(one, other)
    return found


def _side_by_side(before: str, after: str) -> list[tuple[str, str]]:
    """Pair the lines of two passages when there are as many of them, else take each as a whole."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return list(zip(old, new, strict=True)) if len(old) == len(new) else [(before, after)]


def _passage(before: str, after: str) -> list[Part]:
    """Compare word by word what has enough words in common; else give one after the other."""
    old, new = _words(before), _words(after)
    if max(len(old), len(new)) <= MOST_WORDS:
        parts = list(_parts(old, new))
        common = sum(_count(part.text) for part in parts if part.kind == "same")
        if 2 * common >= ENOUGH_IN_COMMON * (_count(before) + _count(after)):
            return parts
    whole = bool(before and after)
    texts: list[tuple[Literal["removed", "added"], str]] = [("removed", before), ("added", after)]
    return [Part(kind, text, whole) for kind, text in texts if text]


def _parts(old: list[str], new: list[str]) -> Iterator[Part]:
    for before, after in _runs(old, new):
        if before == after:
            yield Part("same", before)
            continue
        if before:
            yield Part("removed", before)
        if after:
            yield Part("added", after)


def _runs(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Yield both texts run by run: what is the same, and what stands in place of what."""
    matcher = SequenceMatcher(a=old, b=new, autojunk=len(old) * len(new) > 250_000)
    for _tag, i1, i2, j1, j2 in matcher.get_opcodes():
        yield "".join(old[i1:i2]), "".join(new[j1:j2])


def _text_with(version: LessonVersion, seen: Collection[str]) -> dict[str, Any]:
    return {
        **{name: getattr(version, name) for name in TEXT_FIELDS},
        "related": [key for key in version.related if key in seen],
        "topics": [topic.code for topic in version.topics.all()],
    }


def _keys_seen(keys: Sequence[str], viewer: Viewer) -> set[str]:
    return {str(lesson.pk) for lesson in seen_of(keys, viewer)}


def _column(name: str) -> "models.Field[Any, Any]":
    return cast("models.Field[Any, Any]", LessonVersion._meta.get_field(name))


def _count(text: str) -> int:
    return len(re.findall(r"\w+", text))


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)
