"""The controlled words of a lesson."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where the latest version of a lesson stands."""

    CAPTURED = "captured", _("draft")
    IN_REVIEW = "in_review", _("in review")
    CHANGES_REQUESTED = "changes_requested", _("changes requested")
    VALIDATED = "validated", _("approved, not yet published")
    PUBLISHED = "published", _("published")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    DISCARDED = "discarded", _("discarded")


class Kind(models.TextChoices):
    GOOD_PRACTICE = "good_practice", _("good practice")
    PROBLEM = "problem", _("lesson from a problem")
    INNOVATION = "innovation", _("innovation under test")
    DECISION_NOT_TO = "decision_not_to", _("decision not to do")


class EvidenceLevel(models.TextChoices):
    OPINION = "opinion", _("opinion")
    OBSERVED = "observed", _("observed once")
    MEASURED_HERE = "measured_here", _("measured here")
    MEASURED_ELSEWHERE = "measured_elsewhere", _("measured elsewhere")
    REVIEWED = "reviewed", _("independently reviewed")


class Maturity(models.TextChoices):
    IDEA = "idea", _("idea")
    PILOT = "pilot", _("pilot")
    OPERATION = "operation", _("in operation")
    SCALED = "scaled", _("scaled")
    STOPPED = "stopped", _("stopped")


class CostBand(models.TextChoices):
    """Bands of the whole cost, in US dollars."""

    UNDER_10K = "under_10k", _("under 10,000 USD")
    UNDER_100K = "under_100k", _("10,000 to 100,000 USD")
    UNDER_1M = "under_1m", _("100,000 to 1 million USD")
    UNDER_10M = "under_10m", _("1 to 10 million USD")
    OVER_10M = "over_10m", _("over 10 million USD")


class Licence(models.TextChoices):
    """Under what others may reuse a text, by SPDX's identifiers."""

    CC0 = "CC0-1.0", _("CC0 1.0: free for any use")
    BY = "CC-BY-4.0", _("CC BY 4.0: with credit")
    BY_SA = "CC-BY-SA-4.0", _("CC BY-SA 4.0: with credit, and shared alike")
    BY_NC = "CC-BY-NC-4.0", _("CC BY-NC 4.0: with credit, not commercially")
    BY_ND = "CC-BY-ND-4.0", _("CC BY-ND 4.0: with credit, unchanged")
    NOT_STATED = "NOASSERTION", _("not stated: ask the contact before you reuse it")


# Where a licence is explained to people.
DEEDS: dict[str, str] = {
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    Licence.BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    Licence.BY_NC: "https://creativecommons.org/licenses/by-nc/4.0/",
    Licence.BY_ND: "https://creativecommons.org/licenses/by-nd/4.0/",
}


class Decision(models.TextChoices):
    APPROVED = "approved", _("approved")
    CHANGES_REQUESTED = "changes_requested", _("changes requested")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


# Languages a lesson may be written in (BCP 47), each by its own name.
LANGUAGES = [
    ("en", "English"),
    ("sv", "Svenska"),
    ("es", "Español"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("nb", "Norsk bokmål"),
    ("nl", "Nederlands"),
    ("pt", "Português"),
    ("zh", "中文"),
]
