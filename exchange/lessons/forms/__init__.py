from exchange.lessons.forms.audience import AudienceForm
from exchange.lessons.forms.capture import CaptureForm
from exchange.lessons.forms.history import VersionsForm
from exchange.lessons.forms.lesson import TO_REVIEW, LessonForm
from exchange.lessons.forms.library import LibraryForm
from exchange.lessons.forms.linking import LinkForm
from exchange.lessons.forms.steps import (
    ReasonForm,
    ReleaseForm,
    ReviewForm,
    StepForm,
    SuccessorForm,
)

__all__ = [
    "TO_REVIEW",
    "AudienceForm",
    "CaptureForm",
    "LessonForm",
    "LibraryForm",
    "LinkForm",
    "ReasonForm",
    "ReleaseForm",
    "ReviewForm",
    "StepForm",
    "SuccessorForm",
    "VersionsForm",
]
