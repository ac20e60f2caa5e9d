from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchange.audiences.viewer import Viewer


class AudienceQuerySet(models.QuerySet["Audience"]):
    def seen_from(self, home_ids: list[int], *, partner: bool) -> Self:
        """Return the audiences somebody belongs to whose organisations' audiences are `home_ids`.

        That is public; all partners if `partner`; their own; groups with one of them in; unions of
        such groups.
        """
        kinds = [AudienceKind.PUBLIC, *([AudienceKind.PARTNERS] if partner else [])]
        groups = AudienceInclusion.objects.filter(part__in=home_ids).values("whole")
        unions = AudienceInclusion.objects.filter(part__in=groups).values("whole")
        return self.filter(
            Q(kind__in=kinds) | Q(pk__in=home_ids) | Q(pk__in=groups) | Q(pk__in=unions)
        )


class AudienceKind(models.TextChoices):
    PUBLIC = "public", _("everybody")
    PARTNERS = "partners", _("all partners")
    ORGANISATION = "organisation", _("one organisation")
    GROUP = "group", _("a group of organisations")
    UNION = "union", _("several groups")


class Audience(models.Model):
    """Who may see something: public, all partners, one organisation, a group, a union of groups.

    Nothing new is published to a group that `is_closed`; its members keep reading.
    """

    kind = models.CharField(max_length=12, choices=AudienceKind.choices)
    name = models.CharField(max_length=200)
    is_closed = models.BooleanField(default=False, db_default=False)

    objects: ClassVar = AudienceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind__in=["public", "partners"]),
                name="audiences_one_public_one_partners",
            ),
            models.CheckConstraint(
                condition=Q(is_closed=False) | Q(kind="group"), name="audiences_groups_close"
            ),
        ]

    def __str__(self) -> str:
        if self.kind in {AudienceKind.PUBLIC, AudienceKind.PARTNERS}:
            return str(AudienceKind(self.kind).label)
        return self.name


class AudienceInclusion(models.Model):
    """`part` belongs to `whole`: an organisation's audience to a group, a group to a union."""

    whole = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="inclusions")
    part = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["whole", "part"], name="audiences_part_once"),
            models.CheckConstraint(
                condition=~Q(whole=models.F("part")), name="audiences_not_in_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} in {self.whole}"


Published = TypeVar("Published", bound="Publishable")


class PublishableQuerySet(models.QuerySet[Published]):
    """Rows of things that are published to an audience."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return the rows the viewer may see now: the one rule of visibility."""
        ids = viewer.audience_ids
        return self.filter(Q(effective_audience__in=ids) | Q(home_audience__in=ids))


class Publishable(models.Model):
    """A thing with an audience. Only actions set the three keys.

    `audience` is whom it is meant for; `effective_audience` who may see it now: its home until
    published, its `audience` after; `home_audience` always sees it.
    """

    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
    effective_audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
    home_audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
