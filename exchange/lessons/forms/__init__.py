from exchange.lessons.forms.audience import AudienceForm
from exchange.lessons.forms.lesson import LessonForm
from exchange.lessons.forms.library import LibraryForm
from exchange.lessons.forms.steps import ReasonForm, ReviewForm, StepForm

__all__ = [
    "AudienceForm",
    "LessonForm",
    "LibraryForm",
    "ReasonForm",
    "ReviewForm",
    "StepForm",
]
