"""What is new for a reader, by the log."""

from collections.abc import Iterator
from uuid import UUID

from django import forms
from django.db.models import Max

from exchange.activity.feed import Entry, entries
from exchange.activity.models import Event
from exchange.activity.verbs import news_verbs
from exchange.audiences.viewer import Viewer

# Several events may be of one thing, and some of things that are gone: more are read than shown.
READ = 40
# Where these do not suffice, things are gone through by their newest event, this many at a time.
READ_ON = 500
READ_AT_MOST = 5_000
LAST = 2**63 - 1


class BeforeForm(forms.Form):
    """Where a page of news goes on: with what came before an event."""

    before = forms.IntegerField(required=False, min_value=1, max_value=LAST)


def news_for(viewer: Viewer, most: int, before: int | None = None) -> list[Entry]:
    """Return the newest news the viewer may see, each thing once, newest first.

    `before`: of those older than that event. A query for the log and one for each kind of thing.
    """
    found: dict[tuple[str, UUID], Entry] = {}
    for events in _newest_first(viewer, before or LAST):
        for entry in entries(events, viewer):
            found.setdefault((entry.event.target_type, entry.event.target_id), entry)
        if len(found) >= most:
            break
    return list(found.values())[:most]


def _newest_first(viewer: Viewer, before: int) -> Iterator[list[Event]]:
    """Yield news in batches: first simply the newest, then the newest of each further thing."""
    told = Event.objects.visible_to(viewer).filter(verb__in=news_verbs(), pk__lt=before)
    shown = told.order_by("-pk").select_related("actor")
    first = list(shown[:READ])
    yield first
    if len(first) < READ:
        return
    things = told.order_by().values("target_type", "target_id").annotate(newest=Max("pk"))
    further = things.filter(newest__lt=first[-1].pk).order_by("-newest")
    keys = list(further.values_list("newest", flat=True)[:READ_AT_MOST])
    for start in range(0, len(keys), READ_ON):
        yield list(shown.filter(pk__in=keys[start : start + READ_ON]))
