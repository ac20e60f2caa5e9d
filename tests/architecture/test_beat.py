"""Every background task is rung by beat, so that none depends on a message arriving."""

from celery import current_app
from django.conf import settings


def test_every_task_is_rung_by_beat() -> None:
    current_app.loader.import_default_modules()
    tasks = {name for name in current_app.tasks if name.startswith("exchange.")}
    assert tasks == {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def test_what_beat_rings_expires_before_it_rings_again() -> None:
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["options"]["expires"] <= entry["schedule"]
