from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "exchange.accounts"

    def ready(self) -> None:
        from exchange.accounts import watching  # noqa: F401
