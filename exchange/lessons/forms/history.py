from collections.abc import Collection

from django import forms
from django.utils.translation import gettext_lazy

from exchange.common.forms import LARGEST_INTEGER

UNKNOWN = gettext_lazy("This lesson has no such version.")


class VersionsForm(forms.Form):
    """Two versions of a lesson, by number."""

    older = forms.IntegerField(
        label=gettext_lazy("Version"),
        min_value=1,
        max_value=LARGEST_INTEGER,
        error_messages={"min_value": UNKNOWN, "max_value": UNKNOWN},
    )
    newer = forms.IntegerField(
        label=gettext_lazy("with version"),
        min_value=1,
        max_value=LARGEST_INTEGER,
        error_messages={"min_value": UNKNOWN, "max_value": UNKNOWN},
    )

    def require(self, numbers: Collection[int]) -> None:
        """Say at its field which of the two is none of `numbers`."""
        chosen = dict(self.cleaned_data)
        for name, number in chosen.items():
            if number not in numbers:
                self.add_error(name, str(UNKNOWN))
