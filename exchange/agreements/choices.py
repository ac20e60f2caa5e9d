"""The controlled words of agreements."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    MOU = "mou", _("memorandum of understanding")
    LETTER_OF_INTENT = "letter_of_intent", _("letter of intent")
    SISTER_PORT = "sister_port", _("sister or friendship port")
    GREEN_CORRIDOR = "green_corridor", _("green corridor")
    OTHER = "other", _("other agreement")


class PartyState(models.TextChoices):
    """Whether an organisation is party to an agreement."""

    PROPOSED = "proposed", _("not confirmed")
    CONFIRMED = "confirmed", _("party")
    DECLINED = "declined", _("declined")
    UNASKED = "unasked", _("asked no more")
    LEFT = "left", _("has left")


class Status(models.TextChoices):
    """How an agreement stands today; worked out from its parties, its dates and its end."""

    PROPOSED = "proposed", _("proposed")
    COMING = "coming", _("not yet in force")
    ACTIVE = "active", _("in force")
    ENDED = "ended", _("ended")
    TERMINATED = "terminated", _("terminated")


class Closing(models.TextChoices):
    """Why nothing new is done under an agreement."""

    TERM = "term", _("its term is over")
    TERMINATED = "terminated", _("it was terminated")
    PARTIES = "parties", _("fewer than two parties are left")


class WorkStatus(models.TextChoices):
    PLANNED = "planned", _("planned")
    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


class Health(models.TextChoices):
    """How a workstream is doing, as its latest progress update says."""

    ON_TRACK = "on_track", _("on track")
    AT_RISK = "at_risk", _("at risk")
    OFF_TRACK = "off_track", _("off track")


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("planned")
    HELD = "held", _("held")
    CANCELLED = "cancelled", _("cancelled")
