"""What a reader wants to be told of: everything they may read, or what fits something they chose."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from exchange.activity.verbs import TargetType, is_known, news_verbs, target_named, verb_named
from exchange.audiences.viewer import Viewer
from exchange.digests.models import Subscription
from exchange.partners.models import Organisation
from exchange.topics.models import Topic


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Everything, or the things that fit any one of what is named here; nothing named fits nothing.

    A theme stands for all topics under it. `kinds` are names of target types.
    """

    everything: bool = False
    topics: tuple[Topic, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    kinds: tuple[str, ...] = ()

    def names(self) -> list[str]:
        """Return what was chosen, as the reader is told, in the reader's language."""
        return [
            *map(str, self.topics),
            *map(str, self.organisations),
            *(_kind_words(name) for name in self.kinds),
        ]

    def fitting(self, thing: Any, kind: TargetType) -> str | None:
        """Return the name of the first chosen one that a thing fits, None when it fits none.

        It is empty when everything is chosen.
        """
        if self.everything:
            return ""
        codes = {part for code in kind.topics(thing) for part in (code, code.partition("/")[0])}
        owners = kind.organisations(thing)
        found = [
            *(str(topic) for topic in self.topics if topic.code in codes),
            *(own.name for own in self.organisations if own.pk in owners),
            *(_kind_words(name) for name in self.kinds if name == kind.name),
        ]
        return next(iter(found), None)


EVERYTHING = Choice(everything=True)


def choice_of(subscription: Subscription | None, viewer: Viewer) -> Choice:
    """Return what a person chose, as far as it is there and they may see it; at most two queries.

    Who has no subscription yet would begin with everything.
    """
    if subscription is None or subscription.everything:
        return EVERYTHING
    offered = kinds_offered()
    return Choice(
        topics=tuple(
            Topic.objects.visible_to(viewer).filter(pk__in=subscription.topics.values("pk"))
        ),
        organisations=tuple(
            Organisation.objects.visible_to(viewer).filter(
                pk__in=subscription.organisations.values("pk")
            )
        ),
        kinds=tuple(name for name in offered if name in subscription.kinds),
    )


def kinds_offered() -> dict[str, str | Promise]:
    """Return the kinds of thing that there can be news of, with their labels, by name."""
    verbs = [verb_named(name) for name in news_verbs() if is_known(name)]
    return {name: target_named(name).label for name in sorted({v.target_type for v in verbs})}


def _kind_words(name: str) -> str:
    return _("every %(kind)s") % {"kind": target_named(name).label}
