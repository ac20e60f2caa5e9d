"""The doorbells of mail; each drains its table and may run at any time, any number of times."""

from celery import shared_task

from exchange.common.doorbell import ring
from exchange.digests import notices, planning, sending


@shared_task(name="exchange.digests.tasks.plan_digests")
def plan_digests() -> None:
    """Plan the digests that are due, and have them sent."""
    if planning.plan():
        ring(send_mail)


@shared_task(name="exchange.digests.tasks.send_mail")
def send_mail() -> None:
    """Note the mails that the log asks for, then send every mail that waits."""
    try:
        notices.follow()
    finally:
        sending.send_waiting()
