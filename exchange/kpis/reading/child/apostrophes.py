"""The apostrophe that keeps a spreadsheet from taking a text for a formula: put before it, taken off."""

import re

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*")


def shielded(text: str) -> str:
    """Return a text that a spreadsheet shows as it is; a number is none the worse for its sign."""
    return f"'{text}" if _looks_dangerous(text) and not NUMBER.fullmatch(text) else text


def bare(text: str) -> str:
    """Return what `shielded` was given; any other text is that already."""
    return text[1:] if text[:1] == "'" and _looks_dangerous(text) else text


def _looks_dangerous(text: str) -> bool:
    # A text that has such an apostrophe of its own gets another one, and keeps its own.
    return text.lstrip("'").startswith(DANGEROUS)
