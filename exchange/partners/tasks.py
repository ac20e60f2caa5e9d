"""Background work: invitations that are to be mailed."""

from celery import shared_task

from exchange.partners.letters import send_due_letters


@shared_task(name="exchange.partners.tasks.send_invitations")
def send_invitations() -> None:
    """Mail what is due. It may run twice: each letter is claimed by one."""
    send_due_letters()
