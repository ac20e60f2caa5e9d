"""What a reader finds, in words. The child process says codes only."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

SAVE_AGAIN = gettext_lazy("Save it as .xlsx or .csv and upload that.")

REFUSALS: dict[str, str | Promise] = {
    "empty": gettext_lazy("The file is empty. Choose the file that holds the figures."),
    "too_large": gettext_lazy(
        "The file is larger than %(most)s MB. Split it, and upload the parts one by one."
    ),
    "limits": gettext_lazy(
        "The file is too large or too tangled to be read within the limits of memory and time. "
        "Keep only the table in it, or split it, and try again."
    ),
    "broken": gettext_lazy(
        "Reading the file broke off. Nothing was taken from it. Save it as .csv and try again."
    ),
    "binary": gettext_lazy("This is no table, whatever its name says. %(save_again)s"),
    "web_page": gettext_lazy(
        "This is a web page, whatever its name says. Open it in your spreadsheet program. "
        "%(save_again)s"
    ),
    "markup": gettext_lazy(
        "This is an XML file. Open it in your spreadsheet program. %(save_again)s"
    ),
    "password": gettext_lazy(
        "The workbook is protected by a password. Save it without, and upload that."
    ),
    "old_workbook": gettext_lazy("This is a workbook of the old .xls kind. %(save_again)s"),
    "binary_workbook": gettext_lazy("This is a workbook of the .xlsb kind. %(save_again)s"),
    "open_document": gettext_lazy("This is an OpenDocument spreadsheet (.ods). %(save_again)s"),
    "no_workbook": gettext_lazy("This is an archive, but no workbook. %(save_again)s"),
    "damaged": gettext_lazy(
        "The workbook is damaged or cut off. Open it in your spreadsheet program. %(save_again)s"
    ),
    "bomb": gettext_lazy(
        "The workbook unpacks to far more than its size. Copy the table to a new workbook, and "
        "upload that."
    ),
    "entities": gettext_lazy(
        "The workbook defines entities of its own, which no spreadsheet program does. %(save_again)s"
    ),
    "no_encoding": gettext_lazy(
        "The text is written neither in UTF-8, nor UTF-16 with a mark, nor Windows-1252. Save it as "
        "“CSV UTF-8”, or say in which encoding it is."
    ),
    "not_in_asked_encoding": gettext_lazy(
        "The text is not written in %(encoding)s. Choose another encoding, or save it as “CSV UTF-8”."
    ),
    "not_in_marked_encoding": gettext_lazy(
        "The file begins as %(encoding)s does, but not all of it is. Save it as “CSV UTF-8” again."
    ),
    "no_header": gettext_lazy(
        "None of the first %(most)s rows names the columns. One must hold: %(names)s."
    ),
    "too_many_columns": gettext_lazy(
        "The header has %(columns)s columns; at most %(most)s are read. Leave out what is not needed."
    ),
    "no_rows": gettext_lazy("There is no row below the header. Add the figures, and try again."),
    "too_many_rows": gettext_lazy(
        "The file has more than %(most)s rows. Split it, and upload the parts one by one."
    ),
    "cell_too_long": gettext_lazy(
        "Row %(row)s, column %(column)s holds %(letters)s characters; at most %(most)s are read. "
        "Shorten the text, or look whether a quotation mark is not closed."
    ),
    "open_quote": gettext_lazy(
        "In the row that begins on line %(row)s a quotation mark opens and is never closed. Close "
        "it, or write it twice where it belongs to the text."
    ),
    "stray_quote": gettext_lazy(
        "In the row that begins on line %(row)s text follows a closing quotation mark. Write a "
        "quotation mark twice where it belongs to the text."
    ),
    "no_such_sheet": gettext_lazy(
        "There is no visible sheet “%(name)s”. Choose another, or show it and save the workbook."
    ),
    "no_visible_sheet": gettext_lazy(
        "No sheet of the workbook can be seen. Show the one with the figures, and save it."
    ),
    "unknown_answer": gettext_lazy("“%(value)s” is not among the choices. Choose again."),
}

NOTICES: dict[str, str | Promise] = {
    "mark_dropped": gettext_lazy("The byte order mark at the beginning was left out."),
    "utf16": gettext_lazy("The text was read as UTF-16."),
    "not_utf8": gettext_lazy(
        "The text is not UTF-8 and was read as Windows-1252. Check the letters, as in “%(sample)s”."
    ),
    "text_inside": gettext_lazy(
        "“%(name)s” is named like a workbook, but holds text, and was read as CSV."
    ),
    "workbook_inside": gettext_lazy(
        "“%(name)s” is an Excel workbook, whatever its name says, and was read as one."
    ),
    "above_header": gettext_lazy(
        "The names of the columns are in row %(row)s; what stands above is not read."
    ),
    "unread_column": gettext_lazy("Column “%(name)s” is not read."),
    "unnamed_column": gettext_lazy("Column %(place)s has no name and is not read."),
    "hidden_sheet": gettext_lazy("Sheet “%(name)s” is hidden and is not read."),
    "other_sheet": gettext_lazy("Sheet “%(name)s” has no such columns and is not read."),
    "saved_results": gettext_lazy("Results of formulas are read as they were last saved."),
    "dates_as_months": gettext_lazy(
        "All dates of the periods are first days of months, and are read as those months. For days, "
        "write the periods as text."
    ),
    "merged_cells": gettext_lazy(
        "Some cells are merged: only the first of them holds the text, the others are empty."
    ),
}

QUESTIONS: dict[str, str | Promise] = {
    "unclear_sign": gettext_lazy(
        "Row %(row)s has the value “%(value)s”, and no value tells whether its sign begins the "
        "decimals or groups the thousands. Which is the decimal sign?"
    ),
    "mixed_signs": gettext_lazy(
        "The file mixes decimal signs: “%(point)s” in row %(point_row)s, “%(comma)s” in row "
        "%(comma_row)s. Which is meant? Rows with the other will be rejected."
    ),
    "several_sheets": gettext_lazy("Several sheets have the columns. Which is to be read?"),
}

DELIMITERS: dict[str, str | Promise] = {
    ",": gettext_lazy("comma ,"),
    ";": gettext_lazy("semicolon ;"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("bar |"),
}

DECIMAL_SIGNS: dict[str, str | Promise] = {
    ".": gettext_lazy("decimal point, as in 1,234.5"),
    ",": gettext_lazy("decimal comma, as in 1.234,5"),
}

ENCODINGS: dict[str, str | Promise] = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "windows-1252": gettext_lazy("Windows-1252 (Western Europe)"),
    "iso-8859-1": gettext_lazy("ISO 8859-1 (Western Europe)"),
    "iso-8859-15": gettext_lazy("ISO 8859-15 (Western Europe)"),
    "windows-1250": gettext_lazy("Windows-1250 (Central Europe)"),
    "iso-8859-2": gettext_lazy("ISO 8859-2 (Central Europe)"),
    "windows-1251": gettext_lazy("Windows-1251 (Cyrillic)"),
    "windows-1253": gettext_lazy("Windows-1253 (Greek)"),
    "windows-1254": gettext_lazy("Windows-1254 (Turkish)"),
    "windows-1257": gettext_lazy("Windows-1257 (Baltic)"),
    "macintosh": gettext_lazy("Mac OS Roman"),
}

CHOICES = {"delimiter": DELIMITERS, "decimal_sign": DECIMAL_SIGNS, "encoding": ENCODINGS}


def refusal(code: str, params: Mapping[str, Any]) -> str:
    """Return why a file is refused."""
    if code == "missing_columns":
        return ngettext(
            "The column %(names)s is missing. Add it to the header in row %(row)s; its cells may be "
            "empty only for source_url and comment.",
            "The columns %(names)s are missing. Add them to the header in row %(row)s; their cells "
            "may be empty only for source_url and comment.",
            len(params["names"]),
        ) % _spoken(params)
    if code == "doubled_columns":
        return ngettext(
            "The column %(names)s is there twice in row %(row)s. Rename or remove one.",
            "The columns %(names)s are there twice in row %(row)s. Rename or remove one of each.",
            len(params["names"]),
        ) % _spoken(params)
    return str(REFUSALS[code]) % _spoken(params)


def notice(code: str, params: Mapping[str, Any]) -> str:
    """Return what is to be told about a file that was read."""
    return str(NOTICES[code]) % _spoken(params)


def question(code: str, params: Mapping[str, Any]) -> str:
    """Return what a person is asked."""
    return str(QUESTIONS[code]) % _spoken(params)


def choices(about: str, values: list[str] | None = None) -> list[tuple[str, str]]:
    """Return the answers to a question about a field of Dialect, or all answers that it may have."""
    known = CHOICES.get(about, {})
    offered = values or list(known)
    return [(value, str(known.get(value, value))) for value in offered]


def _spoken(params: Mapping[str, Any]) -> dict[str, Any]:
    listed = {
        name: _(", ").join(_("“%(name)s”") % {"name": part} for part in value)
        if isinstance(value, list)
        else value
        for name, value in params.items()
    }
    return {"save_again": SAVE_AGAIN, **listed}
