"""Values as readers are told them: in their own way of writing numbers, with unit, or why there is none."""

from decimal import Decimal

from django.utils.translation import gettext as _

from exchange.common.languages import readers_own
from exchange.kpis.choices import Status
from exchange.kpis.models import Definition, Observation
from exchange.kpis.values import format_value

# Before what was rounded, as no published value ever is.
ABOUT = "≈\u00a0"


def written(value: Decimal) -> str:
    """Return an exact value as people of the reader's language write it."""
    return format_value(value, readers_own())


def with_unit(value: Decimal, definition: Definition) -> str:
    """Return a value with the unit as people write it: "59 %", "909,000 TEU"."""
    return f"{written(value)} {definition.unit}"


def shown(observation: Observation) -> str:
    """Return a value, or in words why there is none."""
    if observation.value is None:
        return _("no value: %(why)s") % {"why": observation.get_missing_display()}
    return written(observation.value)


def remark(observation: Observation) -> str:
    """Return what has to be said beside a value: its status where it is not normal, its precision."""
    parts = []
    if observation.status != Status.NORMAL:
        parts.append(observation.get_status_display())
    if observation.precision and observation.precision != "exact":
        parts.append(observation.get_precision_display())
    return ", ".join(str(part) for part in parts)
