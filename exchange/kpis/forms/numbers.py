"""Numbers as people type them."""

from decimal import Decimal
from typing import Any

from django import forms

from exchange.common.languages import readers_own
from exchange.kpis.values import LONGEST, decimal_sign_of, parse_value, typed_value


class NumberField(forms.CharField):
    """An exact number in the person's own decimal sign, point or comma; None for none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "maxlength": LONGEST, "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return typed_value(value, readers_own()) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return parse_value(text, decimal_sign_of(readers_own()), typed=True) if text else None
