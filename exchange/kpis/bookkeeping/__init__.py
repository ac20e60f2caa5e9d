"""What moves on by itself, and nobody need hear of."""

from exchange.kpis.bookkeeping.imports import (
    ask,
    begin_reading,
    claim,
    forget_old_files,
    go_on,
    present,
    refuse,
    take,
)

__all__ = [
    "ask",
    "begin_reading",
    "claim",
    "forget_old_files",
    "go_on",
    "present",
    "refuse",
    "take",
]
