from exchange.kpis.forms.catalogue import CatalogueForm
from exchange.kpis.forms.compare import CompareForm, key_of
from exchange.kpis.forms.entering import EnterForm, RangeForm
from exchange.kpis.forms.grid import GridForm
from exchange.kpis.forms.imports import AcceptForm, AnswerForm, DialectForm, SendForm, UndoForm
from exchange.kpis.forms.keeping import BeginForm, SeriesForm, ShareForm, StepForm
from exchange.kpis.forms.measures import MeasuresForm
from exchange.kpis.forms.period import ShownForm, period_or_none
from exchange.kpis.forms.proposing import NewIndicatorForm, VersionForm
from exchange.kpis.forms.targets import NewTargetForm, TargetForm

__all__ = [
    "AcceptForm",
    "AnswerForm",
    "BeginForm",
    "CatalogueForm",
    "CompareForm",
    "DialectForm",
    "EnterForm",
    "GridForm",
    "MeasuresForm",
    "NewIndicatorForm",
    "NewTargetForm",
    "RangeForm",
    "SendForm",
    "SeriesForm",
    "ShareForm",
    "ShownForm",
    "StepForm",
    "TargetForm",
    "UndoForm",
    "VersionForm",
    "key_of",
    "period_or_none",
]
