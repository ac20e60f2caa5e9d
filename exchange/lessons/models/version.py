from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exchange.accounts.models import User
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.common.languages import readers_own
from exchange.common.text import lines
from exchange.lessons import choices
from exchange.partners.models import ApiClient
from exchange.partners.ports import port_name
from exchange.topics.models import Topic

LONG = 20_000


def _markdown(label: Any, help_text: Any) -> "models.TextField[str, str]":
    return models.TextField(label, max_length=LONG, blank=True, help_text=help_text)


class LessonVersionQuerySet(models.QuerySet["LessonVersion"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return all versions of lessons at home, and elsewhere only the one that readers see."""
        ids = viewer.audience_ids
        return self.filter(
            Q(lesson__home_audience__in=ids)
            | Q(lesson__effective_audience__in=ids, lesson__shown_version=F("pk"))
        )

    def in_work(self) -> Self:
        """Return the versions that no reviewer has let through yet, and always the latest.

        Who wrote one of them does not review or publish the lesson.
        """
        return self.filter(
            Q(lesson__published_version=None)
            | Q(number__gt=F("lesson__published_version__number"))
            | Q(pk=F("lesson__latest_version"))
        )


class LessonVersion(models.Model):
    """One text of a lesson; never changed after it was made.

    Long texts are Markdown. `recommendation`, `preconditions`, `suppliers` and `sources` hold one
    entry a line. `titles` maps a language code to the title in that language. `related` holds ids
    of other lessons: whoever shows them asks what the reader may see.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lesson = models.ForeignKey("lessons.Lesson", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    client = models.ForeignKey(ApiClient, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=time.now)

    title = models.CharField(
        _("title"),
        max_length=140,
        blank=True,
        help_text=_("Write it as advice: verb first, name the condition."),
    )
    sort_key = models.CharField(max_length=300, editable=False, blank=True, db_index=True)
    titles = models.JSONField(_("title in other languages"), default=dict, blank=True)
    summary = models.TextField(
        _("summary"),
        max_length=500,
        blank=True,
        help_text=_("What a busy colleague should remember. This is what the digest shows."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=20,
        blank=True,
        choices=choices.Kind.choices,
        help_text=_(
            "Failures are welcome, too: as a lesson from a problem, or a decision not to do something."
        ),
    )
    language = models.CharField(
        _("language"),
        max_length=8,
        default="en",
        choices=choices.LANGUAGES,
        help_text=_("The language you are writing in."),
    )
    ports = models.JSONField(_("ports"), default=list, blank=True)
    topics = models.ManyToManyField(Topic, related_name="+", blank=True)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    sdgs = models.JSONField(_("Sustainable Development Goals"), default=list, blank=True)

    situation = _markdown(
        _("situation"),
        _("What was expected, what happened, when, under which conditions."),
    )
    analysis = _markdown(_("why it happened"), _("The analysis: separate fact from opinion."))
    practice = _markdown(_("what we did"), _("Steps another port could follow."))
    lesson_text = _markdown(_("the lesson"), _("The general point, without your local detail."))
    recommendation = _markdown(
        _("recommendations"), _("One action a line, each naming who should do it.")
    )
    evidence = _markdown(
        _("evidence of effect"),
        _("Numbers before and after, period, source, or “not measured yet”."),
    )
    evidence_level = models.CharField(
        _("evidence level"),
        max_length=20,
        blank=True,
        choices=choices.EvidenceLevel.choices,
        help_text=_("Be modest; reviewers may ask for a lower one."),
    )
    started = models.CharField(
        _("start"),
        max_length=10,
        blank=True,
        help_text=_("When it ran: a year, a month or a day, such as 2023, 2023-03 or 2023-03-06."),
    )
    ended = models.CharField(
        _("end"), max_length=10, blank=True, help_text=_("Leave empty while it runs.")
    )
    maturity = models.CharField(
        _("maturity"),
        max_length=12,
        blank=True,
        choices=choices.Maturity.choices,
        help_text=_("Today's state."),
    )
    cost_band = models.CharField(
        _("cost"),
        max_length=12,
        blank=True,
        choices=choices.CostBand.choices,
        help_text=_("A band is enough."),
    )
    effort = models.CharField(_("effort and time to result"), max_length=200, blank=True)
    preconditions = _markdown(
        _("what it needs to work"),
        _(
            "Law, governance model, equipment, IT system, volumes without which this fails; one a "
            "line, or “none known”."
        ),
    )
    obstacles = _markdown(
        _("obstacles and how they were met"),
        _("What stood in the way, what helped, and what you would do differently."),
    )
    transfer_advice = _markdown(
        _("advice for other ports"), _("What to copy, what to adapt, what not to copy.")
    )
    suppliers = _markdown(
        _("partners and suppliers"), _("One a line. No advertising; declare interest.")
    )
    contact = models.CharField(
        _("contact"),
        max_length=200,
        blank=True,
        help_text=_("A role mailbox outlives people."),
    )
    sources = _markdown(_("sources"), _("One address a line. Public report first."))
    related = models.JSONField(
        _("related lessons"), default=list, db_default=Value([], models.JSONField()), blank=True
    )
    licence = models.CharField(
        _("licence"),
        max_length=20,
        default="",
        db_default="",
        blank=True,
        choices=choices.Licence.choices,
        help_text=_("Under what others may reuse the text."),
    )

    objects: ClassVar = LessonVersionQuerySet.as_manager()

    class Meta:
        # What the library counts by, beside the texts, which are long.
        indexes: ClassVar = [
            models.Index(fields=["id", "kind", "language"], name="lessons_version_facets")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lesson", "number"], name="lessons_version_number")
        ]

    def __str__(self) -> str:
        return self.title or str(_("Untitled lesson"))

    @property
    def title_here(self) -> str:
        """Return the title in the reader's language when there is one, else as written."""
        language = readers_own()
        return self.titles.get(language) or str(self)

    @property
    def title_language(self) -> str:
        """Return the language of `title_here`."""
        language = readers_own()
        return language if self.titles.get(language) else self.language

    @property
    def why_left(self) -> str:
        """Return why this is in the coordinators' hands, for where it stands among their own."""
        if self.client_id:
            return gettext("from a program")
        return gettext("its author writes here no longer")

    @property
    def port_names(self) -> list[str]:
        """Return the names of the ports, or their codes where nobody told us a name."""
        return [port_name(code) for code in self.ports]

    @property
    def recommendations(self) -> list[str]:
        return lines(self.recommendation)

    @property
    def source_list(self) -> list[str]:
        return lines(self.sources)


# What two versions are compared by, and what a draft buffer keeps: every text a person types.
TEXT_FIELDS = (
    "title",
    "titles",
    "summary",
    "kind",
    "language",
    "ports",
    "tags",
    "sdgs",
    "situation",
    "analysis",
    "practice",
    "lesson_text",
    "recommendation",
    "evidence",
    "evidence_level",
    "started",
    "ended",
    "maturity",
    "cost_band",
    "effort",
    "preconditions",
    "obstacles",
    "transfer_advice",
    "suppliers",
    "contact",
    "sources",
    "related",
    "licence",
)
