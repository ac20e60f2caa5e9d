from typing import Any, ClassVar, Protocol, Self
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from exchange.common import languages, time
from exchange.common.ids import uuid7
from exchange.common.text import validate_storable


class UserManager(BaseUserManager["User"]):
    """Makes people; e-mail addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person; without a password they cannot sign in by one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an operator: sees the read-only admin, and no content by that alone.

        The address counts as verified: whoever runs commands here answers for it.
        """
        with transaction.atomic(using=self._db):
            user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
            address = EmailAddress(user=user, email=user.email, verified=True, primary=True)
            address.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. The e-mail address is the identity; the zone is an IANA name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    full_name = models.CharField(_("full name"), max_length=120, validators=[validate_storable])
    language = models.CharField(_("language"), max_length=8, choices=languages.NAMES, default="en")
    timezone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[time.validate_zone]
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=time.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_any_case",
                violation_error_message=_("Somebody with this e-mail address is here already."),
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        return self.full_name


class SecurityKind(models.TextChoices):
    """What the security log tells of."""

    SIGNED_IN = "signed_in", _("signed in")
    FAILED = "failed", _("tried to sign in with a wrong password")
    FAILED_CODE = "failed_code", _("gave a wrong or used code, or a wrong passkey")
    SIGNED_OUT = "signed_out", _("signed out")
    PASSWORD_CHANGED = "password_changed", _("changed the password")
    PASSWORD_RESET = "password_reset", _("set the password anew by a mailed link")
    ADDRESS_CHANGED = "address_changed", _("changed the e-mail address")
    FACTOR_ADDED = "factor_added", _("added a way to sign in:")
    FACTOR_REMOVED = "factor_removed", _("removed a way to sign in:")
    FACTOR_RENAMED = "factor_renamed", _("renamed a passkey:")
    CODES_MADE = "codes_made", _("made recovery codes")
    CODE_USED = "code_used", _("used a recovery code")
    SESSION_ENDED = "session_ended", _("ended a session from afar")
    FEED_MADE = "feed_made", _("made a private address for the news feed")
    CALENDAR_MADE = "calendar_made", _("made a private address for a calendar")
    FACTORS_RESET = "factors_reset", _("the operator removed all second factors")


class Owner(Protocol):
    """Whose eyes, as far as private rows ask."""

    @property
    def user_id(self) -> UUID | None: ...


class SecurityEntryQuerySet(models.QuerySet["SecurityEntry"]):
    def for_viewer(self, viewer: Owner) -> Self:
        """Return the viewer's own entries, newest first; of nobody else's."""
        return self.filter(user=viewer.user_id).order_by("-at", "-pk")


class SecurityEntry(models.Model):
    """One line of a person's security log: what happened to their account, from where; no secrets.

    `detail` names what it was about, such as a passkey, an address, or by what somebody signed in.
    Kept for a year.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=SecurityKind.choices)
    detail = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField(default=time.now)
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=60, blank=True)

    objects: ClassVar = SecurityEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "security entries"
        indexes = [
            models.Index(fields=["user", "-at"], name="accounts_security_of_user"),
            models.Index(fields=["at"], name="accounts_security_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"
