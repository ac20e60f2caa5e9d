"""Lessons learned: written, reviewed, published."""

from django.apps import AppConfig


class LessonsConfig(AppConfig):
    name = "exchange.lessons"

    def ready(self) -> None:
        from exchange.lessons import calendars, events, figures, search, waiting

        events.register()
        search.register()
        waiting.register()
        calendars.register()
        figures.register()
