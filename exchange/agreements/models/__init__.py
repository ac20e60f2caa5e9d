from exchange.agreements.models.agreement import FEWEST, LONG, REASON_LENGTH, Agreement
from exchange.agreements.models.calendar import CalendarAddress
from exchange.agreements.models.meeting import Meeting
from exchange.agreements.models.party import SIGNATORY_LENGTH, Party
from exchange.agreements.models.term import Term
from exchange.agreements.models.titled import TITLE_LENGTH
from exchange.agreements.models.work import Action, Milestone, Task
from exchange.agreements.models.workstream import Lead, ProgressUpdate, Workstream

__all__ = [
    "FEWEST",
    "LONG",
    "REASON_LENGTH",
    "SIGNATORY_LENGTH",
    "TITLE_LENGTH",
    "Action",
    "Agreement",
    "CalendarAddress",
    "Lead",
    "Meeting",
    "Milestone",
    "Party",
    "ProgressUpdate",
    "Task",
    "Term",
    "Workstream",
]
