"""Reads uploaded files into rows of text: in a child process, knowing nothing of ports and KPIs."""

from exchange.kpis.reading.answers import Dialect, Limits, Question, Reading, Row, Unreadable
from exchange.kpis.reading.child.apostrophes import bare, shielded
from exchange.kpis.reading.child.header import COLUMNS, OPTIONAL, REQUIRED
from exchange.kpis.reading.reader import read
from exchange.kpis.reading.words import choices

__all__ = [
    "COLUMNS",
    "OPTIONAL",
    "REQUIRED",
    "Dialect",
    "Limits",
    "Question",
    "Reading",
    "Row",
    "Unreadable",
    "bare",
    "choices",
    "read",
    "shielded",
]
