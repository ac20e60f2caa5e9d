import re
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchange.audiences.models import Audience
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.common.text import sort_key, validate_storable
from exchange.partners.countries import COUNTRIES
from exchange.partners.ports import ports_beginning

UNLOCODE = re.compile(r"[A-Z]{2}[A-Z2-9]{3}")
NOT_ITS_FORM = _(
    "“%(value)s” is no UN/LOCODE, which has two letters for the country and three letters or digits for "
    "the place, such as SEGOT."
)
NO_SUCH_COUNTRY = _(
    "“%(value)s” is no UN/LOCODE: it begins with the country, and none has the code “%(country)s”."
)


def validate_unlocode(value: str) -> None:
    """Raise ValidationError unless `value` has the form of a UN/LOCODE (UNECE Recommendation 16).

    Two letters of an ISO 3166-1 country, then three of A-Z and 2-9.
    """
    fits = UNLOCODE.fullmatch(value)
    if not fits or value[:2] not in COUNTRIES:
        raise ValidationError(
            NO_SUCH_COUNTRY if fits else NOT_ITS_FORM,
            code="unlocode",
            params={"value": value, "country": value[:2]},
        )


def validate_country(value: str) -> None:
    """Raise ValidationError unless `value` is an ISO 3166-1 code of two letters."""
    if value not in COUNTRIES:
        raise ValidationError(
            _("“%(value)s” is no country code. It has two letters, such as SE or US."),
            code="country",
            params={"value": value},
        )


class OrganisationKind(models.TextChoices):
    PORT = "port", _("port authority")
    TERMINAL = "terminal", _("terminal operator")
    CITY = "city", _("city")
    AGENCY = "agency", _("agency")
    UNIVERSITY = "university", _("university")
    ASSOCIATION = "association", _("association")
    COMPANY = "company", _("company")


class Standing(models.TextChoices):
    """Whether a partner takes part now; `actions.standing` knows the ways between."""

    ACTIVE = "active", _("takes part")
    SUSPENDED = "suspended", _("suspended")
    LEFT = "left", _("has left")


PARTS = {
    "partner": Q(is_partner=True, standing=Standing.ACTIVE),
    "reference": Q(is_partner=False),
    "none": ~Q(standing=Standing.ACTIVE),
}


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return every organisation: names, kinds and places of organisations are public."""
        del viewer
        return self.all()

    def of(self, viewer: Viewer) -> Self:
        """Return the organisations that a person is a member of."""
        return self.filter(pk__in=list(viewer.roles) if viewer.is_person else [])

    def partners(self) -> Self:
        """Return the partners, those who take no part now too, without reference ports."""
        return self.filter(is_partner=True)

    def taking_part(self) -> Self:
        """Return the partners that are neither suspended nor gone."""
        return self.partners().filter(standing=Standing.ACTIVE)

    def matching(self, words: str) -> Self:
        """Return those whose name holds `words`, in any case and accents, or whose code begins so.

        A port that is known has the names of its place, too: Göteborg finds the Port of Gothenburg.
        """
        places = [port.unlocode for port in ports_beginning(words)]
        return self.filter(
            Q(sort_key__contains=sort_key(words.strip()))
            | Q(unlocode__startswith=words.strip().upper())
            | Q(unlocode__in=places)
        )

    def narrowed(self, *, q: str = "", kind: str = "", country: str = "", part: str = "") -> Self:
        """Return those that fit words, kind, country and part: partner, reference, or none (now)."""
        found = self.matching(q) if q else self
        exact = {name: value for name, value in (("kind", kind), ("country", country)) if value}
        return found.filter(**exact).filter(PARTS.get(part, Q()))

    def sorted_by(self, order: str) -> Self:
        """Return them by name, or by `order`: code (those without one last) or newest."""
        if order == "code":
            return self.order_by(F("unlocode").asc(nulls_last=True), "sort_key")
        return self.order_by("-created_at", "sort_key") if order == "newest" else self

    def called(self, words: str) -> Self:
        """Return the one whose name (in any case and accents) or code `words` are, if any."""
        return self.filter(
            Q(sort_key=Organisation.sort_key_of(words.strip())) | Q(unlocode=words.strip().upper())
        )

    def like(self, other: "Organisation") -> Self:
        """Return those one would take for `other`: same code, or same name but for case and accents."""
        return self.filter(
            Q(sort_key=other.sort_key) | Q(unlocode__isnull=False, unlocode=other.unlocode)
        )

    def reading(self, audience: Audience) -> Self:
        """Return the partner organisations in `audience` that take part, by name.

        For `public` and `partners` that is every partner.
        """
        if audience.kind in {"public", "partners"}:
            return self.taking_part().order_by("sort_key")
        return (
            self.taking_part()
            .filter(
                Q(home_audience=audience)
                | Q(home_audience__in=audience.inclusions.values("part"))
                | Q(home_audience__in=audience.inclusions.values("part__inclusions__part"))
            )
            .order_by("sort_key")
        )


class Organisation(models.Model):
    """A partner: port authority, terminal operator, city, agency, university, association, company.

    A port has a UN/LOCODE. A *reference port* (`is_partner` false) has a page,
    no members and no audience. A partner that is suspended or has left keeps both, and reads at
    home only. Its coordinators edit `about` (Markdown), `website`, `timezone` and `mailbox`; `lock`
    counts their changes. `latitude` and `longitude` are degrees, north and east; both or neither.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=150, unique=True, validators=[validate_storable])
    sort_key = models.CharField(max_length=300, editable=False, db_index=True)
    kind = models.CharField(_("kind"), max_length=12, choices=OrganisationKind.choices)
    unlocode = models.CharField(
        _("UN/LOCODE"),
        max_length=5,
        unique=True,
        null=True,
        blank=True,
        validators=[validate_unlocode],
    )
    country = models.CharField(
        _("country"), max_length=2, blank=True, validators=[validate_country]
    )
    timezone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[time.validate_zone]
    )
    website = models.URLField(_("website"), blank=True)
    mailbox = models.EmailField(
        _("contact address"), blank=True, default="", db_default="", validators=[validate_storable]
    )
    about = models.TextField(
        _("about"),
        blank=True,
        default="",
        db_default="",
        max_length=4000,
        validators=[validate_storable],
    )
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    is_partner = models.BooleanField(default=True)
    standing = models.CharField(
        max_length=9,
        choices=Standing.choices,
        default=Standing.ACTIVE,
        db_default=Standing.ACTIVE,
    )
    # Since when it takes no part, and why, for its own people.
    standing_since = models.DateTimeField(null=True, blank=True)
    standing_reason = models.CharField(
        _("reason"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        validators=[validate_storable],
    )
    lock = models.PositiveIntegerField(default=1, db_default=1)
    home_audience = models.OneToOneField(
        Audience, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=time.now)

    objects: ClassVar = OrganisationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["sort_key"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind="port") | Q(unlocode__isnull=False),
                name="partners_port_has_unlocode",
                violation_error_message=_("A port needs its UN/LOCODE."),
            ),
            models.CheckConstraint(
                condition=Q(is_partner=True, home_audience__isnull=False)
                | Q(is_partner=False, home_audience__isnull=True),
                name="partners_partner_has_audience",
            ),
            models.CheckConstraint(
                condition=Q(standing="active", standing_since=None, standing_reason="")
                | Q(standing__in=["suspended", "left"], standing_since__isnull=False)
                & Q(is_partner=True)
                & ~Q(standing_reason=""),
                name="partners_standing_has_date_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__isnull=False,
                    longitude__range=(-180, 180),
                ),
                name="partners_place_is_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partners:organisation", args=[self.pk])

    @property
    def takes_part(self) -> bool:
        """Tell whether its people read what is shared with it, and write."""
        return self.is_partner and self.standing == Standing.ACTIVE

    @property
    def country_name(self) -> str:
        """Return the country's usual English name; its code when it has none."""
        return COUNTRIES.get(self.country, self.country)

    @staticmethod
    def sort_key_of(name: str) -> str:
        """Return what organisations are sorted and looked up by; cut to the column's length."""
        return sort_key(name)[:300]
