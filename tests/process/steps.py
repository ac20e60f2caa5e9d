"""What tests let happen in a world: functions that run in a process with the world's settings."""

import datetime as dt
import re
from typing import Any
from uuid import UUID

from django.db.models import Count

from exchange.accounts.models import User
from exchange.activity.models import Event
from exchange.activity.sequencer import last_position
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Role
from exchange.common import time
from exchange.digests import actions as digests
from exchange.digests import planning, sending
from exchange.digests.models import Digest, Notice, Subscription
from exchange.kpis import actions as kpis
from exchange.kpis.models import Import, Observation
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson
from exchange.partners import actions as partners
from exchange.partners.bookkeeping import LETTER_TIME
from exchange.partners.models import Invitation, Membership, Organisation
from exchange.search.query import SearchQuery
from exchange.search.service import search
from tests.cast import Cast, Port, eyes, make_cast
from tests.kpis import factories as kpis_made
from tests.lessons.factories import act, bring_to, make_lesson, make_topics

AGREEMENT = "Los Angeles–Gothenburg MOU"
AUTHOR = "karin@segot.example.org"
REVIEWER = "rolf@segot.example.org"
COLLEAGUE = "carla@uslax.example.org"
OUTSIDER = "kenji@jptyo.example.org"


def settle() -> None:
    """Let the cast move in."""
    make_cast()
    make_topics()


def cast() -> Cast:
    """Return the cast that lives here."""
    agreement = Audience.objects.get(name=AGREEMENT)
    return Cast(_port("SEGOT"), _port("USLAX"), _port("JPTYO"), agreement)


def _port(unlocode: str) -> Port:
    organisation = Organisation.objects.get(unlocode=unlocode)
    roles = (Role.READER, Role.CONTRIBUTOR, Role.REVIEWER, Role.COORDINATOR)
    people = [Membership.objects.get(organisation=organisation, role=role).user for role in roles]
    return Port(organisation, *people)


def write(title: str) -> str:
    """Write a lesson of Gothenburg for the agreement; return its id."""
    return str(make_lesson(cast(), state=State.CAPTURED, text={"title": title}).pk)


def invite(email: str) -> None:
    """Have Gothenburg's coordinator invite somebody."""
    port = _port("SEGOT")
    partners.invite(
        actor=eyes(port.coordinator),
        organisation=port.organisation,
        email=email,
        role=Role.READER,
    )


def invitations() -> list[str]:
    """Return what became of the letter of each invitation."""
    return list(Invitation.objects.order_by("pk").values_list("mail_state", flat=True))


def submit(lesson: str) -> None:
    act("submit", Lesson.objects.get(pk=lesson), _port("SEGOT"))


def publish(title: str) -> str:
    """Bring a lesson of Gothenburg for the agreement to its readers; return its id."""
    lesson = make_lesson(cast(), state=State.CAPTURED, text={"title": title})
    return str(bring_to(lesson, _port("SEGOT"), State.PUBLISHED).pk)


def schedule(title: str) -> str:
    """Have a lesson of Gothenburg for the agreement published in a day; return its id."""
    port = _port("SEGOT")
    lesson = make_lesson(cast(), state=State.VALIDATED, text={"title": title})
    return str(act("schedule", lesson, port).pk)


def subscribe(email: str) -> str:
    """Subscribe a person to weekly mails on Monday at 8; return the zone they go by."""
    user = User.objects.get(email=email)
    return digests.subscribe(actor=eyes(user), cadence="weekly", weekday=1, hour=8).zone_name


def seconds_until_a_letter_is_lost() -> int:
    """Return how long a worker may be at a letter before it is taken for dead."""
    return int(LETTER_TIME.total_seconds()) + 1


def seconds_until_due(email: str) -> int:
    """Return how far the clock has to go ahead for a person's next digest to be due."""
    subscription = Subscription.objects.select_related("user").get(user__email=email)
    _period, due = next(subscription.schedule.after(time.now()))
    return int((due - time.now()).total_seconds()) + 30


def mails(kind: str) -> list[tuple[str, str]]:
    """Return (address, state) of every "notice" or "digest", sorted."""
    rows: Any = Notice.objects if kind == "notice" else Digest.objects
    address = "user__email" if kind == "notice" else "subscription__user__email"
    return sorted(rows.values_list(address, "state"))


def windows(email: str) -> list[tuple[str, int, int]]:
    """Return (state, from, to) of a person's digests, oldest first."""
    rows = Digest.objects.filter(subscription__user__email=email).order_by("due_at")
    return list(rows.values_list("state", "from_position", "to_position"))


def log() -> dict[str, Any]:
    """Return what the log holds: verbs of placed events in order, and whether it is whole."""
    placed = list(Event.objects.filter(position__isnull=False).order_by("position"))
    return {
        "verbs": [event.verb for event in placed],
        "unplaced": Event.objects.filter(position=None).count(),
        "dense": [event.position for event in placed] == list(range(1, last_position() + 1)),
    }


def doubled() -> int:
    """Return how many notices were noted twice."""
    twice = Notice.objects.values("event", "user").annotate(n=Count("pk")).filter(n__gt=1)
    return twice.count()


def lesson_state(lesson: str) -> str:
    return Lesson.objects.get(pk=UUID(lesson)).state


def plan() -> int:
    """Plan digests once more; return how many were added."""
    return planning.plan()


def send() -> int:
    """Send what waits; return how many mails the server took."""
    return sending.send_waiting()


def is_subscribed(email: str) -> bool:
    return Subscription.objects.active().filter(user__email=email).exists()


def found(email: str, words: str) -> tuple[list[str], bool]:
    """Return the titles of the lessons that a person finds, and whether the index answered."""
    viewer = eyes(User.objects.get(email=email))
    page = search(viewer, SearchQuery(text=words, kinds=frozenset({"lesson"})))
    return [re.sub("</?mark>", "", str(hit.title)) for hit in page.hits], not page.from_database


def send_values(rows: int) -> str:
    """Have Gothenburg begin a series and send a file with so many daily values; return its id."""
    here = cast()
    kpis_made.make_series(here)
    day = dt.date(2023, 1, 1)
    days = [str(day + dt.timedelta(days=number)) for number in range(rows)]
    return str(kpis_made.send(here, None, [kpis_made.row(one) for one in days]).pk)


def import_state(batch: str) -> str:
    """Return where an import stands."""
    return str(Import.objects.get(pk=batch).state)


def accept_values(batch: str) -> None:
    """Have Gothenburg's contributor accept what the preview shows."""
    actor = eyes(cast().gothenburg.contributor)
    found = Import.objects.get(pk=batch)
    kpis.accept_import(actor=actor, batch=found, attempt=found.attempt)


def values_of(batch: str) -> int:
    """Return how many values an import has written."""
    return Observation.objects.filter(batch=batch).count()


def undo_values(batch: str) -> None:
    """Have Gothenburg's contributor ask for an import to be undone."""
    actor = eyes(cast().gothenburg.contributor)
    kpis.undo_import(actor=actor, batch=Import.objects.get(pk=batch), reason="The wrong file.")


def waiting_of(batch: str) -> int:
    """Return how many values of an import wait for a reviewer."""
    return Observation.objects.waiting().filter(batch=batch).count()
