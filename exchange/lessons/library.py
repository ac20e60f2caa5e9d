"""The library: which of the visible lessons are listed, in which order, and how many there are."""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from exchange.audiences.viewer import Viewer
from exchange.lessons.models import Lesson, LessonVersion
from exchange.lessons.models.lesson import REPLACED, LessonQuerySet

# What can be chosen and counted → where it stands.
FACETS = {
    "kind": "shown_version__kind",
    "language": "shown_version__language",
    "organisation": "organisation",
}
Counts = dict[str, Counter[str]]


def on_the_shelf(viewer: Viewer, chosen: Mapping[str, str]) -> LessonQuerySet:
    """Return the visible lessons before facets: published ones, or at home those of a state.

    Asked for by their own `external_id` they are found at home whatever their state. `agreement` and
    `workstream` are ids of what the viewer is party to.
    """
    lessons: LessonQuerySet = Lesson.objects.visible_to(viewer)
    if state := chosen.get("state"):
        lessons = lessons.filter(state=state, organisation__in=list(viewer.roles))
    elif chosen.get("external_id"):
        lessons = lessons.filter(organisation__in=list(viewer.roles))
    else:
        lessons = lessons.published()
    if topic := chosen.get("topic"):
        lessons = lessons.filter(_about(topic))
    if agreement := chosen.get("agreement"):
        lessons = lessons.for_agreement(UUID(agreement))
    if workstream := chosen.get("workstream"):
        lessons = lessons.for_workstream(UUID(workstream))
    return lessons


def counts(lessons: LessonQuerySet, chosen: Mapping[str, str]) -> Counts:
    """Return for each facet how many lessons each value would give, the other facets as chosen.

    Under the empty name, as value "", stands how many there are with all facets as chosen. One query.
    """
    found: Counts = {name: Counter() for name in ("", *FACETS)}
    rows = lessons.order_by().values_list(*FACETS.values()).annotate(number=Count("pk"))
    for *values, number in rows:
        row = {name: str(value) for name, value in zip(FACETS, values, strict=True)}
        missed = [name for name in FACETS if chosen.get(name) not in (None, row[name])]
        if not missed:
            found[""][""] += number
        for name in FACETS:
            if not missed or missed == [name]:
                found[name][row[name]] += number
    return found


def narrowed(lessons: LessonQuerySet, chosen: Mapping[str, str]) -> LessonQuerySet:
    """Return those of the lessons that the facets leave, in the chosen order, ready to show."""
    facets = {
        column: UUID(chosen[name]) if name == "organisation" else chosen[name]
        for name, column in FACETS.items()
        if name in chosen
    }
    order = ["-published_at", "-id"]
    if chosen.get("state"):
        order = ["-changed_at", "-id"]
    if chosen.get("sort") == "title":
        order = ["shown_version__sort_key", "-id"]
    return lessons.filter(**facets).order_by(REPLACED, *order).with_shown()


def _about(topic: str) -> Exists:
    """Match lessons about a topic; a theme stands for its topics too."""
    named = Q(topic=topic)
    if "/" not in topic:
        named |= Q(topic__code__startswith=f"{topic}/")
    through = LessonVersion.topics.through
    return Exists(through.objects.filter(named, lessonversion=OuterRef("shown_version")))
