"""What is wrong with a lesson that a program pushes, all of it in one answer."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.serializers import ValidationError

from exchange.audiences.api import named
from exchange.audiences.choosing import choices_for
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Invalid
from exchange.lessons.api.bodies import LessonChange
from exchange.lessons.models import LessonVersion
from exchange.lessons.texts import clean_text


def read_text(
    kind: type[LessonChange], body: Any, viewer: Viewer, base: LessonVersion | None = None
) -> dict[str, Any]:
    """Return a body by its contract, checked as far as that goes; `base` is what it changes.

    Raises ValidationError (422) with what the contract forbids, and with what the action would refuse
    of the rest, so that all of it is mended at once.
    """
    checked = kind(data=body)
    if checked.is_valid():
        return dict(checked.validated_data)
    wrong = dict(checked.errors)
    given = body if isinstance(body, Mapping) else {}
    rest = kind(data={name: given[name] for name in given if name not in wrong}, partial=True)
    # A date that is wrong in itself is in no order with the other.
    unknown = dict.fromkeys(wrong.keys() & {"started", "ended"}, "")
    more = faults_in({**rest.validated_data, **unknown}, viewer, base) if rest.is_valid() else {}
    raise ValidationError(more | wrong)


def faults_in(
    written: Mapping[str, Any], viewer: Viewer, base: LessonVersion | None = None
) -> dict[str, Any]:
    """Return by field what the actions would refuse of a body that its contract lets through."""
    text = {name: value for name, value in written.items() if name not in OF_THE_LESSON}
    faults: dict[str, Any] = {}
    if "audience" in written and audience_of(written["audience"], viewer) is None:
        faults["audience"] = [_("Choose one of the codes that /api/v1/me lists.")]
    try:
        clean_text(text, viewer, base)
    except Invalid as error:
        faults |= error.errors
    return faults


def audience_of(code: str, viewer: Viewer) -> Audience | None:
    """Return the audience of that code if the viewer may choose it."""
    return named(code, choices_for(viewer))


# What a body says of the lesson, and not of its text.
OF_THE_LESSON = {"audience", "external_id"}
