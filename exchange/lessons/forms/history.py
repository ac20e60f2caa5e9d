from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.common import time
from exchange.common.forms import set_choices
from exchange.lessons.models import LessonVersion

UNKNOWN = gettext_lazy("This lesson has no such version.")


class VersionsForm(forms.Form):
    """Two of a lesson's `versions`, each told by its number and when it was saved."""

    older = forms.ChoiceField(
        label=gettext_lazy("Compare"), error_messages={"invalid_choice": UNKNOWN}
    )
    newer = forms.ChoiceField(
        label=gettext_lazy("with"), error_messages={"invalid_choice": UNKNOWN}
    )

    def __init__(self, *args: Any, versions: Iterable[LessonVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(version.number, _named(version)) for version in versions]
        for name in self.fields:
            set_choices(self, name, offered)

    @property
    def numbers(self) -> tuple[int, int]:
        """Return both numbers of a valid form, the older text's first."""
        older, newer = sorted(int(self.cleaned_data[name]) for name in self.fields)
        return older, newer


def _named(version: LessonVersion) -> str:
    saved = time.written(version.created_at, timezone.get_current_timezone_name())
    return _("Version %(number)s, %(saved)s") % {"number": version.number, "saved": saved}
