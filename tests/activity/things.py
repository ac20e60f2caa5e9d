"""Something for events to be about, with a version that only its lock protects."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from exchange.activity.log import record, record_all, unwritten
from exchange.activity.models import Cursor, Event
from exchange.audiences import actions as audiences
from exchange.audiences.viewer import Viewer


@dataclass(frozen=True)
class Thing:
    """Recordable; the row that is locked for it is a cursor named after it."""

    pk: UUID
    name: str = "thing"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/things/{self.pk}/"


class Undone(Exception):
    """Rolls a transaction back."""


def things(number: int) -> list[Thing]:
    return [Thing(UUID(int=index + 1), f"thing {index + 1}") for index in range(number)]


def make_counters(number: int) -> list[Thing]:
    """Make the rows that stand for the things' own."""
    found = things(number)
    for thing in found:
        Cursor.objects.get_or_create(name=str(thing))
    return found


def note(thing: Thing, *, verb: str = "organisation.admitted", version: int = 1) -> Event:
    """Record an event for everybody about `thing`, inside the caller's transaction."""
    everybody = audiences.public()
    return record(
        verb,
        actor=Viewer.system(),
        target=thing,
        audience=everybody,
        home_audience=everybody,
        organisation_id=None,
        version=version,
    )


def change(thing: Thing, *, fail: bool = False, before_commit: object = None) -> int | None:
    """Act on `thing` as an action does: lock, change, record; return the event's id, None if undone."""
    with suppress(Undone), transaction.atomic():
        row = Cursor.objects.select_for_update().get(name=str(thing))
        row.position += 1
        row.save()
        event = note(thing, version=row.position)
        if callable(before_commit):
            before_commit()
        if fail:
            raise Undone
        return event.pk
    return None


def repeat(event: Event, times: int) -> None:
    """Have the same happen to the same thing again and again; without positions."""
    shared = {
        field.attname: getattr(event, field.attname)
        for field in Event._meta.concrete_fields
        if field.name not in {"id", "position"}
    }
    Event.objects.bulk_create(Event(**shared) for _ in range(times))


def note_all(about: list[Thing]) -> None:
    """Record an event about each thing at once, inside the caller's transaction."""
    everybody = audiences.public()
    events = [
        unwritten(
            "organisation.admitted",
            target=thing,
            audience=everybody,
            home_audience=everybody,
            organisation_id=None,
        )
        for thing in about
    ]
    record_all(events, actor=Viewer.system())
