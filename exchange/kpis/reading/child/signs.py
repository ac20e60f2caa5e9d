"""Whether a file's numbers are written with a decimal point or a decimal comma: told by all its values."""

import re

from .telling import Ask

# What people put between thousands beside point and comma.
SPACES = re.compile("(?<=[0-9])[ \u00a0\u2009\u202f'’](?=[0-9]{3})")
PLAIN = re.compile("[0-9.,]+")
# Most values of most files, once one of them has been weighed: there are a hundred thousand.
SIMPLE = re.compile("[0-9]+[.,][0-9]{1,2}")
OTHER = {",": ".", ".": ","}

Example = tuple[str, int]


class Signs:
    """Gathers what each value says; `decide` when all are weighed."""

    def __init__(self) -> None:
        self._sure: dict[str, Example] = {}
        self._unclear: Example | None = None

    def weigh(self, text: str, row: int) -> None:
        """Look at one value; what is no number, or is grouped wrongly, says nothing."""
        if (
            self._sure
            and SIMPLE.fullmatch(text)
            and (text[-2] in self._sure or text[-3] in self._sure)
        ):
            return
        text = text.strip().lstrip("+-−")
        bare = SPACES.sub("", text)
        sign = _decimal_sign(bare, spaced=bare != text)
        if sign:
            self._sure.setdefault(sign, (text, row))
        elif sign is None and not self._unclear:
            self._unclear = (text, row)

    def decide(self) -> str:
        """Return the sign; raise Ask where the values leave it open or contradict each other."""
        if len(self._sure) == 2:
            (comma, comma_row), (point, point_row) = self._sure[","], self._sure["."]
            raise Ask(
                "decimal_sign",
                "mixed_signs",
                comma=comma,
                comma_row=comma_row,
                point=point,
                point_row=point_row,
            )
        if self._sure:
            return next(iter(self._sure))
        if self._unclear:
            value, row = self._unclear
            raise Ask("decimal_sign", "unclear_sign", value=value, row=row)
        return "."


def _decimal_sign(text: str, *, spaced: bool) -> str | None:
    """Return which sign must be the decimal one, "" when the value says nothing, None when either may be."""
    if not PLAIN.fullmatch(text):
        return ""
    last = max(",.", key=text.rfind)
    whole, _sign, rest = text.rpartition(last)
    other = OTHER[last]
    if not rest or not whole + rest:
        return ""
    if other in whole:
        # Both signs: the last is decimal, and the other must have grouped well.
        return last if _grouped(whole, other) else ""
    if last in whole:
        # The same sign twice groups, so that the other is left for decimals.
        return other if not spaced and _grouped(text, last) else ""
    if spaced or len(rest) != 3 or len(whole) > 3 or whole[:1] in ("", "0"):
        return last
    return None


def _grouped(text: str, sign: str) -> bool:
    first, *others = text.split(sign)
    return 1 <= len(first) <= 3 and all(len(group) == 3 and group.isdigit() for group in others)
