"""Agreements and the work under them for programs: what they read and what they may write."""

from exchange.agreements.api.action import (
    Actions,
    DropAction,
    FinishAction,
    OneAction,
    ReopenAction,
)
from exchange.agreements.api.agreements import Agreements, OneAgreement
from exchange.agreements.api.meetings import CancelMeeting, HoldMeeting, Meetings, OneMeeting
from exchange.agreements.api.milestone import (
    DropMilestone,
    FinishMilestone,
    Milestones,
    OneMilestone,
    ReopenMilestone,
)
from exchange.agreements.api.workstreams import OneUpdate, OneWorkstream, Updates, Workstreams

__all__ = [
    "Actions",
    "Agreements",
    "CancelMeeting",
    "DropAction",
    "DropMilestone",
    "FinishAction",
    "FinishMilestone",
    "HoldMeeting",
    "Meetings",
    "Milestones",
    "OneAction",
    "OneAgreement",
    "OneMeeting",
    "OneMilestone",
    "OneUpdate",
    "OneWorkstream",
    "ReopenAction",
    "ReopenMilestone",
    "Updates",
    "Workstreams",
]
