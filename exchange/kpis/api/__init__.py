"""KPIs for programs: what they read, the values they submit, and the files they send."""

from exchange.kpis.api.deciding import AcceptImport, AnswerImport, CancelImport, UndoImport
from exchange.kpis.api.imports import Imports, OneImport, RejectedRows
from exchange.kpis.api.indicators import Indicators, OneIndicator
from exchange.kpis.api.observations import Observations, Revisions
from exchange.kpis.api.series import ManySeries, OneSeries, Targets

__all__ = [
    "AcceptImport",
    "AnswerImport",
    "CancelImport",
    "Imports",
    "Indicators",
    "ManySeries",
    "Observations",
    "OneImport",
    "OneIndicator",
    "OneSeries",
    "RejectedRows",
    "Revisions",
    "Targets",
    "UndoImport",
]
