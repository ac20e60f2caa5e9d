from django.contrib import admin

from exchange.common.admin import ReadOnlyAdmin
from exchange.topics.models import Topic


@admin.register(Topic)
class TopicAdmin(ReadOnlyAdmin):
    """The taxonomy; `manage.py load_topics` brings it up to date."""

    list_display = ("code", "label_en", "label_sv", "label_es")
    search_fields = ("code", "label_en", "label_sv", "label_es")
