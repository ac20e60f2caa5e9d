from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

TITLE_LENGTH = 200
KEY_LENGTH = 400


class Titled(models.Model):
    """What has a title that it is sorted and found by; `sort_key` is that without accents and case."""

    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    sort_key = models.CharField(max_length=KEY_LENGTH, editable=False, db_index=True)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title=""), name="%(app_label)s_%(class)s_title")
        ]

    def __str__(self) -> str:
        return self.title
