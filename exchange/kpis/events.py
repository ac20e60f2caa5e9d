"""The verbs of KPIs, and what others may know of the things they are about."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from exchange.activity.models import Event
from exchange.activity.verbs import TargetType, Verb, register_target, register_verbs
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Role, Viewer
from exchange.kpis.choices import State
from exchange.kpis.models import Indicator, Observation, Series
from exchange.kpis.wording import LATEST, with_latest
from exchange.partners.models import Membership


def indicators(viewer: Viewer, ids: Collection[UUID]) -> Iterable[Indicator]:
    return Indicator.objects.visible_to(viewer).filter(pk__in=ids).with_shown()


def series(viewer: Viewer, ids: Collection[UUID]) -> Iterable[Series]:
    held = Observation.objects.visible_to(viewer).approved().latest_of(OuterRef("pk"))
    latest = {f"latest_{name}": Subquery(held.values(name)[:1]) for name in LATEST}
    return Series.objects.visible_to(viewer).filter(pk__in=ids).with_place().annotate(**latest)


def audience(thing: Any) -> Audience:
    found: Audience = thing.effective_audience
    return found


def coordinators(event: Event) -> set[UUID]:
    """Return who coordinates the organisation that it is about."""
    members = Membership.objects.active().filter(organisation=event.organisation_id)
    return set(members.with_role(Role.COORDINATOR).values_list("user", flat=True))


def who_report(event: Event) -> set[UUID]:
    """Return who coordinates the organisations that report the indicator it is about."""
    reported = Series.objects.filter(definition__indicator=event.target_id, closed_at=None)
    members = Membership.objects.active().filter(organisation__in=reported.values("organisation"))
    return set(members.with_role(Role.COORDINATOR).values_list("user", flat=True))


def senders(event: Event) -> set[UUID]:
    """Return who sent what was sent back, while they write for its owner; else its coordinators.

    Nobody where they heard of it by another series of the same file.
    """
    if "users" not in event.data:
        return set()
    members = Membership.objects.active().filter(organisation=event.organisation_id)
    wrote = members.with_role(Role.CONTRIBUTOR).filter(user__in=event.data["users"])
    return set(wrote.values_list("user", flat=True)) or coordinators(event)


def why_sent_back(event: Event) -> str:
    """Return the reviewer's reason, and of which file; it goes to people of the owner only."""
    rows = Observation.objects.filter(
        series=event.target_id, state=State.REJECTED, decided_at__lte=event.occurred_at
    )
    last = rows.select_related("batch").order_by("-decided_at").first()
    if last is None:
        return ""
    file = [_("File: %(name)s") % {"name": last.batch.file_name}] if last.batch else []
    return "\n".join([last.decision, *map(str, file)])


TARGETS = [
    TargetType(
        name="indicator",
        label=_("KPI"),
        visible=indicators,
        summary=lambda indicator: indicator.current.question if indicator.current else "",
        byline=lambda indicator: indicator.code,
        audience=audience,
        topics=lambda indicator: [indicator.topic_id],
        related=("effective_audience",),
    ),
    TargetType(
        name="series",
        label=_("KPI series"),
        visible=series,
        summary=with_latest,
        byline=lambda series: str(series.organisation),
        audience=audience,
        topics=lambda series: [series.definition.indicator.topic_id],
        organisations=lambda series: [series.organisation_id],
        related=("effective_audience",),
    ),
]


def _verb(name: str, label: Any, sentence: Any, **rest: Any) -> Verb:
    return Verb(name=name, label=label, sentence=sentence, **rest)


def _news(name: str, label: Any, sentence: Any, **rest: Any) -> Verb:
    return Verb(name=name, label=label, sentence=sentence, is_news=True, **rest)


INDICATOR_VERBS = (
    _news("indicator.defined", _("new KPI"), _("“{title}” is a KPI of the catalogue now")),
    _verb("indicator.proposed", _("KPI proposed"), _("{actor} proposed the KPI “{title}”")),
    _verb(
        "indicator.revision_proposed",
        _("definition proposed"),
        _("{actor} proposed another definition of “{title}”"),
    ),
    _news(
        "indicator.accepted",
        _("KPI accepted"),
        _("The proposed KPI “{title}” is in the catalogue now"),
        notify=coordinators,
    ),
    _verb(
        "indicator.declined",
        _("proposal declined"),
        _("{actor} declined what was proposed for “{title}”"),
        notify=coordinators,
    ),
    _news("indicator.revised", _("new definition"), _("“{title}” has a new definition")),
    _news(
        "indicator.retired",
        _("KPI retired"),
        _("No new values are entered for “{title}”"),
        notify=who_report,
        detail=lambda event: str(event.data.get("reason", "")),
    ),
    _verb("indicator.reinstated", _("KPI in use again"), _("“{title}” is in use again")),
)
SERIES_VERBS = (
    _news("series.begun", _("KPI reported"), _("{actor} began to report “{title}”")),
    _verb("series.changed", _("changed"), _("{actor} changed what is said of “{title}”")),
    _news("series.widened", _("open to more"), _("{actor} let more readers see “{title}”")),
    _verb("series.narrowed", _("open to fewer"), _("{actor} let fewer readers see “{title}”")),
    _verb("series.closed", _("series closed"), _("{actor} closed “{title}”")),
    _verb("series.reopened", _("series open again"), _("{actor} opened “{title}” again")),
    _verb("series.submitted", _("values submitted"), _("{actor} submitted values of “{title}”")),
    _news("series.approved", _("new values"), _("There are new values of “{title}”")),
    _news("series.corrected", _("values corrected"), _("Values of “{title}” were corrected")),
    _verb(
        "series.sent_back",
        _("values sent back"),
        _("{actor} sent back values of “{title}”"),
        notify=senders,
        detail=why_sent_back,
    ),
    _verb("series.taken_back", _("values taken back"), _("{actor} took back values of “{title}”")),
    _news("series.target_set", _("target set"), _("{actor} set what “{title}” aims at")),
    _verb("series.target_dropped", _("target dropped"), _("{actor} dropped a target of “{title}”")),
)


WORKSTREAM_VERBS = (
    _verb(
        "workstream.measured",
        _("KPIs chosen"),
        _("{actor} chose which KPIs “{title}” is to move"),
    ),
)


def register() -> None:
    """Register the kinds of thing and their verbs."""
    for target in TARGETS:
        register_target(target)
    register_verbs(*INDICATOR_VERBS, *SERIES_VERBS, *WORKSTREAM_VERBS)
