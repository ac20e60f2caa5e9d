from allauth.core.internal import ratelimit
from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "exchange.accounts"

    def ready(self) -> None:
        from exchange.accounts import counting, watching  # noqa: F401

        ratelimit._consume_single_rate = counting.count
