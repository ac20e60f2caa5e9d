"""Agreements: their parties and terms, the work under them, and what came of it."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "exchange.agreements"

    def ready(self) -> None:
        from exchange.agreements import events, search, waiting

        events.register()
        search.register()
        waiting.register()
