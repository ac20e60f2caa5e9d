"""Titles in the languages that people choose from."""

from typing import Any

from django import forms

from exchange.common import languages
from exchange.lessons import choices
from exchange.lessons.texts import TITLE_LENGTH

LANGUAGES = dict(choices.LANGUAGES)


class TitlesWidget(forms.MultiWidget):
    """One title for each language that people choose from."""

    def __init__(self) -> None:
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            code: forms.TextInput({"lang": code, "most": TITLE_LENGTH, "title": LANGUAGES[code]})
            for code, _label in languages.NAMES
        }
        super().__init__(widgets)

    def decompress(self, value: Any) -> list[str]:
        return [(value or {}).get(code, "") for code, _label in languages.NAMES]


class TitlesField(forms.Field):
    """Titles by language code."""

    widget = TitlesWidget

    def clean(self, value: Any) -> dict[str, str]:
        codes = [code for code, _label in languages.NAMES]
        return {code: title for code, title in zip(codes, value or [], strict=False) if title}
