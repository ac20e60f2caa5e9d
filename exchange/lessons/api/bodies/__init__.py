"""What the API says of a lesson, and what it takes for one."""

from exchange.lessons.api.bodies.read import LessonBody, LessonItemBody, Told, told
from exchange.lessons.api.bodies.written import LessonChange, NewLesson

__all__ = ["LessonBody", "LessonChange", "LessonItemBody", "NewLesson", "Told", "told"]
