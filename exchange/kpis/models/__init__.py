from exchange.kpis.models.batch import Import, ImportFile, ImportPage
from exchange.kpis.models.indicator import Definition, Indicator
from exchange.kpis.models.measure import Measure
from exchange.kpis.models.observation import Observation
from exchange.kpis.models.series import CALENDAR_YEAR, Series, Target

__all__ = [
    "CALENDAR_YEAR",
    "Definition",
    "Import",
    "ImportFile",
    "ImportPage",
    "Indicator",
    "Measure",
    "Observation",
    "Series",
    "Target",
]
