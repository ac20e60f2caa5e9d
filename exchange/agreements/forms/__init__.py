from exchange.agreements.forms.agreement import (
    AgreementForm,
    NewAgreementForm,
    ReasonForm,
    ShareForm,
    TermForm,
)
from exchange.agreements.forms.listing import BoardForm, ListForm, PeriodForm
from exchange.agreements.forms.meeting import CancelForm, HoldForm, MeetingForm, NewMeetingForm
from exchange.agreements.forms.parties import AskForm, SignatoryForm
from exchange.agreements.forms.tasks import ActionForm, FinishForm, MilestoneForm, TaskForm
from exchange.agreements.forms.work import LeadForm, UpdateForm, WorkstreamForm

__all__ = [
    "ActionForm",
    "AgreementForm",
    "AskForm",
    "BoardForm",
    "CancelForm",
    "FinishForm",
    "HoldForm",
    "LeadForm",
    "ListForm",
    "MeetingForm",
    "MilestoneForm",
    "NewAgreementForm",
    "NewMeetingForm",
    "PeriodForm",
    "ReasonForm",
    "ShareForm",
    "SignatoryForm",
    "TaskForm",
    "TermForm",
    "UpdateForm",
    "WorkstreamForm",
]
