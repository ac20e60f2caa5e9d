"""The one signal: the log has grown. Receivers ring their task's doorbell."""

from django.dispatch import Signal

log_grew = Signal()
