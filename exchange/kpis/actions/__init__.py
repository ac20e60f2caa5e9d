"""The only writers of KPIs."""

from exchange.kpis.actions.importing import (
    accept_import,
    answer_import,
    cancel_import,
    fail_import,
    send_import,
    undo_import,
    write_import,
)
from exchange.kpis.actions.indicators import (
    accept_proposal,
    decline_proposal,
    define_indicator,
    load_catalogue,
    propose_indicator,
    propose_version,
    reinstate_indicator,
    retire_indicator,
    revise_indicator,
)
from exchange.kpis.actions.measuring import measure_workstream
from exchange.kpis.actions.series import (
    begin_series,
    close_series,
    drop_target,
    reopen_series,
    revise_series,
    set_target,
    share_series,
)
from exchange.kpis.actions.values import (
    approve_values,
    decide_import,
    reject_values,
    submit_values,
    take_back_values,
)

__all__ = [
    "accept_import",
    "accept_proposal",
    "answer_import",
    "approve_values",
    "begin_series",
    "cancel_import",
    "close_series",
    "decide_import",
    "decline_proposal",
    "define_indicator",
    "drop_target",
    "fail_import",
    "load_catalogue",
    "measure_workstream",
    "propose_indicator",
    "propose_version",
    "reinstate_indicator",
    "reject_values",
    "reopen_series",
    "retire_indicator",
    "revise_indicator",
    "revise_series",
    "send_import",
    "set_target",
    "share_series",
    "submit_values",
    "take_back_values",
    "undo_import",
    "write_import",
]
