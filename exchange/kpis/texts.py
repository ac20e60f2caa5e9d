"""What people and programs may write into indicators, series and targets. All raise Invalid."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from exchange.common.cleaning import clean_fields, clean_line, clean_list
from exchange.common.errors import Invalid, Message
from exchange.common.text import sort_key
from exchange.kpis.choices import Aim, Direction
from exchange.kpis.models import Definition, Series, Target
from exchange.kpis.models.indicator import CODE_LENGTH, KEY_LENGTH
from exchange.kpis.periods import PeriodKind, clean_year_start
from exchange.kpis.values import parse_value

Text = Mapping[str, Any]

CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
DEFINITION_FIELDS = (
    "name",
    "question",
    "formula",
    "inclusions",
    "exclusions",
    "boundary",
    "comparability",
    "statistic",
    "direction",
    "unit",
    "numerator",
    "denominator",
    "exponent",
    "denominator_exponent",
    "ucum",
    "aliases",
    "decimals",
    "plausible_low",
    "plausible_high",
    "period_types",
    "source_programme",
    "source_link",
)
SERIES_FIELDS = ("local_note", "grade", "year_start", "rhythm", "due_days")
TARGET_FIELDS = ("aim", "value", "upper", "note")
MOST_ALIASES = 20
# Words that are addresses of other pages.
RESERVED = {"new"}


def clean_code(value: Any) -> str:
    """Return the code of an indicator: small letters, digits and underscores."""
    try:
        code = clean_line(value)
    except ValidationError as error:
        raise Invalid({"code": error.messages}) from error
    if code in RESERVED or not CODE.fullmatch(code) or len(code) > CODE_LENGTH:
        raise Invalid(
            {
                "code": [
                    _("Write a code of small letters, digits and _, such as shore_power_berths.")
                ]
            }
        )
    return code


def clean_definition(text: Text) -> dict[str, Any]:
    """Return the fields of a version of a definition as they are stored; all that it needs is there.

    Numbers are Decimals or texts with a decimal point.
    """
    needed = ("name", "question", "formula", "statistic", "direction", "unit", "numerator")
    fields = clean_fields(
        Definition,
        {**dict.fromkeys(needed), "period_types": None, **text},
        fields=(*DEFINITION_FIELDS, "change_note"),
        own={
            "aliases": _aliases,
            "period_types": _kinds,
            "plausible_low": number,
            "plausible_high": number,
        },
    )
    low, high = fields.get("plausible_low"), fields.get("plausible_high")
    if low is not None and high is not None and low > high:
        raise Invalid({"plausible_high": [_("The upper end lies below the lower one.")]})
    return fields


def clean_series(text: Text) -> dict[str, Any]:
    """Return what is said of a series as it is stored; what `text` leaves out is not there."""
    return clean_fields(Series, text, fields=SERIES_FIELDS, own={"year_start": _year_start})


def clean_target(text: Text, definition: Definition) -> dict[str, Any]:
    """Return the fields of a target or a baseline as they are stored.

    A target of an indicator that is best within a band needs both ends; others have one value.
    """
    fields = clean_fields(
        Target,
        {"value": None, **text},
        fields=TARGET_FIELDS,
        own={"value": _needed, "upper": number},
    )
    upper = fields.get("upper")
    errors: dict[str, Sequence[Message]] = {}
    has_band = definition.direction == Direction.BAND
    if upper is not None and not has_band:
        errors["upper"] = [_("Only a KPI that is best within a band has an upper end.")]
    elif upper is None and has_band and fields.get("aim", Aim.TARGET) == Aim.TARGET:
        errors["upper"] = [_("This KPI is best within a band: give its upper end, too.")]
    elif upper is not None and upper < fields["value"]:
        errors["upper"] = [_("The upper end lies below the lower one.")]
    for name in ("value", "upper"):
        if fields.get(name) is not None and not definition.is_possible(fields[name]):
            errors[name] = [_("No value of this KPI can be that.")]
    if errors:
        raise Invalid(errors)
    return fields


def number(value: Any) -> Decimal | None:
    """Return an exact number, given as one or as a text with a decimal point; None for none."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise ValidationError(_("Write a number, such as 12.5."))
    return parse_value(f"{value:f}" if isinstance(value, Decimal) else str(value), ".")


def key_of(name: str) -> str:
    """Return what indicators are sorted and looked up by; cut to the column's length."""
    return sort_key(name)[:KEY_LENGTH]


def _needed(value: Any) -> Decimal:
    found = number(value)
    if found is None:
        raise ValidationError(_("Write something here."))
    return found


def _year_start(value: Any) -> str:
    return clean_year_start(clean_line(value))


def _aliases(value: Any) -> list[str]:
    return [clean_line(one) for one in clean_list(value, MOST_ALIASES) if clean_line(one)]


def _kinds(value: Any) -> list[str]:
    chosen = {clean_line(one) for one in clean_list(value, len(PeriodKind))}
    if not chosen or chosen - set(PeriodKind.values):
        raise ValidationError(_("Choose one or more of these kinds of period."))
    return [str(kind) for kind in PeriodKind if kind in chosen]
