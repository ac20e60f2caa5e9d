"""What people and programs may write into agreements and what belongs to them. All raise Invalid."""

import datetime as dt
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from exchange.agreements.choices import Health
from exchange.agreements.models import (
    LONG,
    REASON_LENGTH,
    SIGNATORY_LENGTH,
    Action,
    Agreement,
    Lead,
    Meeting,
    Milestone,
    ProgressUpdate,
    Term,
    Workstream,
)
from exchange.agreements.models.titled import KEY_LENGTH
from exchange.common import time
from exchange.common.cleaning import (
    EARLIEST_YEAR,
    clean_block,
    clean_day,
    clean_fields,
    clean_line,
    clean_links,
    shortened,
)
from exchange.common.dates import first_day, in_order
from exchange.common.errors import Invalid
from exchange.common.text import sort_key
from exchange.topics.naming import topics_named

Text = Mapping[str, Any]

MOST_TOPICS = 10
AGREEMENT_FIELDS = ("title", "kind", "summary", "links", "topics")
TERM_FIELDS = ("announced", "signed", "effective", "ends", "months", "notice_months", "note")
WORKSTREAM_FIELDS = ("title", "objective", "topics", "starts", "ends", "status")
MILESTONE_FIELDS = ("title", "due", "evidence")
ACTION_FIELDS = ("title", "due")
UPDATE_FIELDS = ("period", "health", "reason", "done", "next", "help_wanted")
MEETING_FIELDS = (
    "title",
    "starts_at",
    "minutes_long",
    "timezone",
    "place",
    "agenda",
    "attendees",
    "minutes",
    "decisions",
)
PERIOD = re.compile(r"\d{4}(-(Q[1-4]|0[1-9]|1[0-2]))?", re.ASCII)
topics = partial(topics_named, most=MOST_TOPICS)


def clean_agreement(text: Text) -> dict[str, Any]:
    """Return the shared text of an agreement as it is stored; `topics` as rows."""
    own: dict[str, Any] = {"topics": topics, "links": partial(clean_links, limit=LONG, titled=True)}
    return _keyed(clean_fields(Agreement, text, fields=AGREEMENT_FIELDS, own=own))


def clean_term(text: Text, base: Term | None = None) -> dict[str, Any]:
    """Return the dates of a term as they are stored; what `text` leaves out is as in `base`."""
    cleaned = clean_fields(Term, text, fields=TERM_FIELDS)
    base = base or Term()
    both = {name: cleaned.get(name, getattr(base, name)) for name in TERM_FIELDS}
    begins = both["effective"] or both["signed"]
    if not in_order(begins, both["ends"]):
        raise Invalid({"ends": [_("The end lies before the start. Check both dates.")]})
    return cleaned


def clean_workstream(text: Text, base: Workstream | None = None) -> dict[str, Any]:
    """Return the text of a workstream as it is stored; `topics` as rows."""
    cleaned = clean_fields(Workstream, text, fields=WORKSTREAM_FIELDS, own={"topics": topics})
    base = base or Workstream()
    starts, ends = (cleaned.get(name, getattr(base, name)) for name in ("starts", "ends"))
    if not in_order(starts, ends):
        raise Invalid({"ends": [_("The end lies before the start. Check both dates.")]})
    return _keyed(cleaned)


def clean_milestone(text: Text) -> dict[str, Any]:
    """Return the text of a milestone as it is stored."""
    return _keyed(clean_fields(Milestone, text, fields=MILESTONE_FIELDS))


def clean_action(text: Text) -> dict[str, Any]:
    """Return the text of an action as it is stored."""
    return _keyed(clean_fields(Action, text, fields=ACTION_FIELDS))


def clean_done_on(value: Any) -> dt.date | None:
    """Return the day on which something was done, None for none."""
    try:
        return clean_day(value)
    except ValidationError as error:
        raise Invalid({"done_on": error.messages}) from error


def clean_update(text: Text, base: ProgressUpdate | None = None) -> dict[str, Any]:
    """Return a progress update as it is stored; what `text` leaves out is as in `base`."""
    needed = () if base else ("period", "health", "done")
    missing = {name: None for name in needed if name not in text}
    base = base or ProgressUpdate()
    health, reason = (text.get(name, getattr(base, name)) for name in ("health", "reason"))
    unhealthy = health in {Health.AT_RISK, Health.OFF_TRACK}
    unsaid = {"reason": [_("Say why it is not on track.")]}
    faults = unsaid if unhealthy and not str(reason or "").strip() else {}
    try:
        cleaned = clean_fields(
            ProgressUpdate, {**text, **missing}, fields=UPDATE_FIELDS, own={"period": _period}
        )
    except Invalid as error:
        raise Invalid({**faults, **error.errors}) from error
    if unhealthy and not cleaned.get("reason", base.reason):
        raise Invalid(unsaid)
    return cleaned


def clean_meeting(text: Text) -> dict[str, Any]:
    """Return what is said of a meeting as it is stored."""
    return _keyed(clean_fields(Meeting, text, fields=MEETING_FIELDS, own={"timezone": _zone}))


def clean_function(value: Any) -> str:
    """Return the function of a lead as it is stored."""
    return str(clean_fields(Lead, {"function": value}, fields=["function"])["function"])


def clean_signatory(value: Any) -> str:
    """Return who signed as it is stored."""
    return _alone("signatory", value, SIGNATORY_LENGTH, line=True)


def clean_reason(value: Any) -> str:
    """Return a reason as it is stored; refuse an empty one."""
    found = _alone("reason", value, REASON_LENGTH)
    if not found:
        raise Invalid({"reason": [_("Say why: the parties read it.")]})
    return found


def clean_external_id(value: Any) -> str | None:
    """Return an organisation's own key of an agreement as it is stored, or None."""
    return _alone("external_id", value, 100, line=True) or None


def _keyed(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields, with what a title is sorted by beside it."""
    key = {"sort_key": sort_key(fields["title"])[:KEY_LENGTH]} if "title" in fields else {}
    return {**fields, **key}


def _alone(name: str, value: Any, limit: int, *, line: bool = False) -> str:
    try:
        return shortened(clean_line(value) if line else clean_block(value), limit)
    except ValidationError as error:
        raise Invalid({name: error.messages}) from error


def _period(value: Any) -> str:
    text = clean_line(value).upper()
    if not PERIOD.fullmatch(text):
        raise ValidationError(_("Write a year, a quarter or a month: 2026, 2026-Q4 or 2026-11."))
    quarter = text[5:].startswith("Q")
    begins = f"{text[:4]}-{3 * int(text[6]) - 2:02}" if quarter else text
    # Somewhere it is tomorrow already.
    tomorrow = time.now().date() + dt.timedelta(days=1)
    try:
        begun = first_day(begins)
    except ValueError as error:
        raise ValidationError(_("There is no such year. Check the period.")) from error
    if begun and begun > tomorrow:
        raise ValidationError(_("This period has not begun yet. Check it."))
    if begun and begun.year <= EARLIEST_YEAR:
        raise ValidationError(_("This period is long past. Check the year."))
    return text


def _zone(value: Any) -> str:
    text = clean_line(value)
    time.validate_zone(text)
    return text
