"""How the fields of forms are written: as Django's templates write them, without a template for each.

Django takes a template for each field and up to three for each choice; of a page with a form of ten
fields that was a sixth of the time.
"""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.html import conditional_escape

# What Django's widgets give to their templates: name, value, attributes, choices in groups.
Widget = Mapping[str, Any]


class Renderer(TemplatesSetting):
    """Writes most fields itself, and all else by Django's templates."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """Return a field as HTML, all that it is filled with escaped."""
        write = WRITERS.get(template_name)
        if write is None:
            return super().render(template_name, context, request)
        return "".join(write(context["widget"]))


def _escaped(value: Any) -> str:
    """Return a text as it stands in HTML."""
    # As conditional_escape does, which looks longer at what most are.
    return escape(value) if type(value) is str else conditional_escape(value)


def _attributes(attrs: Mapping[str, Any]) -> str:
    """Return attributes as they stand in a tag; one that is False is none, one that is True has no value.

    Their names are written in our code, never by people.
    """
    return "".join(
        f" {name}" if value is True else f' {name}="{_escaped(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def _input(widget: Widget) -> Iterator[str]:
    value = widget["value"]
    yield f'<input type="{_escaped(widget["type"])}" name="{_escaped(widget["name"])}"'
    if value is not None:
        yield f' value="{_escaped(value)}"'
    yield f"{_attributes(widget['attrs'])}>"


def _select(widget: Widget) -> Iterator[str]:
    yield f'<select name="{_escaped(widget["name"])}"{_attributes(widget["attrs"])}>'
    for group, options, _index in widget["optgroups"]:
        if group:
            yield f'<optgroup label="{_escaped(group)}">'
        for option in options:
            value, label = _escaped(option["value"]), _escaped(option["label"])
            yield f'<option value="{value}"{_attributes(option["attrs"])}>{label}</option>\n'
        if group:
            yield "</optgroup>"
    yield "</select>"


def _choices(widget: Widget) -> Iterator[str]:
    """Yield boxes to tick, or to choose one of, each in its label."""
    outer = {name: widget["attrs"][name] for name in ("id", "class") if widget["attrs"].get(name)}
    yield f"<div{_attributes(outer)}>"
    for group, options, _index in widget["optgroups"]:
        if group:
            yield f"<div><label>{_escaped(group)}</label>"
        for option in options:
            of_it = {"for": option["attrs"]["id"]} if option["attrs"].get("id") else {}
            yield f"<div><label{_attributes(of_it)}>"
            yield from _input(option)
            yield f" {_escaped(option['label'])}</label></div>\n"
        if group:
            yield "</div>"
    yield "</div>"


WRITERS = {
    "django/forms/widgets/select.html": _select,
    "django/forms/widgets/checkbox_select.html": _choices,
    "django/forms/widgets/radio.html": _choices,
} | {
    f"django/forms/widgets/{kind}.html": _input
    for kind in ("text", "email", "url", "number", "date", "hidden", "checkbox")
}
