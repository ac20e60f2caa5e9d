from exchange.kpis.forms.catalogue import CatalogueForm
from exchange.kpis.forms.entering import EnterForm, RangeForm
from exchange.kpis.forms.grid import GridForm
from exchange.kpis.forms.imports import AcceptForm, AnswerForm, SendForm, UndoForm
from exchange.kpis.forms.period import ShownForm, period_or_none

__all__ = [
    "AcceptForm",
    "AnswerForm",
    "CatalogueForm",
    "EnterForm",
    "GridForm",
    "RangeForm",
    "SendForm",
    "ShownForm",
    "UndoForm",
    "period_or_none",
]
