"""Values of KPIs: exact decimals, with as many decimals as were published."""

import re
from decimal import Decimal
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from exchange.common.decimals import exact, is_usual

MOST_WHOLE, MOST_DECIMALS = 15, 9
LONGEST = 40
NO_BREAK_SPACE, MINUS = "\u00a0", "\u2212"

# Languages that write a decimal comma, and what stands between their thousands.
GROUPED_BY = {
    **dict.fromkeys(["sv", "fi", "fr", "nb", "no", "pl"], NO_BREAK_SPACE),
    **dict.fromkeys(["da", "de", "es", "it", "nl", "pt"], "."),
}
BETWEEN_THOUSANDS = " \u00a0\u202f\u2009'’"
OTHER_SIGN = {".": ",", ",": "."}
SHAPES = {
    sign: re.compile(
        rf"(?P<whole>[0-9]+|[1-9][0-9]{{0,2}}(?P<by>[{BETWEEN_THOUSANDS}{other}])[0-9]{{3}}"
        rf"(?:(?P=by)[0-9]{{3}})*|(?={re.escape(sign)}))"
        rf"(?:{re.escape(sign)}(?P<decimals>[0-9]+))?"
    )
    for sign, other in OTHER_SIGN.items()
}
# Most numbers of most files; what SHAPES would read as the same.
PLAIN = {
    sign: re.compile(rf"[0-9]{{1,{MOST_WHOLE}}}(?:{re.escape(sign)}[0-9]{{1,{MOST_DECIMALS}}})?")
    for sign in OTHER_SIGN
}
DIGITS_AND_SIGNS = frozenset("0123456789.," + BETWEEN_THOUSANDS)
EXPONENT = re.compile(r"[0-9][0-9.,]*E[+-]?[0-9]+", re.IGNORECASE)
MISSING = {"-", "–", "—", ".", "..", "...", "n/a", "na", "nan", "null", "none", "#n/a"}
INFINITE = {"inf", "infinity", "∞"}


def parse_value(text: str, decimal_sign: str, *, typed: bool = False) -> Decimal:
    """Return the number that a person typed or a file holds, with the decimals as written.

    `decimal_sign` is “.” or “,”; the other one may group thousands, as spaces and apostrophes may.
    Where no other value shows how its writer writes (`typed`), a number is refused that another
    reading makes a thousand times smaller: 1.234 where a comma begins the decimals. Raises ValidationError for all else, with a code that tells which mistake it is.
    """
    text = text.strip()
    if PLAIN[decimal_sign].fullmatch(text):
        return Decimal(text.replace(",", "."))
    negative, number = text[:1] in ("-", MINUS), text.removeprefix("+")
    number = number[1:] if negative else number
    found = SHAPES[decimal_sign].fullmatch(number)
    if not found:
        raise _refusal(text, number, decimal_sign)
    if typed and not found["decimals"] and number.count(OTHER_SIGN[decimal_sign]) == 1:
        raise _ambiguous(number, decimal_sign)
    whole, decimals = re.sub(r"[^0-9]", "", found["whole"]), found["decimals"] or ""
    if len(whole) > MOST_WHOLE or len(decimals) > MOST_DECIMALS:
        raise _too_many_digits(whole)
    value = Decimal(f"{whole or 0}.{decimals}")
    return value.copy_negate() if negative and value else value


def decimals_of(number: str) -> int:
    """Return how many decimals a number has that `plain` wrote."""
    point = number.find(".")
    return len(number) - point - 1 if point >= 0 else 0


def plain(value: Decimal) -> str:
    """Return a number for programs: a point, no groups, no exponent, all decimals, never “-0”."""
    text = str(value)
    return text if is_usual(text) else format(exact(value), "f")


def decimal_sign_of(language: str) -> str:
    """Return the decimal sign that a language writes: “,” or “.”."""
    return _signs_of(language)[0]


def format_value(value: Decimal, language: str, decimals: int | None = None) -> str:
    """Return a number for people, as their language writes it, such as 1,234.50 or 1 234,50.

    `decimals` adds zeros up to so many decimals. Raises ValueError when there are more already:
    nothing is rounded here.
    """
    whole, _point, published = plain(value.copy_abs()).partition(".")
    missing = 0 if decimals is None else decimals - len(published)
    if missing < 0:
        raise ValueError(f"{value} has more than {decimals} decimals")
    sign, between = _signs_of(language)
    grouped = f"{int(whole):,}".replace(",", between)
    shown = published + "0" * missing
    return (MINUS if value < 0 else "") + grouped + (sign + shown if shown else "")


def typed_value(value: Decimal, language: str) -> str:
    """Return a number as it stands in a field: in groups that nobody takes for decimals, 1 234.50."""
    shown = format_value(value, language)
    return shown.replace(OTHER_SIGN[decimal_sign_of(language)], NO_BREAK_SPACE)


@lru_cache(maxsize=200)
def _signs_of(language: str) -> tuple[str, str]:
    """Return what a language writes before decimals, and between thousands."""
    primary = re.split("[-_]", language.lower())[0]
    return ("," if primary in GROUPED_BY else ".", GROUPED_BY.get(primary, ","))


def _refusal(text: str, number: str, decimal_sign: str) -> ValidationError:
    """Return what to tell somebody about a text that is no number."""
    code, words = _mistake(text, number)
    params = {"value": text[:LONGEST], "sign": decimal_sign}
    return ValidationError(words, code=code, params=params)


def _ambiguous(number: str, decimal_sign: str) -> ValidationError:
    other = OTHER_SIGN[decimal_sign]
    words = _("“%(value)s” can be read in two ways. Write %(whole)s, or %(part)s for the decimals.")
    params = {
        "value": number,
        "whole": number.replace(other, ""),
        "part": number.replace(other, decimal_sign),
    }
    return ValidationError(words, code="ambiguous", params=params)


def _mistake(text: str, number: str) -> tuple[str, str]:
    if not text:
        return "empty", _("Write a number.")
    if text.startswith("="):
        return "formula", _("This is a formula. Write the number that it gives.")
    if text.lower() in MISSING:
        return "missing", _("“%(value)s” is no number. Mark a value that is missing as missing.")
    if number.lower() in INFINITE:
        return "infinite", _("“%(value)s” cannot be measured. Check where it comes from.")
    if any(char.isnumeric() and not char.isascii() for char in text):
        return "digits", _("Write the number with the digits 0 to 9.")
    if EXPONENT.fullmatch(number):
        return "exponent", _("Write the number in full, without an exponent.")
    if number and DIGITS_AND_SIGNS.issuperset(number):
        return "grouping", _(
            "“%(value)s” can be misread. Group thousands by three in one way, or not at all, and "
            "write “%(sign)s” before the decimals."
        )
    return "invalid", _("“%(value)s” is no number. Write it such as 1234, without a unit.")


def _too_many_digits(whole: str) -> ValidationError:
    if len(whole) > MOST_WHOLE:
        words = _("Write at most %(most)s digits before the decimals. Check the unit.")
        return ValidationError(words, code="too_large", params={"most": MOST_WHOLE})
    words = _("Write at most %(most)s decimals.")
    return ValidationError(words, code="too_exact", params={"most": MOST_DECIMALS})
