from exchange.lessons.models.lesson import Lesson, Review
from exchange.lessons.models.private import DraftBuffer
from exchange.lessons.models.version import TEXT_FIELDS, LessonVersion

__all__ = ["TEXT_FIELDS", "DraftBuffer", "Lesson", "LessonVersion", "Review"]
