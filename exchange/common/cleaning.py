"""What people and programs may write into a field, and how it is stored. All raise ValidationError."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence, Sized
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext as _

from exchange.common.dates import PartialDateField, clean_partial_date
from exchange.common.errors import Invalid, Message
from exchange.common.text import find_unstorable, lines

CONTROL = re.compile(r"[\x01-\x08\x0b-\x1f\x7f]")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:\S", re.IGNORECASE)
DANGEROUS = ("javascript:", "vbscript:", "data:", "file:")
ADDRESS_LENGTH = 2000
# No moment beyond these is meant; so there is room to reckon from each.
EARLIEST_YEAR, LATEST_YEAR = 1900, 3000


def clean_line(value: Any) -> str:
    """Return a text in one line, without control characters; "" for None."""
    return " ".join(CONTROL.sub("", " ".join(_text(value).split())).split())


def clean_block(value: Any) -> str:
    """Return a text of several lines, without control characters; "" for None."""
    return CONTROL.sub("", "\n".join(_text(value).splitlines())).strip()


def shortened(text: str, limit: int) -> str:
    """Return the text; refuse one that is longer than `limit` characters."""
    if len(text) > limit:
        raise ValidationError(
            _("Shorten this to %(limit)s characters; it has %(length)s."),
            params={"limit": limit, "length": len(text)},
        )
    return text


def clean_list(value: Any, most: int) -> list[Any]:
    """Return a list of at most `most` entries; [] for None."""
    if value is None:
        return []
    if isinstance(value, str | Mapping) or not isinstance(value, Sequence):
        raise ValidationError(_("Write this as a list."))
    require_few(value, most)
    return list(value)


def require_few(chosen: Sized, most: int) -> None:
    """Refuse more than `most`."""
    if len(chosen) > most:
        raise ValidationError(_("Choose at most %(most)s."), params={"most": most})


def clean_date(value: Any) -> str:
    """Return a date as exact as it is known: a year, a month or a day; "" for none."""
    return clean_partial_date(clean_line(value))


def clean_day(value: Any) -> dt.date | None:
    """Return a day of the calendar, given as one or as YYYY-MM-DD; None for none."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return _meant(value)
    text = clean_line(value)
    try:
        return _meant(dt.date.fromisoformat(text)) if text else None
    except ValueError as error:
        raise ValidationError(_("Write a day, such as 2026-03-06.")) from error


def clean_moment(value: Any) -> dt.datetime | None:
    """Return a moment in UTC, or None; a text must be RFC 3339."""
    if isinstance(value, str) and value.strip():
        try:
            value = dt.datetime.fromisoformat(value.strip())
        except ValueError:
            value = False
    if value in (None, ""):
        return None
    if not isinstance(value, dt.datetime) or value.tzinfo is None:
        raise ValidationError(_("Send a moment, such as 2026-11-23T08:00:00Z."))
    _meant(value)
    # Else what is reckoned from it would go by the clocks of its zone, not by hours that pass.
    return value.astimezone(dt.UTC)


def _meant(day: dt.date) -> dt.date:
    """Return a day that somebody can mean; refuse others."""
    if not EARLIEST_YEAR < day.year < LATEST_YEAR:
        raise ValidationError(
            _("Write a day between the years %(first)s and %(last)s."),
            params={"first": EARLIEST_YEAR, "last": LATEST_YEAR},
        )
    return day


def clean_links(value: Any, limit: int, *, titled: bool = False) -> str:
    """Return lines, each a web address or words without any; `titled`: words may follow an address."""
    text = shortened(clean_block(value), limit)
    for line in lines(text):
        _check_link(line.split()[0] if titled else line)
    return text


def _check_link(line: str) -> None:
    if line.lower().startswith(("http://", "https://")):
        URLValidator(
            schemes=["http", "https"],
            message=_("“%(value)s” is no web address. Check it, or describe the source in words."),
        )(line)
        return
    squeezed = "".join(char for char in line if char.isprintable() and not char.isspace())
    if SCHEME.match(line) or squeezed.lower().startswith(DANGEROUS):
        raise ValidationError(
            _("“%(value)s” is no web address that we link. Use http(s), or words."),
            params={"value": line[:80]},
        )


def _address(value: Any) -> str:
    text = shortened(clean_line(value), ADDRESS_LENGTH)
    if text:
        URLValidator(
            schemes=["http", "https"],
            message=_("Write an address, such as https://www.example.org."),
        )(text)
    return text


def by_field(field: "models.Field[Any, Any]", value: Any) -> Any:
    """Clean a value by what its model field says: text, choice, date, moment or web address."""
    if isinstance(field, PartialDateField):
        return clean_date(value)
    if isinstance(field, models.DateTimeField):
        return clean_moment(value)
    if isinstance(field, models.DateField):
        return clean_day(value)
    if isinstance(field, models.URLField):
        return _address(value)
    if isinstance(field, models.IntegerField):
        return _number(field, value)
    text = clean_block(value) if isinstance(field, models.TextField) else clean_line(value)
    if field.choices:
        return _choice(field, text)
    return shortened(text, field.max_length or 0)


def _choice(field: "models.Field[Any, Any]", text: str) -> str:
    if text and text not in {str(code) for code, _label in field.flatchoices}:
        raise ValidationError(_("“%(value)s” is not among the choices."), params={"value": text})
    return text or ("" if field.blank else str(field.get_default()))


def _number(field: "models.Field[Any, Any]", value: Any) -> int | None:
    if value in (None, ""):
        return None
    number = int(value) if isinstance(value, str) and value.strip().isdecimal() else value
    if isinstance(number, bool) or not isinstance(number, int):
        raise ValidationError(_("Write a whole number."))
    field.run_validators(number)
    return number


def clean_fields(
    model: type[models.Model],
    values: Mapping[str, Any],
    *,
    fields: Sequence[str],
    own: Mapping[str, Callable[[Any], Any]] | None = None,
) -> dict[str, Any]:
    """Return `values` as they are stored, each cleaned by its column or by a function of `own`.

    Raises Invalid with messages by field; a name that is not among `fields` is refused, and so is
    nothing where the column needs something.
    """
    cleaned: dict[str, Any] = {}
    errors: dict[str, Sequence[Message]] = {}
    for name, value in values.items():
        try:
            if name not in fields:
                raise ValidationError(_("There is no such field. Leave it out."))
            cleaned[name] = _cleaned(model, name, value, own or {})
        except ValidationError as error:
            errors[name] = error.messages
    if errors:
        raise Invalid(errors)
    return cleaned


def _cleaned(
    model: type[models.Model], name: str, value: Any, own: Mapping[str, Callable[[Any], Any]]
) -> Any:
    if name in own:
        return own[name](value)
    field = cast("models.Field[Any, Any]", model._meta.get_field(name))
    found = by_field(field, value)
    if (found in (None, "") and not field.blank) or (found is None and not field.null):
        raise ValidationError(_("Write something here."))
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValidationError(_("Write this as text."))
    if find_unstorable(value):
        raise ValidationError(
            _("This holds a character that cannot be stored. Please type the text again.")
        )
    return value
