from exchange.agreements.forms.agreement import (
    AgreementForm,
    AskForm,
    NewAgreementForm,
    ReasonForm,
    ShareForm,
    SignatoryForm,
    TermForm,
)
from exchange.agreements.forms.listing import BoardForm, ListForm, PeriodForm
from exchange.agreements.forms.meeting import CancelForm, HoldForm, MeetingForm, NewMeetingForm
from exchange.agreements.forms.work import (
    ActionForm,
    FinishForm,
    LeadForm,
    MilestoneForm,
    TaskForm,
    UpdateForm,
    WorkstreamForm,
)

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
