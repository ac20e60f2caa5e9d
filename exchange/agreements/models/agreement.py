import datetime as dt
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from exchange.agreements.choices import Closing, Kind, Status
from exchange.agreements.models.party import Party
from exchange.agreements.models.term import Term
from exchange.agreements.models.titled import Titled
from exchange.audiences.models import Publishable, PublishableQuerySet
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.partners.models import Organisation
from exchange.topics.models import Topic

LONG = 20_000
# So many parties an agreement has, or it is none.
FEWEST = 2
REASON_LENGTH = 2000
# What each status means, of the row and its current term; `Agreement.status` says the same of one.
STATUSES = {
    Status.PROPOSED: lambda today: Q(concluded_at=None, closing=""),
    Status.COMING: lambda today: _alive(today) & ~_begun(today),
    Status.ACTIVE: lambda today: _alive(today) & _begun(today),
    Status.ENDED: lambda today: (
        Q(closing__in=[Closing.TERM, Closing.PARTIES])
        | Q(concluded_at__isnull=False, closing="", current_term__last_day__lt=today)
    ),
    Status.TERMINATED: lambda today: Q(closing=Closing.TERMINATED),
}


def _alive(today: dt.date) -> Q:
    running = Q(current_term__last_day=None) | Q(current_term__last_day__gte=today)
    return Q(concluded_at__isnull=False, closing="") & running


def _begun(today: dt.date) -> Q:
    begun = Q(current_term__first_day=None) | Q(current_term__first_day__lte=today)
    return begun | Q(current_term__bridged_until__gte=today)


class AgreementQuerySet(PublishableQuerySet["Agreement"]):
    def at_home(self, viewer: Viewer) -> Self:
        """Return those that an organisation of the viewer is party to, or was when they ended."""
        return self.filter(home_audience__in=viewer.audience_ids)

    def of_parties(self, organisations: list[UUID]) -> Self:
        """Return the agreements that one of these organisations is party to now."""
        return self.filter(pk__in=Party.objects.confirmed().of(organisations).values("agreement"))

    def in_status(self, status: str, today: dt.date) -> Self:
        """Return those that stand so on that day; see `Agreement.status`."""
        return self.filter(STATUSES[Status(status)](today))

    def with_shown(self) -> Self:
        """Load what lists and pages show of an agreement: its term and confirmed parties."""
        parties = Party.objects.confirmed().select_related("organisation")
        return self.select_related("current_term", "audience", "home_audience").prefetch_related(
            Prefetch("parties", parties, to_attr="standing")
        )

    def over(self, today: dt.date) -> Self:
        """Return those whose term has passed, and that nobody has closed yet."""
        return self.filter(concluded_at__isnull=False, closing="", current_term__last_day__lt=today)


class Agreement(Titled, Publishable):
    """A memorandum of understanding or its like, between two or more organisations.

    Its home is the group of its confirmed parties: who leaves loses it at once. Others see it, as
    its `audience` says, from when a second party has confirmed it (`concluded_at`). `closing` says
    why nothing new is done under it; those who were parties then keep reading. `lock` counts
    changes. `links` holds a web address a line, which words may follow. `organisation` keeps its
    record, and `external_id` is that one's own key.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    external_id = models.CharField(max_length=100, null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.MOU)
    summary = models.TextField(
        _("summary"),
        max_length=LONG,
        blank=True,
        help_text=_("What the parties want to reach together, and how they work on it."),
    )
    topics = models.ManyToManyField(Topic, related_name="+", blank=True)
    links = models.TextField(
        _("links"),
        max_length=LONG,
        blank=True,
        help_text=_("Where the document and news of it are: an address a line, then its title."),
    )
    current_term = models.OneToOneField(Term, on_delete=models.PROTECT, null=True, related_name="+")
    concluded_at = models.DateTimeField(null=True)
    closing = models.CharField(max_length=12, choices=Closing.choices, blank=True)
    closing_reason = models.TextField(max_length=REASON_LENGTH, blank=True)
    closed_at = models.DateTimeField(null=True)
    lock = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=time.now)
    changed_at = models.DateTimeField(default=time.now)

    objects: ClassVar = AgreementQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["sort_key", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "external_id"], name="agreements_external_id"
            ),
            *Titled.Meta.constraints,
            models.CheckConstraint(
                condition=Q(concluded_at__isnull=False)
                | Q(effective_audience=models.F("home_audience")),
                name="agreements_proposed_stays_home",
            ),
            models.CheckConstraint(
                condition=Q(closing="", closed_at=None)
                | ~Q(closing="") & Q(closed_at__isnull=False),
                name="agreements_closing_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(closing=Closing.TERMINATED) | ~Q(closing_reason=""),
                name="agreements_terminated_has_a_reason",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("agreements:agreement", args=[self.pk])

    @cached_property
    def standing(self) -> list[Party]:
        """Return the parties that have confirmed, coordinating one first; `with_shown` loads them."""
        return list(Party.objects.confirmed().filter(agreement=self).select_related("organisation"))

    @property
    def party_ids(self) -> set[UUID]:
        """Return the ids of the organisations that are party to it now."""
        return {party.organisation_id for party in self.standing}

    @property
    def is_over(self) -> bool:
        """Tell whether nothing new is done under it, or will be once the sweep has come by."""
        return self.status in {Status.ENDED, Status.TERMINATED}

    @property
    def status(self) -> Status:
        """Return how it stands today (UTC), from its parties, its dates and its end."""
        if self.closing:
            return Status.TERMINATED if self.closing == Closing.TERMINATED else Status.ENDED
        if self.concluded_at is None:
            return Status.PROPOSED
        term, today = self.current_term, time.now().date()
        if term and term.is_past(today):
            return Status.ENDED
        return Status.COMING if term and term.is_coming(today) else Status.ACTIVE
