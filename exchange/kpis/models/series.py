import datetime as dt
from typing import Any, ClassVar, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Count, Exists, F, FilteredRelation, Max, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchange.accounts.models import User
from exchange.audiences.models import Publishable, PublishableQuerySet
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.decimals import ExactDecimalField
from exchange.common.ids import uuid7
from exchange.kpis.choices import Aim, Grade, State
from exchange.kpis.models.indicator import LONG, Definition
from exchange.kpis.periods import PeriodKind
from exchange.partners.models import Organisation

PERIOD_LENGTH = 20
CALENDAR_YEAR = "--01-01"
# What stands of a period: the value that holds, and the one that waits to take its place.
STANDING = (State.APPROVED, State.SUBMITTED)
# So many days at most has a period of each kind: the one that ended last has ended since.
LONGEST = {
    PeriodKind.YEAR: 366,
    PeriodKind.HALF: 184,
    PeriodKind.QUARTER: 92,
    PeriodKind.MONTH: 31,
    PeriodKind.WEEK: 7,
    PeriodKind.DAY: 1,
}


class SeriesQuerySet(PublishableQuerySet["Series"]):
    def running(self) -> Self:
        """Return those that values are still expected of."""
        return self.filter(closed_at=None, definition__indicator__retired_at=None)

    def without_replaced(self) -> Self:
        """Leave out closed ones by an earlier version where the organisation follows a later one."""
        later = Series.objects.filter(
            organisation=OuterRef("organisation"),
            definition__indicator=OuterRef("definition__indicator"),
            definition__version__gt=OuterRef("definition__version"),
        )
        return self.exclude(Q(closed_at__isnull=False) & Exists(later))

    def best_last(self) -> Self:
        """Order so that of one organisation's by one indicator the one to write to comes last.

        That is the one that is open, of several the one by the latest version.
        """
        return self.order_by(F("closed_at").asc(nulls_last=True), "definition__version")

    def counted_in_bands(self, definition: Definition) -> Self:
        """Return those that measure as the definition says and agreed to count in peer bands."""
        return self.filter(definition=definition, peer_consent=True, grade=Grade.SAME)

    def of(self, organisation: Organisation) -> Self:
        """Return the series of one organisation."""
        return self.filter(organisation=organisation)

    def with_known_lately(self, today: dt.date) -> Self:
        """Return each with the days of a value by its rhythm that may be the last due: `known_first`, `known_last`.

        The value holds or waits. Where several may be it, the series is there once for each; without
        any, once with None.
        """
        lately = Q()
        for kind, length in LONGEST.items():
            since = today - dt.timedelta(days=length)
            lately |= Q(rhythm=kind, observations__kind=kind, observations__last__gte=since)
        # A day for the index, which knows where values begin.
        first = today - 2 * dt.timedelta(days=LONGEST[PeriodKind.YEAR])
        lately &= Q(
            observations__state__in=STANDING,
            observations__first__gte=first,
            observations__last__lt=today,
        )
        return self.annotate(recent=FilteredRelation("observations", condition=lately)).annotate(
            known_first=F("recent__first"), known_last=F("recent__last")
        )

    def kinds_held(self) -> "QuerySet[Series, tuple[Any, ...]]":
        """Return (key, kind of period, number of values that hold, first day of the latest) of each."""
        held = self.order_by().filter(observations__state=State.APPROVED)
        counted = held.values("pk", "observations__kind").annotate(
            count=Count("observations__kind"), latest=Max("observations__first")
        )
        return counted.values_list("pk", "observations__kind", "count", "latest")

    def with_place(self) -> Self:
        """Load what is shown beside each: its indicator and whose it is."""
        return self.select_related("definition__indicator", "organisation")


class Series(Publishable):
    """An indicator, in one version of its definition, at one organisation.

    A new version is followed by another series; this one is closed then. `year_start` is the day on
    which its years begin ("--07-01", SDMX's REPORTING_YEAR_START_DAY). `grade` says how its own way
    of measuring (`local_note`) compares with the definition; empty: nobody has said so yet.
    `rhythm` is how often a value is due, `due_days` how many days after a period ends. `revised`
    counts what was written of its values, `lock` changes of what is said of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    local_note = models.TextField(
        _("how it is measured here"),
        max_length=LONG,
        blank=True,
        help_text=_("Where your way of measuring differs from the definition."),
    )
    grade = models.CharField(_("comparability"), max_length=15, choices=Grade.choices, blank=True)
    year_start = models.CharField(
        _("year begins on"),
        max_length=7,
        default=CALENDAR_YEAR,
        help_text=_("--01-01 for calendar years, --07-01 for years from July."),
    )
    peer_consent = models.BooleanField(
        _("count in peer bands"),
        default=False,
        help_text=_(
            "Its values may count in the anonymous bands that show partners where most ports lie. A "
            "band is shown for five or more organisations only."
        ),
    )
    responsible = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    rhythm = models.CharField(
        _("a value is due every"),
        max_length=8,
        choices=[(kind.value, kind.label) for kind in PeriodKind if kind != PeriodKind.SPAN],
        blank=True,
    )
    due_days = models.PositiveSmallIntegerField(
        _("days after the period"),
        default=30,
        validators=[MaxValueValidator(730)],
        help_text=_("How many days after its end a period’s value is due."),
    )
    closed_at = models.DateTimeField(null=True)
    revised = models.PositiveIntegerField(default=0)
    lock = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=time.now)
    changed_at = models.DateTimeField(default=time.now)

    # As `with_known_lately` gives them.
    known_first: dt.date | None
    known_last: dt.date | None

    objects: ClassVar = SeriesQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["definition__indicator__sort_key", "organisation__sort_key", "pk"]
        verbose_name_plural = "series"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "definition"],
                name="kpis_series_once",
                violation_error_message=_("Your organisation has this series already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition.name}, {self.organisation}"

    @property
    def is_open(self) -> bool:
        """Tell whether values are taken: it is not closed, nor its KPI retired."""
        return self.closed_at is None and self.definition.indicator.retired_at is None

    def get_absolute_url(self) -> str:
        return reverse("kpis:series", args=[self.pk])


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return the targets and baselines of the series that the viewer may see."""
        ids = viewer.audience_ids
        return self.filter(Q(series__effective_audience__in=ids) | Q(series__home_audience__in=ids))


class Target(models.Model):
    """What a series aims at in a period, or what it is measured against (a baseline).

    A band has an `upper` end beside `value`, its lower one. `first` and `last` are the days of the
    period, both in it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="targets")
    aim = models.CharField(_("what it is"), max_length=8, choices=Aim.choices, default=Aim.TARGET)
    period = models.CharField(_("period"), max_length=PERIOD_LENGTH)
    first = models.DateField()
    last = models.DateField()
    value = ExactDecimalField(_("value"))
    upper = ExactDecimalField(_("upper end"), null=True, blank=True)
    note = models.CharField(
        _("note"),
        max_length=500,
        blank=True,
        help_text=_("Where it was decided, and what it covers."),
    )
    lock = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=time.now)

    objects: ClassVar = TargetQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["first", "last", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series", "aim", "first", "last"], name="kpis_target_once"
            ),
            models.CheckConstraint(
                condition=Q(last__gte=F("first")), name="kpis_target_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_aim_display()} {self.period}"
