"""What the operator may look at: how lessons stand, not what they say."""

from django.contrib import admin

from exchange.common.admin import ReadOnlyAdmin
from exchange.lessons.models import Lesson, LessonVersion, Review


@admin.register(Lesson)
class LessonAdmin(ReadOnlyAdmin):
    list_display = ("id", "organisation", "state", "edition", "changed_at", "published_at")
    list_filter = ("state", "organisation")
    list_select_related = ("organisation",)
    search_fields = ("id", "external_id")
    fields = (
        "id",
        "organisation",
        "state",
        "edition",
        "lock",
        "audience",
        "effective_audience",
        "external_id",
        "created_at",
        "changed_at",
        "submitted_at",
        "published_at",
        "confirm_by",
    )


@admin.register(LessonVersion)
class LessonVersionAdmin(ReadOnlyAdmin):
    list_display = ("id", "lesson_id", "number", "language", "created_at")
    search_fields = ("id", "lesson__id")
    fields = ("id", "lesson_id", "number", "author", "client", "language", "created_at")


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ("id", "lesson_id", "decision", "decided_at")
    list_filter = ("decision",)
    search_fields = ("id", "lesson__id")
    fields = ("id", "lesson_id", "version_id", "decision", "decided_at")
