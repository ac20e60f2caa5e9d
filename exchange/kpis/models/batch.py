import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from exchange.accounts.models import User
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.kpis.choices import ImportState, Outcome, Way
from exchange.partners.models import ApiClient, Organisation

# What a background worker takes up.
DUE = (
    ImportState.QUEUED,
    ImportState.READING,
    ImportState.ACCEPTING,
    ImportState.UNDOING,
)


# What waits for somebody: for an answer, or for a decision on the preview.
UNDECIDED = (ImportState.ASKING, ImportState.READY)
# After this what was sent is thrown away; what came of it stays.
KEPT = dt.timedelta(days=30)


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return the imports of the viewer's own organisations."""
        return self.filter(organisation__home_audience__in=viewer.audience_ids)

    def undecided(self) -> Self:
        """Return those that wait for somebody, before they are cancelled."""
        return self.filter(state__in=UNDECIDED)

    def due(self, now: dt.datetime) -> Self:
        """Return those that a worker is to take up, and nobody has in hand, the oldest first."""
        free = Q(lease_until=None) | Q(lease_until__lte=now)
        return self.filter(free, state__in=DUE).order_by("made_at", "pk")


class Import(models.Model):
    """A file of values: what was sent, how it was read, what came of it.

    `organisation` is whom it was sent for; the operator's may be for all (None). `user` or `client` sent it.
    `asked` is how the sender says it is written, `dialect` how it was read (encoding, delimiter,
    decimal_sign, sheet); `question` is what has to be asked: {about, choices, message}. `counts` are
    by `Outcome`; `seen` is the `revised` of each series it was compared with, by its id, and None by
    port and KPI of each that is still to be made. `notices` are words.
    `only_good` is the sender's choice when some rows are rejected, `reason` why values are corrected.
    `rows_in_file` is 0 until they are counted. A worker holds it until `lease_until`; `attempt` counts
    how often one took it up, and so names a preview. `undone_by` or `undone_client` had it undone, with
    `undo_reason`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    client = models.ForeignKey(ApiClient, on_delete=models.SET_NULL, null=True, related_name="+")
    way = models.CharField(max_length=8, choices=Way.choices)
    file_name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.QUEUED)
    asked = models.JSONField(default=dict)
    dialect = models.JSONField(default=dict)
    question = models.JSONField(null=True)
    notices = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    seen = models.JSONField(default=dict)
    refusal = models.TextField(blank=True)
    only_good = models.BooleanField(default=False)
    reason = models.CharField(max_length=1000, blank=True)
    rows_in_file = models.PositiveIntegerField(default=0, db_default=0)
    rows_read = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=time.now)
    accepted_at = models.DateTimeField(null=True)
    undo_reason = models.CharField(max_length=1000, blank=True, db_default="")
    undone_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    undone_client = models.ForeignKey(
        ApiClient, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    undone_way = models.CharField(max_length=8, choices=Way.choices, blank=True, db_default="")
    undone_at = models.DateTimeField(null=True)

    objects: ClassVar = ImportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["state", "lease_until"], name="kpis_imports_due")]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("kpis:import", args=[self.pk])


class ImportFileQuerySet(models.QuerySet["ImportFile"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return the files of the viewer's own organisations."""
        return self.filter(batch__organisation__home_audience__in=viewer.audience_ids)


class ImportFile(models.Model):
    """The bytes of an import as they were sent, zlib-compressed; thrown away when they are not needed."""

    batch = models.OneToOneField(
        Import, on_delete=models.CASCADE, primary_key=True, related_name="file"
    )
    content = models.BinaryField()

    objects: ClassVar = ImportFileQuerySet.as_manager()

    def __str__(self) -> str:
        return f"file of {self.pk}"


class ImportPageQuerySet(models.QuerySet["ImportPage"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return the pages of the imports of the viewer's own organisations."""
        return self.filter(batch__organisation__home_audience__in=viewer.audience_ids)


class ImportPage(models.Model):
    """A page of rows with one outcome, as the preview shows them and acceptance writes them.

    `rows` is zlib-compressed JSON, see `importing.staging`. Warned rows are there twice: by what
    becomes of them, and once more as warned.
    """

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="pages")
    outcome = models.CharField(max_length=9, choices=Outcome.choices)
    number = models.PositiveIntegerField()
    rows = models.BinaryField()

    objects: ClassVar = ImportPageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["outcome", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["batch", "outcome", "number"], name="kpis_import_page_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.number}"
