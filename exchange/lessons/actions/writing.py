"""Drafting, revising, submitting."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from exchange.audiences.models import Audience
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.common.ids import uuid7
from exchange.common.text import sort_key
from exchange.lessons import policies
from exchange.lessons.actions import _steps
from exchange.lessons.bookkeeping import note_title_words
from exchange.lessons.missing import missing_for_review
from exchange.lessons.models import Lesson, LessonVersion
from exchange.lessons.related import with_unseen
from exchange.lessons.texts import LessonText, clean_external_id, clean_text
from exchange.partners.models import Organisation
from exchange.partners.viewers import in_office_now
from exchange.topics.models import Topic


@transaction.atomic
def draft_lesson(
    *,
    actor: Viewer,
    organisation: Organisation,
    audience: Audience,
    text: LessonText,
    external_id: str | None = None,
) -> Lesson:
    """Begin a lesson of `organisation`, meant for `audience`; nothing of the text is required yet.

    Only the owner's people see it. `external_id` is the owner's own key. Raises Forbidden; Invalid
    by field; Conflict when the key is taken.
    """
    actor = in_office_now(actor, organisation)
    _steps.require(
        policies.can_write(actor, organisation),
        _("Only contributors of an organisation write its lessons."),
    )
    _require_reach(actor, organisation, audience)
    fields, topics = clean_text(text, actor)
    lesson = Lesson(
        organisation=organisation,
        author_id=actor.user_id,
        audience=audience,
        effective_audience=organisation.home_audience,
        home_audience=organisation.home_audience,
        external_id=clean_external_id(external_id),
    )
    _insert(lesson)
    _add_version(lesson, actor=actor, number=1, fields=fields, topics=topics)
    lesson.save(update_fields=["latest_version", "shown_version"])
    _steps.record_at_home("lesson.captured", actor=actor, lesson=lesson)
    return lesson


@transaction.atomic
def revise_lesson(
    *,
    actor: Viewer,
    lesson: Lesson,
    text: LessonText,
    lock: int,
    audience: Audience | None = None,
) -> Lesson:
    """Save a new version; fields that `text` leaves out stay as they are in the latest one.

    A text (and audience) like the latest changes nothing. Of a published lesson readers keep the
    published version, and its audience has an action of its own. Raises Forbidden, Conflict while
    a reviewer has it, Stale (with the lesson's lock), Invalid by field.
    """
    actor, lesson = _steps.locked(actor, lesson)
    _steps.require(
        policies.can_edit(actor, lesson), _("Only contributors of its owner edit a lesson.")
    )
    # While a reviewer has it there is nothing to compare with: nothing can be saved.
    state = _steps.state_after(lesson, "revise")
    _steps.require_lock(lesson, lock)
    latest = latest_of(lesson)
    fields, topics = clean_text(text, actor, latest)
    fields["related"] = with_unseen(fields["related"], latest.related, actor)
    readers: dict[str, Any] = {}
    if audience is not None and audience.pk != lesson.audience_id:
        _require_audience(actor, lesson, audience)
        readers = _steps.meant_for(lesson, audience)
        lesson.audience = audience
    if _says_the_same(latest, fields, topics):
        if not readers:
            return lesson
    else:
        _add_version(lesson, actor=actor, number=latest.number + 1, fields=fields, topics=topics)
        lesson.state = state
    _steps.save(lesson)
    _steps.record_at_home("lesson.revised", actor=actor, lesson=lesson, **readers)
    return lesson


@transaction.atomic
def submit_lesson(*, actor: Viewer, lesson: Lesson, lock: int) -> Lesson:
    """Hand the latest version to the reviewers.

    Raises Forbidden, Stale, Conflict by state, and Invalid with a message for each field that a
    reviewer needs and the text lacks.
    """
    actor, lesson = _steps.locked(actor, lesson)
    _steps.require(
        policies.can_submit(actor, lesson), _("Only contributors of its owner submit a lesson.")
    )
    _steps.require_lock(lesson, lock)
    state = _steps.state_after(lesson, "submit")
    if missing := missing_for_review(latest_of(lesson), lesson.audience):
        raise Invalid(missing)
    lesson.state = state
    lesson.submitted_at = time.now()
    _steps.save(lesson)
    _steps.record_at_home("lesson.submitted", actor=actor, lesson=lesson)
    return lesson


@transaction.atomic
def recall_lesson(*, actor: Viewer, lesson: Lesson, lock: int) -> Lesson:
    """Take a text back from the reviewers, to go on with it as a draft.

    Raises Forbidden, Stale, Conflict by state.
    """
    actor, lesson = _steps.locked(actor, lesson)
    _steps.require(
        policies.can_recall(actor, lesson),
        _("Only who writes it takes a text back. A reviewer requests changes, with a reason."),
    )
    _steps.require_lock(lesson, lock)
    lesson.state = _steps.state_after(lesson, "recall")
    _steps.save(lesson)
    _steps.record_at_home("lesson.recalled", actor=actor, lesson=lesson)
    return lesson


def latest_of(lesson: Lesson) -> LessonVersion:
    """Return the latest version; every lesson has one from its first transaction on."""
    if lesson.latest_version is None:
        raise Lesson.DoesNotExist("a lesson without a version")
    return lesson.latest_version


def _insert(lesson: Lesson) -> None:
    try:
        with transaction.atomic():
            lesson.save(force_insert=True)
    except IntegrityError as error:
        taken = Lesson.objects.filter(
            organisation=lesson.organisation, external_id=lesson.external_id
        ).first()
        words = _("There is a lesson with this external id already: %(id)s.")
        raise Conflict(words % {"id": taken.pk if taken else "–"}) from error


def _add_version(
    lesson: Lesson, *, actor: Viewer, number: int, fields: dict[str, Any], topics: list[Topic]
) -> None:
    """Write a version and make it the latest; shown too, while nothing is published."""
    version = LessonVersion.objects.create(
        lesson=lesson,
        number=number,
        author_id=actor.user_id,
        client_id=actor.actor_id if actor.kind == "client" else None,
        sort_key=sort_key(fields.get("title", "")),
        **fields,
    )
    version.topics.set(topics)
    note_title_words([version])
    lesson.latest_version = version
    if not lesson.is_published:
        lesson.shown_version = version


def bring_back(lesson: Lesson) -> LessonVersion:
    """Write what readers have once more, as the latest version of the locked lesson, and return it."""
    read, latest = lesson.published_version, latest_of(lesson)
    if read is None:
        raise Lesson.DoesNotExist("a lesson that nobody reads")
    topics = read.topics.all()
    version = LessonVersion.objects.get(pk=read.pk)
    version.pk, version.number, version.created_at = uuid7(), latest.number + 1, time.now()
    version.save(force_insert=True)
    version.topics.set(topics)
    note_title_words([version])
    lesson.latest_version = version
    return version


def _says_the_same(version: LessonVersion, fields: dict[str, Any], topics: list[Topic]) -> bool:
    return all(getattr(version, name) == value for name, value in fields.items()) and {
        topic.pk for topic in version.topics.all()
    } == {topic.pk for topic in topics}


def _require_reach(actor: Viewer, organisation: Organisation, audience: Audience) -> None:
    if not policies.can_share_with(actor, organisation, audience):
        raise Invalid({"audience": [_("Choose everybody, all partners, or a group you are in.")]})


def _require_audience(actor: Viewer, lesson: Lesson, audience: Audience) -> None:
    if lesson.is_published:
        raise Conflict(_("Readers have this lesson. Change its audience on its own page."))
    _require_reach(actor, lesson.organisation, audience)
    if not policies.can_change_audience(actor, lesson, audience):
        raise Forbidden(_("A program does not change whom a lesson is for."))
