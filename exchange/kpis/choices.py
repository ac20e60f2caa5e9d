"""The controlled words of KPIs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Direction(models.TextChoices):
    """Which way is better; `context` only says in which setting the others are to be read."""

    HIGHER = "higher", _("higher is better")
    LOWER = "lower", _("lower is better")
    CONTEXT = "context", _("neither is better")
    BAND = "band", _("best within a band")


class Statistic(models.TextChoices):
    """How one value stands for a period."""

    TOTAL = "total", _("total over the period")
    STOCK = "stock", _("count at a moment")
    MEAN = "mean", _("mean")
    MEDIAN = "median", _("median")
    P90 = "p90", _("90th percentile")
    SHARE = "share", _("share")
    RATIO = "ratio", _("ratio of two totals")
    INDEX = "index", _("index")
    LEVEL = "level", _("level reached")


class Standing(models.TextChoices):
    """Whether a version of a definition holds."""

    PROPOSED = "proposed", _("proposed")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")


class Grade(models.TextChoices):
    """How an organisation's own way of measuring compares with the definition."""

    SAME = "same", _("measured as defined")
    CONVERTIBLE = "convertible", _("convertible to the definition")
    SIMILAR = "similar", _("similar, but not the same")
    NOT_COMPARABLE = "not_comparable", _("not comparable")


class State(models.TextChoices):
    """What has become of a value that was submitted."""

    SUBMITTED = "submitted", _("waits for a reviewer")
    APPROVED = "approved", _("approved")
    SUPERSEDED = "superseded", _("replaced by a correction")
    REJECTED = "rejected", _("sent back")
    WITHDRAWN = "withdrawn", _("taken back")


class Status(models.TextChoices):
    """How final a value is, after SDMX's observation status (A, E, P, F, B)."""

    NORMAL = "normal", _("normal")
    ESTIMATED = "estimated", _("estimated")
    PROVISIONAL = "provisional", _("provisional")
    FORECAST = "forecast", _("forecast")
    BREAK = "break", _("break in the series")


class Missing(models.TextChoices):
    """Why there is no value for a period: missing is never zero."""

    NOT_COLLECTED = "not_collected", _("not collected")
    NOT_APPLICABLE = "not_applicable", _("does not apply")
    CONFIDENTIAL = "confidential", _("confidential")
    LOST = "lost", _("lost or unusable")
    RETRACTED = "retracted", _("taken back")


class Precision(models.TextChoices):
    """To what a published figure is rounded; empty where nobody said."""

    EXACT = "exact", _("exact")
    HUNDRED = "hundred", _("to the hundred")
    THOUSAND = "thousand", _("to the thousand")
    TEN_THOUSAND = "ten_thousand", _("to ten thousand")
    HUNDRED_THOUSAND = "hundred_thousand", _("to a hundred thousand")
    MILLION = "million", _("to the million")
    ABOUT = "about", _("about")


class Aim(models.TextChoices):
    """What a value beside a series is for."""

    TARGET = "target", _("target")
    BASELINE = "baseline", _("baseline")


class Way(models.TextChoices):
    """By which way in a value came."""

    FORM = "form", _("by hand")
    API = "api", _("by a program")
    FILE = "file", _("by an import")
    OPERATOR = "operator", _("by the operator")


class ImportState(models.TextChoices):
    """Where an import stands."""

    QUEUED = "queued", _("waits to be read")
    READING = "reading", _("is being read")
    ASKING = "asking", _("has a question")
    READY = "ready", _("waits for your decision")
    ACCEPTING = "accepting", _("is being written")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    CANCELLED = "cancelled", _("cancelled")
    UNDOING = "undoing", _("is being undone")
    UNDONE = "undone", _("undone, as far as reviewers agree")


class Outcome(models.TextChoices):
    """What an import makes of a row."""

    ADDED = "added", _("added")
    CORRECTED = "corrected", _("corrected")
    UNCHANGED = "unchanged", _("unchanged")
    REJECTED = "rejected", _("rejected")
    WARNED = "warned", _("with a warning")
