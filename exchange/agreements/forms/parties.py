"""The forms about who is party."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.agreements.models import SIGNATORY_LENGTH
from exchange.audiences.viewer import Viewer
from exchange.common.forms import (
    LockMixin,
    NonceMixin,
)
from exchange.common.merging import MergingForm
from exchange.partners.models import Organisation

# So many organisations a word may stand for, to be told which.
MOST_MEANT = 4


class AskForm(NonceMixin, LockMixin):
    """Which organisation is asked to confirm that it is party."""

    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=200,
        help_text=_("Its name or UN/LOCODE."),
        widget=forms.TextInput({"list": "known-organisations", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer

    def clean_organisation(self) -> Organisation:
        return called(self.viewer, self.cleaned_data["organisation"])


class SignatoryForm(MergingForm):
    """Who signed for a party."""

    signatory = forms.CharField(
        label=_("Signed by"),
        max_length=SIGNATORY_LENGTH,
        required=False,
        help_text=_("Name and function, or the function alone, such as “Executive Director”."),
    )


def called(viewer: Viewer, words: str) -> Organisation:
    """Return the organisation of that name or code, or the only one like it.

    Raises ValidationError when there is none, and when several are meant.
    """
    every = Organisation.objects.visible_to(viewer)
    found = every.called(words).first()
    if found:
        return found
    like = list(every.matching(words)[: MOST_MEANT + 1])
    if len(like) == 1:
        return like[0]
    if 1 < len(like) <= MOST_MEANT:
        said = _("“%(words)s” may be one of these: %(names)s. Write the whole name.")
    elif like:
        said = _("Several organisations are called like “%(words)s”. Write the whole name.")
    else:
        said = _(
            "There is no “%(words)s” on this exchange. Look at the list of organisations; the "
            "operator adds one that is missing."
        )
    names = " · ".join(map(str, like))
    raise forms.ValidationError(said, params={"words": words, "names": names})
