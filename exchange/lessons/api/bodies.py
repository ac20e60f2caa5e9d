"""What the API says of a lesson, and what it takes for one."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rest_framework import serializers

from exchange.audiences.api import code_of
from exchange.audiences.models import AudienceKind
from exchange.audiences.viewer import Viewer
from exchange.common.drf.serializers import Choice, DictOf, Input, Instant, ListOf, Sparse, Text
from exchange.lessons import choices
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson, LessonVersion
from exchange.lessons.models.version import LONG
from exchange.lessons.policies import allowed_actions
from exchange.lessons.related import replaced_by, seen_of, successor_of
from exchange.lessons.texts import MOST, TAG_LENGTH, TITLE_LENGTH

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
        """Return what the ETag counts: every change at home, editions elsewhere.

        At home the readers' text has 0 while a newer one is in work: a change based on it would
        undo what the newer one says, so no change may name it.
        """
        if not self.at_home:
            return self.lesson.edition
        return self.lesson.lock if self.text == self.lesson.latest_version else 0

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
        source="lesson.edition", help_text="How often it was published; 0 for a draft."
    )
    published_at = Instant(source="lesson.published_at", allow_null=True)
    updated_at = Instant(help_text="At home any change, elsewhere the publication.")
    version = serializers.IntegerField(
        help_text='For If-Match: `"v<version>"`. 0: a newer text is in work, read `?text=latest`. '
        "It counts changes of any kind at home, elsewhere editions: not the number that pages for "
        "people at home give a text (“version 3”)."
    )
    state = Choice(State.choices, allow_null=True, help_text="At home only, else null.")
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


def _guidance(name: str) -> Any:
    """Return what the form says beside the field, for the contract."""
    return LessonVersion._meta.get_field(name).help_text  # type: ignore[union-attr]


def _text(name: str, length: int = LONG) -> Text:
    return Text(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=length,
        trim_whitespace=False,
        help_text=_guidance(name),
    )


def _choice(name: str, of: Any) -> Choice:
    return Choice(of, required=False, allow_null=True, help_text=_guidance(name))


def _list_of(child: Any, name: str, help_text: str = "") -> ListOf:
    return ListOf(child, most=MOST[name], required=False, allow_null=True, help_text=help_text)


class LessonChange(Input):
    """Changes of a lesson's text (JSON merge patch): null empties, what is missing stays.

    The same rules hold as in the form for people.
    """

    title = _text("title", TITLE_LENGTH)
    titles = DictOf(
        Text(allow_null=True, allow_blank=True, max_length=TITLE_LENGTH),
        most=len(choices.LANGUAGES),
        required=False,
        allow_null=True,
        help_text="Titles in other languages, by language.",
    )
    summary = _text("summary", 500)
    kind = Choice(
        choices.Kind.choices,
        required=False,
        allow_null=True,
        help_text="Failures are welcome, too.",
    )
    language = _choice("language", choices.LANGUAGES)
    ports = _list_of(Text(max_length=5), "ports", "UN/LOCODEs of where it happened.")
    topics = _list_of(Text(max_length=60), "topics", "Codes of `/topics`.")
    tags = _list_of(Text(max_length=TAG_LENGTH), "tags")
    sdgs = _list_of(serializers.IntegerField(min_value=1, max_value=17), "sdgs", "UN goals.")
    situation = _text("situation")
    analysis = _text("analysis")
    practice = _text("practice")
    lesson_text = _text("lesson_text")
    recommendation = _text("recommendation")
    evidence = _text("evidence")
    evidence_level = _choice("evidence_level", choices.EvidenceLevel.choices)
    started = _text("started", 10)
    ended = _text("ended", 10)
    maturity = _choice("maturity", choices.Maturity.choices)
    cost_band = _choice("cost_band", choices.CostBand.choices)
    effort = _text("effort", 200)
    preconditions = _text("preconditions")
    obstacles = _text("obstacles")
    transfer_advice = _text("transfer_advice")
    suppliers = _text("suppliers")
    contact = _text("contact", 200)
    sources = _text("sources")
    related = _list_of(
        Text(max_length=2000),
        "related",
        "Up to ten other lessons that you may see: ids, or addresses.",
    )
    licence = _choice("licence", choices.Licence.choices)


class NewLesson(LessonChange):
    """A new draft: a title, and as much of the rest as is known yet."""

    title = Text(max_length=TITLE_LENGTH, help_text=_guidance("title"))
    audience = Text(
        required=False,
        default=str(AudienceKind.ORGANISATION),
        help_text="Whom it is for once published: a code that `/me` lists.",
    )
    external_id = Text(
        required=False,
        allow_null=True,
        max_length=100,
        help_text="Your system's own id of it; unique in your organisation.",
    )
