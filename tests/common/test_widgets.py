"""Fields of forms are written as Django writes them."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.test.html import parse_html

from exchange.common.widgets import Renderer

HOSTILE = '<b>"O\'Hara" & {son}</b>'
CHOICES = [
    ("", "None"),
    (1, HOSTILE),
    (HOSTILE, "Other"),
    ("Group &", [("3", "Three"), ("4", "4")]),
]
WIDGETS: list[tuple[forms.Widget, Any]] = [
    (forms.TextInput(), HOSTILE),
    (forms.TextInput({"type": "search", "placeholder": HOSTILE, "size": 9}), None),
    (forms.EmailInput({"required": True, "disabled": False}), "a@example.org"),
    (forms.URLInput(), ""),
    (forms.NumberInput({"min": 0, "step": "any"}), 1234567),
    (forms.DateInput(), "2026-11-30"),
    (forms.HiddenInput(), HOSTILE),
    (forms.CheckboxInput(), True),
    (forms.CheckboxInput({"class": "wide"}), False),
    (forms.Select({"class": "wide"}, CHOICES), 1),
    (forms.Select(choices=CHOICES), None),
    (forms.Select(choices=CHOICES), "4"),
    (forms.NullBooleanSelect(), True),
    (forms.RadioSelect(choices=CHOICES), HOSTILE),
    (forms.CheckboxSelectMultiple({"class": "wide"}, CHOICES), ["1", "3"]),
    (forms.CheckboxSelectMultiple(choices=CHOICES), None),
]


@pytest.mark.parametrize("attrs", [{"id": "id_field"}, {"id": "id_field", "required": True}, {}])
@pytest.mark.parametrize(("widget", "value"), WIDGETS)
def test_a_field_is_written_as_djangos_template_writes_it(
    widget: forms.Widget, value: Any, attrs: dict[str, Any]
) -> None:
    ours = widget.render("field", value, attrs, Renderer())
    djangos = widget.render("field", value, attrs, TemplatesSetting())
    assert parse_html(ours) == parse_html(djangos)


def test_nothing_that_is_typed_becomes_a_tag() -> None:
    for widget, value in WIDGETS:
        assert "<b>" not in widget.render("field", value, {"title": HOSTILE}, Renderer())


def test_what_is_not_written_here_is_written_by_djangos_template() -> None:
    assert "<textarea" in forms.Textarea().render("field", HOSTILE, None, Renderer())
