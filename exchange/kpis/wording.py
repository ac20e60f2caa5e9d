"""Values as readers are told them: in their own way of writing numbers, with unit, or why there is none."""

from decimal import Decimal
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.common.languages import readers_own
from exchange.kpis.choices import Missing, Precision, Status
from exchange.kpis.models import Definition, Observation
from exchange.kpis.periods import Period, label_of
from exchange.kpis.values import format_value

# Before what was rounded, as no published value ever is.
ABOUT = "≈\u00a0"
# What is said of a value beside it, and how much of a text is told.
ASIDES = {
    "status": gettext_lazy("Status"),
    "precision": gettext_lazy("Rounded"),
    "source_url": gettext_lazy("Source"),
    "second_source_url": gettext_lazy("Second source"),
    "note": gettext_lazy("Note"),
}
SHORT = 120
# What is told of the latest value of a series, which bears these as `latest_…`.
LATEST = ("value", "status", "first", "last")


def written(value: Decimal) -> str:
    """Return an exact value as people of the reader's language write it."""
    return format_value(value, readers_own())


def with_unit(value: Decimal, definition: Definition) -> str:
    """Return a value with the unit as people write it: "59 %", "909,000 TEU"."""
    return f"{written(value)} {definition.unit}"


def shown(observation: Observation) -> str:
    """Return a value, or in words why there is none."""
    if observation.value is None:
        return why_missing(observation.missing)
    return written(observation.value)


def why_missing(reason: str) -> str:
    """Return in words why there is no value; a `reason` that is none of `Missing` is told as it is."""
    return _("no value: %(why)s") % {"why": dict(Missing.choices).get(reason, reason)}


def with_latest(series: Any) -> str:
    """Return the question that a series answers, and its latest value that holds."""
    question: str = series.definition.question
    if series.latest_value is None:
        return question
    period = Period(series.latest_first, series.latest_last)
    latest = _("Latest: %(period)s, %(value)s") % {
        "period": label_of(period, series.year_start),
        "value": with_unit(series.latest_value, series.definition),
    }
    if series.latest_status != Status.NORMAL:
        latest += f" ({Status(series.latest_status).label})"
    return f"{question}\n{latest}."


def remark(status: str, precision: str) -> str:
    """Return what has to be said beside a value: its status where it is not normal, its precision."""
    parts = []
    if status != Status.NORMAL:
        parts.append(str(Status(status).label))
    if precision and precision != Precision.EXACT:
        parts.append(str(Precision(precision).label))
    return ", ".join(parts)


def asides(observation: Observation, until_now: Observation | None) -> list[str]:
    """Return what is said of a value beside it, each with its name; where it differs, also until now."""
    found = []
    for name, label in ASIDES.items():
        said, before = _aside(observation, name), _aside(until_now or Observation(), name)
        if until_now and said != before:
            words = _("%(name)s: %(said)s (until now: %(before)s)")
        elif said != _aside(Observation(), name):
            words = _("%(name)s: %(said)s")
        else:
            continue
        found.append(words % {"name": label, "said": said, "before": before})
    return found


def _aside(observation: Observation, name: str) -> str:
    display = getattr(observation, f"get_{name}_display", None)
    text = str(display() if display else getattr(observation, name))
    return Truncator(text).chars(SHORT) or "–"
