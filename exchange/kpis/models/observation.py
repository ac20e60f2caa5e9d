import datetime as dt
from collections.abc import Collection
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from exchange.accounts.models import User
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.decimals import ExactDecimalField
from exchange.kpis.choices import Missing, Precision, State, Status, Way
from exchange.kpis.models.batch import Import
from exchange.kpis.models.kinds import kind_of_code
from exchange.kpis.models.series import PERIOD_LENGTH, Series

ADDRESS_LENGTH = 2000
NOTE_LENGTH = 2000
REASON_LENGTH = 1000
# What everybody reads who sees the series; the rest is its owner's own.
OPEN = (State.APPROVED, State.SUPERSEDED)


class ObservationQuerySet(models.QuerySet["Observation"]):
    def visible_to(self, viewer: Viewer, *, walking: bool = False) -> Self:
        """Return the values of series the viewer may see: those once approved, at home all.

        `walking` is for lists of nearly everything in an order of their own: each value asks for its
        series, where SQLite would read and sort the values of all series.
        """
        ids = viewer.audience_ids
        if walking:
            own = Series.objects.filter(pk=OuterRef("series"), home_audience__in=ids)
            shared = Series.objects.filter(pk=OuterRef("series"), effective_audience__in=ids)
            return self.filter(Q(Exists(shared), state__in=OPEN) | Exists(own))
        return self.filter(
            Q(series__effective_audience__in=ids, state__in=OPEN) | Q(series__home_audience__in=ids)
        )

    def approved(self) -> Self:
        """Return the value that holds now of each period that has one."""
        return self.filter(state=State.APPROVED)

    def waiting(self) -> Self:
        """Return those that wait for a reviewer."""
        return self.filter(state=State.SUBMITTED)

    def in_bands(self, series: "QuerySet[Series]", days: Collection[dt.date]) -> Self:
        """Return the approved values of series that count in bands, of periods that begin then.

        They are told in quartiles only, see `charts.peers`. What is forecast is no value yet.
        """
        found = self.approved().filter(series__in=series.order_by(), first__in=days)
        return found.filter(value__isnull=False).exclude(status=Status.FORECAST)

    def latest_of(self, series: OuterRef) -> Self:
        """Return the values of a series, a forecast being none, the latest first."""
        found = self.filter(series=series, value__isnull=False).exclude(status=Status.FORECAST)
        return found.order_by("-first", "-last")

    def in_order(self) -> Self:
        """Return them as the calendar goes."""
        return self.order_by("first", "last", "revision")


class Observation(models.Model):
    """One revision of a series' value for one period: what was said, by whom, and what became of it.

    Of a period at most one revision is approved, and at most one waits. `value` is exact, with its
    `decimals` as published; without one, `missing` says why. `period` is the canonical SDMX-style
    code under the series' year start, `kind` what such a period is called (the database makes it of
    the code), `first` and `last` are its days, both in it. `reason` is why a value that was approved
    before is corrected. `decision` is what the reviewer wrote, for home.
    """

    # Indexed by its constraints, which begin with it.
    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, related_name="observations", db_index=False
    )
    period = models.CharField(max_length=PERIOD_LENGTH)
    kind = models.GeneratedField(
        expression=kind_of_code("period"),
        output_field=models.CharField(max_length=8),
        db_persist=True,
    )
    first = models.DateField()
    last = models.DateField()
    revision = models.PositiveSmallIntegerField(default=1)
    value = ExactDecimalField(null=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    missing = models.CharField(max_length=14, choices=Missing.choices, blank=True)
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.NORMAL)
    precision = models.CharField(max_length=16, choices=Precision.choices, blank=True)
    source_url = models.CharField(max_length=ADDRESS_LENGTH, blank=True)
    second_source_url = models.CharField(max_length=ADDRESS_LENGTH, blank=True)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    way = models.CharField(max_length=8, choices=Way.choices)
    batch = models.ForeignKey(Import, on_delete=models.PROTECT, null=True, related_name="+")
    # Nobody looks values up by people: an index would only slow imports down.
    submitted_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    submitted_at = models.DateTimeField(default=time.now)
    decided_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=REASON_LENGTH, blank=True)

    objects: ClassVar = ObservationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            # Lists by period, of values and of revisions.
            models.Index(fields=["first", "id"], name="kpis_by_period"),
            # Which kinds of period a series has, and the latest values of one kind.
            models.Index(
                fields=["series", "kind", "first"],
                condition=Q(state="approved"),
                name="kpis_held_by_kind",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series", "first", "last", "revision"], name="kpis_revision_once"
            ),
            models.UniqueConstraint(
                fields=["series", "first", "last"],
                condition=Q(state="approved"),
                name="kpis_one_approved_value",
            ),
            models.UniqueConstraint(
                fields=["series", "first", "last"],
                condition=Q(state="submitted"),
                name="kpis_one_waiting_value",
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="kpis_days_in_order"),
            models.CheckConstraint(
                condition=Q(value__isnull=False, missing="")
                | Q(value__isnull=True) & ~Q(missing=""),
                name="kpis_value_or_reason_why_not",
                violation_error_message=_("Give a value, or say why there is none."),
            ),
            models.CheckConstraint(
                condition=Q(state="submitted", decided_at=None)
                | ~Q(state="submitted") & Q(decided_at__isnull=False),
                name="kpis_decided_has_a_moment",
            ),
        ]

    @property
    def in_path(self) -> str:
        """Return the period as it stands in an address, where / divides."""
        return self.period.replace("/", "_")

    def __str__(self) -> str:
        return f"{self.period} (revision {self.revision})"
