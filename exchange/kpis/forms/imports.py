"""The forms about imports."""

import hashlib
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.common.forms import ChosenField, LockMixin, NonceMixin, set_choices
from exchange.kpis.actions.importing import MOST_BYTES
from exchange.kpis.reading import choices

ASKED = ("encoding", "delimiter", "decimal_sign", "sheet")


class SendForm(NonceMixin):
    """A file of values, and what its sender knows of how it is written."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV or XLSX with the columns of the template. Nothing is written before you have seen what "
            "would become of each row."
        ),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty."),
            "missing": _("Choose a file."),
        },
        widget=forms.ClearableFileInput({"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    decimal_sign = ChosenField(
        label=_("Decimal sign"),
        required=False,
        help_text=_("It is found in the file, and asked for where the file does not tell."),
    )

    field_order = ("file", "decimal_sign", "nonce")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "decimal_sign", [("", _("Find out")), *choices("decimal_sign")])

    @property
    def key(self) -> str:
        """Return the nonce with the file: after Back, another file makes another import."""
        digest = hashlib.sha256(b"".join(self.cleaned_data["file"].chunks())).hexdigest()
        self.cleaned_data["file"].seek(0)
        return f"{super().key}:{digest}"

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("Send a file of at most %(megabytes)s MB."),
                params={"megabytes": MOST_BYTES // 1_000_000},
            )
        return file


class AnswerForm(NonceMixin):
    """The answer to what has to be asked of a file."""

    answer = ChosenField(label=_("Answer"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, question: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._about = question["about"]
        set_choices(self, "answer", question["choices"])
        self.fields["answer"].label = question["message"]

    @property
    def asked(self) -> dict[str, str]:
        """Return what the action is told."""
        return {self._about: self.cleaned_data["answer"]}


class DialectForm(NonceMixin):
    """How a file is to be read, other than it was; nothing leaves it to be found out."""

    encoding = ChosenField(label=_("Encoding"), required=False)
    delimiter = ChosenField(label=_("Cells are divided by"), required=False)
    decimal_sign = ChosenField(label=_("Decimal sign"), required=False)
    sheet = forms.CharField(label=_("Sheet of the workbook"), required=False, max_length=100)

    field_order = (*ASKED, "nonce")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("encoding", "delimiter", "decimal_sign"):
            set_choices(self, name, [("", _("Find out")), *choices(name)])

    @property
    def asked(self) -> dict[str, str]:
        """Return what the action is told."""
        return {name: self.cleaned_data[name] for name in ASKED if name in self.data}


class AcceptForm(NonceMixin, LockMixin):
    """The decision on a preview: on the one that was seen."""

    only_good = forms.BooleanField(
        label=_("Leave out the rejected rows and take the good ones"), required=False
    )
    reason = forms.CharField(
        label=_("Why values are corrected"),
        required=False,
        max_length=500,
        help_text=_("It stands beside each correction, for everybody who reads the value."),
    )

    field_order = ("only_good", "reason", "nonce")

    def __init__(self, *, attempt: int, rejected: int, corrected: int) -> None:
        super().__init__(initial={"lock": attempt})
        if not rejected:
            del self.fields["only_good"]
        if not corrected:
            del self.fields["reason"]


class UndoForm(NonceMixin):
    """Why an import is undone."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        help_text=_("It stands beside each value that is taken back."),
    )
