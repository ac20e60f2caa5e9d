"""What the API takes for a lesson."""

from functools import partial
from typing import Any

from exchange.audiences.models import AudienceKind
from exchange.common.drf.serializers import Choice, DictOf, Input, ListOf, Number, Text, guidance
from exchange.lessons import choices
from exchange.lessons.api.bodies.read import LessonBody
from exchange.lessons.models import LessonVersion
from exchange.lessons.models.version import LONG
from exchange.lessons.texts import MOST, TAG_LENGTH, TITLE_LENGTH

_guidance = partial(guidance, LessonVersion)


def _text(name: str, length: int = LONG) -> Text:
    return Text(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=length,
        trim_whitespace=False,
        help_text=_guidance(name),
    )


def _choice(name: str, of: Any) -> Choice:
    return Choice(of, required=False, allow_null=True, help_text=_guidance(name))


def _list_of(child: Any, name: str, help_text: str = "") -> ListOf:
    return ListOf(child, most=MOST[name], required=False, allow_null=True, help_text=help_text)


class LessonChange(Input):
    """Changes of a lesson's text (JSON merge patch): null empties, what is missing stays.

    The same rules hold as in the form for people.
    """

    answered_by = LessonBody

    title = _text("title", TITLE_LENGTH)
    titles = DictOf(
        Text(allow_null=True, allow_blank=True, max_length=TITLE_LENGTH),
        most=len(choices.LANGUAGES),
        required=False,
        allow_null=True,
        help_text="Titles in other languages, by language.",
    )
    summary = _text("summary", 500)
    kind = Choice(
        choices.Kind.choices,
        required=False,
        allow_null=True,
        help_text="Failures are welcome, too.",
    )
    language = _choice("language", choices.LANGUAGES)
    ports = _list_of(
        Text(max_length=TAG_LENGTH),
        "ports",
        "UN/LOCODEs of where it happened.",
    )
    topics = _list_of(Text(max_length=60), "topics", "Codes of `/topics`.")
    tags = _list_of(Text(max_length=TAG_LENGTH), "tags")
    sdgs = _list_of(Number(min_value=1, max_value=17), "sdgs", "UN goals.")
    situation = _text("situation")
    analysis = _text("analysis")
    practice = _text("practice")
    lesson_text = _text("lesson_text")
    recommendation = _text("recommendation")
    evidence = _text("evidence")
    evidence_level = _choice("evidence_level", choices.EvidenceLevel.choices)
    started = _text("started", 10)
    ended = _text("ended", 10)
    maturity = _choice("maturity", choices.Maturity.choices)
    cost_band = _choice("cost_band", choices.CostBand.choices)
    effort = _text("effort", 200)
    preconditions = _text("preconditions")
    obstacles = _text("obstacles")
    transfer_advice = _text("transfer_advice")
    suppliers = _text("suppliers")
    contact = _text("contact", 200)
    sources = _text("sources")
    related = _list_of(
        Text(max_length=2000),
        "related",
        "Up to ten other lessons that you may see: ids, or addresses.",
    )
    licence = _choice("licence", choices.Licence.choices)


class NewLesson(LessonChange):
    """A new draft: a title, and as much of the rest as is known yet."""

    title = Text(max_length=TITLE_LENGTH, help_text=_guidance("title"))
    audience = Text(
        required=False,
        default=str(AudienceKind.ORGANISATION),
        help_text="Whom it is for once published: a code that `/me` lists.",
    )
    external_id = Text(
        required=False,
        allow_null=True,
        max_length=100,
        help_text="Your system's own id of it; unique in your organisation.",
    )
