from decimal import Decimal
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchange.audiences.models import Publishable, PublishableQuerySet
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.decimals import ExactDecimalField
from exchange.common.ids import uuid7
from exchange.kpis.choices import Direction, Standing, Statistic
from exchange.kpis.values import MOST_DECIMALS
from exchange.partners.models import Organisation
from exchange.topics.models import Topic

NAME_LENGTH = 150
KEY_LENGTH = 300
CODE_LENGTH = 60
UNIT_LENGTH = 40
LONG = 4000
REASON_LENGTH = 2000


class IndicatorQuerySet(PublishableQuerySet["Indicator"]):
    def in_use(self) -> Self:
        """Return those that have an accepted definition and are not retired."""
        return self.filter(current__isnull=False, retired_at=None)

    def called(self, code: str) -> Self:
        """Return what has that code: the one in use before one that is proposed."""
        return self.filter(code=code).order_by(F("current").asc(nulls_last=True))

    def with_shown(self) -> Self:
        """Load what lists show of an indicator: its definition in use and its topic."""
        return self.select_related("current", "topic")

    def with_open_proposals(self) -> Self:
        """Tell of each whether a definition of it waits for the operator: `is_proposed`."""
        waiting = Definition.objects.filter(indicator=OuterRef("pk"), standing=Standing.PROPOSED)
        return self.annotate(is_proposed=Exists(waiting))


class Indicator(Publishable):
    """A KPI: its code for ever, and versions of its definition, of which one is in use (`current`).

    Of one code at most one is in use. The operator keeps them; coordinators propose them (`organisation`): until the first version is
    accepted, only that organisation sees it. `name` is that of the version in use, else of the
    proposal. `lock` counts changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(_("code"), max_length=CODE_LENGTH, db_index=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    sort_key = models.CharField(max_length=KEY_LENGTH, editable=False, db_index=True)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    current = models.OneToOneField(
        "Definition", on_delete=models.PROTECT, null=True, related_name="+"
    )
    retired_at = models.DateTimeField(null=True)
    lock = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=time.now)
    changed_at = models.DateTimeField(default=time.now)

    objects: ClassVar = IndicatorQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["sort_key", "pk"]
        constraints: ClassVar = [
            # What is proposed at one home tells nobody else that its code is taken.
            models.UniqueConstraint(
                fields=["code"], condition=Q(current__isnull=False), name="kpis_code_in_use_once"
            ),
            models.UniqueConstraint(
                fields=["code", "organisation"],
                condition=Q(current=None),
                name="kpis_code_proposed_once",
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name=""), name="kpis_indicator_named"
            ),
            models.CheckConstraint(
                condition=Q(current__isnull=False) | Q(effective_audience=F("home_audience")),
                name="kpis_proposal_stays_home",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("kpis:indicator", args=[self.code])


class DefinitionQuerySet(models.QuerySet["Definition"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return the versions that hold or held of indicators the viewer may see, and own proposals."""
        ids = viewer.audience_ids
        return self.filter(
            Q(standing=Standing.ACCEPTED, indicator__effective_audience__in=ids)
            | Q(organisation__home_audience__in=ids)
        )


class Definition(models.Model):
    """One version of what an indicator means; it never changes, a new version takes its place.

    The unit is `unit` as people write it, `numerator` per `denominator` in codes of UN/ECE
    Recommendation 20 (a currency by ISO 4217), counted in powers of ten `exponent` and
    `denominator_exponent`, and `ucum`. `aliases` are other spellings of the same unit.
    `plausible_low` and `plausible_high` are the range that surprises nobody. `period_types` are
    values of `periods.PeriodKind`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="definitions")
    version = models.PositiveSmallIntegerField()
    standing = models.CharField(max_length=10, choices=Standing.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    question = models.TextField(
        _("question"), max_length=LONG, help_text=_("The question that its values answer.")
    )
    formula = models.TextField(
        _("formula"), max_length=LONG, help_text=_("In words, by what goes into it.")
    )
    inclusions = models.TextField(_("what counts"), max_length=LONG, blank=True)
    exclusions = models.TextField(_("what does not"), max_length=LONG, blank=True)
    boundary = models.TextField(
        _("boundary"),
        max_length=LONG,
        blank=True,
        help_text=_("Whose, which terminals, which area."),
    )
    comparability = models.TextField(
        _("traps"),
        max_length=LONG,
        blank=True,
        help_text=_("What makes the values of two ports not compare."),
    )
    statistic = models.CharField(_("statistic"), max_length=8, choices=Statistic.choices)
    direction = models.CharField(_("direction"), max_length=8, choices=Direction.choices)
    unit = models.CharField(_("unit"), max_length=UNIT_LENGTH)
    numerator = models.CharField(
        _("numerator"),
        max_length=3,
        help_text=_("Of what: a code of UN/ECE Recommendation 20, such as E22 for TEU."),
    )
    denominator = models.CharField(
        _("denominator"), max_length=3, blank=True, help_text=_("Per what, the same way.")
    )
    exponent = models.SmallIntegerField(
        _("power of ten"), default=0, help_text=_("6 when millions are counted.")
    )
    denominator_exponent = models.SmallIntegerField(_("power of ten below"), default=0)
    ucum = models.CharField(_("UCUM"), max_length=UNIT_LENGTH, blank=True)
    aliases = models.JSONField(_("other spellings of the unit"), default=list, blank=True)
    decimals = models.PositiveSmallIntegerField(
        _("decimals"), default=0, validators=[MaxValueValidator(MOST_DECIMALS)]
    )
    plausible_low = ExactDecimalField(_("plausible from"), null=True, blank=True)
    plausible_high = ExactDecimalField(_("plausible to"), null=True, blank=True)
    period_types = models.JSONField(_("period types"), default=list)
    source_programme = models.CharField(_("source programme"), max_length=200, blank=True)
    source_link = models.URLField(_("its address"), max_length=2000, blank=True)
    change_note = models.TextField(
        _("what is new"), max_length=REASON_LENGTH, blank=True, help_text=_("And why.")
    )
    decision_reason = models.TextField(max_length=REASON_LENGTH, blank=True)
    made_at = models.DateTimeField(default=time.now)
    decided_at = models.DateTimeField(null=True)

    objects: ClassVar = DefinitionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["indicator", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indicator", "version"], name="kpis_definition_version_once"
            ),
            models.UniqueConstraint(
                fields=["indicator", "organisation"],
                condition=Q(standing="proposed"),
                name="kpis_one_open_proposal",
            ),
            models.CheckConstraint(
                condition=Q(standing="proposed", decided_at=None)
                | ~Q(standing="proposed") & Q(decided_at__isnull=False),
                name="kpis_definition_decided",
            ),
            models.CheckConstraint(
                condition=~Q(standing="declined") | ~Q(decision_reason=""),
                name="kpis_declined_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(decimals__lte=MOST_DECIMALS), name="kpis_decimals_that_values_have"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"

    @property
    def lowest(self) -> Decimal | None:
        """Return the least value that can be at all: none is negative where none is plausible so."""
        low = self.plausible_low
        return Decimal(0) if low is not None and low >= 0 else None

    @property
    def highest(self) -> Decimal | None:
        """Return the greatest value that can be at all: a share is of a whole."""
        return Decimal(100) if self.statistic == Statistic.SHARE and self.unit == "%" else None

    def is_possible(self, value: Decimal) -> bool:
        """Tell whether a value can be at all."""
        low, high = self.lowest, self.highest
        return (low is None or value >= low) and (high is None or value <= high)

    def is_unit(self, text: str) -> bool:
        """Tell whether `text` names this unit, in any case."""
        folded = " ".join(text.split()).casefold()
        return folded in {self.unit.casefold(), *(str(one).casefold() for one in self.aliases)}
