"""The form for a busy moment: three fields, the rest is completed later."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from exchange.common.languages import NAMES
from exchange.lessons.forms.lesson import LessonForm
from exchange.lessons.models import DraftBuffer

ASKED = {
    "title": _("Title: what would you advise a colleague, in one sentence?"),
    "situation": _("Situation: what happened?"),
    "lesson_text": _("The lesson: what did you learn?"),
}
KEPT = {*ASKED, "organisation", "nonce", "lock", "base"}


class CaptureForm(LessonForm):
    """A lesson in three fields, for all partners once it is published.

    It is written in the person's language, about the port they write for.
    """

    template = "lessons/capture.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language_name = dict(NAMES)[self.viewer.language]
        for name in set(self.fields) - KEPT:
            del self.fields[name]
        for name, question in ASKED.items():
            self.fields[name].label = question

    @staticmethod
    def holds(buffer: DraftBuffer) -> bool:
        """Tell whether this form shows all that was typed; saving must lose nothing."""
        return set(buffer.data) <= KEPT

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not any(cleaned.get(name) for name in ASKED) and not self.errors:
            self.add_error(None, _("Write at least one of the three."))
        elif self.text:
            port = self.chosen_organisation.unlocode
            self.text |= {"language": self.viewer.language, "ports": [port] if port else []}
        return cleaned
