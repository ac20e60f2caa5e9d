"""What became of a lesson: version by version at home, edition by edition for its readers."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from exchange.activity.feed import done_to
from exchange.activity.models import ActorLabel, Event, EventQuerySet
from exchange.activity.verbs import is_known, verb_named
from exchange.audiences.choosing import readers_of
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.lessons.comparing import changed_names, label_of
from exchange.lessons.models import Lesson, LessonVersion, Review

# A version tells these itself, and a review those with the reason.
TOLD_OTHERWISE = (
    "lesson.captured",
    "lesson.revised",
    "lesson.changes_requested",
    "lesson.declined",
    "lesson.approved",
    "lesson.withdrawn",
)


@dataclass(frozen=True, kw_only=True)
class Happening:
    """What somebody did with a version, and why they said they did."""

    number: int
    what: str | Promise
    who: str
    when: dt.datetime
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A version as its page tells of it; `changed` names what differs from the one before."""

    version: LessonVersion
    before: LessonVersion | None
    changed: list[str]
    happenings: list[Happening]


def told_of(versions: Sequence[LessonVersion], lesson: Lesson, viewer: Viewer) -> list[Told]:
    """Return what is told at home of `versions`, newest first, each after the one before it.

    The last has nothing to be compared with: hand over one more than you show. The number of
    queries is constant.
    """
    numbers = [version.number for version in versions]
    happened: dict[int, list[Happening]] = defaultdict(list)
    found = [*_decisions(lesson, numbers, viewer), *_steps(lesson, numbers, viewer)]
    for one in sorted(found, key=attrgetter("when")):
        happened[one.number].append(one)
    return [
        Told(
            version=version,
            before=before,
            changed=[label_of(name) for name in names],
            happenings=happened[version.number],
        )
        for version, before, names in zip(
            versions, [*versions[1:], None], changed_names(versions, viewer), strict=True
        )
    ]


def publications(lesson: Lesson, viewer: Viewer) -> EventQuerySet:
    """Return the publications of a lesson that the viewer may hear of, newest first.

    Their `data` has the edition. The number of the version would tell of drafts in between.
    """
    heard: EventQuerySet = Event.objects.visible_to(viewer).filter(
        target_type="lesson", target_id=lesson.pk, verb="lesson.published"
    )
    return heard.select_related("actor").order_by("-pk")


def _decisions(lesson: Lesson, numbers: list[int], viewer: Viewer) -> Iterator[Happening]:
    reviews = Review.objects.visible_to(viewer).select_related("reviewer", "version")
    for review in reviews.filter(lesson=lesson, version__number__in=numbers):
        yield Happening(
            number=review.version.number,
            what=review.get_decision_display(),
            who=str(review.reviewer or _("somebody who has left")),
            when=review.decided_at,
            reason=review.reason,
        )


def _steps(lesson: Lesson, numbers: list[int], viewer: Viewer) -> Iterator[Happening]:
    """Yield from the log what happened; that the viewer sees the lesson now, its page has asked."""
    heard = Event.objects.visible_to(viewer).filter(
        target_type="lesson", target_id=lesson.pk, target_version__in=numbers
    )
    steps = heard.exclude(verb__in=TOLD_OTHERWISE, data__meant_for__isnull=True).order_by("pk")
    known = [event for event in steps.select_related("actor") if is_known(event.verb)]
    whom, readers = done_to(known), _readers(known, viewer)
    for event in known:
        yield Happening(
            number=event.target_version,
            what=_words(event, viewer, readers.get(event.pk)),
            who=_who(event.actor, whom[event.pk]),
            when=event.occurred_at,
        )


def _who(actor: ActorLabel, whom: ActorLabel) -> str:
    """Return who did it; of what the exchange did by itself also for whom."""
    if actor.kind != "system" or not whom.pk:
        return str(actor)
    return _("%(actor)s on behalf of %(whom)s") % {"actor": actor, "whom": whom}


def _readers(events: list[Event], viewer: Viewer) -> dict[int, dict[str, str]]:
    """Return in words, by the events that changed whom a lesson is for, for whom then and before."""
    changes: dict[int, tuple[int, int]] = {}
    for event in events:
        if event.audience_before_id and "edition" not in event.data:
            changes[event.pk] = (event.audience_id, event.audience_before_id)
        elif "meant_for" in event.data:
            changes[event.pk] = (event.data["meant_for"], event.data["meant_for_before"])
    words = readers_of({key for pair in changes.values() for key in pair}, viewer)
    return {
        key: {"now": words[now], "before": words[before]} for key, (now, before) in changes.items()
    }


def _words(event: Event, viewer: Viewer, readers: dict[str, str] | None) -> str | Promise:
    if chosen := event.data.get("release_at"):
        day = time.written(dt.datetime.fromisoformat(chosen), viewer.timezone)
        return _("publication planned for %(day)s (%(zone)s)") % {
            "day": day,
            "zone": viewer.timezone,
        }
    if edition := event.data.get("edition"):
        return _("published as edition %(number)s") % {"number": edition}
    label = verb_named(event.verb).label
    if readers and event.audience_before_id:
        return _("%(what)s: with %(now)s, before that with %(before)s") % {"what": label, **readers}
    if readers:
        return _("meant for %(now)s, before that for %(before)s") % readers
    return label
