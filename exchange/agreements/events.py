"""What the log tells of agreements and of the work under them, and who is mailed at once."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exchange.activity.models import Event
from exchange.activity.verbs import TargetType, Verb, register_target, register_verbs
from exchange.agreements.models import (
    Action,
    Agreement,
    Meeting,
    Milestone,
    Party,
    Workstream,
)
from exchange.agreements.models.party import PartyQuerySet
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.common.markdown import plain
from exchange.partners.models import Membership


def agreements(viewer: Viewer, ids: Collection[UUID]) -> Iterable[Agreement]:
    """Return those of the agreements that the viewer may see now, with what they show."""
    found = Agreement.objects.visible_to(viewer).filter(pk__in=ids)
    return found.select_related("audience", "home_audience")


def parties(viewer: Viewer, ids: Collection[UUID]) -> Iterable[Party]:
    return Party.objects.visible_to(viewer).filter(pk__in=ids).select_related("organisation")


def workstreams(viewer: Viewer, ids: Collection[UUID]) -> Iterable[Workstream]:
    return Workstream.objects.visible_to(viewer).filter(pk__in=ids).with_agreement()


def milestones(viewer: Viewer, ids: Collection[UUID]) -> Iterable[Milestone]:
    return Milestone.objects.visible_to(viewer).filter(pk__in=ids).with_place()


def tasks(viewer: Viewer, ids: Collection[UUID]) -> Iterable[Action]:
    return Action.objects.visible_to(viewer).filter(pk__in=ids).with_place()


def meetings(viewer: Viewer, ids: Collection[UUID]) -> Iterable[Meeting]:
    return Meeting.objects.visible_to(viewer).filter(pk__in=ids).with_place()


def named_parties(agreement: Agreement) -> str:
    """Return the parties by name, as who may see the agreement is told."""
    return " · ".join(str(party.organisation) for party in agreement.standing)


def audience(agreement: Agreement) -> Audience:
    """Return who may see it now: its parties, until a second one has confirmed it."""
    return agreement.audience if agreement.concluded_at else agreement.home_audience


def coordinators(event: Event) -> set[UUID]:
    """Return who answers for the organisation that an event is for."""
    members = Membership.objects.active().filter(organisation=event.organisation_id)
    found = members.with_role(Role.COORDINATOR).values_list("user", flat=True)
    return set(found) - {event.actor.actor_id}


def _home_of(thing: Any) -> Audience:
    home: Audience = thing.agreement.home_audience
    return home


def _place_of(thing: Any) -> str:
    """Return where a milestone, an action or a meeting belongs."""
    return " · ".join(str(part) for part in (thing.agreement, thing.workstream) if part)


def _confirmed() -> PartyQuerySet:
    return Party.objects.confirmed().select_related("organisation")


def _owner(thing: Milestone | Action) -> list[UUID]:
    return [thing.organisation_id] if thing.organisation_id else []


def _when_and_where(meeting: Meeting) -> str:
    """Return its hour by the reader's clock, and by the one that it was planned by if that differs."""
    zones = (str(timezone.get_current_timezone()), meeting.timezone)
    hours = {time.written(meeting.starts_at, zone): zone for zone in reversed(zones)}
    own_first = reversed([f"{hour} ({zone})" for hour, zone in hours.items()])
    return " · ".join(filter(None, [*own_first, meeting.place]))


def _progress(workstream: Workstream) -> str:
    health = workstream.get_health_display() if workstream.health else ""
    return ". ".join(part for part in (health, workstream.health_reason) if part)


TARGETS = [
    TargetType(
        name="agreement",
        label=_("agreement"),
        visible=agreements,
        summary=lambda agreement: plain(agreement.summary),
        byline=lambda agreement: str(agreement.get_kind_display()),
        audience=audience,
        topics=lambda agreement: [topic.code for topic in agreement.topics.all()],
        organisations=lambda agreement: agreement.party_ids,
        related=("topics", Prefetch("parties", _confirmed(), to_attr="standing")),
    ),
    TargetType(
        name="party",
        label=_("party"),
        visible=parties,
        title=lambda party: str(party.known_as),
        byline=lambda party: str(party.organisation),
        organisations=lambda party: [party.organisation_id],
    ),
    TargetType(
        name="workstream",
        label=_("workstream"),
        visible=workstreams,
        summary=_progress,
        byline=lambda workstream: str(workstream.agreement),
        audience=_home_of,
        topics=lambda workstream: [topic.code for topic in workstream.topics.all()],
        related=("topics",),
    ),
    TargetType(
        name="milestone",
        label=_("milestone"),
        visible=milestones,
        byline=_place_of,
        audience=_home_of,
        organisations=_owner,
    ),
    TargetType(
        name="action",
        label=_("action"),
        visible=tasks,
        byline=_place_of,
        audience=_home_of,
        organisations=_owner,
    ),
    TargetType(
        name="meeting",
        label=_("meeting"),
        visible=meetings,
        summary=_when_and_where,
        byline=_place_of,
        audience=_home_of,
    ),
]


def _verb(name: str, label: Any, sentence: Any, **rest: Any) -> Verb:
    return Verb(name=name, label=label, sentence=sentence, **rest)


def _news(name: str, label: Any, sentence: Any, **rest: Any) -> Verb:
    return Verb(name=name, label=label, sentence=sentence, is_news=True, **rest)


AGREEMENT_VERBS = (
    _news(
        "agreement.registered",
        _("agreement recorded"),
        _("{actor} recorded the agreement “{title}”"),
    ),
    _news(
        "agreement.concluded",
        _("agreement confirmed"),
        _("The parties of “{title}” have confirmed it"),
    ),
    _verb("agreement.changed", _("changed"), _("{actor} changed “{title}”")),
    _verb(
        "agreement.party_asked",
        _("party asked"),
        _("{actor} asked another organisation to confirm “{title}”"),
    ),
    _verb(
        "agreement.question_taken_back",
        _("question taken back"),
        _("{actor} no longer asks an organisation to confirm “{title}”"),
    ),
    _verb(
        "agreement.party_declined",
        _("party declined"),
        _("{actor} said that their organisation is no party to “{title}”"),
    ),
    _news("agreement.party_joined", _("a party joined"), _("Another party has joined “{title}”")),
    _news("agreement.party_left", _("a party left"), _("A party has left “{title}”")),
    _news("agreement.renewed", _("renewed"), _("{actor} recorded the renewal of “{title}”")),
    _news(
        "agreement.resumed", _("goes on"), _("{actor} corrected the end of “{title}”: it goes on")
    ),
    _news("agreement.terminated", _("terminated"), _("{actor} recorded the end of “{title}”")),
    _news("agreement.ended", _("ended"), _("“{title}” has ended")),
    _news("agreement.widened", _("open to more"), _("{actor} let more readers see “{title}”")),
    _verb("agreement.narrowed", _("open to fewer"), _("{actor} let fewer readers see “{title}”")),
    _verb(
        "party.asked",
        _("asked to confirm"),
        _("{actor} asks whether your organisation is party to “{title}”"),
        notify=coordinators,
    ),
    _verb(
        "party.taken_back",
        _("asked no more"),
        _("Your organisation is no longer asked about “{title}”"),
    ),
    _verb(
        "party.declined",
        _("declined"),
        _("{actor} said that your organisation is no party to “{title}”"),
    ),
    _verb("party.left", _("left"), _("{actor} had your organisation leave “{title}”")),
)
WORK_VERBS = (
    _news("workstream.planned", _("workstream planned"), _("{actor} planned “{title}”")),
    _verb("workstream.changed", _("workstream changed"), _("{actor} changed “{title}”")),
    _verb(
        "workstream.corrected",
        _("update corrected"),
        _("{actor} corrected what they said of “{title}”"),
    ),
    _news("workstream.reported", _("progress update"), _("{actor} says how “{title}” stands")),
    _verb("milestone.planned", _("milestone set"), _("{actor} set the milestone “{title}”")),
    _verb("milestone.changed", _("milestone changed"), _("{actor} changed “{title}”")),
    _news(
        "milestone.met",
        _("milestone met"),
        _("{actor} says that “{title}” is met"),
        holds=lambda milestone: milestone.done_on is not None,
    ),
    _verb("milestone.dropped", _("milestone dropped"), _("{actor} dropped “{title}”")),
    _verb("milestone.reopened", _("milestone opened again"), _("{actor} opened “{title}” again")),
    _verb("action.agreed", _("action agreed"), _("{actor} noted the action “{title}”")),
    _verb("action.changed", _("action changed"), _("{actor} changed “{title}”")),
    _verb("action.done", _("action done"), _("{actor} says that “{title}” is done")),
    _verb("action.dropped", _("action dropped"), _("{actor} dropped “{title}”")),
    _verb("action.reopened", _("action opened again"), _("{actor} opened “{title}” again")),
    _news("meeting.called", _("meeting called"), _("{actor} called the meeting “{title}”")),
    _news("meeting.moved", _("meeting moved"), _("{actor} moved the meeting “{title}”")),
    _verb("meeting.changed", _("meeting changed"), _("{actor} changed the meeting “{title}”")),
    _news("meeting.held", _("meeting held"), _("{actor} wrote down what “{title}” came to")),
    _news("meeting.cancelled", _("meeting called off"), _("{actor} called off “{title}”")),
)


def register() -> None:
    """Register the kinds of thing and their verbs."""
    for target in TARGETS:
        register_target(target)
    register_verbs(*AGREEMENT_VERBS, *WORK_VERBS)
