"""What the operator may look at: how lessons stand, not what they say."""

from django.contrib import admin

from exchange.common.admin import ListOnlyAdmin
from exchange.lessons.models import Lesson, LessonVersion, Review


@admin.register(Lesson)
class LessonAdmin(ListOnlyAdmin):
    list_display = (
        "id",
        "organisation",
        "state",
        "edition",
        "lock",
        "audience__kind",
        "effective_audience__kind",
        "external_id",
        "changed_at",
        "published_at",
        "confirm_by",
    )
    list_filter = ("state", "organisation")
    list_select_related = ("organisation", "audience", "effective_audience")
    search_fields = ("id", "external_id")


@admin.register(LessonVersion)
class LessonVersionAdmin(ListOnlyAdmin):
    list_display = ("id", "lesson_id", "number", "language", "created_at")
    search_fields = ("id", "lesson__id")


@admin.register(Review)
class ReviewAdmin(ListOnlyAdmin):
    list_display = ("id", "lesson_id", "decision", "decided_at")
    list_filter = ("decision",)
    search_fields = ("id", "lesson__id")
