"""What a text must hold before it goes on: to reviewers, to readers, to everybody."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from exchange.audiences.models import Audience, AudienceKind
from exchange.common.errors import Message
from exchange.lessons import choices
from exchange.lessons.models import TEXT_FIELDS, Lesson, LessonVersion

REQUIRED: dict[str, Message] = {
    "title": gettext_lazy("Give it a title, written as advice."),
    "summary": gettext_lazy("Say in two or three sentences what a busy colleague should remember."),
    "kind": gettext_lazy("Choose what kind of lesson it is."),
    "ports": gettext_lazy("Name the port where it happened, such as SEGOT."),
    "topics": gettext_lazy("Choose one to three topics."),
    "situation": gettext_lazy("Describe the situation: what was expected, what happened, when."),
    "practice": gettext_lazy("Describe what you did, so that another port can follow it."),
    "lesson_text": gettext_lazy("Write the general lesson, without your local detail."),
    "recommendation": gettext_lazy("Recommend at least one action, and say who should take it."),
    "evidence_level": gettext_lazy("Choose how well the effect is known."),
    "started": gettext_lazy("Say when it began: a year is enough, such as 2023."),
    "maturity": gettext_lazy("Choose where it stands today."),
    "preconditions": gettext_lazy("Name what it needs to work, or write “none known”."),
    "transfer_advice": gettext_lazy("Say what to copy, what to adapt and what not to copy."),
    "contact": gettext_lazy("Name a person or a mailbox that answers questions."),
}
REVIEW = gettext_lazy("Needed before review.")
LATER: dict[str, Message] = {
    "analysis": gettext_lazy("Needed before review of a lesson from a problem."),
    "evidence": gettext_lazy("Needed before approval."),
    "licence": gettext_lazy("Needed before review of a lesson for everybody."),
}
NO_ANALYSIS = gettext_lazy("Say why it happened: this is a lesson from a problem.")
NO_EVIDENCE = gettext_lazy("Give the evidence of its effect, or write “not measured yet”.")
NO_EVIDENCE_YET = gettext_lazy(
    "It cannot be approved without a word on the evidence: take it back to add that, or to write “not "
    "measured yet”."
)
NO_LICENCE = gettext_lazy("Choose a licence, or “not stated”: this lesson is for everybody.")
UNLICENSED = gettext_lazy(
    "Before everybody may read it, it needs a licence. Edit the lesson, choose one, and have that "
    "text published first."
)


def needed(field: str) -> Message:
    """Return by when a field is needed, for the form; empty when it never is."""
    return REVIEW if field in REQUIRED else LATER.get(field, "")


def missing_for_review(version: LessonVersion, audience: Audience) -> dict[str, list[Message]]:
    """Return by field what a text for `audience` lacks before it may be submitted."""
    text = {name: getattr(version, name) for name in TEXT_FIELDS}
    public = audience.kind == AudienceKind.PUBLIC
    return missing_in({**text, "topics": bool(version.topics.all())}, public=public)


def missing_in(text: Mapping[str, Any], *, public: bool) -> dict[str, list[Message]]:
    """Return by field what a LessonText lacks before it may be submitted; `public`: for everybody."""
    missing = {field: [words] for field, words in REQUIRED.items() if not text.get(field)}
    if text.get("kind") == choices.Kind.PROBLEM and not text.get("analysis"):
        missing["analysis"] = [NO_ANALYSIS]
    if public and not text.get("licence"):
        missing["licence"] = [NO_LICENCE]
    return missing


def missing_for_publication(version: LessonVersion, audience: Audience) -> dict[str, list[Message]]:
    """Return by field what a text for `audience` lacks before it may be approved and published."""
    missing = missing_for_review(version, audience)
    return missing | ({} if version.evidence else {"evidence": [NO_EVIDENCE]})


def may_not_reach(lesson: Lesson, audience: Audience) -> bool:
    """Tell whether readers have a text that another `audience` may not get without a licence."""
    version = lesson.published_version
    widened = audience.kind == AudienceKind.PUBLIC and audience.pk != lesson.audience_id
    return version is not None and widened and not version.licence
