"""What is new for a reader, by the log."""

from collections.abc import Iterator

from django import forms
from django.db.models import Max

from exchange.activity.feed import Entry, news
from exchange.activity.models import Event
from exchange.activity.verbs import news_verbs
from exchange.audiences.viewer import Viewer

# More things are looked at than shown: some are gone.
MORE = 40
READ_AT_MOST = 5_000
LAST = 2**63 - 1


class BeforeForm(forms.Form):
    """Where a page of news goes on: with what came before an event."""

    before = forms.IntegerField(required=False, min_value=1, max_value=LAST)


def news_for(viewer: Viewer, most: int, before: int | None = None) -> list[Entry]:
    """Return the newest news the viewer may see, each thing once, newest first.

    `before`: of those older than that event. A query for the log, and one for each kind of thing; more
    only where so much is gone that there are not enough.
    """
    found: list[Entry] = []
    for events in _newest_first(viewer, most + MORE, before or LAST):
        found += news(events, viewer)
        if len(found) >= most:
            break
    return found[:most]


def _newest_first(viewer: Viewer, size: int, before: int) -> Iterator[list[Event]]:
    """Yield the newest event of each thing, so many at a time."""
    told = Event.objects.visible_to(viewer).filter(verb__in=news_verbs(), pk__lt=before)
    things = told.order_by().values("target_type", "target_id").annotate(newest=Max("pk"))
    keys = things.order_by("-newest").values("newest")
    shown = told.order_by("-pk").select_related("actor")
    for start in range(0, READ_AT_MOST, size):
        batch = list(shown.filter(pk__in=keys[start : start + size]))
        yield batch
        if len(batch) < size:
            return
