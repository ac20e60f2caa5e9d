"""The only writers of KPIs."""

from exchange.kpis.actions.deciding import (
    approve_values,
    decide_import,
    reject_values,
    take_back_values,
)
from exchange.kpis.actions.importing import (
    accept_import,
    answer_import,
    cancel_import,
    fail_import,
    send_import,
    write_import,
)
from exchange.kpis.actions.indicators import (
    load_catalogue,
    reinstate_indicator,
    retire_indicator,
    revise_indicator,
)
from exchange.kpis.actions.measuring import measure_workstream
from exchange.kpis.actions.proposing import (
    accept_proposal,
    decline_proposal,
    propose_indicator,
    propose_version,
)
from exchange.kpis.actions.series import (
    begin_series,
    close_series,
    drop_target,
    reopen_series,
    revise_series,
    set_target,
    share_series,
)
from exchange.kpis.actions.undoing import revert_import, undo_import
from exchange.kpis.actions.values import submit_values

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
    "revert_import",
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
