"""The filters of the library."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from exchange.agreements.models import Agreement, Workstream
from exchange.audiences.viewer import Viewer
from exchange.common.forms import ChosenField, set_choices
from exchange.lessons import choices
from exchange.lessons.library import FACETS, Counts
from exchange.partners.models import Organisation
from exchange.topics.models import Topic

Choices = list[Any]


class LibraryForm(forms.Form):
    """Filters and order, all from the address; what is not among the choices counts as not given."""

    topic = ChosenField(label=_("Topic"), required=False)
    kind = ChosenField(label=_("Kind"), required=False)
    organisation = ChosenField(label=_("Organisation"), required=False)
    language = ChosenField(label=_("Language"), required=False)
    agreement = ChosenField(label=_("Agreement"), required=False)
    workstream = ChosenField(label=_("Workstream"), required=False)
    state = ChosenField(label=_("State"), required=False)
    sort = ChosenField(
        label=_("Order"),
        required=False,
        choices=[("", _("Newest")), ("title", _("Title"))],
    )

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        super().__init__(data)
        organisations = Organisation.objects.visible_to(viewer).partners().only("name")
        self._choices: dict[str, Choices] = {
            "topic": _by_theme(Topic.objects.visible_to(viewer)),
            "kind": _capital(choices.Kind.choices),
            "organisation": [(str(own.pk), own.name) for own in organisations],
            "language": list(choices.LANGUAGES),
            "state": _capital(choices.State.choices),
        }
        self._choices["state"].remove((choices.State.PUBLISHED, capfirst(_("published"))))
        if not (viewer.is_person and viewer.roles):
            del self.fields["state"], self._choices["state"]
        self._offer_agreements(viewer)
        for name, offered in self._choices.items():
            every = _("Published") if name == "state" else _("All")
            set_choices(self, name, [("", every), *offered])

    def _offer_agreements(self, viewer: Viewer) -> None:
        """Offer the agreements that the viewer is party to, and their workstreams, if there are any."""
        taking_part = [pk for pk in viewer.roles if pk not in viewer.paused]
        own = Agreement.objects.visible_to(viewer).of_parties(taking_part).only("title")
        self._choices["agreement"] = [(str(one.pk), str(one)) for one in own] if taking_part else []
        self._choices["workstream"] = _workstreams(viewer) if self._choices["agreement"] else []
        for name in ("agreement", "workstream"):
            if not self._choices[name]:
                del self.fields[name], self._choices[name]

    @property
    def chosen(self) -> dict[str, str]:
        """Return what was chosen, without what is not among the choices."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def show_counts(self, counts: Counts) -> None:
        """Say beside each choice how many lessons it gives; leave out those that give none."""
        for name in FACETS:
            chosen = self.cleaned_data.get(name)
            offered = [
                (value, f"{label} ({counts[name].get(value, 0)})")
                for value, label in self._choices[name]
                if counts[name].get(value) or value == chosen
            ]
            set_choices(self, name, [("", _("All")), *offered])


def _workstreams(viewer: Viewer) -> Choices:
    """Return the workstreams that the viewer may see, as groups by agreement."""
    rows = Workstream.objects.visible_to(viewer).select_related("agreement")
    ordered = rows.order_by("agreement__sort_key", "agreement", "number")
    return [
        (str(agreement), [(str(one.pk), str(one)) for one in streams])
        for agreement, streams in groupby(ordered, lambda one: one.agreement)
    ]


def _by_theme(topics: Iterable[Topic]) -> Choices:
    """Return the taxonomy as groups; a theme's own entry stands for all its topics."""
    groups: dict[str, Choices] = {}
    names: dict[str, str] = {}
    for topic in topics:
        if topic.parent_id is None:
            names[topic.code] = topic.label
            label = _("All of %(theme)s") % {"theme": topic.label}
        else:
            label = topic.label
        groups.setdefault(topic.theme_code, []).append((topic.code, label))
    return [(names.get(code, code), rows) for code, rows in groups.items()]


def _capital(offered: Iterable[tuple[Any, Any]]) -> Choices:
    return [(value, capfirst(str(label))) for value, label in offered]
