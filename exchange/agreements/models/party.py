from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchange.agreements.choices import PartyState
from exchange.agreements.models.titled import TITLE_LENGTH
from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.partners.models import Organisation

SIGNATORY_LENGTH = 200


class PartyQuerySet(models.QuerySet["Party"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return the confirmed parties of what the viewer may see; at home all that ever were asked.

        People of an organisation always see how their own stands to an agreement.
        """
        ids = viewer.audience_ids
        at_home = Q(agreement__home_audience__in=ids) | Q(organisation__home_audience__in=ids)
        seen = Q(agreement__effective_audience__in=ids, state=PartyState.CONFIRMED)
        return self.filter(at_home | seen)

    def asked_of(self, viewer: Viewer) -> Self:
        """Return what the viewer's organisations are asked to confirm, where they may answer."""
        asked = viewer.organisations_as(Role.COORDINATOR) if viewer.is_person else []
        return self.filter(organisation__in=asked, state=PartyState.PROPOSED)

    def confirmed(self) -> Self:
        """Return those that are party now, the coordinating one of each agreement first."""
        return self.filter(state=PartyState.CONFIRMED).order_by(
            "-is_coordinating", "organisation__sort_key"
        )

    def of(self, organisations: list[UUID]) -> Self:
        """Return those that are these organisations."""
        return self.filter(organisation__in=organisations)


class Party(models.Model):
    """An organisation that is, was, or is asked to be party to an agreement.

    `signatory` is who signed for it, by name and function or by function alone. `known_as` is the
    agreement's title as the organisation last knew it: who is not in reads that one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.CASCADE, related_name="parties"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=PartyState.choices, default=PartyState.PROPOSED)
    known_as = models.CharField(max_length=TITLE_LENGTH)
    is_coordinating = models.BooleanField(default=False)
    signatory = models.CharField(
        _("signed by"),
        max_length=SIGNATORY_LENGTH,
        blank=True,
        help_text=_("Name and function, or the function alone, such as “Executive Director”."),
    )
    proposed_by = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField(default=time.now)
    joined_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    objects: ClassVar = PartyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("parties")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement", "organisation"], name="agreements_party_once"
            ),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(is_coordinating=True),
                name="agreements_one_coordinates",
            ),
            models.CheckConstraint(
                condition=Q(is_coordinating=False) | Q(state=PartyState.CONFIRMED),
                name="agreements_a_party_coordinates",
            ),
            models.CheckConstraint(
                condition=~Q(state=PartyState.CONFIRMED) | Q(joined_at__isnull=False, left_at=None),
                name="agreements_party_joined",
            ),
            models.CheckConstraint(
                condition=~Q(state=PartyState.LEFT) | Q(left_at__isnull=False),
                name="agreements_party_left",
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    def get_absolute_url(self) -> str:
        return reverse("agreements:party", args=[self.pk])
