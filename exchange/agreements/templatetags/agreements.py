"""How templates say dates that are not known to the day, and spans of months."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.agreements.models import Action, Lead, Milestone
from exchange.audiences.viewer import Viewer
from exchange.common import dates, time
from exchange.common import markdown as common_markdown

register = template.Library()


@register.filter
def partial_date(text: str) -> str:
    """Return a date in words, as exact as it is: "2023", "March 2023", "6 March 2023"."""
    return dates.written(text)


@register.filter
def months(number: int) -> str:
    """Return a span in whole years where it is one, else in months."""
    if number % 12 == 0:
        years = number // 12
        return ngettext("%(years)s year", "%(years)s years", years) % {"years": years}
    return ngettext("%(months)s month", "%(months)s months", number) % {"months": number}


@register.filter
def markdown(text: str) -> SafeString:
    """Return CommonMark as HTML, under a heading of the fourth level."""
    return common_markdown.render(text, below=4)


@register.filter
def whom(one: Lead | Action, viewer: Viewer) -> str:
    """Return who leads, or has an action in hand, by name where the viewer may read it."""
    if one.person is None:
        return ""
    mine = one.person_id == viewer.user_id or one.organisation_id in viewer.roles
    named = getattr(one, "is_shown", False) or mine
    return str(one.person) if named else _("a person")


@register.filter
def late(task: Milestone | Action, viewer: Viewer) -> bool:
    """Tell whether something is open though its day has passed where the reader is."""
    return task.is_late(time.today(viewer.timezone))


@register.filter
def task_kind(task: Milestone | Action) -> str:
    """Return "milestone" or "action"."""
    return "milestone" if isinstance(task, Milestone) else "action"


@register.filter
def task_anchor(task: Milestone | Action) -> str:
    """Return the name of a task's place on a page."""
    return f"{task_kind(task)[0]}-{task.pk}"


@register.simple_tag
def task_url(step: str, task: Milestone | Action) -> str:
    """Return where a step is taken with a milestone or an action."""
    return reverse(f"agreements:{step}_{task_kind(task)}", args=[task.pk])


@register.filter
def clock(moment: dt.datetime) -> str:
    """Return day and hour by the clock that a moment comes with, whatever the reader's own."""
    return date_format(moment, "l j F Y, H:i")


@register.filter
def clock_after(end: dt.datetime, begin: dt.datetime) -> str:
    """Return the hour of an end, with its day when that is another than the beginning's."""
    return date_format(end, "H:i" if end.date() == begin.date() else "l j F Y, H:i")


@register.filter
def iso(moment: dt.datetime) -> str:
    """Return a moment for programs, with its offset."""
    return moment.isoformat()


@register.filter
def day(moment: dt.date) -> str:
    """Return a day as people write it: 6 March 2023."""
    return dates.written(moment.isoformat())


@register.filter
def first_of(rows: Sequence[Any], most: int | str) -> Sequence[Any]:
    """Return at most so many rows; all of them unless a number is given."""
    return rows[:most] if isinstance(most, int) else rows
