from django.apps import AppConfig


class TopicsConfig(AppConfig):
    name = "exchange.topics"
