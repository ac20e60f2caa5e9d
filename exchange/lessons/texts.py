"""What people and programs may write into a lesson."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from exchange.audiences.viewer import Viewer
from exchange.common.cleaning import (
    by_field,
    clean_block,
    clean_date,
    clean_line,
    clean_links,
    clean_list,
    require_few,
    shortened,
)
from exchange.common.dates import in_order
from exchange.common.errors import Invalid, Message
from exchange.lessons import choices
from exchange.lessons.models import NOTE_LENGTH, REASON_LENGTH, TEXT_FIELDS, LessonVersion
from exchange.lessons.models.version import LONG
from exchange.lessons.related import ids_at
from exchange.partners.models import UNLOCODE, validate_unlocode
from exchange.partners.ports import Port, port_named, port_with, ports_called
from exchange.topics.models import Topic
from exchange.topics.naming import topics_named

LessonText = Mapping[str, Any]

TITLE_LENGTH = 140
EXTERNAL_ID_LENGTH = 100
# So many ports a name may stand for, to be told which.
MOST_MEANT = 3
# Of related lessons this many are looked at; how many there may be, `ids_at` says.
MOST = {"ports": 20, "topics": 3, "tags": 10, "sdgs": 3, "related": 100}
TAG_LENGTH = 40


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
                topics = topics_named(value, most=MOST["topics"])
            elif name == "related":
                entries = [clean_line(entry) for entry in clean_list(value, MOST[name])]
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
    if dated and not in_order(fields["started"], fields["ended"]):
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
        return shortened(clean_line(value), EXTERNAL_ID_LENGTH) or None
    except ValidationError as error:
        raise Invalid({"external_id": error.messages}) from error


def clean_reason(value: Any) -> str:
    """Return a reviewer's reason as it is stored; it may be empty. Raises Invalid."""
    try:
        return shortened(clean_block(value), REASON_LENGTH)
    except ValidationError as error:
        raise Invalid({"reason": error.messages}) from error


def clean_note(value: Any) -> str:
    """Return what readers of a replaced lesson are told; it may be empty. Raises Invalid."""
    try:
        return shortened(clean_block(value), NOTE_LENGTH)
    except ValidationError as error:
        raise Invalid({"note": error.messages}) from error


def _cleaner(name: str) -> Callable[[Any], Any]:
    own: dict[str, Callable[[Any], Any]] = {
        "titles": _titles,
        "ports": _ports,
        "tags": _tags,
        "sdgs": _sdgs,
        "started": clean_date,
        "ended": clean_date,
        "sources": partial(clean_links, limit=LONG),
    }
    field = cast("models.Field[Any, Any]", LessonVersion._meta.get_field(name))
    return own.get(name) or partial(by_field, field)


def _ports(value: Any) -> list[str]:
    written = [clean_line(code) for code in clean_list(value, MOST["ports"])]
    codes = {code: typed for text in written for code, typed in _codes_in(text)}
    require_few(codes, MOST["ports"])
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
    for raw in clean_list(value, MOST["tags"]):
        tag = shortened(clean_line(raw), TAG_LENGTH)
        tags.setdefault(tag.casefold(), tag)
    return [tag for tag in tags.values() if tag]


def _sdgs(value: Any) -> list[int]:
    numbers = set()
    for raw in clean_list(value, MOST["sdgs"]):
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
    titles = {code: shortened(clean_line(title), TITLE_LENGTH) for code, title in value.items()}
    return {code: title for code, title in titles.items() if title}
