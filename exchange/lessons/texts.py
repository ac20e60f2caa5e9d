"""What people and programs may write into a lesson."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext as _

from exchange.audiences.viewer import Viewer
from exchange.common.errors import Invalid, Message
from exchange.common.text import find_unstorable, lines
from exchange.lessons import choices
from exchange.lessons.models import NOTE_LENGTH, REASON_LENGTH, TEXT_FIELDS, LessonVersion
from exchange.lessons.models.version import LONG
from exchange.lessons.related import ids_at
from exchange.partners.models import UNLOCODE, validate_unlocode
from exchange.partners.ports import Port, port_named, port_with, ports_called
from exchange.topics.models import Topic

LessonText = Mapping[str, Any]

TITLE_LENGTH = 140
EXTERNAL_ID_LENGTH = 100
# So many ports a name may stand for, to be told which.
MOST_MEANT = 3
# Of related lessons this many are looked at; how many there may be, `ids_at` says.
MOST = {"ports": 20, "topics": 3, "tags": 10, "sdgs": 3, "related": 100}
TAG_LENGTH = 40
PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
CONTROL = re.compile(r"[\x01-\x08\x0b-\x1f\x7f]")
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:\S", re.IGNORECASE)
DANGEROUS = ("javascript:", "vbscript:", "data:", "file:")


def clean_text(
    text: LessonText, viewer: Viewer, base: LessonVersion | None = None
) -> tuple[dict[str, Any], list[Topic]]:
    """Return every field as it is stored, and the topics; what `text` leaves out is as in `base`.

    Nothing is required; related lessons are those that the viewer may see. Raises Invalid with
    messages by field; a key that is no field is one.
    """
    errors: dict[str, Sequence[Message]] = {}
    base = base or LessonVersion()
    fields = {name: getattr(base, name) for name in TEXT_FIELDS}
    topics = list(base.topics.all()) if "topics" not in text and not base._state.adding else []
    for name, value in text.items():
        try:
            if name == "topics":
                topics = _topics(value)
            elif name == "related":
                entries = [_text(entry, one_line=True) for entry in _list(value, name)]
                fields[name] = ids_at(
                    filter(None, entries), viewer, itself=base.lesson_id, standing=base.related
                )
            elif name not in fields:
                raise ValidationError(_("There is no such field. Leave it out."))
            else:
                fields[name] = _cleaner(name)(value)
        except ValidationError as error:
            errors[name] = error.messages
    dated = not errors.keys() & {"started", "ended"}
    if dated and not _in_order(fields["started"], fields["ended"]):
        errors["ended"] = [_("The end lies before the start. Check both dates.")]
    if errors:
        raise Invalid(errors)
    fields["titles"] = {
        code: title for code, title in fields["titles"].items() if code != fields["language"]
    }
    return fields, topics


def clean_external_id(value: Any) -> str | None:
    """Return the owner's own key of a lesson as it is stored, or None. Raises Invalid."""
    try:
        return _short(_text(value, one_line=True), EXTERNAL_ID_LENGTH) or None
    except ValidationError as error:
        raise Invalid({"external_id": error.messages}) from error


def clean_reason(value: Any) -> str:
    """Return a reviewer's reason as it is stored; it may be empty. Raises Invalid."""
    try:
        return _short(_text(value, one_line=False), REASON_LENGTH)
    except ValidationError as error:
        raise Invalid({"reason": error.messages}) from error


def clean_note(value: Any) -> str:
    """Return what readers of a replaced lesson are told; it may be empty. Raises Invalid."""
    try:
        return _short(_text(value, one_line=False), NOTE_LENGTH)
    except ValidationError as error:
        raise Invalid({"note": error.messages}) from error


def _cleaner(name: str) -> Callable[[Any], Any]:
    own: dict[str, Callable[[Any], Any]] = {
        "titles": _titles,
        "ports": _ports,
        "tags": _tags,
        "sdgs": _sdgs,
        "started": _date,
        "ended": _date,
        "sources": _sources,
    }
    return own.get(name) or (lambda value: _field(name, value))


def _field(name: str, value: Any) -> str:
    """Clean a text or a choice by what its model field says."""
    field = cast("models.Field[Any, Any]", LessonVersion._meta.get_field(name))
    text = _text(value, one_line=not isinstance(field, models.TextField))
    if field.choices:
        if text and text not in {str(code) for code, _label in field.flatchoices}:
            raise ValidationError(
                _("“%(value)s” is not among the choices."), params={"value": text}
            )
        if not text and not field.blank:
            return str(field.get_default())
        return text
    return _short(text, field.max_length or 0)


def _text(value: Any, *, one_line: bool) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValidationError(_("Write this as text."))
    if find_unstorable(value):
        raise ValidationError(
            _("This holds a character that cannot be stored. Please type the text again.")
        )
    if one_line:
        return " ".join(CONTROL.sub("", " ".join(value.split())).split())
    return CONTROL.sub("", "\n".join(value.splitlines())).strip()


def _short(text: str, limit: int) -> str:
    if len(text) > limit:
        raise ValidationError(
            _("Shorten this to %(limit)s characters; it has %(length)s."),
            params={"limit": limit, "length": len(text)},
        )
    return text


def _list(value: Any, name: str) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, str | Mapping) or not isinstance(value, Sequence):
        raise ValidationError(_("Write this as a list."))
    _require_few(value, name)
    return list(value)


def _require_few(chosen: Sized, name: str) -> None:
    if len(chosen) > MOST[name]:
        raise ValidationError(_("Choose at most %(most)s."), params={"most": MOST[name]})


def _topics(value: Any) -> list[Topic]:
    codes = [_text(code, one_line=True) for code in _list(value, "topics")]
    found = Topic.objects.in_bulk(codes)
    unknown = [code for code in codes if code not in found]
    if unknown:
        raise ValidationError(
            _(
                "“%(code)s” is no topic we know. Choose one from the list of topics (for programs, "
                "/api/v1/topics)."
            ),
            params={"code": unknown[0]},
        )
    return sorted(found.values(), key=lambda topic: topic.sort)


def _ports(value: Any) -> list[str]:
    written = [_text(code, one_line=True) for code in _list(value, "ports")]
    codes = {code: typed for text in written for code, typed in _codes_in(text)}
    _require_few(codes, "ports")
    if wrong := [error for code, typed in codes.items() if (error := _wrong_with(code, typed))]:
        raise ValidationError(wrong)
    return sorted(codes)


def _codes_in(text: str) -> list[tuple[str, str]]:
    """Return the codes in an entry, and what was typed for each; “SE GOT” is one, “SEGOT USLAX” two."""
    words = text.upper().split()
    if len(words) != 1 and all(map(UNLOCODE.fullmatch, words)):
        return [(word, word) for word in words]
    return [("".join(words), text)]


def _wrong_with(code: str, typed: str) -> ValidationError | None:
    if port_with(code):
        return None
    # Some ports' names, such as Tokyo, have the form of a code.
    if port := port_named(typed):
        return _meant(typed, [port])
    try:
        validate_unlocode(code)
    except ValidationError as refusal:
        if 0 < len(found := ports_called(typed)) <= MOST_MEANT:
            return _meant(typed, found)
        words = f"{refusal.message} {_('Our list has no port of that name either.')}"
        return ValidationError(words, params={"value": typed, "country": code[:2]})
    return None


def unlisted(ports: Sequence[str]) -> list[str]:
    """Return the entries of a valid list that our own list of ports does not have."""
    codes = [code for text in ports for code, _typed in _codes_in(text)]
    return sorted({code for code in codes if port_with(code) is None})


def _meant(typed: str, found: Iterable[Port]) -> ValidationError:
    codes = ", ".join(f"{port.unlocode} ({port.name})" for port in found)
    words = _("“%(typed)s” is no UN/LOCODE. Did you mean %(codes)s?")
    return ValidationError(words, params={"typed": typed, "codes": codes})


def _tags(value: Any) -> list[str]:
    tags: dict[str, str] = {}
    for raw in _list(value, "tags"):
        tag = _short(_text(raw, one_line=True), TAG_LENGTH)
        tags.setdefault(tag.casefold(), tag)
    return [tag for tag in tags.values() if tag]


def _sdgs(value: Any) -> list[int]:
    numbers = set()
    for raw in _list(value, "sdgs"):
        number = int(raw) if isinstance(raw, str) and raw.isdecimal() else raw
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= 17:
            raise ValidationError(_("The goals have the numbers 1 to 17."))
        numbers.add(number)
    return sorted(numbers)


def _titles(value: Any) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ValidationError(_("Write this as a list of languages, each with its title."))
    if unknown := set(value) - set(dict(choices.LANGUAGES)):
        raise ValidationError(
            _("“%(code)s” is no language we know."), params={"code": str(min(map(str, unknown)))}
        )
    titles = {
        code: _short(_text(title, one_line=True), TITLE_LENGTH) for code, title in value.items()
    }
    return {code: title for code, title in titles.items() if title}


def _date(value: Any) -> str:
    text = _text(value, one_line=True)
    if not text:
        return text
    if not PARTIAL_DATE.fullmatch(text):
        raise ValidationError(
            _("Write a year, a month or a day, such as 2023, 2023-03 or 2023-03-06.")
        )
    try:
        dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError as error:
        words = _("There is no “%(value)s” in the calendar. Check the day and the month.")
        raise ValidationError(words, params={"value": text}) from error
    return text


def _in_order(started: str, ended: str) -> bool:
    known = min(len(started), len(ended))
    return started[:known] <= ended[:known]


def _sources(value: Any) -> str:
    text = _short(_text(value, one_line=False), LONG)
    for line in lines(text):
        _check_source(line)
    return text


def _check_source(line: str) -> None:
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
