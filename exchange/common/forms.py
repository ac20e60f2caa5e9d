"""What forms of every slice share: a nonce against double clicks, a lock against lost updates."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any, cast

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from exchange.common.ids import uuid7
from exchange.common.once import fingerprint
from exchange.common.text import lines

# The largest number that an integer column of PostgreSQL takes.
LARGEST_INTEGER = 2_147_483_647
NO_CHOICE: dict[str, Any] = {
    "invalid_choice": _("There is no such choice here. Choose one from the list.")
}
LOST = _("Part of this form got lost on the way. Nothing was done: send it again.")


class NonceMixin(forms.Form):
    """A form that can be sent once: the view wraps its action in `once(key=form.nonce, …)`."""

    nonce = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": LOST, "invalid": LOST},
    )

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Give each new form a nonce of its own."""
        if field_name == "nonce" and "nonce" not in self.initial:
            self.initial["nonce"] = uuid7()
        return super().get_initial_for_field(field, field_name)

    @property
    def key(self) -> str:
        """Return the nonce of a valid form, as `once` takes it."""
        return str(self.cleaned_data["nonce"])

    def full_clean(self) -> None:
        """Replace a nonce that got lost, so that the form can be sent again as it is."""
        super().full_clean()
        if self.is_bound and "nonce" in self.errors:
            self.renew()

    def renew(self) -> None:
        """Give a form that was sent a new nonce, so that it may be sent again for another thing."""
        data = copy(cast(dict[str, Any], self.data))
        data["nonce"] = str(uuid7())
        self.data = data


class OnceForm(NonceMixin):
    """A button that works once."""


class LockMixin(forms.Form):
    """A form about a thing that others may change meanwhile: carries the counter it was opened at."""

    lock = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LARGEST_INTEGER)


class _Told(forms.Field):
    default_error_messages = NO_CHOICE


class ChosenField(_Told, forms.ChoiceField):
    """One of several choices; another, such as one that is gone by now, is told in our words."""


class TypedChosenField(_Told, forms.TypedChoiceField):
    """The same, cleaned to something else than text."""


class SeveralField(_Told, forms.MultipleChoiceField):
    """Any of several choices."""


class TypedSeveralField(_Told, forms.TypedMultipleChoiceField):
    """The same, cleaned to something else than text."""


class WordsField(forms.CharField):
    """Several short entries in one line, separated by commas; cleaned to a list."""

    between = ", "

    def prepare_value(self, value: Any) -> Any:
        return self.between.join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        return self.split(super().to_python(value) or "")

    def split(self, text: str) -> list[str]:
        """Return the entries of a text that was typed."""
        return [word for part in text.replace(";", ",").split(",") if (word := part.strip())]

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)

    def run_validators(self, value: Any) -> None:
        super().run_validators(self.between.join(value))


class LinesField(WordsField):
    """Several entries, one a line; cleaned to a list."""

    widget = forms.Textarea
    between = "\n"

    def split(self, text: str) -> list[str]:
        return lines(text)


def print_of(request: HttpRequest) -> str:
    """Return what tells this request from another with the same nonce: its address and its body."""
    fields = sorted(
        (name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"
    )
    return fingerprint(request.path.encode(), repr(fields).encode())


def add_errors(form: forms.Form, errors: Mapping[str, Sequence[Any]]) -> None:
    """Show what an action refused at the fields it names, and elsewhere at the top of the form."""
    for name, messages in errors.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, str(message))


def set_choices(form: forms.Form, name: str, choices: Iterable[Any]) -> None:
    """Give a form's choice field its choices."""
    cast(forms.ChoiceField, form.fields[name]).choices = list(choices)
