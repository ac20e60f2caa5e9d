from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "exchange.partners"

    def ready(self) -> None:
        from exchange.partners import events

        events.register()
