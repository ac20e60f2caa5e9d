"""What the API says of a lesson."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rest_framework import serializers

from exchange.audiences.api import code_of
from exchange.audiences.viewer import Viewer
from exchange.common.drf.serializers import Choice, Instant, Sparse
from exchange.lessons import choices
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson, LessonVersion
from exchange.lessons.policies import allowed_actions
from exchange.lessons.related import replaced_by, seen_of, successor_of

SHARED = (
    "Whom it is for: public, partners, organisation, or a group. At home with the number that "
    "`/me` lists, such as `group:7`."
)


@dataclass(frozen=True)
class Told:
    """A lesson as one viewer is told of it: how work on it stands is said at home only."""

    lesson: Lesson
    viewer: Viewer
    text: LessonVersion

    @property
    def at_home(self) -> bool:
        return self.lesson.organisation_id in self.viewer.roles

    @property
    def version(self) -> int:
        """Return how many changes of any kind there were, as the ETag has it; 0 is for no change.

        Elsewhere it would tell of what nobody there saw. At home the readers' text has 0 while a
        newer one is in work: a change based on it would undo what the newer one says.
        """
        is_latest = self.text.pk == self.lesson.latest_version_id
        return self.lesson.lock if self.at_home and is_latest else 0

    @property
    def edition(self) -> int | None:
        return self.lesson.edition if self.at_home else None

    @property
    def state(self) -> str | None:
        return self.lesson.state if self.at_home else None

    @property
    def release_at(self) -> dt.datetime | None:
        return self.lesson.release_at if self.at_home else None

    @property
    def superseded_by(self) -> UUID | None:
        """Return the id of the lesson that replaces it, if the viewer may see that; one query at most."""
        successor = successor_of(self.lesson, self.viewer)
        return successor.pk if successor else None

    @property
    def supersedes(self) -> list[UUID]:
        """Return the ids of what it replaces, as far as the viewer may see it; one query."""
        return [lesson.pk for lesson in replaced_by(self.lesson, self.viewer)]

    @property
    def external_id(self) -> str | None:
        return self.lesson.external_id if self.at_home else None

    @property
    def updated_at(self) -> dt.datetime | None:
        return self.lesson.changed_at if self.at_home else self.lesson.published_at

    @property
    def audience(self) -> str:
        """Return the audience's code; elsewhere its kind, as a union names groups of others."""
        audience = self.lesson.audience
        return code_of(audience) if self.at_home else str(audience.kind)

    @property
    def topics(self) -> list[str]:
        return [topic.code for topic in self.text.topics.all()]

    @property
    def related(self) -> list[UUID]:
        """Return the ids of the related lessons that the viewer may see; one query."""
        return [lesson.pk for lesson in seen_of(self.text.related, self.viewer)]

    @property
    def allowed_actions(self) -> list[str]:
        return allowed_actions(self.viewer, self.lesson) if self.at_home else []


def told(lesson: Lesson, viewer: Viewer, *, latest: bool = False) -> Told:
    """Return what `viewer` is told of a lesson: the shown text, or at home the latest one."""
    text = lesson.shown_version
    if latest and lesson.organisation_id in viewer.roles:
        text = lesson.latest_version
    if text is None:
        raise Lesson.DoesNotExist("a lesson without a version")
    return Told(lesson, viewer, text)


class OwnerBody(serializers.Serializer[Any]):
    """The organisation that vouches for a lesson."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    unlocode = serializers.CharField(allow_null=True)


class LessonItemBody(Sparse):
    """A lesson in a list."""

    id = serializers.UUIDField(source="lesson.id")
    organisation = OwnerBody(source="lesson.organisation")
    audience = serializers.CharField(help_text=SHARED)
    edition = serializers.IntegerField(
        allow_null=True,
        help_text="How often it was published; 0 for a draft. At home only, else null.",
    )
    published_at = Instant(source="lesson.published_at", allow_null=True)
    updated_at = Instant(help_text="At home any change, elsewhere the publication.")
    version = serializers.IntegerField(
        help_text='For If-Match: `"v<version>"`. It counts changes of any kind: not the number that '
        "pages for people at home give a text (“version 3”). 0: a newer text is in work, read "
        "`?text=latest`; always 0 of what others own."
    )
    state = Choice(
        State.choices,
        allow_null=True,
        help_text="How the newest text stands, also where readers have an earlier one. At home only, "
        "else null.",
    )
    release_at = Instant(
        allow_null=True,
        help_text="When the approved text is to be published. At home only, else null.",
    )
    superseded = serializers.BooleanField(
        source="lesson.is_superseded", help_text="Its owner says that another lesson replaces it."
    )
    external_id = serializers.CharField(allow_null=True, help_text="At home only, else null.")
    allowed_actions = serializers.ListField(
        child=serializers.CharField(), help_text="What you may do with it now."
    )
    title = serializers.CharField(source="text.title", allow_blank=True)
    titles = serializers.DictField(
        source="text.titles",
        child=serializers.CharField(),
        help_text="Titles in other languages, by language.",
    )
    summary = serializers.CharField(source="text.summary", allow_blank=True)
    kind = Choice(choices.Kind.choices, source="text.kind", allow_null=True)
    language = Choice(choices.LANGUAGES, source="text.language")
    topics = serializers.ListField(child=serializers.CharField(), help_text="Codes of `/topics`.")
    url = serializers.SerializerMethodField(help_text="The page for people.")

    def get_url(self, lesson: Told) -> str:
        page = lesson.lesson.get_absolute_url()
        return str(self.context["request"].build_absolute_uri(page))

    def to_representation(self, instance: Lesson | Told) -> Any:
        """Return the body of a lesson, or of one with a text chosen."""
        if isinstance(instance, Lesson):
            instance = told(instance, self.context["viewer"])
        return super().to_representation(instance)


def _markdown(name: str) -> serializers.CharField:
    return serializers.CharField(source=f"text.{name}", allow_blank=True, help_text="Markdown.")


def _lines(name: str) -> serializers.CharField:
    return serializers.CharField(
        source=f"text.{name}", allow_blank=True, help_text="One entry a line."
    )


class LessonBody(LessonItemBody):
    """A lesson with its whole text."""

    ports = serializers.ListField(source="text.ports", child=serializers.CharField())
    tags = serializers.ListField(source="text.tags", child=serializers.CharField())
    sdgs = serializers.ListField(source="text.sdgs", child=serializers.IntegerField())
    situation = _markdown("situation")
    analysis = _markdown("analysis")
    practice = _markdown("practice")
    lesson_text = _markdown("lesson_text")
    recommendation = _lines("recommendation")
    evidence = _markdown("evidence")
    evidence_level = Choice(
        choices.EvidenceLevel.choices, source="text.evidence_level", allow_null=True
    )
    started = serializers.CharField(
        source="text.started", allow_blank=True, help_text="A year, a month or a day: 2023-03."
    )
    ended = serializers.CharField(source="text.ended", allow_blank=True)
    maturity = Choice(choices.Maturity.choices, source="text.maturity", allow_null=True)
    cost_band = Choice(choices.CostBand.choices, source="text.cost_band", allow_null=True)
    effort = serializers.CharField(source="text.effort", allow_blank=True)
    preconditions = _lines("preconditions")
    obstacles = _markdown("obstacles")
    transfer_advice = _markdown("transfer_advice")
    suppliers = _lines("suppliers")
    contact = serializers.CharField(source="text.contact", allow_blank=True)
    sources = _lines("sources")
    related = serializers.ListField(
        child=serializers.UUIDField(), help_text="Other lessons, as far as you may see them."
    )
    superseded_by = serializers.UUIDField(
        allow_null=True,
        help_text="The lesson that replaces it, if you may see that one, else null.",
    )
    superseded_note = serializers.CharField(
        source="lesson.superseded_note",
        allow_blank=True,
        help_text="Why it is replaced, in the owner's words.",
    )
    supersedes = serializers.ListField(
        child=serializers.UUIDField(), help_text="What it replaces, as far as you may see it."
    )
    licence = Choice(
        choices.Licence.choices,
        source="text.licence",
        allow_null=True,
        help_text="SPDX identifier; NOASSERTION: not stated, ask the contact.",
    )
