"""Forms about things that two people may change at once."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.choices import flatten_choices
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from exchange.common.forms import LockMixin, NonceMixin


class MergingForm(NonceMixin, LockMixin):
    """Carries beside each field what it began with, so that it is known who changed what.

    When somebody else saved meanwhile, `merge` takes what only they changed, keeps what only the
    person changed, and shows both where both did. Nothing is saved before the person has looked.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.theirs: dict[str, str] = {}
        self.was_merged = False
        for name, field in self.fields.items():
            field.show_hidden_initial = name not in {"nonce", "lock"}

    def merge(self, saved: Mapping[str, Any], lock: int) -> None:
        """Bring what was typed together with `saved` (values of fields, as `initial` has them)."""
        data = QueryDict(mutable=True)
        for name in self.data:
            data.setlist(name, _listed(self.data, name))
        changed = set(self.changed_data)
        for name in set(saved) & set(self.fields):
            bound, value = self[name], self._as_sent(name, saved[name])
            if name not in changed:
                data.setlist(name, value)
            elif value not in (self._began_with(bound), _listed(self.data, bound.html_name)):
                self.theirs[name] = self._in_words(name, value)
            data.setlist(self.add_initial_prefix(name), value)
        data["lock"] = str(lock)
        self.data = data
        self.renew()
        self.was_merged = True

    @property
    def rows(self) -> Iterator[tuple[BoundField, str | None]]:
        """Return the fields that are shown, each with what somebody else saved in it meanwhile."""
        for bound in self.visible_fields():
            yield bound, self.theirs.get(bound.name)

    @property
    def topics_before(self) -> SafeString:
        """Return the hidden fields with the topics that the form began with."""
        return self["topics"].as_hidden(only_initial=True)

    def _began_with(self, bound: BoundField) -> list[str]:
        found = _listed(self.data, bound.html_initial_name)
        if isinstance(bound.field, forms.BooleanField):
            # As hidden text it is True or False, as a box "on" or not there.
            return ["on"] if any(map(bound.field.to_python, found)) else []
        return found

    def _as_sent(self, name: str, value: Any) -> list[str]:
        """Return a value as a form sends it."""
        field = self.fields[name]
        prepared = field.prepare_value(value)
        if isinstance(prepared, list | tuple):
            return [str(one) for one in prepared]
        if isinstance(field, forms.BooleanField):
            return ["on"] if prepared else []
        shown = field.widget.format_value(prepared)
        found = shown[0] if isinstance(shown, list) and shown else shown
        return [str(found or "").replace("\r\n", "\n").replace("\n", "\r\n")]

    def _in_words(self, name: str, value: list[str]) -> str:
        field = self.fields[name]
        if isinstance(field, forms.BooleanField):
            return _("Yes") if value else _("No")
        if not isinstance(field, forms.ChoiceField):
            return "\n".join(value) or "–"
        offered: Any = field.choices
        pairs: list[tuple[Any, Any]] = list(flatten_choices(offered))
        labels = {str(key): str(label) for key, label in pairs}
        return ", ".join(labels.get(one, one) for one in value) or "–"


def _listed(data: Any, name: str) -> list[str]:
    """Return all values of a field that was sent."""
    if hasattr(data, "getlist"):
        return list(data.getlist(name))
    value = data.get(name, [])
    return list(value) if isinstance(value, list | tuple) else [value]
