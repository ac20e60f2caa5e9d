"""Exact decimals: stored as published, with the zeros that say how exact they are."""

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    DecimalColumn = models.Field[Decimal | None, Decimal | None]
else:
    DecimalColumn = models.Field

FORM = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(E[+-]?[0-9]{1,3})?", re.IGNORECASE)
# What Python writes of most numbers is exact as it stands.
USUAL = re.compile(r"(-(?=[0-9.]*[1-9]))?[0-9]{1,30}(\.[0-9]{1,30})?")
# Far beyond what anybody measures, and short enough to be written out.
MOST_DIGITS = 100


def is_usual(text: str) -> bool:
    """Tell whether what Python wrote of a number is exact as it stands."""
    # Mostly it is 30 digits at most and a point among them, which is quicker told than by USUAL.
    return (len(text) <= 31 and text.replace(".", "", 1).isdigit()) or bool(USUAL.fullmatch(text))


def exact(value: Decimal) -> Decimal:
    """Return the same number with its decimals, no exponent above 0 and no minus before a zero.

    Raises ValueError for NaN and infinity, and for what takes more than a hundred digits.
    """
    if is_usual(str(value)):
        return value
    if not value.is_finite():
        raise ValueError(f"{value} is no number")
    _sign, digits, exponent = value.as_tuple()
    if len(digits) + abs(int(exponent)) > MOST_DIGITS:
        raise ValueError("This takes too many digits")
    return Decimal(format(value if value else value.copy_abs(), "f"))


class ExactDecimalField(DecimalColumn):
    """A decimal that comes back as it was stored, 1.50 as 1.50: never a float, never rounded.

    The column is numeric on PostgreSQL and text on SQLite. So nothing may be reckoned, compared or
    sorted by it in SQL: on SQLite 9 would come after 10, and 1.5 would differ from 1.50.
    """

    description = "An exact decimal"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the column's type, without any precision that would round."""
        return "numeric" if connection.vendor == "postgresql" else "text"

    def to_python(self, value: Any) -> Decimal | None:
        """Return a decimal, given as one, as a whole number or as ASCII text; refuse a float."""
        if value is None:
            return None
        try:
            return exact(_decimal(value))
        except ValueError as error:
            raise ValidationError(_("Write a number, such as 1234.50."), code="invalid") from error

    def get_prep_value(self, value: Any) -> Decimal | None:
        """Return what the database is given; a float is a mistake of the program."""
        if isinstance(value, float):
            raise TypeError("A float is not exact: give a Decimal")
        return self.to_python(super().get_prep_value(value))

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Decimal | str | None:
        """Return the decimal itself for PostgreSQL and its digits for SQLite."""
        ready = value if prepared else self.get_prep_value(value)
        if ready is None or connection.vendor == "postgresql":
            return ready
        return format(ready, "f")

    def from_db_value(
        self, value: Any, _expression: Any, _connection: BaseDatabaseWrapper
    ) -> Decimal | None:
        """Return the decimal that was stored; a float shows that SQL reckoned with it."""
        if isinstance(value, float):
            raise TypeError("SQL made a float of an exact decimal")
        return None if value is None else Decimal(value)


def _decimal(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    whole = isinstance(value, int) and not isinstance(value, bool)
    if whole or (isinstance(value, str) and FORM.fullmatch(value)):
        return Decimal(value)
    raise ValueError("This is no exact number")
