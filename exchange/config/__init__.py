"""Settings, addresses and the entry points of the processes; nobody imports it."""

from exchange.config.celery import app as celery_app

__all__ = ["celery_app"]
