from exchange.lessons.models.lesson import NOTE_LENGTH, Lesson
from exchange.lessons.models.link import WorkstreamLink
from exchange.lessons.models.private import DraftBuffer
from exchange.lessons.models.review import REASON_LENGTH, Review
from exchange.lessons.models.version import TEXT_FIELDS, LessonVersion
from exchange.lessons.models.words import TitleWord

__all__ = [
    "NOTE_LENGTH",
    "REASON_LENGTH",
    "TEXT_FIELDS",
    "DraftBuffer",
    "Lesson",
    "LessonVersion",
    "Review",
    "TitleWord",
    "WorkstreamLink",
]
