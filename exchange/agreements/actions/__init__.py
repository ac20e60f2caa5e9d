"""The only writers of agreements and of what belongs to them.

`lock` is the counter that the caller saw; Stale when somebody was faster. Each action returns the
thing as it is afterwards and raises Forbidden, Stale, Conflict or Invalid.
"""

from exchange.agreements.actions.calendars import end_calendar_address, make_calendar_address
from exchange.agreements.actions.closing import (
    change_term,
    end_due,
    renew_agreement,
    terminate_agreement,
)
from exchange.agreements.actions.meeting import (
    call_meeting,
    cancel_meeting,
    hold_meeting,
    revise_meeting,
)
from exchange.agreements.actions.parties import (
    ask_party,
    choose_coordinator,
    confirm_party,
    decline_party,
    leave_agreement,
    name_signatory,
    take_back_question,
)
from exchange.agreements.actions.planning import (
    correct_update,
    name_lead,
    plan_workstream,
    report_progress,
    revise_workstream,
)
from exchange.agreements.actions.registering import (
    register_agreement,
    revise_agreement,
    share_agreement,
)
from exchange.agreements.actions.working import (
    Hands,
    agree_action,
    drop_task,
    finish_task,
    plan_milestone,
    reopen_task,
    revise_task,
)

__all__ = [
    "Hands",
    "agree_action",
    "ask_party",
    "call_meeting",
    "cancel_meeting",
    "change_term",
    "choose_coordinator",
    "confirm_party",
    "correct_update",
    "decline_party",
    "drop_task",
    "end_calendar_address",
    "end_due",
    "finish_task",
    "hold_meeting",
    "leave_agreement",
    "make_calendar_address",
    "name_lead",
    "name_signatory",
    "plan_milestone",
    "plan_workstream",
    "register_agreement",
    "renew_agreement",
    "reopen_task",
    "report_progress",
    "revise_agreement",
    "revise_meeting",
    "revise_task",
    "revise_workstream",
    "share_agreement",
    "take_back_question",
    "terminate_agreement",
]
