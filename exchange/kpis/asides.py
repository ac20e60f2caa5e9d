"""What a row says beside its period, its value and its note."""

from dataclasses import dataclass, field
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from exchange.common.text import find_unstorable
from exchange.kpis.choices import Missing, Precision, Status
from exchange.kpis.models import Definition
from exchange.kpis.models.observation import ADDRESS_LENGTH

# How a file or a program says that there is no value.
GIVEN_AS_MISSING = {"missing": Missing.NOT_COLLECTED, **{str(one): one for one in Missing}}
WEB = URLValidator(schemes=["http", "https"])
MOST_KNOWN = 64
# Unit, status, precision and both addresses, as they stand in a row; None for no such column.
Texts = tuple[str | None, str | None, str | None, str | None, str | None]


class Problem(NamedTuple):
    """Why a value cannot be taken: the column, what stands there, and words that help."""

    column: str
    value: str
    words: str


@dataclass(slots=True, kw_only=True)
class Aside:
    """What was read of these texts, and what is wrong with them; `status` is None when it is."""

    status: str | None = None
    missing: str = ""
    precision: str = ""
    source_url: str
    second_source_url: str
    problems: list[Problem] = field(default_factory=list)


class Asides:
    """Reads what rows of one series say aside; most rows of a file say the same there."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._known: dict[Texts, Aside] = {}

    def read(self, texts: Texts) -> Aside:
        """Return what these texts of a row say."""
        found = self._known.get(texts)
        if found is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            found = self._known[texts] = self._read(*texts)
        return found

    def _read(self, unit: str | None, *others: str | None) -> Aside:
        status, precision, source, second = (text or "" for text in others)
        aside = Aside(source_url=source.strip(), second_source_url=second.strip())
        if unit is not None and not self._definition.is_unit(unit):
            aside.problems.append(Problem("unit", unit, self._unit_words(unit)))
        try:
            aside.status, aside.missing = _status(status)
        except ValidationError as error:
            aside.problems.append(Problem("status", status, words_of(error)))
        try:
            aside.precision = _precision(precision)
        except ValidationError as error:
            aside.problems.append(Problem("precision", precision, words_of(error)))
        for column, text in (("source_url", source), ("second_source_url", second)):
            if wrong := _address(text.strip()):
                aside.problems.append(Problem(column, text, wrong))
        return aside

    def _unit_words(self, text: str) -> str:
        named = {"unit": self._definition.unit}
        if not text.strip():
            return _("The unit is missing. Write “%(unit)s”.") % named
        return _("This KPI is kept in “%(unit)s”. Convert the value, and write that unit.") % named


def _status(text: str) -> tuple[str, str]:
    """Return the status and why there is no value, as one column says both."""
    word = text.strip().casefold().replace(" ", "_")
    if word in GIVEN_AS_MISSING:
        return Status.NORMAL, GIVEN_AS_MISSING[word]
    if word and word not in Status.values:
        raise ValidationError(
            _("Write one of %(choices)s, or leave it empty."),
            params={"choices": ", ".join([*Status.values, *GIVEN_AS_MISSING])},
        )
    return word or Status.NORMAL, ""


def _precision(text: str) -> str:
    word = text.strip().casefold().replace(" ", "_")
    if word and word not in Precision.values:
        raise ValidationError(
            _("Write one of %(choices)s, or leave it empty."),
            params={"choices": ", ".join(Precision.values)},
        )
    return word


def _address(text: str) -> str:
    """Return why a text is no web address; empty for one, and for nothing."""
    if not text:
        return ""
    if find_unstorable(text):
        return _("This holds a character that cannot be stored. Please type the address again.")
    if len(text) > ADDRESS_LENGTH:
        return _("Shorten this to %(limit)s characters.") % {"limit": ADDRESS_LENGTH}
    try:
        WEB(text)
    except ValidationError:
        return _("Write a web address, such as https://www.example.org, or leave it empty.")
    return ""


def words_of(error: ValidationError) -> str:
    """Return all that an error says."""
    return " ".join(error.messages)
