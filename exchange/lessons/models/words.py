from functools import reduce
from operator import or_
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from exchange.audiences.viewer import Viewer
from exchange.lessons.models.lesson import Lesson

# Follows every byte that UTF-8 has.
AFTER = b"\xff"


class TitleWordQuerySet(models.QuerySet["TitleWord"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return the words of the titles that readers, this one among them, see now."""
        shown = Lesson.objects.visible_to(viewer).kept().values("shown_version")
        return self.filter(version__in=shown)

    def beginning(self, *prefixes: bytes) -> Self:
        """Return the words that begin with one of these."""
        ranges = (Q(word__gte=prefix, word__lt=prefix + AFTER) for prefix in prefixes)
        return self.filter(reduce(or_, ranges))


class TitleWord(models.Model):
    """A word of a version's titles, folded; written with the version and never changed.

    Bytes, as every database sorts them alike: so a beginning is a range of the index everywhere.
    """

    version = models.ForeignKey(
        "lessons.LessonVersion", on_delete=models.CASCADE, related_name="title_words"
    )
    word = models.BinaryField(max_length=64)

    objects: ClassVar = TitleWordQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["word", "version"], name="lessons_title_word_once")
        ]

    def __str__(self) -> str:
        return bytes(self.word).decode(errors="ignore")
