"""The apostrophe that keeps a spreadsheet from taking a text for a formula: put before it, taken off."""

import re

# A spreadsheet that divides cells by semicolons or tabs sees no quotation marks amid a cell: what
# follows these begins another cell to it. At the very beginning some drop blanks before a sign.
BEGINS = "(?<![^;\t\r\n])"
SIGNS = "[=+@\uff1d\uff0b\uff0d\uff20-]"
# A text that has such an apostrophe of its own gets another one, and keeps its own.
UNSHIELDED = re.compile(rf"{BEGINS}(?='*{SIGNS})|\A(?='*[\t\r\n])")
SHIELDED = re.compile(rf"{BEGINS}'(?='*{SIGNS})|\A'(?='*[\t\r\n])")
NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*")


def shielded(text: str) -> str:
    """Return a text that a spreadsheet shows as it is; a number is none the worse for its sign."""
    return text if text.isidentifier() or NUMBER.fullmatch(text) else UNSHIELDED.sub("'", text)


def bare(text: str) -> str:
    """Return what `shielded` was given; any other text is that already."""
    return SHIELDED.sub("", text) if "'" in text else text
