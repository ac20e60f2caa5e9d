import datetime as dt
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from exchange.agreements.choices import Closing
from exchange.audiences.viewer import Viewer
from exchange.common import dates, time
from exchange.common.dates import PartialDateField

# A hundred years.
LONGEST_MONTHS = 1200


class TermQuerySet(models.QuerySet["Term"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return the terms of the agreements that the viewer may see."""
        ids = viewer.audience_ids
        return self.filter(
            Q(agreement__effective_audience__in=ids) | Q(agreement__home_audience__in=ids)
        )


class Term(models.Model):
    """A term of an agreement; a renewal makes the next one, and those before stay as they were.

    `announced`, `signed`, `effective` and `ends` are as exact as they are known: a year, a month, a
    day, or nothing. `months` is the length that the document states, `notice_months` how long before
    its end a party says that it will not renew. `first_day` and `last_day` are reckoned from these,
    for sorting and reminding: the earliest day on which it may be in force, the latest on which it
    may still be; None when that cannot be said. A term that is agreed on early is `bridged_until` the
    last day of the one before it: until then the agreement is in force, too. `set_at` is when its
    last day was corrected last. What was ended before its time keeps `closing`, `closed_at` and
    `closing_reason` here once the agreement is renewed.
    """

    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.CASCADE, related_name="terms"
    )
    number = models.PositiveSmallIntegerField(default=1)
    announced = PartialDateField(_("announced"))
    signed = PartialDateField(_("signed"))
    effective = PartialDateField(
        _("in force from"), help_text=_("Empty when the document does not say.")
    )
    ends = PartialDateField(
        _("ends"), help_text=_("Empty when it has no end, or none that is known.")
    )
    months = models.PositiveSmallIntegerField(
        _("term in months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MONTHS)],
        help_text=_("As the document states it: 36 for three years. Empty when it does not."),
    )
    notice_months = models.PositiveSmallIntegerField(
        _("notice in months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MONTHS)],
        help_text=_("How long before its end a party says that it will not renew."),
    )
    note = models.TextField(
        _("note on its dates"),
        max_length=2000,
        blank=True,
        help_text=_("Where the dates come from, and what is uncertain about them."),
    )
    first_day = models.DateField(null=True, editable=False)
    last_day = models.DateField(null=True, editable=False)
    bridged_until = models.DateField(null=True, editable=False)
    made_at = models.DateTimeField(default=time.now)
    set_at = models.DateTimeField(null=True)
    # The release before writes rows without these.
    closing = models.CharField(
        max_length=12, choices=Closing.choices, blank=True, default="", db_default=""
    )
    closing_reason = models.TextField(blank=True, default="", db_default="")
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar = TermQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "number"], name="agreements_term_once"),
            models.CheckConstraint(
                condition=Q(first_day=None) | Q(last_day=None) | Q(first_day__lte=F("last_day")),
                name="agreements_term_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"term {self.number}"

    @property
    def begins(self) -> str:
        """Return from when it is in force, as exact as that is known: as stated, else as signed."""
        return self.effective or self.signed

    @property
    def ends_by(self) -> str:
        """Return its end, as exact as it is known: as stated, else reckoned from its length."""
        return self.ends or (dates.after(self.begins, self.months) if self.months else "")

    @property
    def is_reckoned(self) -> bool:
        """Tell whether `ends_by` follows from the stated length alone."""
        return bool(self.ends_by) and not self.ends

    @property
    def elapsed(self) -> int | None:
        """Return how much of it has passed today (UTC), in percent; None when it has no known span."""
        if not (self.first_day and self.last_day):
            return None
        span = max((self.last_day - self.first_day).days, 1)
        passed = (time.now().date() - self.first_day).days
        return min(max(100 * passed // span, 0), 100)

    @property
    def notice_by(self) -> str:
        """Return by when to say that one will not renew, as exact as that is known."""
        return dates.after(self.ends_by, -self.notice_months) if self.notice_months else ""

    def has_begun(self, today: dt.date) -> bool:
        """Tell whether its first day has come; what has no known beginning has begun."""
        return self.first_day is None or self.first_day <= today

    def is_past(self, today: dt.date) -> bool:
        """Tell whether its last day is known and has passed."""
        return self.last_day is not None and self.last_day < today

    def is_coming(self, today: dt.date) -> bool:
        """Tell whether the agreement is not in force yet, nor any more by the term before."""
        bridged = self.bridged_until is not None and self.bridged_until >= today
        return not self.has_begun(today) and not bridged

    def reckon(self) -> None:
        """Work `first_day` and `last_day` out from the dates."""
        self.first_day = dates.first_day(self.begins)
        self.last_day = dates.last_day(self.ends_by)
